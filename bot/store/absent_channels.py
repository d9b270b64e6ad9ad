"""Queries over ``destinations`` and ``deliveries``: channels that are away, and the message that tries one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, exists, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Destination
from bot.store.deliveries.table import OPEN
from bot.store.rows import from_row
from bot.store.schema import AWAY_DESTINATION, deliveries, destinations, installations, matches, subscriptions

_d = deliveries.c
_TRIED = "tried_at"
_ASKS = "asks"
_ASKED = "asked_at"
_FOR_GOOD = "channel_deleted"
_parent = deliveries.alias("parent")


@dataclass(frozen=True, slots=True)
class AbsentChannel:
    """A channel that is away, how often Slack was asked about it since, and when that was last (or when it went)."""

    destination: Destination
    asks: int
    since_at: datetime | None


async def absent(c: AsyncConnection, after: int, limit: int) -> tuple[AbsentChannel, ...]:
    """Returns channels after this id that somebody still wants, and that are away or are back with messages waiting.

    A channel that Slack calls deleted never comes back, and Slack is asked nothing for a stopped workspace.
    """
    row, team = destinations.c, installations.c
    waiting = exists().where(_d.destination == row.id, _d.state == "waiting")
    unsent = exists().where(_d.destination == row.id, _d.state.in_((*OPEN, "unknown")))
    followed = exists().where(subscriptions.c.destination == row.id, subscriptions.c.state == "active")
    query = select(destinations).join(installations, team.team == row.team)
    away = select(row.id).where(AWAY_DESTINATION)
    query = query.where(
        row.id > after,
        row.id.in_(union(away, select(_d.destination).where(_d.state == "waiting"))),
        team.state == "active",
        or_(row.away_reason.is_(None), row.away_reason != _FOR_GOOD),
        or_(and_(row.state != "active", or_(unsent, followed)), and_(row.state == "active", waiting)),
    )
    return tuple(_absent_channel(each) for each in await c.execute(query.order_by(row.id).limit(limit)))


def _absent_channel(row: Row[Any]) -> AbsentChannel:
    facts: Mapping[str, object] = row.facts or {}
    since_at = datetime.fromisoformat(str(facts[_ASKED])) if _ASKED in facts else row.away_at
    return AbsentChannel(from_row(Destination, row), int(str(facts.get(_ASKS, 0))), since_at)


async def note_asked(c: AsyncConnection, destination: int, now: datetime) -> None:
    """Notes that Slack was asked about the channel, or a message tried it."""
    facts = await _locked_facts(c, destination)
    facts |= {_ASKS: int(str(facts.get(_ASKS, 0))) + 1, _ASKED: now.isoformat()}
    await c.execute(update(destinations).where(destinations.c.id == destination).values(facts=facts))


async def forget_asked(c: AsyncConnection, destination: int) -> None:
    """Forgets how often Slack was asked, because the channel is back: its next absence is a new one."""
    facts = await _locked_facts(c, destination)
    if _ASKS in facts:
        kept = {name: value for name, value in facts.items() if name not in (_ASKS, _ASKED)}
        await c.execute(update(destinations).where(destinations.c.id == destination).values(facts=kept))


async def _locked_facts(c: AsyncConnection, destination: int) -> dict[str, object]:
    locked = select(destinations.c.facts).where(destinations.c.id == destination).with_for_update(key_share=True)
    return dict((await c.execute(locked)).scalar_one_or_none() or {})


async def tried_at(c: AsyncConnection, destination: int) -> datetime | None:
    """Returns when a message was last sent to see whether it arrives, or None."""
    query = select(destinations.c.facts).where(destinations.c.id == destination)
    facts: Mapping[str, object] = (await c.execute(query)).scalar_one_or_none() or {}
    return datetime.fromisoformat(str(facts[_TRIED])) if _TRIED in facts else None


async def note_tried(c: AsyncConnection, destination: int, now: datetime) -> None:
    """Notes that a message is sent now to see whether it arrives."""
    facts = await _locked_facts(c, destination)
    facts[_TRIED] = now.isoformat()
    await c.execute(update(destinations).where(destinations.c.id == destination).values(facts=facts))


async def trial_of(c: AsyncConnection, destination: int, since_at: datetime) -> int | None:
    """Returns the delivery that may try: the first that follows no unsent one.

    A card or a reply from before ``since_at`` does not try: it will be rolled up with others.
    """
    sent = select(_parent.c.state).where(_parent.c.id == _d.after).scalar_subquery() == "sent"
    query = select(_d.id).where(
        _d.destination == destination,
        _d.state.in_(("waiting", "due")),
        or_(_d.after.is_(None), sent),
        or_(_d.kind.not_in(("card", "reply")), _d.created_at >= since_at),
    )
    delivery: int | None = (await c.execute(query.order_by(_d.id).limit(1))).scalar_one_or_none()
    return delivery


async def has_waiting(c: AsyncConnection, destination: int) -> bool:
    """Whether a message waits there for the channel's return."""
    query = select(_d.id).where(_d.destination == destination, _d.state.in_(("waiting", "due"))).limit(1)
    return (await c.execute(query)).first() is not None


async def has_untold(c: AsyncConnection, destination: int) -> bool:
    """Whether its next digest would have something to tell."""
    query = select(matches.c.id).join(subscriptions, subscriptions.c.id == matches.c.subscription)
    untold = (matches.c.destination == destination, matches.c.told_by.is_(None), subscriptions.c.state == "active")
    return (await c.execute(query.where(*untold).limit(1))).first() is not None


async def start_trial(c: AsyncConnection, destination: int, delivery: int, now: datetime) -> None:
    """Makes one message due; every other message that is due there waits until it has arrived."""
    due = update(deliveries).where(_d.destination == destination, _d.state == "due", _d.id != delivery)
    await c.execute(due.values(state="waiting"))
    this = update(deliveries).where(_d.id == delivery, _d.state.in_(("waiting", "due")))
    await c.execute(this.values(state="due", not_before=now))
