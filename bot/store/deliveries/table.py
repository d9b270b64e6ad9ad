"""Enqueues, holds, releases, cancels and finds deliveries, and measures the queue."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, TextClause, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Delivery, DeliveryKind, DeliveryState
from bot.store.rows import chunks, from_row, insert_or_ignore
from bot.store.schema import deliveries, delivery_subscriptions, destinations
from bot.store.sqlite_driver import write_later
from settings.logs import current_trace

log = logging.getLogger("pactbot.store")

OPEN: tuple[DeliveryState, ...] = ("due", "held", "waiting")
"""States in which a delivery is neither at Slack nor on its way there: it may still be held or cancelled."""
_row = deliveries.c
_parent = deliveries.alias("parent")


class NewDelivery(NamedTuple):
    """A delivery before it has an id."""

    key: str
    team: str
    destination: int
    kind: DeliveryKind
    story: int | None = None
    after: int | None = None
    payload: Mapping[str, object] = {}
    subscriptions: tuple[int, ...] = ()
    revision: int = 1
    not_before: datetime | None = None
    held: bool = False
    """Whether it is released at ``not_before`` (a mute, quiet hours)."""
    opens_channel: bool = False
    """Whether it goes before all that waits in its channel, as one delivery a channel may; enqueue it by itself."""

    def columns(self, now: datetime) -> dict[str, object]:
        """Returns the row. The id of one that opens a channel is below every other: ids are the order of sending."""
        return {
            **({"id": -self.destination} if self.opens_channel else {}),
            "key": self.key,
            "team": self.team,
            "destination": self.destination,
            "kind": self.kind,
            "state": "held" if self.held else "due",
            "story": self.story,
            "after": self.after,
            "payload": dict(self.payload),
            "wanted_revision": self.revision,
            "created_at": now,
            "not_before": self.not_before or now,
            "trace": current_trace(),
        }


@dataclass(frozen=True, slots=True)
class Depth:
    """The number of deliveries that are due, left by a worker that died, or unknown."""

    depth: int
    oldest_due_at: datetime | None
    unknown: int


@dataclass(frozen=True, slots=True)
class Released:
    """Deliveries released for a channel that is back: how many are due, and the old ones that one message replaces."""

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
    opens_channel: bool = False,
) -> int | None:
    """Write a delivery down; its id, or None where its key exists already (deliveries are deduplicated by key).

    With ``held`` it is released at ``not_before`` (a mute, quiet hours). ``opens_channel``: see NewDelivery.
    """
    new = NewDelivery(
        key, team, destination, kind, story, after, payload or {}, tuple(subscriptions), revision, not_before, held,
        opens_channel,
    )  # fmt: skip
    return (await enqueue_many(c, [new], now)).get(key)


async def enqueue_many(c: AsyncConnection, new: Sequence[NewDelivery], now: datetime) -> dict[str, int]:
    """Writes deliveries, whose keys differ; returns their ids by key, without those whose key exists already."""
    if not new:
        return {}
    await _lock_channels(c, {each.destination for each in new})
    returning = insert_or_ignore(c, deliveries).returning(_row.key, _row.id)
    written = await c.execute(returning, [each.columns(now) for each in new])
    ids: dict[str, int] = {row.key: row.id for row in written}
    await add_subscriptions(c, {ids[each.key]: each.subscriptions for each in new if each.key in ids})
    if ids:
        log.info("enqueued", extra={"deliveries": len(ids), "first": min(ids.values())})
    return ids


async def add_subscriptions(c: AsyncConnection, subscriptions_of: Mapping[int, Iterable[int]]) -> None:
    """Notes further subscriptions that cards answer, by the card's id."""
    rows = [
        {"delivery": delivery, "subscription": subscription}
        for delivery, subscriptions in subscriptions_of.items()
        for subscription in dict.fromkeys(subscriptions)
    ]
    if rows:
        await write_later(c, insert_or_ignore(c, delivery_subscriptions), rows)


_CHANNELS = select(destinations.c.id).where(destinations.c.id.in_(bindparam("ids", expanding=True)))
_SHARED_CHANNELS = _CHANNELS.order_by(destinations.c.id).with_for_update(read=True, key_share=True)


async def _lock_channels(c: AsyncConnection, destination_ids: Iterable[int]) -> None:
    """Lets nobody claim in these channels until the transaction ends, so that ids are sent in their order.

    PostgreSQL gives ids before they are committed: of two transactions, the one that got the smaller id may be the last
    to commit. They do not wait for each other. SQLite has one writer anyway.
    """
    if c.dialect.name == "postgresql":
        for ids in chunks(sorted(destination_ids)):
            await c.execute(_SHARED_CHANNELS, {"ids": ids})


async def want_revision(c: AsyncConnection, delivery: int, revision: int) -> bool:
    """Let the message show this revision; False when it already wants that one or a later one."""
    older = update(deliveries).where(_row.id == delivery, _row.wanted_revision < revision)
    return (await c.execute(older.values(wanted_revision=revision))).rowcount == 1


async def cancel(c: AsyncConnection, delivery: int, reason: str) -> bool:
    """Cancel it; False when it is at Slack, on its way, or ended."""
    still_open = update(deliveries).where(_row.id == delivery, _row.state.in_(OPEN))
    return (await c.execute(still_open.values(state="cancelled", error=reason))).rowcount == 1


async def hold(c: AsyncConnection, delivery: int, until_at: datetime) -> bool:
    """Hold it until then; False when it is at Slack, on its way, or ended."""
    still_open = update(deliveries).where(_row.id == delivery, _row.state.in_(OPEN))
    return (await c.execute(still_open.values(state="held", not_before=until_at))).rowcount == 1


async def release(c: AsyncConnection, delivery: int, now: datetime) -> bool:
    """End its hold; False when it is not held. It is due at once, so that nothing that follows overtakes it."""
    held = update(deliveries).where(_row.id == delivery, _row.state == "held")
    return (await c.execute(held.values(state="due", not_before=now))).rowcount == 1


async def release_held_of(c: AsyncConnection, destination: int, now: datetime) -> int:
    """Make a channel's held deliveries due, because its mute was lifted; how many there were."""
    held = update(deliveries).where(_row.destination == destination, _row.state == "held")
    return (await c.execute(held.values(state="due", not_before=now))).rowcount


async def release_waiting(
    c: AsyncConnection, destination: int, now: datetime, roll_up_after_seconds: float = 86_400
) -> Released:
    """Make a channel's waiting deliveries due, because it is back (the caller sets its state).

    Cards, replies and digests older than a day are cancelled as ``rolled_up`` and returned: one message replaces them.
    """
    in_channel = [_row.destination == destination, _row.state.in_(("waiting", "due"))]
    before = now - timedelta(seconds=roll_up_after_seconds)
    old = await find_all(c, *in_channel, _row.kind.in_(("card", "reply", "digest")), _row.created_at < before)
    for ids in chunks([delivery.id for delivery in old]):
        rolled_up = update(deliveries).where(_row.id.in_(ids)).values(state="cancelled", error="rolled_up")
        await c.execute(rolled_up)
    waiting = update(deliveries).where(_row.destination == destination, _row.state == "waiting")
    released = await c.execute(waiting.values(state="due", not_before=now))
    return Released(released.rowcount, tuple(old))


# ── finding ────────────────────────────────────────────────────────────────────────────────────────────────


def _selection() -> Select[tuple[object, ...]]:
    """Deliveries with their channel's Slack id and their parent's ts."""
    query = select(deliveries, destinations.c.slack_id, _parent.c.ts.label("thread_ts"))
    query = query.join(destinations, destinations.c.id == _row.destination)
    return query.outerjoin(_parent, _parent.c.id == _row.after)


async def find_all(
    c: AsyncConnection, *where: ColumnElement[bool] | TextClause, limit: int | None = None
) -> list[Delivery]:
    """The deliveries that fit, in the order in which they were enqueued."""
    rows = (await c.execute(_selection().where(*where).order_by(_row.id).limit(limit))).all()
    subscriptions_of: dict[int, list[int]] = {}
    for ids in chunks([row.id for row in rows]):
        pair = delivery_subscriptions.c
        query = select(delivery_subscriptions).where(pair.delivery.in_(ids)).order_by(pair.subscription)
        for answered in await c.execute(query):
            subscriptions_of.setdefault(answered.delivery, []).append(answered.subscription)
    return [from_row(Delivery, row, subscriptions=tuple(subscriptions_of.get(row.id, ()))) for row in rows]


async def _find_first(c: AsyncConnection, *where: ColumnElement[bool]) -> Delivery | None:
    first = await find_all(c, *where, limit=1)
    return first[0] if first else None


async def get(c: AsyncConnection, delivery_id: int) -> Delivery | None:
    """The delivery with this id, or None."""
    return await _find_first(c, _row.id == delivery_id)


async def by_key(c: AsyncConnection, key: str) -> Delivery | None:
    """The delivery with this key, or None."""
    return await _find_first(c, _row.key == key)


async def by_ts(c: AsyncConnection, team: str, channel: str, ts: str) -> Delivery | None:
    """The delivery of a message in Slack, or None when the app did not post it."""
    in_channel = (destinations.c.team == team, destinations.c.slack_id == channel)
    return await _find_first(c, _row.team == team, *in_channel, _row.ts == ts)


async def of_story(c: AsyncConnection, story: int, team: str | None = None) -> tuple[Delivery, ...]:
    """Every delivery of a story, in one workspace or (None, for rendering) in all."""
    where = [_row.story == story]
    if team is not None:
        where.append(_row.team == team)
    return tuple(await find_all(c, *where))


async def posted_since(
    c: AsyncConnection, destination: int, since_at: datetime, kinds: Sequence[str]
) -> list[Delivery]:
    """Every message of these kinds that was posted in a channel since then, or is on its way to it."""
    in_channel = (_row.destination == destination, _row.kind.in_(kinds))
    on_its_way = await find_all(c, *in_channel, _row.state.in_(("due", "sending")))
    return [*await find_all(c, *in_channel, _row.sent_at >= since_at), *on_its_way]


async def depth(c: AsyncConnection, now: datetime, team: str | None = None) -> Depth:
    """Count the deliveries to active channels that are due, left by a worker that died, or unknown.

    What a worker sends at this moment does not wait: a status that is shared in a channel would count itself.
    """
    where: list[ColumnElement[bool]] = [
        _row.state.in_(("due", "sending", "unknown")),
        (_row.state != "sending") | _row.lease_until_at.is_(None) | (_row.lease_until_at < now),
        (_row.state != "due") | (_row.not_before <= now),
        destinations.c.state == "active",
    ]
    if team is not None:
        where.append(_row.team == team)
    oldest = func.min(_row.created_at, type_=_row.created_at.type)
    query = select(func.count(), oldest, func.count().filter(_row.state == "unknown"))
    query = query.join(destinations, destinations.c.id == _row.destination).where(*where)
    total, oldest_due_at, unknown = (await c.execute(query)).one()
    return Depth(total, oldest_due_at, unknown)


async def last_post_at(
    c: AsyncConnection, *, team: str | None = None, destination: int | None = None
) -> datetime | None:
    """The instant of the last post: anywhere, in a workspace, or in a channel."""
    query = select(func.max(_row.sent_at, type_=_row.sent_at.type)).where(_row.sent_at.is_not(None))
    if team is not None:
        query = query.where(_row.team == team)
    if destination is not None:
        query = query.where(_row.destination == destination)
    posted_at: datetime | None = (await c.execute(query)).scalar_one()
    return posted_at
