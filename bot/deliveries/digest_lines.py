"""Turns a digest's frozen story numbers into the sections, lines and sector counts that it shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.deliveries.cards_from_rows import digest_line
from bot.deliveries.digest_pages import DOUBTFUL, Section
from bot.model import Subscription, subscription_id
from bot.store import articles, stories
from bot.store.engine import Connection
from handlers.cards.digest import DigestSection
from scrapers.outlet import Outlet


async def digest_sections(
    c: Connection,
    outlets: Mapping[str, Outlet],
    frozen: Sequence[tuple[int, Sequence[int]]],
    asked: Sequence[Subscription],
    language: str,
) -> tuple[DigestSection, ...]:
    """Numbers of subscriptions and stories, as what is shown of them."""
    names = {one.id: one.query for one in asked}
    found = []
    for subscription, numbers in frozen:
        mine = await articles.of_stories(c, numbers)
        lines = [
            digest_line(story, mine.get(story.id, ()), outlets, language)
            for number in numbers
            if (story := await stories.get(c, number)) is not None
        ]
        number = subscription_id(subscription) if subscription > 0 else None
        found.append(DigestSection(number, names.get(subscription, ""), tuple(lines), subscription == DOUBTFUL))
    return tuple(found)


async def sector_counts(c: Connection, sections: Sequence[Section]) -> tuple[tuple[str, int], ...]:
    """How many of a digest's stories each sector has, most first."""
    numbers = {number for section in sections for number in section.stories}
    told = [story for number in sorted(numbers) if (story := await stories.get(c, number)) is not None]
    return tuple(Counter(sector for story in told for sector in story.topics.sectors).most_common())
