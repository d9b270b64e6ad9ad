"""Chooses the most important stories, for status and the home tab."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from bot.deliveries.cards_from_rows import digest_line
from bot.deliveries.linked_stories import stories_as_seen, view_of
from bot.model import Story
from bot.store import articles, story_ranks
from bot.store.engine import Connection
from bot.store.story_ranks import StoryRank
from bot.stories.workspace_view import SeenStory, WorkspaceView
from handlers.cards.digest import DigestLine
from scrapers.outlet import Outlet

TOP_STORIES = 5
Weight = tuple[int, bool, bool, int, datetime]
"""Orders stories: severity, the pact, officials and sister pacts, the number of outlets, and the newest article."""


async def top_stories_of_pact(
    c: Connection, team: str, outlets: Mapping[str, Outlet], language: str, since: datetime
) -> tuple[DigestLine, ...]:
    """Returns the weightiest of the stories since then that name the pact or its officials."""
    view = await view_of(c, team)
    ranks = await story_ranks.of_the_pact_since(c, since)
    changed = await _changed_since(c, view, since)
    chosen = await _weightiest(c, team, view, ranks, changed, _names_pact)
    return tuple(digest_line(seen.story, seen.articles, outlets, language) for seen in chosen)


async def top_stories_of(
    c: Connection, team: str, outlets: Mapping[str, Outlet], language: str, story_ids: Collection[int]
) -> tuple[DigestLine, ...]:
    """Returns the weightiest of these stories, which the workspace sees under these ids."""
    view = await view_of(c, team)
    ranks = await story_ranks.of_stories(c, story_ids)
    chosen = await _weightiest(c, team, view, ranks, view.changed & frozenset(story_ids), lambda _: True)
    return tuple(digest_line(seen.story, seen.articles, outlets, language) for seen in chosen)


async def _changed_since(c: Connection, view: WorkspaceView, since: datetime) -> set[int]:
    """The ids of the stories since then that the workspace's people merged or split."""
    placed = await articles.placed_in(c, view.changed, since)
    return {view.shown_in(article, story) for article, story in placed}


async def _weightiest(
    c: Connection,
    team: str,
    view: WorkspaceView,
    ranks: Sequence[StoryRank],
    changed: Collection[int],
    is_wanted: Callable[[Story], bool],
) -> list[SeenStory]:
    """The weightiest stories. Only those that people changed have to be loaded to be weighed."""
    seen_of = {seen.story.id: seen for seen in await stories_as_seen(c, team, changed) if is_wanted(seen.story)}
    weight_of = {story: _weight_of_seen(seen) for story, seen in seen_of.items()}
    weight_of |= await _weights(c, [rank for rank in ranks if rank.id not in view.changed])
    ids = sorted(weight_of, key=weight_of.__getitem__, reverse=True)[:TOP_STORIES]
    seen_of |= {
        seen.story.id: seen for seen in await stories_as_seen(c, team, [id_ for id_ in ids if id_ not in seen_of])
    }
    return [seen_of[id_] for id_ in ids if id_ in seen_of]


async def _weights(c: Connection, ranks: Sequence[StoryRank]) -> dict[int, Weight]:
    """The weights of those stories that may be among the first. Outlets are counted where nothing else decides."""
    ordered = sorted(ranks, key=_before_outlets, reverse=True)
    least = _before_outlets(ordered[TOP_STORIES - 1]) if len(ordered) > TOP_STORIES else None
    first = [rank for rank in ordered if least is None or _before_outlets(rank) >= least]
    outlets = await story_ranks.outlets_of(c, [rank.id for rank in first])
    return {rank.id: (*_before_outlets(rank), outlets.get(rank.id, 0), rank.last_article_at) for rank in first}


def _before_outlets(rank: StoryRank) -> tuple[int, bool, bool]:
    return rank.severity, rank.pact, rank.parties


def _weight_of_seen(seen: SeenStory) -> Weight:
    outlets, topics = len({row.outlet for row in seen.articles}), seen.story.topics
    parties = bool(topics.officials or topics.sister_pact)
    return topics.severity, topics.pact, parties, outlets, seen.story.last_article_at


def _names_pact(story: Story) -> bool:
    return story.topics.pact or bool(story.topics.officials)
