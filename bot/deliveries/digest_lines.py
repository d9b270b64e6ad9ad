"""Turns the story numbers that a digest stores into the sections, lines and sector counts that it shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bot.deliveries.cards_from_rows import digest_line
from bot.deliveries.digest_pages import UNCONFIRMED, Section
from bot.model import Story, Subscription, subscription_id
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
    """The sections to show for pairs of a subscription's number and its stories' numbers; each story stands once."""
    queries = {subscription.id: subscription.query for subscription in subscribed}
    sections = []
    shown: set[int] = set()
    for subscription, story_numbers in frozen:
        known = [story for story in await _stories_today(c, story_numbers) if story.id not in shown]
        shown.update(story.id for story in known)
        articles_of = await articles.of_stories(c, [story.id for story in known])
        lines = tuple(digest_line(story, articles_of.get(story.id, ()), outlets, language) for story in known)
        shown_id = subscription_id(subscription) if subscription > 0 else None
        sections.append(DigestSection(shown_id, queries.get(subscription, ""), lines, subscription == UNCONFIRMED))
    return tuple(sections)


async def sector_counts(c: Connection, sections: Sequence[Section]) -> tuple[tuple[str, int], ...]:
    """How many of a digest's stories each sector has, the most frequent sector first."""
    shown = await _stories_today(c, sorted({number for section in sections for number in section.stories}))
    return tuple(Counter(sector for story in shown for sector in story.topics.sectors).most_common())


async def _stories_today(c: Connection, story_numbers: Iterable[int]) -> list[Story]:
    """The stories as they are kept today, each once: a digest may name stories that were merged since."""
    found = [await stories.get(c, number) for number in story_numbers]
    return list({story.id: story for story in found if story is not None}.values())
