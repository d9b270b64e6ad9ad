"""Defines a report as the window of recent stories keeps it: numbers that a comparison reads, in little memory."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Hashable, Mapping
from datetime import UTC, datetime, timedelta
from sys import intern
from typing import NamedTuple

from bot.stories.features.article_features import (
    AHEAD,
    HEAD,
    KINDS,
    MILESTONE,
    RELATION,
    SHIFT,
    SIGNING,
    SIGNING_AHEAD,
    WORD,
    topic_features,
)
from bot.stories.report import Report

Rarities = Mapping[int, float]
"""How rare each feature of a report is in the window, from 0 (every story has it) to 1 (no story has it)."""

IS_AHEAD, WILL_BE_SIGNED, IS_SIGNED = 1, 2, 4
"""The bits of ``Weighed.times``: what a report speaks of is ahead; it tells of a signing that is ahead, or of one."""
MICROSECONDS_A_DAY = 86_400_000_000
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


class About(NamedTuple):
    """What a comparison reads of a report besides its features."""

    id: Hashable
    headline: str
    language: str
    outlet: str
    pact_id: str
    after: tuple[str, ...]
    start: int
    end: int

    @classmethod
    def of(cls, report: Report) -> About:
        """Returns what a comparison reads of this report."""
        start_at, end_at = report.span
        start = microseconds(start_at)
        end = start if end_at == start_at else microseconds(end_at)
        after = report.topics.after
        return cls(report.id, report.headline, report.language, report.outlet, report.pact_id, after, start, end)


class Weighed:
    """A report with its features, sorted, and the sum of their rarities by kind, as they were when it was weighed.

    ``start`` and ``end`` of its publication are microseconds since 1970; ``after`` holds the sources that its text
    names, ``keys`` what only the same article has. Its sentences and the words of its head are its first features.
    """

    __slots__ = (
        "after", "end", "features", "head_from", "head_to", "headline", "id", "keys", "language", "milestone", "outlet",
        "pact_id", "start", "sums", "times",
    )  # fmt: skip

    def __init__(self, about: About, features: array[int], sums: array[float]) -> None:
        self.id = about.id
        self.headline = about.headline
        self.language = intern(about.language)
        self.outlet = intern(about.outlet)
        self.pact_id = intern(about.pact_id)
        self.after = about.after
        self.start = about.start
        self.end = about.end
        self.keys: tuple[int, ...] = ()
        self.features = features
        self.head_from = bisect_left(features, HEAD << SHIFT)
        self.head_to = bisect_left(features, (HEAD + 1) << SHIFT, self.head_from)
        self.sums = sums
        last = features[bisect_left(features, RELATION << SHIFT) :]
        self.milestone = last[-1] if last and last[-1] >> SHIFT == MILESTONE else None
        self.times = (
            (AHEAD in last and IS_AHEAD)
            | (SIGNING_AHEAD in last and WILL_BE_SIGNED)
            | (self.milestone == SIGNING and IS_SIGNED)
        )

    def of_kind(self, kind: int) -> array[int]:
        """Returns the features of one kind."""
        start = bisect_left(self.features, kind << SHIFT)
        return self.features[start : bisect_left(self.features, (kind + 1) << SHIFT, start)]

    @property
    def sentences(self) -> array[int]:
        """The hashes of its sentences."""
        return self.features[: self.head_from]

    @property
    def heads(self) -> array[int]:
        """The words of its head."""
        return self.features[self.head_from : self.head_to]


def evidence_of(report: Report) -> set[int]:
    """Returns the features of a report that count; its words only connect its sentences (see ``features``)."""
    topics = topic_features(report.topics.officials, report.topics.sectors)
    return {feature for feature in report.fingerprint if feature >> SHIFT != WORD}.union(topics)


def weigh(report: Report, rarities: Rarities) -> Weighed:
    """Returns a report with the sums of the rarities of these features, by kind."""
    features = array("I", sorted(rarities))
    return Weighed(About.of(report), features, sums_of(features, rarities))


def sums_of(features: array[int], rarities: Rarities) -> array[float]:
    """Returns the sums of the rarities of sorted features, by kind."""
    sums = array("f", bytes(4 * KINDS))
    start = 0
    for kind in range(KINDS):
        end = bisect_left(features, (kind + 1) << SHIFT, start)
        if end > start:
            sums[kind] = sum(map(rarities.__getitem__, features[start:end]))
            start = end
    return sums


def microseconds(instant: datetime) -> int:
    """Returns an instant as microseconds since 1970."""
    return (instant - _EPOCH) // _MICROSECOND


def days_apart(a: Weighed, b: Weighed) -> float:
    """Returns the least time between two publications in days; zero where their spans touch."""
    return max(0, b.start - a.end, a.start - b.end) / MICROSECONDS_A_DAY
