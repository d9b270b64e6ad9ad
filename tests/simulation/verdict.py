"""What must be true at the end: of Slack, of the rows, and of every claim on the way."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from bot.outbox.policy import metadata_key
from tests.simulation.desk import Desk, Owed
from tests.simulation.slack import Haste, Message
from tests.simulation.world import World

OPEN = """SELECT count(*) FROM deliveries
    WHERE state IN ('due', 'sending', 'unknown', 'held', 'waiting')
    OR (state = 'sent' AND wanted_revision > shown_revision)"""


def owed_now(world: World) -> int:
    """How much is not done yet."""
    with sqlite3.connect(world.stage.path) as connection:
        number: int = connection.execute(OPEN).fetchone()[0]
    connection.close()
    return number


def verdict(world: World, desk: Desk) -> list[str]:
    """Everything that is wrong; nothing, when all is well."""
    connection = sqlite3.connect(world.stage.path)
    connection.row_factory = sqlite3.Row
    rows = {row["id"]: row for row in connection.execute("SELECT * FROM deliveries")}
    seen = [tuple(row) for row in connection.execute("SELECT what, delivery, other FROM seen")]
    connection.close()
    wrong = [f"delivery {delivery}: {what} ({other})" for what, delivery, other in seen]
    wrong += [
        *world.slack.sins,
        *(haste.what for haste in world.slack.hasty if not _excused(world, haste)),
        *world.faults,
    ]
    for owed in desk.owed:
        wrong += [f"delivery {owed.number} ({metadata_key(owed.key)[:8]}): {what}" for what in _of(world, owed, rows)]
    return wrong


def _excused(world: World, haste: Haste) -> bool:
    """A clock that is put forward ends a rest for a process that could not know of it by a clock of its own."""
    if world.conditions.clocks == "true" or haste.sender is haste.of:
        return False
    return world.conditions.clocks == "apart" or haste.sender.began > haste.since or haste.of.state == "dead"


def _of(world: World, owed: Owed, rows: dict[int, sqlite3.Row]) -> Iterator[str]:
    row, key = rows[owed.number], metadata_key(owed.key)
    found = [it for it in world.slack.channel(owed.where.team, owed.where.slack_id).messages if it.key == key]
    if row["state"] == "sent":
        yield from _sent(owed, row, found, rows)
    elif row["state"] == "cancelled":
        parent = rows[owed.after]["state"] if owed.after else "sent"
        if not owed.cancelled and parent not in ("cancelled", "dead"):
            yield f"lost: cancelled as {row['error']}"
        if found:
            yield "cancelled, and it stands in Slack"
    elif row["state"] == "dead":
        if world.slack.refusing.get(key) != 2:
            yield f"lost: dead as {row['error']}"
        if found:
            yield "dead, and it stands in Slack"
    else:
        yield f"never settled: {row['state']}"


def _sent(owed: Owed, row: sqlite3.Row, found: list[Message], rows: dict[int, sqlite3.Row]) -> Iterator[str]:
    if not found:
        yield "lost: said to be sent, and not in Slack"
        return
    if row["ts"] not in [it.ts for it in found]:
        yield f"its row names {row['ts']}, Slack has {found[0].ts}"
    if row["shown_revision"] < owed.revision or found[0].revision != f"r{owed.revision}":
        yield f"shows {found[0].revision}, row {row['shown_revision']}, wanted {owed.revision}"
    if owed.after is not None:
        parent = rows[owed.after]
        if found[0].thread_ts is None or found[0].thread_ts != parent["ts"]:
            yield "not in its parent's thread"
