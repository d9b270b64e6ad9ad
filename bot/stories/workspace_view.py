"""Computes which stories one workspace sees as one, from the shared ones and its people's links. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.model import StoredArticle, Story, Topics


class StoryGroups:
    """The stories that links make one, by the id of each."""

    def __init__(self, pairs: Iterable[tuple[int, int]]) -> None:
        self._groups: dict[int, frozenset[int]] = {}
        for pair in pairs:
            joined = frozenset(pair).union(*(self._groups.get(story_id, ()) for story_id in pair))
            self._groups.update(dict.fromkeys(joined, joined))

    def __bool__(self) -> bool:
        return bool(self._groups)

    def ids(self, story_id: int) -> tuple[int, ...]:
        """Returns the ids of the stories that are one with this one, and its own, the oldest first."""
        return tuple(sorted(self._groups.get(story_id, (story_id,))))

    def leader(self, story_id: int) -> int:
        """Returns the id under which this story is shown: the oldest."""
        return self.ids(story_id)[0]


@dataclass(frozen=True, slots=True)
class SeenStory:
    """A story as one workspace sees it."""

    story: Story
    ids: tuple[int, ...]
    """The shared stories that it is made of, the oldest first."""
    articles: tuple[StoredArticle, ...]


def seen_story(stories: Sequence[Story], articles: Iterable[StoredArticle]) -> SeenStory:
    """Makes one story of some; it has the id and the headline of the oldest and the topics of all."""
    ordered = sorted(stories, key=lambda story: story.id)
    if len(ordered) == 1:
        return SeenStory(ordered[0], (ordered[0].id,), tuple(articles))
    topics = [story.topics for story in ordered]
    story = replace(
        ordered[0],
        first_seen_at=min(story.first_seen_at for story in ordered),
        last_article_at=max(story.last_article_at for story in ordered),
        topics=Topics(
            pact=any(each.pact for each in topics),
            sister_pact=_union(each.sister_pact for each in topics),
            officials=_union(each.officials for each in topics),
            sectors=_union(each.sectors for each in topics),
            severity=max(each.severity for each in topics),
        ),
    )
    return SeenStory(story, tuple(each.id for each in ordered), tuple(sorted(articles, key=_first_seen)))


def _first_seen(article: StoredArticle) -> tuple[datetime, int]:
    return article.first_seen_at, article.id


def _union(lists: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in lists for name in names))
