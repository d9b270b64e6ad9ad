"""Where messages are owed to: channels and direct messages, with their language, zone, digest time and state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Destination, DestinationState
from bot.store.rows import fetch_one, from_row, insert_or_ignore
from bot.store.schema import destinations


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
    """The destination; language, zone and state count only where it is new."""
    values = {"team": team, "slack_id": slack_id, "language": language, "timezone": timezone}
    await c.execute(insert_or_ignore(c, destinations).values(**values, person=person, state=state))
    found = await find(c, team, slack_id)
    assert found is not None
    return found


async def find(c: AsyncConnection, team: str, slack_id: str) -> Destination | None:
    """By Slack's id, or None."""
    return await fetch_one(
        c, Destination, destinations, destinations.c.team == team, destinations.c.slack_id == slack_id
    )


async def get(c: AsyncConnection, number: int) -> Destination | None:
    """By number, or None."""
    return await fetch_one(c, Destination, destinations, destinations.c.id == number)


async def all_of_team(c: AsyncConnection, team: str | None) -> tuple[Destination, ...]:
    """Every destination of a workspace; of all workspaces with None (for the clock)."""
    query = select(destinations).order_by(destinations.c.id)
    if team is not None:
        query = query.where(destinations.c.team == team)
    return tuple(from_row(Destination, row) for row in await c.execute(query))


async def set_state(
    c: AsyncConnection, number: int, state: DestinationState, reason: str | None, now: datetime
) -> bool:
    """Move it to a state; True when that is a change (then somebody is told, once)."""
    row = destinations.c
    away_at = None if state == "active" else now
    values = {"state": state, "away_reason": None if state == "active" else reason, "away_at": away_at}
    changed = update(destinations).where(row.id == number, row.state != state).values(**values)
    return (await c.execute(changed)).rowcount == 1


async def returns(c: AsyncConnection, number: int) -> int:
    """How often the channel came back so far: whoever asks Slack something remembers it, see ``set_away``."""
    found = await c.execute(select(destinations.c.facts).where(destinations.c.id == number))
    facts: Mapping[str, object] = found.scalar_one_or_none() or {}
    return int(str(facts.get("returns", 0)))


async def note_return(c: AsyncConnection, number: int) -> None:
    """The channel is back, whatever an answer says that was asked for before."""
    locked = select(destinations.c.facts).where(destinations.c.id == number).with_for_update()
    facts = dict((await c.execute(locked)).scalar_one_or_none() or {})
    facts["returns"] = int(str(facts.get("returns", 0))) + 1
    await c.execute(update(destinations).where(destinations.c.id == number).values(facts=facts))


async def set_away(
    c: AsyncConnection, number: int, state: DestinationState, reason: str, now: datetime, asked_at_return: int
) -> bool | None:
    """Slack said that the channel is away. None when it came back after Slack was asked; else as ``set_state``."""
    await c.execute(select(destinations.c.id).where(destinations.c.id == number).with_for_update())
    if await returns(c, number) != asked_at_return:
        return None
    return await set_state(c, number, state, reason, now)


async def set_digest(c: AsyncConnection, number: int, digest_at: str | None) -> None:
    """HH:MM of the digest of everything that the channel follows, or None for none."""
    await c.execute(update(destinations).where(destinations.c.id == number).values(digest_at=digest_at))


async def set_quiet(c: AsyncConnection, number: int, quiet_from: str | None, quiet_to: str | None) -> None:
    """Quiet hours in the destination's zone, or None twice."""
    values = {"quiet_from": quiet_from, "quiet_to": quiet_to}
    await c.execute(update(destinations).where(destinations.c.id == number).values(**values))


async def pauses(c: AsyncConnection, since_at: datetime) -> Mapping[int, datetime]:
    """Which destinations rest (the pace, Retry-After) and until when, if that is after ``since_at``."""
    row = destinations.c
    found = await c.execute(select(row.id, row.next_post_at).where(row.next_post_at > since_at))
    return {row.id: row.next_post_at for row in found}


async def pause(c: AsyncConnection, number: int, until_at: datetime) -> None:
    """No post there before ``until_at`` (the pace of a channel, Retry-After); never shortens a pause."""
    row = destinations.c
    later = row.next_post_at.is_(None) | (row.next_post_at < until_at)
    await c.execute(update(destinations).where(row.id == number, later).values(next_post_at=until_at))
