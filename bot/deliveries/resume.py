"""A channel is there again, or a workspace's token works again: what is older than a day comes as one message."""

from __future__ import annotations

from datetime import datetime

from bot.deliveries.rollups import enqueue_roll_up, roll_up
from bot.model import Destination
from bot.store import destinations, installations, matches
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection


async def resume_destination(c: Connection, place: Destination, why: str, now: datetime) -> None:
    """Posts are tried there again; where that fails the outbox notes that the channel is still away."""
    await destinations.set_state(c, place.id, "active", None, now)
    await destinations.note_return(c, place.id)
    await _go_on(c, place, why, now)


async def resume_team(c: Connection, team: str, now: datetime) -> bool:
    """The workspace's token works; True when it was stopped. What fell due meanwhile the digests catch up."""
    if not await installations.resume(c, team):
        return False
    for place in await destinations.all_of_team(c, team):
        if place.state == "active":
            await _go_on(c, place, f"token:{now.isoformat()}", now)
    return True


async def _go_on(c: Connection, place: Destination, why: str, now: datetime) -> None:
    await roll_up(c, place, now)
    released = await deliveries.release_waiting(c, place.id, now)
    for one in released.old:
        await matches.untell(c, one.id)
    if released.old:
        await enqueue_roll_up(c, place, released.old, f"back:{why}", now, late=True)
