"""Turns the story numbers that a digest stores into the sections, lines and sector counts that it shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.deliveries.cards_from_rows import digest_line
from bot.deliveries.digest_pages import UNCONFIRMED, Section
from bot.model import Subscription, subscription_id
from bot.store import articles, stories
from bot.store.engine import Connection
from handlers.cards.digest import DigestSection
from scrapers.outlet import Outlet


async def digest_sections(
    c: Connection,
    outlets: Mapping[str, Outlet],
    frozen: Sequence[tuple[int, Sequence[int]]],
    subscribed: Sequence[Subscription],
    language: str,
) -> tuple[DigestSection, ...]:
    """The sections to show for pairs of a subscription's number and its stories' numbers."""
    queries = {subscription.id: subscription.query for subscription in subscribed}
    sections = []
    for subscription, story_numbers in frozen:
        articles_of = await articles.of_stories(c, story_numbers)
        lines = tuple(
            [
                digest_line(story, articles_of.get(story.id, ()), outlets, language)
                for number in story_numbers
                if (story := await stories.get(c, number)) is not None
            ]
        )
        shown_id = subscription_id(subscription) if subscription > 0 else None
        sections.append(DigestSection(shown_id, queries.get(subscription, ""), lines, subscription == UNCONFIRMED))
    return tuple(sections)


async def sector_counts(c: Connection, sections: Sequence[Section]) -> tuple[tuple[str, int], ...]:
    """How many of a digest's stories each sector has, the most frequent sector first."""
    numbers = sorted({number for section in sections for number in section.stories})
    shown = [story for number in numbers if (story := await stories.get(c, number)) is not None]
    return tuple(Counter(sector for story in shown for sector in story.topics.sectors).most_common())
