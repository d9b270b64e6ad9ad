"""Turns the story numbers that a digest stores into the sections, lines and sector counts that it shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.deliveries.cards_from_rows import digest_line
from bot.deliveries.digest_pages import CHANGED, EARLIER, UNCONFIRMED, Section
from bot.deliveries.linked_stories import stories_as_seen
from bot.deliveries.topic_heat import topics_named
from bot.deliveries.week_heat import WeekHeat
from bot.model import Destination, Subscription, subscription_id
from bot.store.engine import Connection
from handlers.cards.digest import DigestSection
from handlers.cards.topic_heat import TopicHeat
from scrapers.outlet import Outlet

_KINDS: Mapping[int, str] = {UNCONFIRMED: "doubtful", EARLIER: "earlier", CHANGED: "changed"}


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
        kind = _KINDS.get(subscription, "")
        sections.append(DigestSection(shown_id, queries.get(subscription, ""), lines, kind))
    return tuple(sections)


async def sector_counts(c: Connection, team: str, sections: Sequence[Section]) -> tuple[tuple[str, int], ...]:
    """How many of a digest's stories each sector has, the most frequent sector first."""
    shown = await stories_as_seen(c, team, _numbers(sections))
    return tuple(Counter(sector for seen in shown for sector in seen.story.topics.sectors).most_common())


async def digest_spikes(
    c: Connection, destination: Destination, sections: Sequence[Section], now: datetime, heat: WeekHeat
) -> tuple[TopicHeat, ...]:
    """The topics of a digest's stories that have unusually many new stories this week."""
    shown = await stories_as_seen(c, destination.team, _numbers(sections))
    named = {topic for seen in shown for topic in topics_named(seen.story.topics)}
    return await heat.spikes(c, destination.team, now, destination.timezone, named)


def _numbers(sections: Sequence[Section]) -> list[int]:
    return sorted({number for section in sections for number in section.stories})
