"""Finds stories of a channel that a story may be merged with: recent ones that share a topic with it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.answers.context import Requester
from bot.deliveries.linked_stories import stories_as_seen
from bot.model import Story, story_id
from bot.store import matches, subscriptions
from bot.store.engine import Connection
from bot.stories.workspace_view import SeenStory

NEAR = timedelta(days=14)
NEAR_SHOWN = 10
LOOKED_AT = 60
"""The newest stories of the channel that are looked at."""


async def near_stories(
    c: Connection, requester: Requester, seen: SeenStory, now: datetime
) -> tuple[tuple[str, str], ...]:
    """Returns id and headline of the stories, those with most topics in common first, of equals the newest."""
    channel = requester.destination
    if channel is None:
        return ()
    ids = [subscription.id for subscription in await subscriptions.of_destination(c, channel.id)]
    met = await matches.since(c, ids, now - NEAR) if ids else ()
    newest = sorted({match.story for match in met} - set(seen.ids), reverse=True)[:LOOKED_AT]
    others = [each.story for each in await stories_as_seen(c, channel.team, newest) if each.story.id not in seen.ids]
    shared = {story.id: len(_topics(story) & _topics(seen.story)) for story in others}
    chosen = [story for story in others if shared[story.id]]
    chosen.sort(key=lambda story: (-shared[story.id], -story.id))
    return tuple((story_id(story.id), story.headline) for story in chosen[:NEAR_SHOWN])


def _topics(story: Story) -> set[str]:
    topics = story.topics
    return {*topics.sectors, *topics.officials, *topics.sister_pact, *(("pact",) if topics.pact else ())}
