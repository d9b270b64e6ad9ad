"""A channel is there again: what waited goes out, and what is older than a day as one message."""

from __future__ import annotations

from datetime import datetime

from bot.desk.rolling import owe_roll_up, roll_up
from bot.model import Destination
from bot.store import deliveries, destinations, matches
from bot.store.engine import Connection


async def resume(c: Connection, place: Destination, why: str, now: datetime) -> None:
    """Posts are tried there again; where that fails the outbox notes that the channel is still away."""
    await destinations.set_state(c, place.id, "active", None, now)
    await destinations.note_return(c, place.id)
    await roll_up(c, place, now)
    released = await deliveries.release_waiting(c, place.id, now)
    for one in released.old:
        await matches.untell(c, one.id)
    if released.old:
        await owe_roll_up(c, place, released.old, f"back:{why}", now, late=True)
