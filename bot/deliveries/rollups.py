"""Roll-ups: what was held over quiet hours, or came in a burst, is told in one message, each story once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.deliveries.digest_pages import Section, enqueue_pages
from bot.deliveries.holds import burst_ends_at, waits_for_roll_up
from bot.deliveries.quiet_hours import ROLL_UP_MARGIN
from bot.model import Delivery, Destination
from bot.store.deliveries import rollups
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection


async def roll_up(c: Connection, place: Destination, now: datetime) -> int:
    """Owes the message of all cards of a channel whose gathering is over; returns how many messages that is.

    A single one that a burst left over is a card like the others.
    """
    held = [
        card for card in await rollups.held_for(c, place.id) if card.kind == "card" and waits_for_roll_up(card, place)
    ]
    over = [card for card in held if card.not_before - ROLL_UP_MARGIN <= now]
    if len(over) == 1 and burst_ends_at(over[0]) is not None:
        return int(await deliveries.hold(c, over[0].id, now))
    bursts = all(burst_ends_at(card) == card.not_before - ROLL_UP_MARGIN for card in over)
    return await roll_up_cards(c, place, over, "burst" if bursts else "quiet", now)


async def roll_up_cards(c: Connection, place: Destination, cards: Sequence[Delivery], why: str, now: datetime) -> int:
    """Owes one message of these cards in place of them; returns how many messages that is.

    The message's key names its first card: a card is taken once, so no two messages have one key.
    """
    taken = await rollups.roll_up(c, cards)
    return await enqueue_roll_up(c, place, taken, f"{why}:{taken[0].id}", now, rolled=why) if taken else 0


async def enqueue_roll_up(
    c: Connection, place: Destination, old: Sequence[Delivery], slot: str, now: datetime, **said: object
) -> int:
    """One digest of them all, in as many pages as it takes; each story once, under who asked for it first."""
    told: dict[int, int] = {}
    for one in old:
        for story, subscription in stories_of(one):
            told.setdefault(story, subscription)
    asked: dict[int, list[int]] = {}
    for story, subscription in told.items():
        asked.setdefault(subscription, []).append(story)
    payload: dict[str, object] = {
        "on": now.astimezone(ZoneInfo(place.timezone)).date().isoformat(),
        "since": min(one.created_at for one in old).isoformat(),
        "late": False,
        **said,
    }
    sections = [Section(number, tuple(stories)) for number, stories in asked.items()]
    return len(await enqueue_pages(c, place, slot, sections, payload, now)) if sections else 0


def stories_of(one: Delivery) -> list[tuple[int, int]]:
    """The stories that a message tells, each with the subscription that asked for it first; 0 where none did."""
    if one.kind == "digest":
        sections: Any = one.payload["sections"]
        return [(int(story), int(number)) for number, stories in sections for story in stories]
    return [] if one.story is None else [(one.story, one.subscriptions[0] if one.subscriptions else 0)]
