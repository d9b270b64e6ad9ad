"""Stories: which one a report joins, what leads one, what is worth telling about its growth. Pure; time is an argument.

``decide`` is for one report against the window's rows, ``Index`` the same for thousands, ``group`` for a whole pile.
Whether two reports belong together is ``reports.link``; how alike texts are is ``likeness``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count, islice
from math import ceil
from typing import Generic, Literal, TypeVar

from bot.model import Reason
from bot.stories.linking import HEADLINE_ALIKE, WINDOW, Link, Prepared, Report, link, link_prepared, prepared
from bot.stories.periods import period
from bot.stories.similarity import Fingerprint, fingerprint, title_features
from scrapers.headline_marks import is_correction

__all__ = [
    "WINDOW",
    "Change",
    "Decision",
    "Fingerprint",
    "Index",
    "Link",
    "Report",
    "decide",
    "fingerprint",
    "group",
    "leading",
    "link",
    "material_change",
    "period",
]

Story = TypeVar("Story", bound=Hashable)
Change = Literal["official", "second_language", "milestone", "correction"]

STORY_SPAN = timedelta(hours=96)
"""A story does not creep on for weeks: what comes later than this after its first report opens the next one."""
MAX_COMPARED = 400
"""Of each topic, only its newest reports are compared: the cost of one decision stays bounded in a flood."""
_SKETCHED = 12
"""Reports without any topic meet through their smallest hashes only."""


@dataclass(frozen=True, slots=True)
class Decision(Generic[Story]):
    """The story that a report belongs to, or None for a new one, and why."""

    story: Story | None
    reason: Reason


class Index(Generic[Story]):
    """The reports of the last days by what could link them, so that a decision looks at few of them."""

    def __init__(self) -> None:
        self._entries: dict[int, Prepared] = {}
        self._stories: dict[int, Story] = {}
        self._rows: defaultdict[str, dict[int, None]] = defaultdict(dict)
        self._frequency: Counter[str] = Counter()
        self._ends: list[tuple[datetime, int]] = []
        self._keys: dict[int, tuple[str, ...]] = {}
        self._first: dict[Story, datetime] = {}
        self._size: Counter[Story] = Counter()
        self._numbered: dict[Hashable, int] = {}
        self._numbers = count()

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, report: Report, story: Story) -> None:
        """Remember a report and its story; a report that is known already (a flash that grew, a merge) is replaced."""
        if report.id in self._numbered:
            self._drop(self._numbered[report.id])
        number, entry = next(self._numbers), prepared(report)
        keys = (*_exact_keys(report), *self._title_keys(report), *_topic_keys(entry))
        self._entries[number], self._stories[number], self._keys[number] = entry, story, keys
        for key in keys:
            self._rows[key][number] = None
        self._frequency.update(title_features(report.headline))
        start, end = report.span
        heappush(self._ends, (end, number))
        self._numbered[report.id] = number
        self._first[story] = min(start, self._first.get(story, start))
        self._size[story] += 1

    def find(self, report: Report) -> Decision[Story]:
        """The story this report joins, by its surest link; None when it opens a new one."""
        links = ((found.strength, -number, found.rule) for number, found in self._links(report))
        best = max(links, default=None)
        if best is None:
            return Decision(None, Reason("new_story"))
        twin = self._entries[-best[1]].report
        return Decision(self._stories[-best[1]], Reason(best[2], {"report": str(twin.id), "outlet": twin.outlet}))

    def linked(self, report: Report) -> Counter[Story]:
        """Every story that holds a report linked to this one, and how many such reports it holds."""
        return Counter(self._stories[number] for number, _ in self._links(report))

    def _links(self, report: Report) -> Iterator[tuple[int, Link]]:
        entry = prepared(report)
        for number in self._candidates(entry):
            found = link_prepared(self._entries[number], entry)
            if found and self._in_reach(report, number, found):
                yield number, found

    def forget_before(self, at: datetime) -> None:
        """Drop what was published before this instant: memory is bounded by the window, not by history."""
        while self._ends and self._ends[0][0] < at:
            number = heappop(self._ends)[1]
            if number in self._entries:
                self._drop(number)

    def _drop(self, number: int) -> None:
        entry, story = self._entries.pop(number), self._stories.pop(number)
        del self._numbered[entry.report.id]
        for key in self._keys.pop(number):
            row = self._rows[key]
            del row[number]
            if not row:
                del self._rows[key]
        self._frequency.subtract(title_features(entry.report.headline))
        self._size[story] -= 1
        if not self._size[story]:
            del self._size[story], self._first[story]
        if len(self._frequency) > 4 * (len(self._rows) + 1024):
            self._frequency = +self._frequency

    def _in_reach(self, report: Report, number: int, found: Link) -> bool:
        if found.rule == "same_article":
            return True
        return report.span[0] - self._first[self._stories[number]] <= STORY_SPAN

    def _candidates(self, entry: Prepared) -> Iterator[int]:
        seen: set[int] = set()
        for key in (*_exact_keys(entry.report), *_topic_keys(entry)):
            for number in islice(reversed(self._rows.get(key, {})), MAX_COMPARED):
                if number not in seen:
                    seen.add(number)
                    yield number
        yield from self._same_titles(entry, seen)

    def _same_titles(self, entry: Prepared, seen: set[int]) -> Iterator[int]:
        """Only what a count of shared features cannot rule out: most rows under a feature share nothing else."""
        title, least = entry.title, HEADLINE_ALIKE / (1 + HEADLINE_ALIKE)
        for key in self._title_keys(entry.report):
            for number in islice(reversed(self._rows.get(key, {})), MAX_COMPARED):
                if number in seen:
                    continue
                seen.add(number)
                other = self._entries[number].title
                if len(title & other) >= least * (len(title) + len(other)):
                    yield number

    def _title_keys(self, report: Report) -> Iterator[str]:
        """The prefix filter: headlines alike enough must share one of their rarest features."""
        found = title_features(report.headline)
        rare = sorted(found, key=lambda feature: (self._frequency[feature], feature))
        return (f"t:{feature}" for feature in rare[: len(rare) - ceil(HEADLINE_ALIKE * len(rare)) + 1])


def _exact_keys(report: Report) -> tuple[str, ...]:
    hashed = (f"h:{report.content_hash}",) if report.content_hash else ()
    return (*(f"i:{identity}" for identity in report.identities), *hashed)


def _topic_keys(entry: Prepared) -> tuple[str, ...]:
    report = entry.report
    lane = (f"l:{report.lane}",) if report.lane else ()
    named = (*(f"o:{name}" for name in report.topics.officials), *(f"s:{sector}" for sector in report.topics.sectors))
    if lane or named:
        return (*lane, *named)
    return tuple(f"k:{number}" for number in sorted(entry.hashes)[:_SKETCHED])


def decide(report: Report, stories: Iterable[tuple[Report, Story]], now: datetime) -> Decision[Story]:
    """The story a report belongs to, among reports whose stories are known; what is out of reach is not asked."""
    index: Index[Story] = Index()
    oldest = min(now, report.span[0]) - STORY_SPAN - WINDOW
    for other, story in stories:
        if other.span[1] >= oldest or not set(other.identities).isdisjoint(report.identities):
            index.add(other, story)
    return index.find(report)


def group(reports: Iterable[Report]) -> dict[Hashable, str]:
    """A story label for every report, whatever order they come in: a story is named after one of its reports.

    What is known of the whole pile is used: a report that stood alone joins the story that a later report ties it to.
    """
    index: Index[str] = Index()
    labels: dict[Hashable, str] = {}
    ordered = sorted(reports, key=lambda report: (report.vague, report.span[0], str(report.id)))
    for report in ordered:
        story = index.find(report).story or str(report.id)
        index.add(report, story)
        labels[report.id] = story
    into = _tied(index, ordered, labels)
    return {one: into.get(story, story) for one, story in labels.items()}


STRAGGLERS = 2
"""A story of so few reports joins another by any link between them; two larger ones need more."""
TIES = 3


def _tied(index: Index[str], ordered: Sequence[Report], labels: dict[Hashable, str]) -> dict[str, str]:
    """Which stories are parts of which, by the links that run between them."""
    sizes, into = Counter(labels.values()), {story: story for story in labels.values()}
    ties: Counter[tuple[str, str]] = Counter()
    for report in ordered:
        own = labels[report.id]
        for story, links in index.linked(report).items():
            if story < own:
                ties[story, own] += links
    for (one, two), links in sorted(ties.items(), key=lambda tie: (-tie[1], tie[0])):
        one, two = into[one], into[two]
        if one != two and (min(sizes[one], sizes[two]) <= STRAGGLERS or links >= TIES):
            keep, lose = (one, two) if sizes[one] >= sizes[two] else (two, one)
            into = {story: keep if home == lose else home for story, home in into.items()}
            sizes[keep] += sizes.pop(lose)
    return into


# ── what a story is led by, and what its growth is worth ───────────────────────────────────────────────────

_MILESTONES = frozenset({"signing", "suspension", "restart", "working_group", "committee"})


def leading(reports: Sequence[Report]) -> Report:
    """The report a card is headed by: an official text, else the earliest full article; a flash gives way."""

    def order(report: Report) -> tuple[bool, bool, bool, datetime, str]:
        return (
            report.kind != "official",
            report.flash,
            report.kind == "opinion",
            report.published_at or report.seen_at,
            str(report.id),
        )

    return min(reports, key=order)


def material_change(before: Sequence[Report], after: Sequence[Report]) -> list[Change]:
    """What is worth a reply under the story's card, given its reports before and after.

    A story's first report is told by its card; of a story with no other report, only a correction is a change.
    """
    told: list[tuple[Change, bool]] = [
        ("official", bool(before) and _any_official(after) and not _any_official(before)),
        ("second_language", len(_tongues(before)) == 1 and len(_tongues(after)) > 1),
        ("milestone", bool(before) and _is_milestone(before, after)),
        ("correction", len(_corrected(after) - _corrected(before)) > 0),
    ]
    return [change for change, holds in told if holds]


def _is_milestone(before: Sequence[Report], after: Sequence[Report]) -> bool:
    return bool(_milestones(after) - _milestones(before)) or _severity(after) > _severity(before)


def _any_official(reports: Sequence[Report]) -> bool:
    return any(report.kind == "official" for report in reports)


def _tongues(reports: Sequence[Report]) -> set[str]:
    return {report.language for report in reports} & {"ko", "en"}


def _milestones(reports: Sequence[Report]) -> set[str]:
    return {report.occasion for report in reports if report.lane and report.occasion in _MILESTONES}


def _severity(reports: Sequence[Report]) -> int:
    return max((report.topics.severity for report in reports), default=0)


def _corrected(reports: Sequence[Report]) -> set[Hashable]:
    return {report.id for report in reports if report.corrected or is_correction(report.headline)}
