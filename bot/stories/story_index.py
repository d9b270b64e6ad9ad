"""Holds the reports of the last days with their stories, and decides which story a report belongs to.

A report is compared with few stories: those that share its rarest features. It is scored against a
bounded sample of the story's reports. Whole stories join each other, a report never moves alone.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Generic

from bot.stories.copies import CopySearch
from bot.stories.evidence import CHANNELS, agreement
from bot.stories.features.article_features import counted_features
from bot.stories.features.background import common_features
from bot.stories.placement import Placement, placement_of, score_candidates
from bot.stories.postings import Postings
from bot.stories.rarity import RarityCounts
from bot.stories.recent_story import WINDOW_DAYS, RecentStory, Story
from bot.stories.report import Report
from bot.stories.scoring import are_of_rival_pacts
from bot.stories.weighed import (
    MICROSECONDS_A_DAY,
    Rarities,
    Weighed,
    days_apart,
    evidence_of,
    microseconds,
    sums_of,
    weigh,
)
from bot.stories.weights import Weights, built_in_weights

MAX_CANDIDATES = 6
_STORIES_AT_ONCE = 2_000
_NEAR_DAYS, _MONTH = int(WINDOW_DAYS), 31
_HOUR = 3_600_000_000
"""In microseconds: reports are forgotten by the hour of their publication."""


class StoryIndex(Generic[Story]):
    """Reports with their stories, found by their rare features."""

    def __init__(self, weights: Weights | None = None) -> None:
        self._weights = weights or built_in_weights()
        self._counts = RarityCounts(common_features())
        self._postings = Postings()
        self._stories: dict[Story, RecentStory[Story]] = {}
        self._by_number: dict[int, RecentStory[Story]] = {}
        self._of_report: dict[Hashable, RecentStory[Story]] = {}
        self._merged_into: dict[Story, Story] = {}
        self._by_identity: dict[int, Hashable] = {}
        """The report of each exact key, by the key's hash."""
        self._by_hour: dict[int, array[int]] = {}
        """The stories with a report that was published in this hour at the latest."""
        self._on_day: Counter[int] = Counter()
        """The number of reports that were published from this day on."""
        self._numbers = count()
        self._last: tuple[int, Report | None, Weighed | None, Rarities] = (0, None, None, {})

    def __len__(self) -> int:
        return len(self._of_report)

    def story_of(self, report_id: Hashable) -> Story:
        """Returns the story of a report as it stands now. Raises KeyError for a report that is not here."""
        return self._of_report[report_id].id

    def holds(self, report_id: Hashable, story: Story) -> bool:
        """Whether the report is here, in this story."""
        return report_id in self._of_report and self._of_report[report_id].id == self._current(story)

    def _current(self, story: Story) -> Story:
        while story in self._merged_into:
            story = self._merged_into[story]
        return story

    # ── decide ─────────────────────────────────────────────────────────────────────────────────────────────

    def find(self, report: Report) -> Placement[Story]:
        """Returns where a report belongs; ``add`` and ``merge`` carry it out."""
        for key in _identity_keys(report):
            if key in self._by_identity:
                return Placement(self.story_of(self._by_identity[key]), same_article=True)
        whole, rarities = self._whole(report)
        candidates = self._candidates(whole, rarities)
        has_known_sentence = any(map(self._counts.knows_sentence, whole.sentences))
        search = CopySearch(whole, report.fingerprint, has_known_sentence=has_known_sentence)
        for story in candidates:
            for other in story.sample():
                if (repeats := search.repeated(other)) is not None:
                    return Placement(story.id, same_article=True, repeats=repeats, repeated=other.id)
        news, rarities = self._news(report, rarities) if has_known_sentence else (whole, rarities)
        weights = self._weights.among(self._near_reports(whole))
        return placement_of(whole, score_candidates(news, rarities, candidates, weights), self._counts, weights)

    def _near_reports(self, entry: Weighed) -> int:
        """Returns how many reports were published in the days in which a report finds its story, if these are few."""
        first, last = entry.start // MICROSECONDS_A_DAY - _NEAR_DAYS, entry.end // MICROSECONDS_A_DAY + _NEAR_DAYS
        return sum(self._on_day[day] for day in range(first, last + 1)) if last - first < _MONTH else 0

    def _whole(self, report: Report) -> tuple[Weighed, Rarities]:
        """Returns a report with all of its features; ``add`` needs what ``find`` made a moment ago."""
        changes, last, whole, rarities = self._last
        if whole is None or last != report or changes != self._counts.changes:
            rarities = self._counts.rarities(evidence_of(report))
            whole = weigh(report, rarities)
            self._last = self._counts.changes, report, whole, rarities
        return whole, rarities

    def _news(self, report: Report, rarities: Rarities) -> tuple[Weighed, Rarities]:
        """Returns a report without what stands only in stock sentences."""
        counted = tuple(counted_features(report.fingerprint, self._counts.knows_sentence))
        of_news = {feature: rarities[feature] for feature in evidence_of(replace(report, fingerprint=counted))}
        return weigh(report, of_news), of_news

    def _candidates(self, entry: Weighed, rarities: Rarities) -> list[RecentStory[Story]]:
        """Returns the stories that share the rarest features and are near in time, those that share most first."""
        candidates: list[RecentStory[Story]] = []
        for number in self._postings.most_alike(entry.features, rarities):
            story = self._by_number[number]
            if story.is_near(entry):
                candidates.append(story)
                if len(candidates) == MAX_CANDIDATES:
                    break
        return candidates

    def examples(self, report: Report) -> Iterator[tuple[bool, list[float], Story]]:
        """Yields the evidence for a report and every near one, and the latter's story: what the weights learn from."""
        whole, rarities = self._whole(report)
        news, rarities = self._news(report, rarities)
        for story in self._stories.values():
            for other in story.sample():
                if days_apart(whole, other) > WINDOW_DAYS or are_of_rival_pacts(whole, other):
                    continue
                found = agreement(news, rarities, other)
                if any(found.evidence[1 : 1 + 2 * len(CHANNELS)]):
                    yield news.language == other.language, found.evidence, story.id

    # ── carry out ──────────────────────────────────────────────────────────────────────────────────────────

    def add(self, report: Report, story_id: Story) -> None:
        """Adds a report to a story; a report with the same id (a flash that grew) is replaced."""
        entry, _ = self._whole(report)
        entry.keys = _identity_keys(report)
        self.add_weighed(entry, story_id)
        self._last = (0, None, None, {})

    def add_weighed(self, entry: Weighed, story_id: Story) -> None:
        """Adds a report that was weighed when it was placed; empty sums are computed."""
        self.drop(entry.id)
        self._complete(entry)
        story = self._opened(story_id)
        new = story.without_known(entry.features)
        self._counts.count(new, opens_story=not story.reports)
        self._postings.add(new, story.number)
        self._put(entry, story)

    def fill(self, placed: Iterable[tuple[Weighed, Story]]) -> None:
        """Adds many reports that were weighed when they were placed; there are no others yet."""
        assert not self._stories
        for entry, story_id in placed:
            self._put(entry, self._opened(story_id))
        stories = [(story.number, [entry.features for entry in story.reports]) for story in self._stories.values()]
        for start in range(0, len(stories), _STORIES_AT_ONCE):
            self._counts.count_stories([reports for _, reports in stories[start : start + _STORIES_AT_ONCE]])
        self._postings.fill(reversed(stories))
        for story in self._stories.values():
            for entry in story.reports:
                self._complete(entry)

    def _complete(self, entry: Weighed) -> None:
        if not entry.sums:
            entry.sums = sums_of(entry.features, self._counts.rarities(entry.features))

    def _opened(self, story_id: Story) -> RecentStory[Story]:
        story_id = self._current(story_id)
        story = self._stories.get(story_id)
        if story is None:
            story = self._stories[story_id] = RecentStory(story_id, next(self._numbers))
            self._by_number[story.number] = story
        return story

    def _put(self, entry: Weighed, story: RecentStory[Story]) -> None:
        story.add(entry)
        self._on_day[entry.start // MICROSECONDS_A_DAY] += 1
        self._of_report[entry.id] = story
        for key in entry.keys:
            self._by_identity[key] = entry.id
        self._note_end(story, entry.end)

    def sums(self, report: Report) -> array[float]:
        """Returns the sums of the rarities of a report's features by kind, as they are before it is added."""
        return self._whole(report)[0].sums

    def _note_end(self, story: RecentStory[Story], end: int) -> None:
        self._by_hour.setdefault(end // _HOUR, array("I")).append(story.number)

    def merge(self, keep: Story, lose: Story) -> None:
        """Makes two stories one; the lost one's id goes on leading to the kept one."""
        keep, lose = self._current(keep), self._current(lose)
        if keep == lose or lose not in self._stories:
            return
        lost, kept = self._stories.pop(lose), self._stories.get(keep)
        self._merged_into[lose] = keep
        if kept is None:
            lost.id, lost.merged_ids = keep, (*lost.merged_ids, lose)
            self._stories[keep] = lost
            return
        kept.merged_ids += (lose, *lost.merged_ids)
        self._counts.discount(kept.shared_with(lost), closes_story=True)
        for entry in lost.reports:
            self._postings.rename(entry.features, lost.number, kept.number)
            kept.add(entry)
            self._of_report[entry.id] = kept
        del self._by_number[lost.number]
        self._note_end(kept, lost.end)

    def drop(self, report_id: Hashable) -> None:
        """Takes a report out, if it is there."""
        story = self._of_report.pop(report_id, None)
        if story is None:
            return
        gone = next(entry for entry in story.reports if entry.id == report_id)
        story.reports.remove(gone)
        self._leave_day(gone.start // MICROSECONDS_A_DAY)
        lost = story.without_known(gone.features)
        self._counts.discount(lost, closes_story=not story.reports)
        self._postings.remove(lost, story.number)
        for key in gone.keys:
            self._by_identity.pop(key, None)
        if not story.reports:
            del self._stories[story.id], self._by_number[story.number]
            for merged in story.merged_ids:
                del self._merged_into[merged]

    def _leave_day(self, day: int) -> None:
        self._on_day[day] -= 1
        if not self._on_day[day]:
            del self._on_day[day]

    def forget_before(self, at: datetime) -> None:
        """Drops the stories whose last report was published before the hour of this instant: memory is bounded."""
        hour = microseconds(at) // _HOUR
        for past in [each for each in self._by_hour if each < hour]:
            for number in self._by_hour.pop(past):
                story = self._by_number.get(number)
                if story is not None and story.end // _HOUR < hour:
                    for entry in list(story.reports):
                        self.drop(entry.id)


def exact_keys(report: Report) -> tuple[str, ...]:
    """Returns what two reports share only when they are the same article."""
    by_hash = (f"hash:{report.content_hash}",) if report.content_hash else ()
    return (*(f"id:{identity}" for identity in report.identities), *by_hash)


def _identity_keys(report: Report) -> tuple[int, ...]:
    """Returns the hashes of a report's exact keys: an integer takes less memory than an address."""
    return tuple(map(hash, exact_keys(report)))
