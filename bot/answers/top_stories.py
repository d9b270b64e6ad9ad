"""Chooses the most important stories, for status and the home tab."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.deliveries.cards_from_rows import digest_line
from bot.deliveries.linked_stories import stories_as_seen
from bot.model import StoredArticle, Story
from bot.store.articles import Appearance
from bot.store.engine import Connection
from handlers.cards.digest import DigestLine
from scrapers.outlet import Outlet

TOP_STORIES = 5


async def top_stories(
    c: Connection,
    team: str,
    outlets: Mapping[str, Outlet],
    language: str,
    candidates: Sequence[Appearance],
    since: datetime,
    *,
    of_the_pact: bool,
) -> tuple[DigestLine, ...]:
    """Returns the weightiest stories of the candidates since then.

    ``of_the_pact`` keeps only those that name the pact or its officials.
    """
    ids = {appearance.story for appearance in candidates if appearance.first_seen_at >= since}
    chosen = [
        (seen.story, seen.articles)
        for seen in await stories_as_seen(c, team, ids)
        if not of_the_pact or seen.story.topics.pact or seen.story.topics.officials
    ]
    chosen.sort(key=lambda pair: _weight(*pair), reverse=True)
    return tuple(digest_line(story, rows, outlets, language) for story, rows in chosen[:TOP_STORIES])


def _weight(story: Story, rows: Sequence[StoredArticle]) -> tuple[int, bool, bool, int, datetime]:
    """Orders stories: severity, then the pact, then officials and sister pacts, then the number of outlets."""
    outlets = len({row.outlet for row in rows})
    topics = story.topics
    return topics.severity, topics.pact, bool(topics.officials or topics.sister_pact), outlets, story.last_article_at
