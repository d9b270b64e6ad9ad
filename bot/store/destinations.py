"""Reads and writes the ``destinations`` table: channels and direct messages, with their settings and their state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Destination, DestinationState, DigestCadence
from bot.store import once
from bot.store.rows import chunks, fetch_one, from_row, insert_or_ignore
from bot.store.schema import deliveries, destinations

_BY_IDS = select(destinations).where(destinations.c.id.in_(bindparam("ids", expanding=True)))
LAST_TRY_THERE = (
    select(func.max(deliveries.c.last_try_at, type_=deliveries.c.last_try_at.type))
    .where(deliveries.c.destination == destinations.c.id)
    .scalar_subquery()
)
"""When a post to the channel was last tried: its pause began no earlier."""
_MOVED = "moved:"
"""Begins the key under which a replaced channel id is noted: ``moved:G0OLD:C0NEW``."""


@dataclass(frozen=True, slots=True)
class ChannelPause:
    """No post is made before ``until_at``. ``tried_at`` is when the last post there began, before the pause."""

    until_at: datetime
    tried_at: datetime | None = None


async def get_or_add(
    c: AsyncConnection,
    team: str,
    slack_id: str,
    *,
    language: str,
    timezone: str,
    person: str | None = None,
    state: DestinationState = "active",
) -> Destination:
    """Returns the destination; language, zone and state are used only where it is new.

    An id that Slack has replaced since, as a setting may name it, gives the channel under its new id.
    """
    destination = await find(c, team, slack_id)
    if destination is None:
        slack_id = await _current_id(c, team, slack_id)
        values = {"team": team, "slack_id": slack_id, "language": language, "timezone": timezone}
        await c.execute(insert_or_ignore(c, destinations).values(**values, person=person, state=state))
        destination = await find(c, team, slack_id)
    assert destination is not None
    return destination


async def change_id(c: AsyncConnection, destination: Destination, new_id: str, now: datetime) -> Destination:
    """Writes the new id that Slack gave a channel, and notes which one it replaces."""
    await once.take(c, destination.team, f"{_MOVED}{destination.slack_id}:{new_id}", now)
    await c.execute(update(destinations).where(destinations.c.id == destination.id).values(slack_id=new_id))
    return replace(destination, slack_id=new_id)


async def _current_id(c: AsyncConnection, team: str, slack_id: str) -> str:
    """Returns the id that replaced this one, however often it changed; else the id itself."""
    passed = {slack_id}
    while moves := await once.beginning_with(c, team, f"{_MOVED}{slack_id}:"):
        new_id = moves[-1].rpartition(":")[2]
        if new_id in passed:
            break
        passed.add(new_id)
        slack_id = new_id
    return slack_id


async def find(c: AsyncConnection, team: str, slack_id: str) -> Destination | None:
    """Returns the destination with Slack's id, or None."""
    return await fetch_one(
        c, Destination, destinations, destinations.c.team == team, destinations.c.slack_id == slack_id
    )


async def get(c: AsyncConnection, destination: int) -> Destination | None:
    """Returns the destination, or None."""
    return await fetch_one(c, Destination, destinations, destinations.c.id == destination)


async def some(c: AsyncConnection, destination_ids: Iterable[int]) -> dict[int, Destination]:
    """Returns those of the destinations that there are, by id."""
    found: dict[int, Destination] = {}
    for ids in chunks(destination_ids):
        found.update({row.id: from_row(Destination, row) for row in await c.execute(_BY_IDS, {"ids": ids})})
    return found


async def all_of_team(c: AsyncConnection, team: str | None) -> tuple[Destination, ...]:
    """Returns the destinations of a workspace, or of all workspaces with None."""
    query = select(destinations).order_by(destinations.c.id)
    if team is not None:
        query = query.where(destinations.c.team == team)
    return tuple(from_row(Destination, row) for row in await c.execute(query))


async def of_person(c: AsyncConnection, team: str, person: str) -> tuple[Destination, ...]:
    """Returns the direct messages of a person; a new id of one makes a second row."""
    row = destinations.c
    query = select(destinations).where(row.team == team, row.person == person).order_by(row.id)
    return tuple(from_row(Destination, each) for each in await c.execute(query))


async def set_state(
    c: AsyncConnection, destination: int, state: DestinationState, reason: str | None, now: datetime
) -> bool:
    """Moves a destination to a state; returns True if that is a change, which is announced once."""
    row = destinations.c
    away_at = None if state == "active" else now
    values = {"state": state, "away_reason": None if state == "active" else reason, "away_at": away_at}
    changed = update(destinations).where(row.id == destination, row.state != state).values(**values)
    return (await c.execute(changed)).rowcount == 1


async def returns(c: AsyncConnection, destination: int) -> int:
    """Returns how often the channel came back; read it before asking Slack, see ``set_away``."""
    query = select(destinations.c.facts).where(destinations.c.id == destination)
    facts: Mapping[str, object] = (await c.execute(query)).scalar_one_or_none() or {}
    return int(str(facts.get("returns", 0)))


async def note_return(c: AsyncConnection, destination: int) -> None:
    """Notes that the channel is back; an answer to an earlier question says nothing about it any more."""
    locked = select(destinations.c.facts).where(destinations.c.id == destination).with_for_update(key_share=True)
    facts = dict((await c.execute(locked)).scalar_one_or_none() or {})
    facts["returns"] = int(str(facts.get("returns", 0))) + 1
    await c.execute(update(destinations).where(destinations.c.id == destination).values(facts=facts))


async def set_away(
    c: AsyncConnection, destination: int, state: DestinationState, reason: str, now: datetime, asked_at_return: int
) -> bool | None:
    """Notes that Slack called the channel away; returns None if it came back after Slack was asked.

    Otherwise the result is that of ``set_state``.
    """
    locked = select(destinations.c.id).where(destinations.c.id == destination).with_for_update(key_share=True)
    await c.execute(locked)  # whoever enqueues there need not wait
    if await returns(c, destination) != asked_at_return:
        return None
    return await set_state(c, destination, state, reason, now)


async def set_digest(
    c: AsyncConnection,
    destination: int,
    digest_at: str | None,
    cadence: DigestCadence = "daily",
    weekday: str = "mon",
) -> None:
    """Writes the schedule of the channel's own digest; None for no digest."""
    values = {"digest_at": digest_at, "digest_cadence": cadence, "digest_weekday": weekday}
    await c.execute(update(destinations).where(destinations.c.id == destination).values(**values))


async def set_quiet(c: AsyncConnection, destination: int, quiet_from: str | None, quiet_to: str | None) -> None:
    """Writes quiet hours in the destination's zone; None twice ends them."""
    values = {"quiet_from": quiet_from, "quiet_to": quiet_to}
    await c.execute(update(destinations).where(destinations.c.id == destination).values(**values))


async def pauses(c: AsyncConnection, since_at: datetime) -> Mapping[int, ChannelPause]:
    """Returns rate-limited destinations with their pause, if that ends after ``since_at``."""
    row = destinations.c
    paused = select(row.id, row.next_post_at, LAST_TRY_THERE.label("tried_at")).where(row.next_post_at > since_at)
    return {each.id: ChannelPause(each.next_post_at, each.tried_at) for each in await c.execute(paused)}


async def pause(c: AsyncConnection, destination: int, until_at: datetime) -> None:
    """Allows no post before ``until_at`` (our rate limit, Retry-After); never shortens a pause."""
    row = destinations.c
    later = row.next_post_at.is_(None) | (row.next_post_at < until_at)
    await c.execute(update(destinations).where(row.id == destination, later).values(next_post_at=until_at))
