"""Holds the reports of the last days with their stories, and decides which story a report belongs to.

A report is compared with few stories: those that share its rarest features. Its score against a story is the mean over
a bounded sample of the story's reports. Whole stories join each other, a report never moves alone.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from typing import Generic, Literal, TypeVar

from bot.stories.background import common_features
from bot.stories.evidence import (
    CHANNELS,
    MICROSECONDS_A_DAY,
    Rarities,
    Weighed,
    agreement,
    days_apart,
    days_between,
    weigh,
)
from bot.stories.features import (
    ENTITY,
    FIGURE,
    HEAD,
    HEAD_SOUND,
    NAME,
    SENTENCE,
    SHIFT,
    TERM,
    counted_features,
    topic_features,
)
from bot.stories.rarity import RarityCounts
from bot.stories.report import Report
from bot.stories.scoring import (
    NEVER,
    Score,
    are_of_rival_pacts,
    has_same_headline,
    is_copy,
    joins,
    may_have_same_headline,
    score,
)
from bot.stories.weights import Weights, built_in_weights

Story = TypeVar("Story", bound=Hashable)

WINDOW_DAYS = 3.0
"""A report and some report of its story are published no further apart than this."""
STORY_DAYS = 4.0
"""A story does not grow on for weeks: a report later than this after its first report opens the next story."""
MAX_CANDIDATES = 12
MAX_SAMPLE = 6
"""A report is scored against so many of a story's reports: the first and the newest."""
MAX_POSTINGS = 64
"""Under each feature the newest stories are held."""
MAX_VOTES = 1_500
"""Postings that one search reads, the rarest features first, so that its cost does not grow with the window."""
NEAR = 3.0
"""A candidate whose score is lower than ``join_at`` by more than this is no neighbour of the story."""
MOST_NEIGHBOURS = 3
_INDEXED = frozenset({HEAD, FIGURE, NAME, ENTITY, TERM, HEAD_SOUND})


@dataclass(frozen=True, slots=True)
class Placement(Generic[Story]):
    """The story that a report belongs to, or None for a new one, which stories it shows to be the same, and why."""

    story: Story | None
    merged: tuple[Story, ...] = ()
    """Further stories that are the same event: they are to be merged with ``story``."""
    same_article: bool = False
    score: Score | None = None
    """The score against ``story``; for a new story the one against the nearest."""
    runner_up: Story | None = None
    """The nearest story that it does not belong to."""
    runner_up_score: float = NEVER
    nearest: Score | None = None
    """The score against ``runner_up``."""
    repeats: Literal["text", "headline"] | None = None
    """What of a report of the story it repeats; None for the same address or exactly the same text."""
    repeated: Hashable | None = None
    """The id of the report that it repeats."""


class _Story(Generic[Story]):
    """A story's reports in the order of their publication, so that a restart finds the same."""

    __slots__ = ("id", "ids", "number", "reports")

    def __init__(self, story_id: Story, number: int, reports: Iterable[Weighed] = ()) -> None:
        self.id = story_id
        self.ids = [story_id]
        """Its own id and those of the stories that were merged into it."""
        self.number = number
        self.reports = list(reports)

    def sample(self) -> list[Weighed]:
        return self.reports if len(self.reports) <= MAX_SAMPLE else [self.reports[0], *self.reports[1 - MAX_SAMPLE :]]

    def features(self) -> set[int]:
        return set().union(*(entry.features for entry in self.reports))

    def is_near(self, entry: Weighed) -> bool:
        if entry.start - self.reports[0].end > STORY_DAYS * MICROSECONDS_A_DAY:
            return False
        return any(days_apart(entry, other) <= WINDOW_DAYS for other in self.sample())


class StoryIndex(Generic[Story]):
    """Reports with their stories, found by their rare features."""

    def __init__(self, weights: Weights | None = None) -> None:
        self._weights = weights or built_in_weights()
        self._counts = RarityCounts(common_features())
        self._stories: dict[Story, _Story[Story]] = {}
        self._story_of: dict[Hashable, Story] = {}
        self._merged_into: dict[Story, Story] = {}
        self._by_feature: dict[int, list[Story]] = {}
        self._by_identity: dict[str, Story] = {}
        self._by_end: list[tuple[datetime, int, Story]] = []
        self._numbers = count()
        self._last: tuple[int, Weighed | None, Rarities] = (0, None, {})

    def __len__(self) -> int:
        return len(self._story_of)

    def story_of(self, report_id: Hashable) -> Story:
        """Returns the story of a report as it stands now. Raises KeyError for a report that is not here."""
        return self._current(self._story_of[report_id])

    def holds(self, report_id: Hashable, story: Story) -> bool:
        """Whether the report is here, in this story."""
        return report_id in self._story_of and self.story_of(report_id) == self._current(story)

    def _current(self, story: Story) -> Story:
        while story in self._merged_into:
            story = self._merged_into[story]
        return story

    # ── decide ─────────────────────────────────────────────────────────────────────────────────────────────

    def find(self, report: Report) -> Placement[Story]:
        """Returns where a report belongs; ``add`` and ``merge`` carry it out."""
        for identity in exact_keys(report):
            if identity in self._by_identity:
                return Placement(self._current(self._by_identity[identity]), same_article=True)
        whole, rarities = self._whole(report)
        candidates = self._candidates(whole, rarities)
        for story in candidates:
            for other in story.sample():
                if (repeats := _repeated(whole, other)) is not None:
                    return Placement(story.id, same_article=True, repeats=repeats, repeated=other.report.id)
        news, rarities = self._news(whole, rarities)
        scored = [(score(news, rarities, story.sample(), self._weights), story) for story in candidates]
        scored.sort(key=lambda pair: (-pair[0].mean, pair[1].number))
        return self._placement(whole, scored)

    def _placement(self, whole: Weighed, scored: list[tuple[Score, _Story[Story]]]) -> Placement[Story]:
        joined = next((pair for pair in scored if joins(pair[0], self._weights)), None)
        others = [pair for pair in scored if pair is not joined]
        runner_up = others[0][1].id if others else None
        nearest = others[0][0] if others else None
        runner_up_score = nearest.mean if nearest else NEVER
        if joined is None:
            return Placement(None, (), False, nearest, runner_up, runner_up_score, nearest)
        merged = tuple(self._same_as(joined[1], whole, others))
        return Placement(joined[1].id, merged, False, joined[0], runner_up, runner_up_score, nearest)

    def _same_as(
        self, story: _Story[Story], whole: Weighed, others: list[tuple[Score, _Story[Story]]]
    ) -> Iterator[Story]:
        """Yields the neighbours that are the same event, now that the report has joined the story."""
        reports = [*story.reports, whole]
        for found, other in others[:MOST_NEIGHBOURS]:
            if found.mean < self._weights.join_at - NEAR:
                continue
            few, many = sorted((reports, other.reports), key=len)
            scores = [self._score(entry, many[-MAX_SAMPLE:]) for entry in few[-MAX_SAMPLE:]]
            mean = sum(each.mean for each in scores) / len(scores)
            if joins(Score(mean, max(each.specifics for each in scores), None, ()), self._weights):
                yield other.id
                reports = [*reports, *other.reports]

    def _score(self, entry: Weighed, reports: list[Weighed]) -> Score:
        return score(entry, self._counts.rarities(entry.features), reports, self._weights)

    def _whole(self, report: Report) -> tuple[Weighed, Rarities]:
        """Returns a report with all of its features; ``add`` needs what ``find`` made a moment ago."""
        changes, whole, rarities = self._last
        if whole is None or whole.report is not report or changes != self._counts.changes:
            rarities = self._counts.rarities({*report.fingerprint, *_topics_of(report)})
            whole = weigh(report, rarities)
            self._last = self._counts.changes, whole, rarities
        return whole, rarities

    def _news(self, whole: Weighed, rarities: Rarities) -> tuple[Weighed, Rarities]:
        """Returns a report without what stands only in stock sentences."""
        report = whole.report
        if not any(map(self._counts.is_known, whole.of_kind(SENTENCE))):
            return whole, rarities
        counted = {*counted_features(report.fingerprint, self._counts.is_known), *_topics_of(report)}
        of_news = {feature: rarities[feature] for feature in counted}
        return weigh(report, of_news), of_news

    def _candidates(self, entry: Weighed, rarities: Rarities) -> list[_Story[Story]]:
        """Returns the stories that share the rarest features and are near in time, those that share most first."""
        indexed = list(filter(self._by_feature.__contains__, entry.features))
        votes: dict[Story, float] = {}
        voted = votes.get
        left = MAX_VOTES
        for feature in sorted(indexed, key=rarities.__getitem__, reverse=True):
            rarity, stories = rarities[feature], self._by_feature[feature]
            for story in stories:
                votes[story] = voted(story, 0.0) + rarity
            left -= len(stories)
            if left < 0:
                break
        return self._nearest(entry, _most_first(self._of_current_stories(votes)))

    def _of_current_stories(self, votes: dict[Story, float]) -> dict[Story, float]:
        """Returns the votes with those for a merged story given to the one that it was merged into."""
        if self._merged_into.keys().isdisjoint(votes):
            return votes
        by_story: dict[Story, float] = {}
        for story, vote in votes.items():
            current = self._current(story)
            by_story[current] = by_story.get(current, 0.0) + vote
        return by_story

    def _nearest(self, entry: Weighed, story_ids: Iterable[Story]) -> list[_Story[Story]]:
        nearest: list[_Story[Story]] = []
        for story_id in story_ids:
            story = self._stories.get(story_id)
            if story is not None and story.is_near(entry):
                nearest.append(story)
                if len(nearest) == MAX_CANDIDATES:
                    break
        return nearest

    def examples(self, report: Report) -> Iterator[tuple[bool, list[float], Story]]:
        """Yields the evidence for a report and every near one, and the latter's story: what the weights learn from."""
        news, rarities = self._news(*self._whole(report))
        for story in self._stories.values():
            for other in story.sample():
                if days_between(report, other.report) > WINDOW_DAYS or are_of_rival_pacts(report, other.report):
                    continue
                found = agreement(news, rarities, other)
                if any(found.evidence[1 : 1 + 2 * len(CHANNELS)]):
                    yield report.language == other.report.language, found.evidence, story.id

    # ── carry out ──────────────────────────────────────────────────────────────────────────────────────────

    def add(self, report: Report, story_id: Story) -> None:
        """Adds a report to a story; a report with the same id (a flash that grew) is replaced."""
        self.drop(report.id)
        story_id = self._current(story_id)
        entry, _ = self._whole(report)
        entry.report = replace(report, fingerprint=())  # its features, sorted in an array, take a tenth of the memory
        story = self._stories.get(story_id)
        new = set(entry.features) - story.features() if story else set(entry.features)
        self._counts.count(new, opens_story=story is None)
        if story is None:
            story = self._stories[story_id] = _Story(story_id, next(self._numbers))
        insort(story.reports, entry, key=_by_publication)
        self._story_of[report.id] = story_id
        for feature in new:
            if feature >> SHIFT in _INDEXED:
                stories = self._by_feature.setdefault(feature, [])
                stories.append(story_id)
                if len(stories) > MAX_POSTINGS:
                    del stories[0]
        for key in exact_keys(report):
            self._by_identity[key] = story_id
        heappush(self._by_end, (report.span[1], story.number, story_id))

    def merge(self, keep: Story, lose: Story) -> None:
        """Makes two stories one; the lost one's id goes on leading to the kept one."""
        keep, lose = self._current(keep), self._current(lose)
        if keep == lose or lose not in self._stories:
            return
        lost, kept = self._stories.pop(lose), self._stories.get(keep)
        self._merged_into[lose] = keep
        if kept is None:
            self._stories[keep] = _Story(keep, lost.number, lost.reports)
            self._stories[keep].ids += lost.ids
            return
        kept.ids += lost.ids
        self._counts.discount(kept.features() & lost.features(), closes_story=True)
        for entry in lost.reports:
            insort(kept.reports, entry, key=_by_publication)

    def drop(self, report_id: Hashable) -> None:
        """Takes a report out, if it is there."""
        if report_id not in self._story_of:
            return
        story = self._stories[self._current(self._story_of.pop(report_id))]
        gone = next(entry for entry in story.reports if entry.report.id == report_id)
        story.reports.remove(gone)
        lost = set(gone.features) - story.features()
        self._counts.discount(lost, closes_story=not story.reports)
        self._remove_postings(story, lost)
        if not story.reports:
            del self._stories[story.id]
            for merged in story.ids[1:]:
                del self._merged_into[merged]
        for key in exact_keys(gone.report):
            self._by_identity.pop(key, None)

    def _remove_postings(self, story: _Story[Story], features: Iterable[int]) -> None:
        for feature in filter(self._by_feature.__contains__, features):
            left = [story_id for story_id in self._by_feature[feature] if story_id not in story.ids]
            if left:
                self._by_feature[feature] = left
            else:
                del self._by_feature[feature]

    def forget_before(self, at: datetime) -> None:
        """Drops the stories whose last report was published before this instant, so that memory is bounded."""
        while self._by_end and self._by_end[0][0] < at:
            story = self._stories.get(self._current(heappop(self._by_end)[2]))
            if story is not None and all(entry.report.span[1] < at for entry in story.reports):
                for entry in list(story.reports):
                    self.drop(entry.report.id)


def _most_first(votes: Mapping[Story, float]) -> Iterator[Story]:
    """Yields the stories by their votes; few are asked for, so those with few votes are sorted only if need be."""
    least = max(votes.values(), default=0.0) / 2
    for some in ([story for story in votes if votes[story] >= least], [s for s in votes if votes[s] < least]):
        yield from sorted(some, key=votes.__getitem__, reverse=True)


def _repeated(entry: Weighed, other: Weighed) -> Literal["text", "headline"] | None:
    """Returns what of another report this one repeats; None where it is a report of its own."""
    if is_copy(entry, other):
        return "text"
    same_headline = may_have_same_headline(entry, other) and has_same_headline(entry.report, other.report)
    return "headline" if same_headline else None


def _topics_of(report: Report) -> Iterable[int]:
    return topic_features(report.topics.officials, report.topics.sectors)


def exact_keys(report: Report) -> tuple[str, ...]:
    """Returns what two reports share only when they are the same article."""
    by_hash = (f"hash:{report.content_hash}",) if report.content_hash else ()
    return (*(f"id:{identity}" for identity in report.identities), *by_hash)


def _by_publication(entry: Weighed) -> tuple[datetime, str]:
    return entry.report.span[0], str(entry.report.id)
