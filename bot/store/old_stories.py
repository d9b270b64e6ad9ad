"""Deletes stories that got their last article long ago, with their articles, and old articles without a story."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import purged_names
from bot.store.rows import chunks
from bot.store.schema import (
    article_identities,
    articles,
    deliveries,
    feed_texts,
    feedback,
    matches,
    mentions,
    rejected,
    sentences,
    stories,
    story_aliases,
    story_links,
    story_overlays,
    story_parts,
    text_sketches,
)

STORIES_A_STEP = 10
ARTICLES_A_STEP = 50
_story, _article = stories.c, articles.c


def _old_stories(before_at: datetime) -> ColumnElement[bool]:
    """A merged story goes with the one that it was merged into."""
    return and_(_story.last_article_at < before_at, _story.merged_into.is_(None))


def _deletable(before_at: datetime) -> list[ColumnElement[bool]]:
    """Nothing refers to the story or to what was merged into it; a part goes before the story that it was split off."""
    merged, base, part = stories.alias("merged"), stories.alias("base"), story_parts.alias("part")
    of_it = or_(merged.c.id == _story.id, merged.c.merged_into == _story.id)
    used = [select(merged.c.id).where(of_it, table.c.story == merged.c.id).exists() for table in (matches, deliveries)]
    told_by_article = select(matches.c.id).join(articles, _article.id == matches.c.article)
    split = select(part.c.story).where(part.c.parted_from == _story.id).exists()
    of_young = select(part.c.story).join(base, base.c.id == part.c.parted_from)
    young = of_young.where(part.c.story == _story.id, base.c.last_article_at >= before_at).exists()
    return [~each for each in (*used, told_by_article.where(_article.story == _story.id).exists(), split, young)]


def _old_articles(before_at: datetime) -> ColumnElement[bool]:
    return and_(_article.first_seen_at < before_at, _article.story.is_(None), ~_article.wants_page)


async def count_stories(c: AsyncConnection, before_at: datetime, _now: datetime) -> int:
    """Returns how many stories got their last article before then."""
    return int((await c.execute(select(func.count()).select_from(stories).where(_old_stories(before_at)))).scalar_one())


async def count_articles(c: AsyncConnection, before_at: datetime, _now: datetime) -> int:
    """Returns how many articles go: those without a story, and those of old stories."""
    old = select(_story.id).where(_old_stories(before_at))
    query = select(func.count()).select_from(articles).where(or_(_old_articles(before_at), _article.story.in_(old)))
    return int((await c.execute(query)).scalar_one())


async def delete_stories(c: AsyncConnection, before_at: datetime, _now: datetime) -> int:
    """Deletes the next old stories with all that hangs on them; returns how many there were."""
    shown = await _in_open_digests(c)
    query = select(_story.id).where(_old_stories(before_at), *_deletable(before_at), _story.id.not_in(shown))
    ids = list((await c.execute(query.order_by(_story.id).limit(STORIES_A_STEP))).scalars())
    if not ids:
        return 0
    merged = list((await c.execute(select(_story.id).where(_story.merged_into.in_(ids)))).scalars())
    group = [*ids, *merged]
    of_group = list((await c.execute(select(_article.id).where(_article.story.in_(group)))).scalars())
    for table in (feedback, story_aliases, story_overlays):
        await c.execute(delete(table).where(table.c.story.in_(group)))
    either = or_(story_links.c.story.in_(group), story_links.c.other.in_(group))
    await c.execute(delete(story_links).where(either))
    await c.execute(delete(story_parts).where(story_parts.c.story.in_(group)))
    await _delete_articles(c, of_group)
    await c.execute(delete(stories).where(_story.id.in_(group)))
    return len(ids)


async def _in_open_digests(c: AsyncConnection) -> set[int]:
    """Returns the stories that unsent digests show: their payload alone names them."""
    row = deliveries.c
    unsent = select(row.payload).where(row.kind == "digest", row.state.not_in(("sent", "cancelled", "dead")))
    payloads = (await c.execute(unsent)).scalars()
    return {story for payload in payloads for _, of_section in payload.get("sections", ()) for story in of_section}


async def delete_articles(c: AsyncConnection, before_at: datetime, _now: datetime) -> int:
    """Deletes the next old articles without a story; returns how many there were."""
    matched = select(matches.c.id).where(matches.c.article == _article.id).exists()
    split = select(story_overlays.c.article).where(story_overlays.c.article == _article.id).exists()
    query = select(_article.id).where(_old_articles(before_at), ~matched, ~split)
    ids = list((await c.execute(query.order_by(_article.id).limit(ARTICLES_A_STEP))).scalars())
    await _delete_articles(c, ids)
    return len(ids)


async def _delete_articles(c: AsyncConnection, article_ids: Sequence[int]) -> None:
    for ids in chunks(article_ids):
        row = article_identities.c
        names = (await c.execute(select(row.identity).where(row.article.in_(ids)))).scalars()
        await purged_names.add(c, list(names))
        for table in (article_identities, feed_texts, text_sketches, mentions, rejected, sentences, story_overlays):
            await c.execute(delete(table).where(table.c.article.in_(ids)))
        await c.execute(delete(articles).where(_article.id.in_(ids)))
