"""Reads a story's reports and its row, inside the caller's transaction."""

from __future__ import annotations

from bot.model import Story
from bot.store import articles, stories
from bot.store.engine import Connection
from bot.stories.report import Report, report_from


async def reports_of(c: Connection, story_id: int) -> list[Report]:
    """Returns the stored reports of a story, the first read first."""
    return [report_from(article) for article in await articles.of_story_as_read(c, story_id)]


async def written_story(c: Connection, story_id: int) -> Story:
    """Returns a story that certainly exists, as it is stored now."""
    story = await stories.get(c, story_id)
    assert story is not None
    return story
