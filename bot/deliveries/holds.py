"""Decides until when a message is held: by a mute, by quiet hours, or because it belongs to a burst.

A hold delays a delivery and never drops it: every hold has an end. What is held first is sent first (see README.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.deliveries.linked_stories import groups_of
from bot.deliveries.quiet_hours import ROLL_UP_MARGIN, is_end_of_quiet_hours, quiet_until
from bot.model import Delivery, Destination, StoredArticle, Story
from bot.store import destinations, mutes
from bot.store.deliveries import rollups
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection
from bot.store.future_instants import MAX_SKEW
from bot.stories.workspace_view import StoryGroups

BURST_CARDS = 5
"""A channel gets this many cards one by one; those that follow within the window are rolled up into one message."""
BURST_WINDOW = timedelta(minutes=10)


async def muted_until(
    c: Connection, destination_id: int, story_number: int, articles: Sequence[StoredArticle], now: datetime
) -> datetime | None:
    """When a channel's mute of this story, a linked one, or all of its outlets, ends; None when it is not muted."""
    active = await mutes.active(c, destination_id, now)
    groups = await groups_of(c, active[0].team) if active else StoryGroups(())
    muted = {("story", str(number)) for number in groups.ids(story_number)}
    ends = [mute.until_at for mute in active if (mute.kind, mute.target) in muted]
    outlet_ends = {mute.target: mute.until_at for mute in active if mute.kind == "outlet"}
    outlets = {article.outlet for article in articles}
    if outlets and outlets <= outlet_ends.keys():
        ends.append(min(outlet_ends[outlet] for outlet in outlets))
    return max(ends, default=None)


async def held_until(
    c: Connection,
    destination_id: int,
    story: Story,
    articles: Sequence[StoredArticle],
    now: datetime,
    margin: timedelta = timedelta(0),
) -> datetime | None:
    """When messages about a story are no longer held; None when they are not.

    Mutes hold every story, quiet hours only those that are not severe. ``margin`` is added to the end of quiet hours:
    cards wait that much longer, so that the roll-up replaces them before they are sent one by one.
    """
    muted = await muted_until(c, destination_id, story.id, articles, now)
    destination = await destinations.get(c, destination_id)
    quiet = quiet_until(destination, now) if destination is not None and story.topics.severity < 1 else None
    ends = (muted, quiet + margin if quiet else None)
    return max((end for end in ends if end is not None), default=None)


async def joins_until(c: Connection, destination: Destination, now: datetime) -> datetime | None:
    """When the hold ends, or has ended, that the next card of a channel joins; None when it may be sent at once.

    Cards that wait for a roll-up are sent before those that follow them, so a card joins them until the roll-up is
    made, also after their hold's end. Where none wait, the sixth card within ten minutes begins a hold of its own.
    """
    held = [card for card in await rollups.held_for(c, destination.id) if card.kind == "card"]
    ends = [hold_ends_at(card) for card in held if waits_for_roll_up(card, destination)]
    if joined := [ends_at for ends_at in ends if ends_at <= now + MAX_SKEW + BURST_WINDOW]:
        return max(joined)
    cards = await rollups.cards_since(c, destination.id, now - BURST_WINDOW)
    recent = [card for card in cards if card.created_at <= now + MAX_SKEW]
    single = [card.created_at for card in recent if burst_ends_at(card) is None and card.state != "held"]
    return single[0] + BURST_WINDOW if len(single) >= BURST_CARDS else None


def burst_ends_at(card: Delivery) -> datetime | None:
    """The end of the burst, or of another hold, that a card joined; None when it joined none."""
    ends_at = card.payload.get("burst")
    return datetime.fromisoformat(str(ends_at)) if ends_at else None


def is_running(burst_ends_at: datetime, now: datetime) -> bool:
    """Whether a burst goes on. One that ends later than a burst can was written by a clock that was put back since."""
    return now < burst_ends_at <= now + MAX_SKEW + BURST_WINDOW


def hold_ends_at(card: Delivery) -> datetime:
    """The end of the hold of a card that waits for a roll-up; without one it is sent by itself a little later."""
    return card.not_before - ROLL_UP_MARGIN


def waits_for_roll_up(card: Delivery, destination: Destination) -> bool:
    """Whether a held card waits for a roll-up, and not for the end of a mute."""
    ends_at = hold_ends_at(card)
    return burst_ends_at(card) == ends_at or is_end_of_quiet_hours(destination, ends_at)


async def release_unless_held(
    c: Connection, card: Delivery, story: Story, articles: Sequence[StoredArticle], now: datetime
) -> None:
    """Makes a held card due where nothing holds it any more."""
    if card.state == "held" and not await stays_held(c, card, story, articles, now):
        await deliveries.release(c, card.id, now)


async def stays_held(
    c: Connection, card: Delivery, story: Story, articles: Sequence[StoredArticle], now: datetime
) -> bool:
    """Whether a held card remains held after its story has grown."""
    destination = await destinations.get(c, card.destination)
    if story.topics.severity < 1 and destination is not None and waits_for_roll_up(card, destination):
        return True
    return await held_until(c, card.destination, story, articles, now, ROLL_UP_MARGIN) is not None
