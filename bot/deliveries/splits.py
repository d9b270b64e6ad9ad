"""Gives articles that people split off a story of their own, which one workspace sees, and lets later ones follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.model import StoredArticle
from bot.store import articles, stories, story_parts
from bot.store.engine import Connection
from bot.stories.report import report_from
from bot.stories.story_summary import leading_url, story_fields


async def add_part(
    c: Connection, team: str, split_off: Sequence[StoredArticle], parted_from: int, person: str, now: datetime
) -> int:
    """Writes a part with these articles; returns its story's id. ``parted_from`` answers for it after an undo."""
    reports = [report_from(article) for article in split_off]
    seen_at = [article.first_seen_at for article in split_off]
    part = await stories.add(
        c,
        **story_fields(reports, leading_url(reports, split_off, split_off[0].url)),
        first_seen_at=min(seen_at),
        last_article_at=max(seen_at),
        revision=1,
    )
    await story_parts.add(c, team, part, parted_from)
    await story_parts.put(c, team, part, [article.id for article in split_off], person, now)
    return part


async def follow_split(c: Connection, article_id: int, twin: object, now: datetime) -> None:
    """Puts an article into every part that has the article which it is most like, its twin."""
    if isinstance(twin, int):
        for team, part in (await story_parts.parts_of_article(c, twin)).items():
            await story_parts.put(c, team, part, [article_id], None, now)


async def put_back(
    c: Connection, team: str, part: int, article_ids: Sequence[int], person: str | None, made_at: datetime
) -> None:
    """Makes a split again: its articles, and those that were placed since then and are most like one of them."""
    await story_parts.put(c, team, part, article_ids, person, made_at)
    members, bases = set(article_ids), {article.story for article in await articles.some(c, article_ids)}
    for base in sorted(story for story in bases if story is not None):
        for article_id, twin in await articles.twins_since(c, base, made_at):
            if twin in members and article_id not in members:
                members.add(article_id)
                await story_parts.put(c, team, part, [article_id], None, made_at)
