"""Brings a story up to date that an article has left, because the article turned out to be another one's copy."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.deliveries.growth import Growth
from bot.deliveries.refresh_cards import refresh_cards
from bot.intake.merge_stories import merge_stories
from bot.model import StoredArticle
from bot.store import articles, stories
from bot.store.engine import Connection
from bot.stories.report import report_from
from bot.stories.story_summary import leading_url, story_fields


async def settle_left_story(c: Connection, story_id: int, standing: StoredArticle, now: datetime) -> None:
    """Lets the story's cards show the articles that are left; without one, it is merged with the standing one's story.

    ``standing`` is the article that stands for both. The caller holds ``lock_stories``.
    """
    story = await stories.get(c, story_id)
    left = await articles.of_story_as_read(c, story_id)
    if story is None:
        return
    if not left:
        if standing.story is not None:
            await merge_stories(c, standing.story, story_id, now)
        return
    reports = [report_from(article) for article in left]
    changes = {**story_fields(reports, leading_url(reports, left, story.url)), "revision": story.revision + 1}
    await stories.update(c, story_id, **changes)
    await refresh_cards(c, replace(story, **changes), left, Growth(standing.id), now)
