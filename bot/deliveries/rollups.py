"""Rolls up what was held over quiet hours, came in a burst, or grew old into one message that shows each story once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.deliveries.digest_pages import Section, enqueue_pages
from bot.deliveries.holds import burst_ends_at, hold_ends_at, waits_for_roll_up
from bot.model import Delivery, Destination
from bot.store import stories
from bot.store.deliveries import rollups
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection, lock_stories


async def roll_up(c: Connection, destination: Destination, now: datetime) -> int:
    """Enqueues the roll-up of all cards of a channel whose hold is over; returns the number of messages.

    A single card that a burst left over is sent as a card. No card is enqueued meanwhile: one that joined the hold
    unseen would have a smaller id than the roll-up, and be sent before it.
    """
    await lock_stories(c)
    held = await rollups.held_for(c, destination.id)
    cards = [card for card in held if card.kind == "card" and waits_for_roll_up(card, destination)]
    over = [card for card in cards if hold_ends_at(card) <= now]
    if len(over) == 1 and burst_ends_at(over[0]) is not None:
        return int(await deliveries.release(c, over[0].id, now))
    only_bursts = all(burst_ends_at(card) == hold_ends_at(card) for card in over)
    return await roll_up_cards(c, destination, over, "burst" if only_bursts else "quiet", now)


async def roll_up_cards(
    c: Connection, destination: Destination, cards: Sequence[Delivery], why: str, now: datetime
) -> int:
    """Replaces these cards by one roll-up; returns the number of messages.

    The roll-up's key contains the id of its first card. A card is rolled up once, so no two roll-ups share a key.
    """
    taken = await rollups.roll_up(c, cards)
    if not taken:
        return 0
    return await enqueue_roll_up(c, destination, taken, f"{why}:{taken[0].id}", now, rolled=why)


async def enqueue_roll_up(
    c: Connection, destination: Destination, old: Sequence[Delivery], slot: str, now: datetime, **more: object
) -> int:
    """Enqueues one digest of these deliveries in as many pages as it needs; returns the number of messages.

    Each story stands once, under the subscription that matched it first. ``more`` is added to the payload.
    """
    subscription_of: dict[int, int] = {}
    for delivery in old:
        for story, subscription in await stories_of(c, delivery):
            subscription_of.setdefault(story, subscription)
    by_subscription: dict[int, list[int]] = {}
    for story, subscription in subscription_of.items():
        by_subscription.setdefault(subscription, []).append(story)
    payload: dict[str, object] = {
        "on": now.astimezone(ZoneInfo(destination.timezone)).date().isoformat(),
        "since": min(delivery.created_at for delivery in old).isoformat(),
        "late": False,
        **more,
    }
    sections = [Section(subscription, tuple(numbers)) for subscription, numbers in by_subscription.items()]
    due_at = min(delivery.not_before for delivery in old)
    return len(await enqueue_pages(c, destination, slot, sections, payload, now, due_at)) if sections else 0


async def stories_of(c: Connection, delivery: Delivery) -> list[tuple[int, int]]:
    """The stories that a delivery shows, as they are kept today, each with the subscription that matched it first.

    The subscription is 0 where there is none.
    """
    shown = _stored_stories_of(delivery)
    id_of = await stories.ids_today(c, [story for story, _ in shown])
    return [(id_of[story], subscription) for story, subscription in shown if story in id_of]


def _stored_stories_of(delivery: Delivery) -> list[tuple[int, int]]:
    if delivery.kind == "digest":
        sections: Any = delivery.payload["sections"]
        return [(int(story), int(subscription)) for subscription, numbers in sections for story in numbers]
    if delivery.story is None:
        return []
    return [(delivery.story, delivery.subscriptions[0] if delivery.subscriptions else 0)]
