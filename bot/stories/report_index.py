"""Holds the reports of the last days by what could link them, so that a decision compares few of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count, islice
from math import ceil
from typing import Generic, TypeVar

from bot.model import Reason
from bot.stories.same_event import HEADLINE_ALIKE, Link, PreparedReport, Report, link_prepared, prepare
from bot.stories.similarity import title_features

Story = TypeVar("Story", bound=Hashable)

STORY_SPAN = timedelta(hours=96)
"""A story does not grow on for weeks: a report later than this after its first report opens the next story."""
MAX_COMPARED = 400
"""Under each key only the newest reports are compared, so that the cost of a decision is bounded in a flood."""
_SKETCHED = 12
"""Reports without any topic are found by so many of their smallest hashes."""


@dataclass(frozen=True, slots=True)
class Decision(Generic[Story]):
    """The story that a report belongs to, or None for a new one, why, and which stories are the same event."""

    story: Story | None
    reason: Reason
    merged: tuple[Story, ...] = ()
    """Further stories that are to be merged with ``story``."""


class ReportIndex(Generic[Story]):
    """Reports with their stories. Every report is an entry with its own number, under each key that could link it."""

    def __init__(self) -> None:
        self._entries: dict[int, PreparedReport] = {}
        self._stories: dict[int, Story] = {}
        self._keys: dict[int, tuple[str, ...]] = {}
        self._entries_under: defaultdict[str, dict[int, None]] = defaultdict(dict)
        self._entry_of: dict[Hashable, int] = {}
        self._next_ids = count()
        self._frequency: Counter[str] = Counter()
        self._by_end: list[tuple[datetime, int]] = []
        self._began_at: dict[Story, datetime] = {}
        self._size: Counter[Story] = Counter()

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, report: Report, story: Story) -> None:
        """Adds a report with its story; a report with the same id (a flash that grew) is replaced."""
        if report.id in self._entry_of:
            self._drop(self._entry_of[report.id])
        entry_id, entry = next(self._next_ids), prepare(report)
        keys = (*_exact_keys(report), *self._title_keys(report), *_topic_keys(entry))
        self._entries[entry_id], self._stories[entry_id], self._keys[entry_id] = entry, story, keys
        for key in keys:
            self._entries_under[key][entry_id] = None
        self._frequency.update(title_features(report.headline))
        start_at, end_at = report.span
        heappush(self._by_end, (end_at, entry_id))
        self._entry_of[report.id] = entry_id
        self._began_at[story] = min(start_at, self._began_at.get(story, start_at))
        self._size[story] += 1

    def find(self, report: Report) -> Decision[Story]:
        """Returns the story that this report joins by its surest link, or None where it opens a new one."""
        links = ((link.strength, -entry_id, link.rule) for entry_id, link in self._links(report))
        surest = max(links, default=None)
        if surest is None:
            return Decision(None, Reason("new_story"))
        _, minus_entry_id, rule = surest
        other = self._entries[-minus_entry_id].report
        return Decision(self._stories[-minus_entry_id], Reason(rule, {"report": str(other.id), "outlet": other.outlet}))

    def linked(self, report: Report) -> Counter[Story]:
        """Counts, for every story, its reports that are linked to this one."""
        return Counter(self._stories[entry_id] for entry_id, _ in self._links(report))

    def forget_before(self, at: datetime) -> None:
        """Drops what was published before this instant, so that memory is bounded by the window."""
        while self._by_end and self._by_end[0][0] < at:
            entry_id = heappop(self._by_end)[1]
            if entry_id in self._entries:
                self._drop(entry_id)

    def _drop(self, entry_id: int) -> None:
        entry, story = self._entries.pop(entry_id), self._stories.pop(entry_id)
        del self._entry_of[entry.report.id]
        for key in self._keys.pop(entry_id):
            entry_ids = self._entries_under[key]
            del entry_ids[entry_id]
            if not entry_ids:
                del self._entries_under[key]
        self._frequency.subtract(title_features(entry.report.headline))
        self._size[story] -= 1
        if not self._size[story]:
            del self._size[story], self._began_at[story]
        if len(self._frequency) > 4 * (len(self._entries_under) + 1024):
            self._frequency = +self._frequency

    # ── which reports are compared ─────────────────────────────────────────────────────────────────────────

    def _links(self, report: Report) -> Iterator[tuple[int, Link]]:
        entry = prepare(report)
        for entry_id in self._candidates(entry):
            link = link_prepared(self._entries[entry_id], entry)
            if link and self._is_in_span(report, entry_id, link):
                yield entry_id, link

    def _is_in_span(self, report: Report, entry_id: int, link: Link) -> bool:
        if link.rule == "same_article":
            return True
        return report.span[0] - self._began_at[self._stories[entry_id]] <= STORY_SPAN

    def _candidates(self, entry: PreparedReport) -> Iterator[int]:
        compared: set[int] = set()
        for key in (*_exact_keys(entry.report), *_topic_keys(entry)):
            for entry_id in self._newest(key):
                if entry_id not in compared:
                    compared.add(entry_id)
                    yield entry_id
        yield from self._with_similar_titles(entry, compared)

    def _with_similar_titles(self, entry: PreparedReport, compared: set[int]) -> Iterator[int]:
        """Leaves out what the count of shared features excludes: most reports under a feature share nothing else."""
        title, least = entry.title, HEADLINE_ALIKE / (1 + HEADLINE_ALIKE)
        for key in self._title_keys(entry.report):
            for entry_id in self._newest(key):
                if entry_id in compared:
                    continue
                compared.add(entry_id)
                other = self._entries[entry_id].title
                if len(title & other) >= least * (len(title) + len(other)):
                    yield entry_id

    def _newest(self, key: str) -> Iterator[int]:
        return islice(reversed(self._entries_under.get(key, {})), MAX_COMPARED)

    def _title_keys(self, report: Report) -> Iterator[str]:
        """Yields the prefix filter: two headlines that are alike enough share one of their rarest features."""
        features = title_features(report.headline)
        rarest_first = sorted(features, key=lambda feature: (self._frequency[feature], feature))
        needed = len(rarest_first) - ceil(HEADLINE_ALIKE * len(rarest_first)) + 1
        return (f"t:{feature}" for feature in rarest_first[:needed])


def _exact_keys(report: Report) -> tuple[str, ...]:
    by_hash = (f"h:{report.content_hash}",) if report.content_hash else ()
    return (*(f"i:{identity}" for identity in report.identities), *by_hash)


def _topic_keys(entry: PreparedReport) -> tuple[str, ...]:
    topics, pact = entry.report.topics, entry.report.pact_id
    by_pact = (f"l:{pact}",) if pact else ()
    named = (*(f"o:{name}" for name in topics.officials), *(f"s:{sector}" for sector in topics.sectors))
    if by_pact or named:
        return (*by_pact, *named)
    return tuple(f"k:{each_hash}" for each_hash in sorted(entry.hashes)[:_SKETCHED])
