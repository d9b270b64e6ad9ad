"""Knows whether the database is a restored copy, and prepares one so that nothing is posted again that can be known.

A copy bears a mark (a row of ``firsts``). What was posted after it was made is unknown to it: the numbers that were
given then are skipped, and each delivery that the copy has as unsent is looked for in Slack before it is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import once
from bot.store.schema import deliveries, firsts, metadata

COPIED, RESTORED = "copied:", "restored:"
"""Begin the keys in ``firsts``, of no team: when the copy was made, and that a bot has prepared it since."""
NUMBERS_SKIPPED = 10_000
"""More than were given between a copy and the loss of its original: ids that people type never come again."""
AFTER_ITS_PARENT = timedelta(minutes=5)
"""A page of a thread is looked for when its first page has been found."""
UNDATED_FOR = timedelta(hours=2)
"""An undated article counts as one of the gap for so long, in which every source is read once more."""
_row = deliveries.c


@dataclass(frozen=True, slots=True)
class Gap:
    """The time of which a restored copy knows nothing."""

    made_at: datetime
    restored_at: datetime


async def unprepared_copy(c: AsyncConnection) -> datetime | None:
    """Returns when this database was copied, where no bot has prepared the copy yet; else None."""
    made = {key.removeprefix(COPIED) for key in await once.beginning_with(c, "", COPIED)}
    prepared = {key.removeprefix(RESTORED) for key in await once.beginning_with(c, "", RESTORED)}
    return max(map(datetime.fromisoformat, made - prepared), default=None)


async def last_gap(c: AsyncConnection) -> Gap | None:
    """Returns the gap of the copy that was restored last; None where none ever was."""
    query = select(firsts.c.key, firsts.c.done_at).where(firsts.c.team == "", firsts.c.key.startswith(RESTORED))
    row = (await c.execute(query.order_by(firsts.c.done_at.desc()).limit(1))).first()
    return Gap(datetime.fromisoformat(row.key.removeprefix(RESTORED)), row.done_at) if row is not None else None


async def prepare(c: AsyncConnection, now: datetime) -> tuple[datetime, int] | None:
    """Prepares a restored copy; returns when it was made and how many deliveries are looked for; None if none is new.

    In its transaction every mark is taken, so that it is prepared once.
    """
    made_at = await unprepared_copy(c)
    if made_at is None or not await once.take(c, "", f"{RESTORED}{made_at.isoformat()}", now):
        return None
    for table in metadata.sorted_tables:
        if table.dialect_options["sqlite"]["autoincrement"]:
            await _skip_numbers(c, table)
    unsent = select(_row.id).where(_row.state.in_(("due", "sending", "unknown")))
    ids = list((await c.execute(unsent)).scalars())
    await look_for(c, ids, made_at, now)
    return made_at, len(ids)


async def look_for(c: AsyncConnection, delivery_ids: list[int], since_at: datetime, now: datetime) -> None:
    """Makes deliveries unknown, so that each is looked for in Slack, from then on, before it is sent."""
    parent = deliveries.alias("parent")
    waits = select(parent.c.id).where(parent.c.id == _row.after, parent.c.state != "sent").exists()
    this = update(deliveries).where(_row.id.in_(delivery_ids))
    values = {
        "state": "unknown", "first_try_at": func.coalesce(_row.first_try_at, since_at), "last_try_at": now,
        "epoch": _row.epoch + 1, "empty_reads": 0, "worker": None, "lease_until_at": None, "not_before": now,
    }  # fmt: skip
    later = select(_row.id).where(_row.id.in_(delivery_ids), _row.after.is_not(None), waits)
    with_parent = list((await c.execute(later)).scalars())
    await c.execute(this.values(**values))
    if with_parent:
        late = update(deliveries).where(_row.id.in_(with_parent))
        await c.execute(late.values(not_before=now + AFTER_ITS_PARENT))


async def _skip_numbers(c: AsyncConnection, table: Table) -> None:
    """Lets the table's next number be far beyond the last one."""
    if c.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(table.name, "id")
        highest = select(func.coalesce(func.max(table.c.id), 0) + NUMBERS_SKIPPED).scalar_subquery()
        await c.execute(select(func.setval(sequence, highest)))
        return
    raised = text("UPDATE sqlite_sequence SET seq = seq + :skipped WHERE name = :name")
    values = {"skipped": NUMBERS_SKIPPED, "name": table.name}
    if (await c.execute(raised, values)).rowcount == 0:
        await c.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :skipped)"), values)


async def look_for_new(c: AsyncConnection, delivery_ids: list[int], due_at: datetime, now: datetime) -> None:
    """Has deliveries that fell due in the last gap looked for before they are sent: the original may have sent them."""
    gap = await last_gap(c)
    if gap is not None and gap.made_at <= due_at <= gap.restored_at:
        await look_for(c, delivery_ids, min(due_at, gap.made_at), now)


def is_of_gap(gap: Gap | None, published_at: datetime | None, first_seen_at: datetime) -> bool:
    """Whether an article may have been posted in the gap: it was out before the copy was restored."""
    if gap is None or first_seen_at < gap.restored_at:
        return False
    if published_at is None:
        return first_seen_at < gap.restored_at + UNDATED_FOR
    return published_at < gap.restored_at
