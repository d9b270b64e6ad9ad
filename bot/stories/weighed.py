"""Defines a report as the window of recent stories keeps it: numbers that a comparison reads, in little memory."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from sys import intern

from bot.stories.features import AHEAD, HAPPENED, KINDS, MILESTONE, RELATION, SHIFT, milestone_in
from bot.stories.report import Report

Rarities = Mapping[int, float]
"""How rare each feature of a report is in the window, from 0 (every story has it) to 1 (no story has it)."""

IS_AHEAD, HAS_HAPPENED = 1, 2
"""The bits of ``Weighed.times``."""
MICROSECONDS_A_DAY = 86_400_000_000
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


class Weighed:
    """A report with its features, sorted, and the sum of their rarities by kind, as they were when it was weighed.

    ``start`` and ``end`` of its publication are microseconds since 1970; ``after`` holds the sources that its text
    names, ``keys`` what only the same article has.
    """

    __slots__ = (
        "after", "end", "features", "headline", "id", "keys", "language", "milestone", "outlet", "pact_id", "start",
        "sums", "times",
    )  # fmt: skip

    def __init__(self, report: Report, features: array[int], sums: array[float]) -> None:
        self.id = report.id
        self.headline = report.headline
        self.language = intern(report.language)
        self.outlet = intern(report.outlet)
        self.pact_id = intern(report.pact_id)
        self.after = report.topics.after
        start_at, end_at = report.span
        self.start = microseconds(start_at)
        self.end = self.start if end_at == start_at else microseconds(end_at)
        self.keys: tuple[int, ...] = ()
        self.features = features
        self.sums = sums
        relations = self.of_kind(RELATION)
        self.times = (AHEAD in relations and IS_AHEAD) | (HAPPENED in relations and HAS_HAPPENED)
        self.milestone = milestone_in(self.of_kind(MILESTONE))

    def of_kind(self, kind: int) -> array[int]:
        """Returns the features of one kind."""
        start = bisect_left(self.features, kind << SHIFT)
        return self.features[start : bisect_left(self.features, (kind + 1) << SHIFT, start)]


def weigh(report: Report, rarities: Rarities) -> Weighed:
    """Returns a report with the sums of the rarities of these features, by kind."""
    features = array("I", sorted(rarities))
    sums = array("f", bytes(4 * KINDS))
    start = 0
    for kind in range(KINDS):
        end = bisect_left(features, (kind + 1) << SHIFT, start)
        if end > start:
            sums[kind] = sum(map(rarities.__getitem__, features[start:end]))
            start = end
    return Weighed(report, features, sums)


def microseconds(instant: datetime) -> int:
    """Returns an instant as microseconds since 1970."""
    return (instant - _EPOCH) // _MICROSECOND


def days_apart(a: Weighed, b: Weighed) -> float:
    """Returns the least time between two publications in days; zero where their spans touch."""
    return max(0, b.start - a.end, a.start - b.end) / MICROSECONDS_A_DAY
