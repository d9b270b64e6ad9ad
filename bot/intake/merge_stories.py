"""Merges two stories that turn out to be one event, inside the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from bot.deliveries.merge_cards import merge_cards
from bot.intake.story_rows import reports_of, written_story
from bot.model import Story
from bot.store import articles, merged_stories, stories
from bot.store.engine import Connection
from bot.stories.story_summary import leading_url, story_fields


async def merge_stories(c: Connection, keep_id: int, lose_id: int, now: datetime) -> Story:
    """Moves everything of one story to the other and returns that one; a merged story's id answers with it.

    The story with the older id is kept, whichever is named first. Ids of one story, as after a first call, change
    nothing. The caller holds ``lock_stories``.
    """
    both = (await written_story(c, keep_id), await written_story(c, lose_id))
    keep, lose = sorted(both, key=lambda story: story.id)
    if keep.id == lose.id:
        return keep
    await merged_stories.move(c, lose.id, keep.id)
    covering, reports = await articles.of_story(c, keep.id), await reports_of(c, keep.id)
    fields = story_fields(reports, leading_url(reports, covering, keep.url)) if reports else {}
    await stories.update(
        c,
        keep.id,
        **fields,
        first_seen_at=min(keep.first_seen_at, lose.first_seen_at),
        last_article_at=max(keep.last_article_at, lose.last_article_at),
        revision=max(keep.revision, lose.revision) + 1,
    )
    story = await written_story(c, keep.id)
    await merge_cards(c, story, covering, now)
    return story
