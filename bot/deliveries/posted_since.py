"""Finds the stories that were posted in a channel as cards, or rolled up, since its last digest."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.deliveries.linked_stories import groups_of
from bot.deliveries.rollups import stories_of
from bot.model import Destination
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection


async def stories_posted(
    c: Connection, destination: Destination, since_at: datetime, new: Collection[int]
) -> tuple[int, ...]:
    """Returns the stories that were posted since then, whatever subscription they met, without ``new`` ones.

    An all-clear has to count each of them: a severe story is posted at once also for a subscription that no digest
    of this time covers.
    """
    posted = await deliveries.posted_since(c, destination.id, since_at, ("card", "digest"))
    told = [each for each in posted if each.kind == "card" or each.payload.get("rolled")]
    stories = dict.fromkeys([story for delivery in told for story, _ in await stories_of(c, delivery)])
    leader_of = (await groups_of(c, destination.team)).leader
    known = {leader_of(story) for story in new}
    return tuple(leader for leader in dict.fromkeys(map(leader_of, stories)) if leader not in known)
