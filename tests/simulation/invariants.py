"""Checks what must hold at a simulation's end: in Slack, in the rows, and at every claim on the way."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from bot.outbox.policy import metadata_key
from tests.simulation.scenario import Enqueued, Scenario
from tests.simulation.simulation import Simulation
from tests.simulation.slack import Message, RateViolation

OPEN = """SELECT count(*) FROM deliveries
    WHERE state IN ('due', 'sending', 'unknown', 'held', 'waiting')
    OR (state = 'sent' AND wanted_revision > shown_revision)"""


def open_deliveries(simulation: Simulation) -> int:
    """Count the deliveries that are not settled, or do not show their wanted revision."""
    count: int = simulation.database.inspector.execute(OPEN).fetchone()[0]
    return count


def violations_of(simulation: Simulation, scenario: Scenario) -> list[str]:
    """Every broken invariant, as a sentence."""
    cursor = simulation.database.inspector.cursor()
    noted = cursor.execute("SELECT what, delivery, other FROM violations").fetchall()
    cursor.row_factory = sqlite3.Row
    rows = {row["id"]: row for row in cursor.execute("SELECT * FROM deliveries")}
    violations = [f"delivery {delivery}: {what} ({other})" for what, delivery, other in noted]
    violations += [
        *simulation.slack.violations,
        *(each.what for each in simulation.slack.rate_violations if not _is_excused(simulation, each)),
        *simulation.errors,
        *scenario.stories.violations_of(simulation),
    ]
    for enqueued in scenario.enqueued:
        name = f"delivery {enqueued.id} ({metadata_key(enqueued.key)[:8]})"
        violations += [f"{name}: {what}" for what in _of_delivery(simulation, enqueued, rows)]
    return violations


def _is_excused(simulation: Simulation, violation: RateViolation) -> bool:
    """A clock that is put forward ends a pause for a process that could not know of it by a clock of its own."""
    if simulation.conditions.clocks == "true" or violation.sender is violation.caused_by:
        return False
    if simulation.conditions.clocks == "apart":
        return True
    return violation.sender.began > violation.since or violation.caused_by.state == "dead"


def _of_delivery(simulation: Simulation, enqueued: Enqueued, rows: dict[int, sqlite3.Row]) -> Iterator[str]:
    row, key = rows[enqueued.id], metadata_key(enqueued.key)
    channel = simulation.slack.channel(enqueued.destination.team, enqueued.destination.slack_id)
    messages = [message for message in channel.messages if message.key == key]
    if row["state"] == "sent":
        yield from _of_sent(enqueued, row, messages, rows)
    elif row["state"] == "cancelled":
        parent_state = rows[enqueued.after]["state"] if enqueued.after else "sent"
        if not enqueued.cancelled and parent_state not in ("cancelled", "dead"):
            yield f"lost: cancelled as {row['error']}"
        if messages:
            yield "cancelled, and it stands in Slack"
    elif row["state"] == "dead":
        if simulation.slack.rejecting.get(key) != 2:
            yield f"lost: dead as {row['error']}"
        if messages:
            yield "dead, and it stands in Slack"
    else:
        yield f"never settled: {row['state']}"


def _of_sent(
    enqueued: Enqueued, row: sqlite3.Row, messages: list[Message], rows: dict[int, sqlite3.Row]
) -> Iterator[str]:
    if not messages:
        yield "lost: its row says sent, and Slack has no message"
        return
    first = messages[0]
    if row["ts"] not in [message.ts for message in messages]:
        yield f"its row names {row['ts']}, Slack has {first.ts}"
    if row["shown_revision"] < enqueued.revision or first.revision != f"r{enqueued.revision}":
        yield f"shows {first.revision}, row {row['shown_revision']}, wanted {enqueued.revision}"
    if enqueued.after is not None:
        parent = rows[enqueued.after]
        if first.thread_ts is None or first.thread_ts != parent["ts"]:
            yield "not in its parent's thread"
