"""Resumes deliveries to a channel that is back, or to a workspace whose token works again.

What is older than a day comes as one roll-up, the rest as single messages.
"""

from __future__ import annotations

from datetime import datetime

from bot.deliveries.rollups import enqueue_roll_up, roll_up
from bot.model import Destination
from bot.store import absent_channels, destinations, installations, matches
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection, lock_stories


async def resume_destination(c: Connection, destination: Destination, why: str, now: datetime) -> None:
    """Makes a channel active again; if posts there still fail, the outbox marks it as away again."""
    await lock_stories(c)  # before the channel's row, as whoever enqueues does
    await destinations.set_state(c, destination.id, "active", None, now)
    await destinations.note_return(c, destination.id)
    await absent_channels.forget_asked(c, destination.id)
    await _release(c, destination, why, now)


async def resume_team(c: Connection, team: str, now: datetime) -> bool:
    """Resumes a workspace whose token works; True when it was stopped.

    Digests that fell due meanwhile are not made here: the next run of the digest job makes up for them.
    """
    if not await installations.resume(c, team):
        return False
    await lock_stories(c)
    for destination in await destinations.all_of_team(c, team):
        if destination.state == "active":
            await _release(c, destination, f"token:{now.isoformat()}", now)
    return True


async def _release(c: Connection, destination: Destination, why: str, now: datetime) -> None:
    await roll_up(c, destination, now)
    released = await deliveries.release_waiting(c, destination.id, now)
    for delivery in released.old:
        await matches.mark_untold(c, delivery.id)
    if released.old:
        await enqueue_roll_up(c, destination, released.old, f"back:{why}", now, rolled="back")
