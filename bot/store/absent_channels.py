"""Channels that are away: which of them somebody still wants something of, and letting a single message try."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Destination
from bot.store.deliveries import table as owing
from bot.store.rows import from_row
from bot.store.schema import deliveries, destinations, installations, matches, subscriptions

_d = deliveries.c
_TRIED = "tried_at"
_FOR_GOOD = "channel_deleted"
_parent = deliveries.alias("parent")


async def absent(c: AsyncConnection, after: int, limit: int) -> tuple[Destination, ...]:
    """Channels after this number that are away, or there again with something still parked, and wanted by somebody.

    What Slack said is deleted never comes back; a stopped workspace is asked nothing.
    """
    place, team = destinations.c, installations.c
    parked = exists().where(_d.destination == place.id, _d.state == "waiting")
    owed = exists().where(_d.destination == place.id, _d.state.in_((*owing.OPEN, "unknown")))
    asked = exists().where(subscriptions.c.destination == place.id, subscriptions.c.state == "active")
    query = select(destinations).join(installations, team.team == place.team)
    query = query.where(
        place.id > after,
        team.state == "active",
        or_(place.away_reason.is_(None), place.away_reason != _FOR_GOOD),
        or_(and_(place.state != "active", or_(owed, asked)), and_(place.state == "active", parked)),
    )
    return tuple(from_row(Destination, row) for row in await c.execute(query.order_by(place.id).limit(limit)))


async def tried_at(c: AsyncConnection, number: int) -> datetime | None:
    """When a message was last let out to see whether it arrives."""
    found = await c.execute(select(destinations.c.facts).where(destinations.c.id == number))
    facts: Mapping[str, object] = found.scalar_one_or_none() or {}
    return datetime.fromisoformat(str(facts[_TRIED])) if _TRIED in facts else None


async def note_tried(c: AsyncConnection, number: int, now: datetime) -> None:
    """One is let out now."""
    locked = select(destinations.c.facts).where(destinations.c.id == number).with_for_update()
    facts = dict((await c.execute(locked)).scalar_one_or_none() or {})
    facts[_TRIED] = now.isoformat()
    await c.execute(update(destinations).where(destinations.c.id == number).values(facts=facts))


async def trial_of(c: AsyncConnection, number: int, since_at: datetime) -> int | None:
    """The message that may try: the first that follows nothing unsent. A card from before then comes with others."""
    sent = exists().where(_parent.c.id == _d.after, _parent.c.state == "sent")
    query = select(_d.id).where(
        _d.destination == number,
        _d.state.in_(("waiting", "due")),
        or_(_d.after.is_(None), sent),
        or_(_d.kind.not_in(("card", "reply")), _d.created_at >= since_at),
    )
    found: int | None = (await c.execute(query.order_by(_d.id).limit(1))).scalar_one_or_none()
    return found


async def has_waiting(c: AsyncConnection, number: int) -> bool:
    """Does anything wait there for the channel's return?"""
    query = select(_d.id).where(_d.destination == number, _d.state.in_(("waiting", "due"))).limit(1)
    return (await c.execute(query)).first() is not None


async def has_untold(c: AsyncConnection, number: int) -> bool:
    """Is there something that its next digest would tell?"""
    query = select(matches.c.id).join(subscriptions, subscriptions.c.id == matches.c.subscription)
    here = (matches.c.destination == number, matches.c.told_by.is_(None), subscriptions.c.state == "active")
    return (await c.execute(query.where(*here).limit(1))).first() is not None


async def start_trial(c: AsyncConnection, number: int, delivery: int, now: datetime) -> None:
    """This one is due; what else is due there is parked until it has arrived."""
    due = update(deliveries).where(_d.destination == number, _d.state == "due", _d.id != delivery)
    await c.execute(due.values(state="waiting"))
    mine = update(deliveries).where(_d.id == delivery, _d.state.in_(("waiting", "due")))
    await c.execute(mine.values(state="due", not_before=now))
