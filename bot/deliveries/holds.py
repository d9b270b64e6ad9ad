"""What keeps a message back: a mute, a channel's quiet hours, a burst. Held is never lost: a hold always ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.deliveries.quiet_hours import ROLL_UP_MARGIN, is_end_of_quiet_hours, quiet_until
from bot.model import Delivery, Destination, StoredArticle, Story
from bot.store import destinations, mutes
from bot.store.deliveries import rollups
from bot.store.engine import Connection

BURST_CARDS = 5
"""So many cards come one by one; what follows them within the time comes as one message."""
BURST_WINDOW = timedelta(minutes=10)


async def muted_until(
    c: Connection, destination: int, story: int, articles: Sequence[StoredArticle], now: datetime
) -> datetime | None:
    """Until when a channel mutes this story, itself or all of its outlets; None when it does not."""
    active = await mutes.active(c, destination, now)
    of_story = [mute.until_at for mute in active if (mute.kind, mute.target) == ("story", str(story))]
    of_outlet = {mute.target: mute.until_at for mute in active if mute.kind == "outlet"}
    outlets = {article.outlet for article in articles}
    if outlets and outlets <= of_outlet.keys():
        of_story.append(min(of_outlet[outlet] for outlet in outlets))
    return max(of_story, default=None)


async def held_until(
    c: Connection,
    destination: int,
    story: Story,
    articles: Sequence[StoredArticle],
    now: datetime,
    margin: timedelta = timedelta(0),
) -> datetime | None:
    """Until when a channel is told nothing of a story: its mutes, and its quiet hours unless the story is severe.

    ``margin`` is added to quiet hours, for cards: what is rolled up at their end is not sent by itself before that.
    """
    muted = await muted_until(c, destination, story.id, articles, now)
    place = await destinations.get(c, destination)
    quiet = quiet_until(place, now) if place is not None and story.topics.severity < 1 else None
    return max((until for until in (muted, quiet + margin if quiet else None) if until is not None), default=None)


async def burst_until(c: Connection, destination: int, now: datetime) -> datetime | None:
    """Where a channel was owed many cards just now: until when the next ones are gathered; None where it was not."""
    recent = await rollups.cards_since(c, destination, now - BURST_WINDOW)
    gathering = [until for card in recent if (until := burst_ends_at(card)) is not None and until > now]
    if gathering:
        return max(gathering)
    alone = [card.created_at for card in recent if burst_ends_at(card) is None and card.state != "held"]
    return alone[0] + BURST_WINDOW if len(alone) >= BURST_CARDS else None


def burst_ends_at(card: Delivery) -> datetime | None:
    """Until when a card is gathered with others; None where it is not."""
    until = card.payload.get("burst")
    return datetime.fromisoformat(str(until)) if until else None


def waits_for_roll_up(card: Delivery, place: Destination) -> bool:
    """Whether a held card waits to be told together with others, and not for a mute's end."""
    at = card.not_before - ROLL_UP_MARGIN
    return burst_ends_at(card) == at or is_end_of_quiet_hours(place, at)


async def stays_held(
    c: Connection, card: Delivery, story: Story, articles: Sequence[StoredArticle], now: datetime
) -> bool:
    """Whether a held card still is, now that its story has grown."""
    place = await destinations.get(c, card.destination)
    if story.topics.severity < 1 and place is not None and waits_for_roll_up(card, place):
        return True
    return await held_until(c, card.destination, story, articles, now, ROLL_UP_MARGIN) is not None
