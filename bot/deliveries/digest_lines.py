"""Turns the story numbers that a digest stores into the sections, lines and sector counts that it shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.deliveries.cards_from_rows import digest_line, lead_of
from bot.deliveries.digest_pages import CHANGED, CORRECTED, EARLIER, POSTED, UNCONFIRMED, Section
from bot.deliveries.linked_stories import stories_as_seen
from bot.deliveries.topic_heat import topics_named
from bot.deliveries.week_heat import WeekHeat
from bot.model import Destination, Subscription, subscription_id
from bot.store.engine import Connection
from bot.stories.facts.leads import heading_article
from handlers.cards.digest import DigestSection
from handlers.cards.topic_heat import TopicHeat
from scrapers.outlet import Outlet

LEADS_SHOWN = 3
"""The first stories of a digest quote a sentence; more would fill a phone's screen."""
_KINDS: Mapping[int, str] = {
    UNCONFIRMED: "doubtful",
    EARLIER: "earlier",
    CHANGED: "changed",
    CORRECTED: "corrected",
    POSTED: "posted",
}


async def digest_sections(
    c: Connection,
    team: str,
    outlets: Mapping[str, Outlet],
    frozen: Sequence[tuple[int, Sequence[int]]],
    subscribed: Sequence[Subscription],
    language: str,
    leads: int = 0,
) -> tuple[DigestSection, ...]:
    """The sections to show for pairs of a subscription's number and its stories' numbers; each story stands once.

    So many of the first stories quote a sentence.
    """
    queries = {subscription.id: subscription.query for subscription in subscribed}
    sections = []
    shown: set[int] = set()
    for subscription, story_numbers in frozen:
        known = [seen for seen in await stories_as_seen(c, team, story_numbers) if seen.story.id not in shown]
        shown.update(seen.story.id for seen in known)
        lines = [digest_line(seen.story, seen.articles, outlets, language) for seen in known]
        for number, seen in enumerate(known[: max(0, leads - len(shown) + len(known))]):
            heading = heading_article(seen.story, seen.articles, language, outlets)
            lead = await lead_of(c, heading, seen.articles, outlets)
            lines[number] = replace(lines[number], lead=lead)
        shown_id = subscription_id(subscription) if subscription > 0 else None
        kind = _KINDS.get(subscription, "")
        sections.append(DigestSection(shown_id, queries.get(subscription, ""), tuple(lines), kind))
    return tuple(sections)


def leads_on(page: int) -> int:
    """How many stories of a page quote a sentence."""
    return LEADS_SHOWN if page == 1 else 0


async def sector_counts(c: Connection, team: str, numbers: Collection[int]) -> tuple[tuple[str, int], ...]:
    """How many of a digest's stories each sector has, on all of its pages, the most frequent sector first."""
    shown = await stories_as_seen(c, team, sorted(set(numbers)))
    return tuple(Counter(sector for seen in shown for sector in seen.story.topics.sectors).most_common())


async def digest_spikes(
    c: Connection, destination: Destination, numbers: Collection[int], now: datetime, heat: WeekHeat
) -> tuple[TopicHeat, ...]:
    """The topics of a digest's stories that have unusually many new stories this week."""
    shown = await stories_as_seen(c, destination.team, sorted(set(numbers)))
    named = {topic for seen in shown for topic in topics_named(seen.story.topics)}
    return await heat.spikes(c, destination.team, now, destination.timezone, named)


def numbers_of(sections: Iterable[Section]) -> tuple[int, ...]:
    """The numbers of the stories that sections show."""
    return tuple(number for section in sections for number in section.stories)
