"""What is owed: writing a delivery down once, asking about it, and letting go of it. Sending is in claims.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Delivery, DeliveryKind, DeliveryState
from bot.store.rows import chunks, from_row, insert_or_ignore
from bot.store.schema import deliveries, delivery_subscriptions, destinations

OPEN: tuple[DeliveryState, ...] = ("due", "held", "waiting")
"""Not at Slack, and not on the way there: may still be changed or cancelled."""
_parent = deliveries.alias("parent")


@dataclass(frozen=True, slots=True)
class Depth:
    """How much is owed and not sent."""

    depth: int
    oldest_due_at: datetime | None
    unknown: int


@dataclass(frozen=True, slots=True)
class Released:
    """What a channel that is back gets: some go out as they are, the old ones the caller rolls up into one."""

    due: int
    old: tuple[Delivery, ...]


async def enqueue(
    c: AsyncConnection,
    key: str,
    *,
    team: str,
    destination: int,
    kind: DeliveryKind,
    now: datetime,
    story: int | None = None,
    after: int | None = None,
    payload: Mapping[str, object] | None = None,
    subscriptions: Iterable[int] = (),
    revision: int = 1,
    not_before: datetime | None = None,
    held: bool = False,
) -> int | None:
    """Write a delivery down and return its number, or None when its key is there already.

    ``held`` with ``not_before``: it is due by then (a mute, quiet hours).
    """
    values = {
        "key": key,
        "team": team,
        "destination": destination,
        "kind": kind,
        "state": "held" if held else "due",
        "story": story,
        "after": after,
        "payload": dict(payload or {}),
        "wanted_revision": revision,
        "created_at": now,
        "not_before": not_before or now,
    }
    row = (await c.execute(insert_or_ignore(c, deliveries, deliveries.c.id).values(**values))).first()
    if row is None:
        return None
    number: int = row.id
    await add_subscriptions(c, number, subscriptions)
    return number


async def add_subscriptions(c: AsyncConnection, delivery: int, subscriptions: Iterable[int]) -> None:
    """Further subscriptions that the same card answers."""
    for number in dict.fromkeys(subscriptions):
        await c.execute(insert_or_ignore(c, delivery_subscriptions).values(delivery=delivery, subscription=number))


async def want_revision(c: AsyncConnection, delivery: int, revision: int) -> bool:
    """The message should show this revision; False when it wants that one (or a later one) already."""
    row = deliveries.c
    wanted = update(deliveries).where(row.id == delivery, row.wanted_revision < revision)
    return (await c.execute(wanted.values(wanted_revision=revision))).rowcount == 1


async def cancel(c: AsyncConnection, delivery: int, reason: str) -> bool:
    """Owe it no longer; False when it is at Slack, on the way, or ended."""
    open_one = update(deliveries).where(deliveries.c.id == delivery, deliveries.c.state.in_(OPEN))
    return (await c.execute(open_one.values(state="cancelled", error=reason))).rowcount == 1


async def hold(c: AsyncConnection, delivery: int, until_at: datetime) -> bool:
    """Keep it back until then; False when it is not open."""
    open_one = update(deliveries).where(deliveries.c.id == delivery, deliveries.c.state.in_(OPEN))
    return (await c.execute(open_one.values(state="held", not_before=until_at))).rowcount == 1


async def release_held_of(c: AsyncConnection, destination: int, now: datetime) -> int:
    """A channel's mute was lifted: what it held back is due now."""
    row = deliveries.c
    held = update(deliveries).where(row.destination == destination, row.state == "held")
    return (await c.execute(held.values(state="due", not_before=now))).rowcount


async def release_waiting(
    c: AsyncConnection, destination: int, now: datetime, roll_up_after_seconds: float = 86_400
) -> Released:
    """The channel is back (its state is the caller's to set): what waited is due.

    What tells of stories and is older than a day is cancelled as ``rolled_up`` and handed back, for one message about
    it all.
    """
    row = deliveries.c
    mine = [row.destination == destination, row.state.in_(("waiting", "due"))]
    before = now - timedelta(seconds=roll_up_after_seconds)
    old = await some(c, *mine, row.kind.in_(("card", "reply", "digest")), row.created_at < before)
    for numbers in chunks([delivery.id for delivery in old]):
        ended = update(deliveries).where(row.id.in_(numbers)).values(state="cancelled", error="rolled_up")
        await c.execute(ended)
    waiting = update(deliveries).where(row.destination == destination, row.state == "waiting")
    released = await c.execute(waiting.values(state="due", not_before=now))
    return Released(released.rowcount, tuple(old))


# ── asking ─────────────────────────────────────────────────────────────────────────────────────────────────


def selection() -> Select[tuple[object, ...]]:
    """Deliveries with what stands in other tables: the channel's id, the parent's ts."""
    query = select(deliveries, destinations.c.slack_id, _parent.c.ts.label("thread_ts"))
    query = query.join(destinations, destinations.c.id == deliveries.c.destination)
    return query.outerjoin(_parent, _parent.c.id == deliveries.c.after)


async def some(c: AsyncConnection, *where: ColumnElement[bool], limit: int | None = None) -> list[Delivery]:
    """Deliveries that fit, by number."""
    rows = (await c.execute(selection().where(*where).order_by(deliveries.c.id).limit(limit))).all()
    asked: dict[int, list[int]] = {}
    for numbers in chunks([row.id for row in rows]):
        pair = delivery_subscriptions.c
        query = select(delivery_subscriptions).where(pair.delivery.in_(numbers)).order_by(pair.subscription)
        for found in await c.execute(query):
            asked.setdefault(found.delivery, []).append(found.subscription)
    return [from_row(Delivery, row, subscriptions=tuple(asked.get(row.id, ()))) for row in rows]


async def _first(c: AsyncConnection, *where: ColumnElement[bool]) -> Delivery | None:
    found = await some(c, *where, limit=1)
    return found[0] if found else None


async def get(c: AsyncConnection, number: int) -> Delivery | None:
    """By number, or None."""
    return await _first(c, deliveries.c.id == number)


async def by_key(c: AsyncConnection, key: str) -> Delivery | None:
    """By key, or None."""
    return await _first(c, deliveries.c.key == key)


async def by_ts(c: AsyncConnection, team: str, channel: str, ts: str) -> Delivery | None:
    """The delivery behind a message in Slack, or None when it is not ours."""
    return await _first(c, deliveries.c.team == team, destinations.c.slack_id == channel, deliveries.c.ts == ts)


async def of_story(c: AsyncConnection, story: int, team: str | None = None) -> tuple[Delivery, ...]:
    """Everything ever owed about a story, in one workspace or (None, for rendering) in all."""
    where = [deliveries.c.story == story]
    if team is not None:
        where.append(deliveries.c.team == team)
    return tuple(await some(c, *where))


async def pending_of_team(c: AsyncConnection, team: str) -> tuple[Delivery, ...]:
    """What a workspace is still owed, or nobody can say about yet."""
    states: Sequence[DeliveryState] = (*OPEN, "sending", "unknown")
    return tuple(await some(c, deliveries.c.team == team, deliveries.c.state.in_(states)))


async def depth(c: AsyncConnection, now: datetime, team: str | None = None) -> Depth:
    """How much is due or on its way to channels that are there, since when, and how much of it is unknown."""
    row = deliveries.c
    where: list[ColumnElement[bool]] = [
        row.state.in_(("due", "sending", "unknown")),
        (row.state != "due") | (row.not_before <= now),
        row.destination.in_(select(destinations.c.id).where(destinations.c.state == "active")),
    ]
    if team is not None:
        where.append(row.team == team)
    oldest = func.min(row.created_at, type_=row.created_at.type)
    query = select(func.count(), oldest, func.count().filter(row.state == "unknown")).where(*where)
    number, oldest_due_at, unknown = (await c.execute(query)).one()
    return Depth(number, oldest_due_at, unknown)


async def last_post_at(
    c: AsyncConnection, *, team: str | None = None, destination: int | None = None
) -> datetime | None:
    """When something was last posted: anywhere, in a workspace, or in a channel."""
    row = deliveries.c
    query = select(func.max(row.sent_at, type_=row.sent_at.type))
    if team is not None:
        query = query.where(row.team == team)
    if destination is not None:
        query = query.where(row.destination == destination)
    found: datetime | None = (await c.execute(query)).scalar_one()
    return found
