"""Computes the stories that one workspace sees, from the shared ones and what its people merged and split. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.model import StoredArticle, Story
from bot.stories.report import report_from
from bot.stories.story_changes import leading
from bot.stories.story_summary import leading_url, union_of


class StoryGroups:
    """The stories that links make one, by the id of each."""

    def __init__(self, pairs: Iterable[tuple[int, int]]) -> None:
        self._groups: dict[int, frozenset[int]] = {}
        for pair in pairs:
            joined = frozenset(pair).union(*(self._groups.get(story_id, ()) for story_id in pair))
            self._groups.update(dict.fromkeys(joined, joined))

    def __bool__(self) -> bool:
        return bool(self._groups)

    @property
    def members(self) -> frozenset[int]:
        """The stories that are one with others."""
        return frozenset(self._groups)

    def ids(self, story_id: int) -> tuple[int, ...]:
        """Returns the ids of the stories that are one with this one, and its own, the oldest first."""
        return tuple(sorted(self._groups.get(story_id, (story_id,))))

    def leader(self, story_id: int) -> int:
        """Returns the id under which this story is shown: the oldest."""
        return self.ids(story_id)[0]


@dataclass(frozen=True, slots=True)
class SplitOff:
    """An article that a workspace sees in a part instead of the story that it has for all others."""

    article: int
    base: int
    part: int


class WorkspaceView:
    """Where one workspace sees each article, and which stories it sees as one."""

    def __init__(
        self,
        links: Iterable[tuple[int, int]] = (),
        parts: Mapping[int, int] | None = None,
        split_off: Iterable[SplitOff] = (),
        sizes: Mapping[int, int] | None = None,
    ) -> None:
        """Takes the pairs of merged stories, each part with the story that it was split off, and what was split off.

        Of several parts of an article the newest counts. ``sizes`` counts the articles that every story with a split
        has for all workspaces.
        """
        self._parts = dict(parts or {})
        newest = {each.article: each for each in sorted(split_off, key=lambda each: each.part)}
        self._part_of = {article: each.part for article, each in newest.items()}
        self._bases = [(each.base, each.part) for each in newest.values()]
        left = Counter(sizes or {})
        left.subtract(each.base for each in newest.values())
        left.update(self._part_of.values())
        self._left = {story: left[story] for story in (*(sizes or {}), *self._parts)}
        homes = dict(reversed(self._bases))
        pairs = list(links)
        self.groups = StoryGroups([*pairs, *self._fallbacks(StoryGroups(pairs), homes)])

    def _fallbacks(self, linked: StoryGroups, homes: Mapping[int, int]) -> Iterable[tuple[int, int]]:
        """Joins a story that has no article left here to the one that answers for it.

        For a part this is the story that it was split off, for a story whose articles all went the first part.
        """
        for story, left in self._left.items():
            if not left and not any(self._left.get(member, 1) for member in linked.ids(story)):
                yield story, self._parts[story] if story in self._parts else homes[story]

    @property
    def changed(self) -> frozenset[int]:
        """The stories that are one with others here, or have other articles than elsewhere."""
        return self.groups.members | self._left.keys()

    @property
    def splits_any(self) -> bool:
        """Whether any article is seen in another story than elsewhere."""
        return bool(self._part_of)

    @property
    def split_articles(self) -> frozenset[int]:
        """The articles that are seen in another story than elsewhere."""
        return frozenset(self._part_of)

    def home(self, article_id: int, story_id: int) -> int:
        """Returns the story that an article belongs to here, before stories are joined, given its story elsewhere."""
        return self._part_of.get(article_id, story_id)

    def shown_in(self, article_id: int, story_id: int) -> int:
        """Returns the id under which an article's story is shown, given its story elsewhere."""
        return self.groups.leader(self.home(article_id, story_id))

    def split_into(self, story_ids: Iterable[int]) -> list[int]:
        """Returns the articles of these parts."""
        wanted = set(story_ids)
        return [article for article, part in self._part_of.items() if part in wanted]

    def has_split(self, story_id: int) -> bool:
        """Whether the story has other articles here than elsewhere."""
        return story_id in self._left

    def split_off(self, ids: Collection[int]) -> int | None:
        """Returns the id under which the story is shown that a part was split off; None for stories that are none.

        ``ids`` are the stories that are shown as one.
        """
        if not all(story in self._parts for story in ids):
            return None
        origin = self.groups.leader(self._parts[min(ids)])
        return None if origin in ids else origin

    def lost_to(self, ids: Collection[int]) -> dict[int, int]:
        """Counts the articles that the people split off these stories, by the id under which each is shown."""
        lost = Counter(self.groups.leader(part) for base, part in self._bases if base in ids)
        return {story: count for story, count in sorted(lost.items()) if story not in ids}


@dataclass(frozen=True, slots=True)
class SeenStory:
    """A story as one workspace sees it."""

    story: Story
    ids: tuple[int, ...]
    """The stories that are shown as it, the oldest first; a part whose split was undone has no article."""
    articles: tuple[StoredArticle, ...]
    split_off: int | None = None
    """The story that its articles were split off."""
    lost_to: Mapping[int, int] = field(default_factory=dict)
    """How many articles were split off it, by the story that shows them."""


def seen_story(ids: Sequence[int], stories: Sequence[Story], articles: Iterable[StoredArticle]) -> SeenStory:
    """Makes one story of some; it has the oldest of ``ids``, the headline of the oldest story and the topics of all."""
    ordered = sorted(stories, key=lambda story: story.id)
    story = replace(
        ordered[0],
        id=ids[0],
        first_seen_at=min(story.first_seen_at for story in ordered),
        last_article_at=max(story.last_article_at for story in ordered),
        topics=union_of([story.topics for story in ordered]),
    )
    return SeenStory(story, tuple(ids), tuple(sorted(articles, key=_first_seen)))


def story_of(story: Story, articles: Sequence[StoredArticle]) -> Story:
    """Returns a story as it would be if these were all of its articles; there is at least one."""
    reports = [report_from(article) for article in articles]
    first = leading(reports)
    return replace(
        story,
        headline=first.headline,
        url=leading_url(reports, articles, articles[0].url),
        outlet=first.outlet,
        language=first.language,
        topics=union_of([report.topics for report in reports]),
        first_seen_at=min(article.first_seen_at for article in articles),
        last_article_at=max(article.first_seen_at for article in articles),
    )


def _first_seen(article: StoredArticle) -> tuple[datetime, int]:
    return article.first_seen_at, article.id
