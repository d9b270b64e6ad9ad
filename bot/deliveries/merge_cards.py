"""Leaves one card in each channel where stories that are merged had several, and tells no channel the story again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from bot.deliveries.enqueue import refresh_card
from bot.deliveries.standing_card import standing_card
from bot.model import Delivery, StoredArticle, Story
from bot.store import matches
from bot.store.deliveries import story_cards
from bot.store.deliveries.rollups import ROLLED_UP
from bot.store.engine import Connection
from bot.store.matches import Match


async def merge_cards(c: Connection, story: Story, articles: Sequence[StoredArticle], now: datetime) -> None:
    """Settles the cards and matches of a story that has just got those of another one, channel by channel."""
    cards_in, matches_in = defaultdict[int, list[Delivery]](list), defaultdict[int, list[Match]](list)
    for card in await story_cards.of_story(c, story.id):
        cards_in[card.destination].append(card)
    for match in await matches.of_story(c, None, story.id):
        matches_in[match.destination].append(match)
    for destination in sorted({*cards_in, *matches_in}):
        cards, met = cards_in[destination], matches_in[destination]
        told_by = _digest_that_told(cards, met)
        standing = standing_card(cards, severe=story.topics.severity >= 1, rolled_up_told=told_by is not None)
        teller = _teller(standing, told_by)
        if teller is not None:
            await matches.mark_told(c, [match.id for match in met], teller, now)
        if standing is not None:
            await _give_way(c, cards, standing, teller, story)
            await refresh_card(c, standing, story, articles, now)


async def _give_way(
    c: Connection, cards: Sequence[Delivery], standing: Delivery, teller: int | None, story: Story
) -> None:
    others = [card for card in cards if card.id != standing.id]
    for card in others:
        await story_cards.give_way(c, card, standing, teller)
    if others:
        await story_cards.refresh_given_way(c, story.id, standing.destination, story.revision)


def _digest_that_told(cards: Sequence[Delivery], met: Sequence[Match]) -> int | None:
    """The digest or roll-up that told one of the matches, or None."""
    ids = {card.id for card in cards}
    return next((match.told_by for match in met if match.told_by is not None and match.told_by not in ids), None)


def _teller(standing: Delivery | None, digest: int | None) -> int | None:
    """The delivery that tells the channel's matches; None where the next digest has to tell them."""
    if standing is None or (standing.error == ROLLED_UP and standing.state == "cancelled"):
        return digest
    return None if standing.state == "dead" else standing.id
