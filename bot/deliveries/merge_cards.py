"""Leaves one card in each channel where stories that are merged had several, and tells no channel the story again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from bot.deliveries.refresh_cards import show_revision
from bot.deliveries.standing_card import digest_that_told, standing_card, teller
from bot.model import Delivery, StoredArticle, Story
from bot.store import matches
from bot.store.deliveries import story_cards
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
        rolled_up_told = digest_that_told(cards, met) is not None
        standing = standing_card(cards, severe=story.topics.severity >= 1, rolled_up_told=rolled_up_told)
        told_by = teller(standing, cards, met)
        if told_by is not None:
            await matches.mark_told(c, [match.id for match in met], told_by, now)
        if standing is not None:
            await _give_way(c, cards, standing, told_by, story)
            await show_revision(c, [standing], story, articles, now)


async def _give_way(
    c: Connection, cards: Sequence[Delivery], standing: Delivery, told_by: int | None, story: Story
) -> None:
    others = [card for card in cards if card.id != standing.id]
    for card in others:
        await story_cards.give_way(c, card, standing, told_by)
    if others:
        await story_cards.refresh_given_way(c, story.id, standing.destination, story.revision)
