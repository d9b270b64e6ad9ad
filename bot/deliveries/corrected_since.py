"""Finds the stories that a channel's digests told and that were corrected, or lost a page, since then."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.deliveries.holds import muted_until
from bot.deliveries.linked_stories import stories_as_seen
from bot.model import Destination, StoredArticle
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection
from bot.stories.facts.text_read import has_vanished, is_corrected

REMEMBERED = timedelta(days=7)
"""A story that was told longer ago is not told again."""
MARKED = "marked"
"""The part of a digest's payload that holds the ids of articles known to be corrected or removed."""


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a digest tells of stories that earlier ones told."""

    stories: tuple[int, ...]
    """Their numbers; each correction is told once."""
    marked: tuple[int, ...]
    """The ids of all corrected and removed articles that the channel knows of once this digest is posted."""


async def corrections(c: Connection, destination: Destination, new: Collection[int], now: datetime) -> Corrections:
    """Looks at the stories of the channel's digests of the last week again, without muted and ``new`` ones.

    Digests of a version that did not keep what it knew are left out, so that no old correction is told as a new one.
    """
    sent = await deliveries.posted_since(c, destination.id, now - REMEMBERED, ("digest",))
    payloads: list[Any] = [digest.payload for digest in sent if MARKED in digest.payload]
    known = {article for payload in payloads for article in payload[MARKED]}
    stories: list[int] = []
    marked = known | await _marks_of(c, destination.team, new)
    for seen in await stories_as_seen(c, destination.team, stories_told(payloads)):
        fresh = _marks(seen.articles) - known
        if not fresh or not set(new).isdisjoint(seen.ids):
            continue
        if await muted_until(c, destination.id, seen.story.id, seen.articles, now) is None:
            stories.append(seen.story.id)
            marked |= fresh
    return Corrections(tuple(stories), tuple(sorted(marked)))


def stories_told(payloads: Iterable[Any]) -> list[int]:
    """Returns the numbers of the stories that digests showed, each once."""
    sections = [section for payload in payloads for section in payload["sections"]]
    return list(dict.fromkeys(story for subscription, stories in sections if subscription > 0 for story in stories))


async def _marks_of(c: Connection, team: str, stories: Collection[int]) -> set[int]:
    seen = await stories_as_seen(c, team, sorted(stories))
    return {article for each in seen for article in _marks(each.articles)}


def _marks(of_story: Iterable[StoredArticle]) -> set[int]:
    return {article.id for article in of_story if has_vanished(article) or is_corrected(article)}
