"""Moves every row of a story to the story that it is merged into."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import matches, mutes, story_links
from bot.store.schema import (
    articles,
    deliveries,
    destinations,
    feedback,
    stories,
    story_aliases,
    story_overlays,
    story_parts,
)


async def move(c: AsyncConnection, lose_id: int, keep_id: int) -> None:
    """Gives everything of one story to another; the lost one's id leads there from now on.

    The caller decides afterwards what becomes of the deliveries of both, in the same transaction.
    """
    await lock_deliveries(c, (lose_id, keep_id))
    for table in (articles, deliveries, story_aliases, story_overlays, story_parts):
        await c.execute(update(table).where(table.c.story == lose_id).values(story=keep_id))
    parted_from = story_parts.c.parted_from
    await c.execute(update(story_parts).where(parted_from == lose_id).values(parted_from=keep_id))
    await story_links.retarget(c, lose_id, keep_id)
    await _move_feedback(c, lose_id, keep_id)
    await matches.merge(c, lose_id, keep_id)
    await mutes.retarget(c, "story", str(lose_id), str(keep_id))
    await c.execute(update(stories).where(stories.c.merged_into == lose_id).values(merged_into=keep_id))
    await c.execute(update(stories).where(stories.c.id == lose_id).values(merged_into=keep_id))


async def lock_deliveries(c: AsyncConnection, story_ids: Collection[int]) -> None:
    """Keeps the outbox from claiming a delivery of these stories until the transaction ends.

    The channels come first, as in a claim, so that the two never wait for each other: a second change of a delivery in
    one transaction makes PostgreSQL check its channel again.
    """
    row = deliveries.c
    of_both = row.story.in_(story_ids)
    channels = select(destinations.c.id).where(destinations.c.id.in_(select(row.destination).where(of_both)))
    await c.execute(channels.order_by(destinations.c.id).with_for_update(read=True, key_share=True))
    await c.execute(select(row.id).where(of_both).order_by(row.id).with_for_update())


async def _move_feedback(c: AsyncConnection, lose_id: int, keep_id: int) -> None:
    """Moves what people said of the story, except what they said of the other one as well."""
    said, other = feedback.c, feedback.alias()
    same = (other.c.team == said.team, other.c.person == said.person, other.c.what == said.what)
    twice = select(other.c.id).where(other.c.story == keep_id, *same).exists()
    await c.execute(update(feedback).where(said.story == lose_id, ~twice).values(story=keep_id))
