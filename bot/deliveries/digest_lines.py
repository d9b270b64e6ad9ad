"""Turns the story numbers that a digest stores into the sections, lines and sector counts that it shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.deliveries.cards_from_rows import digest_line
from bot.deliveries.digest_pages import UNCONFIRMED, Section
from bot.deliveries.linked_stories import stories_as_seen
from bot.model import Subscription, subscription_id
from bot.store.engine import Connection
from handlers.cards.digest import DigestSection
from scrapers.outlet import Outlet


async def digest_sections(
    c: Connection,
    team: str,
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
        known = [seen for seen in await stories_as_seen(c, team, story_numbers) if seen.story.id not in shown]
        shown.update(seen.story.id for seen in known)
        lines = tuple(digest_line(seen.story, seen.articles, outlets, language) for seen in known)
        shown_id = subscription_id(subscription) if subscription > 0 else None
        sections.append(DigestSection(shown_id, queries.get(subscription, ""), lines, subscription == UNCONFIRMED))
    return tuple(sections)


async def sector_counts(c: Connection, team: str, sections: Sequence[Section]) -> tuple[tuple[str, int], ...]:
    """How many of a digest's stories each sector has, the most frequent sector first."""
    numbers = sorted({number for section in sections for number in section.stories})
    shown = await stories_as_seen(c, team, numbers)
    return tuple(Counter(sector for seen in shown for sector in seen.story.topics.sectors).most_common())
