"""A channel is there again: what waited goes out, and what is older than a day as one message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.desk.digest import Section, owe_pages
from bot.model import Delivery, Destination
from bot.store import deliveries, destinations
from bot.store.engine import Connection


async def resume(c: Connection, place: Destination, why: str, now: datetime) -> None:
    """Posts are tried there again; where that fails the outbox notes that the channel is still away."""
    await destinations.set_state(c, place.id, "active", None, now)
    released = await deliveries.release_waiting(c, place.id, now)
    if released.old:
        await _owe_roll_up(c, place, released.old, why, now)


async def _owe_roll_up(c: Connection, place: Destination, old: Sequence[Delivery], why: str, now: datetime) -> None:
    """One digest of them all, in as many pages as it takes; each story once, under who asked for it first."""
    told: dict[int, Delivery] = {}
    for one in old:
        if one.story is not None:
            told.setdefault(one.story, one)
    asked: dict[int, list[int]] = {}
    for story, one in told.items():
        asked.setdefault(one.subscriptions[0] if one.subscriptions else 0, []).append(story)
    payload: dict[str, object] = {
        "on": now.astimezone(ZoneInfo(place.timezone)).date().isoformat(),
        "since": min(one.created_at for one in old).isoformat(),
        "late": True,
    }
    sections = [Section(number, tuple(stories)) for number, stories in asked.items()]
    if sections:
        await owe_pages(c, place, f"back:{why}", sections, payload, now)
