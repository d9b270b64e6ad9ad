"""Whether two reports tell of one event, in either language: the noun Report and the three rules over a pair of them.

The first rule that holds decides. The same article: an identity or the text's hash is known already. The same words: a
near-same headline or lead, within two days. The same event: the same pact (or sister pact, or people), the same
occasion, shared people and fields, within two days; this is the only rule that crosses languages. Facts that an article
states (who signed, where) are never compared, because the press contradicts itself about them.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.model import NO_TOPICS, ArticleKind, Topics
from bot.stories.event_types import Occasion, occasion_of, same_occasion
from bot.stories.similarity import (
    FIRST_HASH,
    Fingerprint,
    count_differently,
    sketch_likeness,
    title_features,
    title_likeness,
)

Rule = Literal["same_article", "same_headline", "same_text", "same_event"]

WINDOW = timedelta(hours=48)
"""Reports of one event are no further apart than this from the story's nearest report."""
HEADLINE_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Report:
    """One article as the grouping sees it: what was decided about it, and fingerprints instead of its text."""

    id: Hashable
    headline: str
    language: str
    outlet: str
    published_at: datetime | None
    seen_at: datetime
    topics: Topics = NO_TOPICS
    identities: tuple[str, ...] = ()
    content_hash: str = ""
    fingerprint: Fingerprint = ()
    """Made by ``likeness.fingerprint(headline, text)``."""
    published_until: datetime | None = None
    """Where the outlet told only a day or a month: its end."""
    kind: ArticleKind = "media"
    flash: bool = False
    corrected: bool = False

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From when to when it may have been published; when it was first seen, if the outlet did not say."""
        start = self.published_at or self.seen_at
        return start, max(start, self.published_until or start)

    @property
    def vague(self) -> bool:
        """Whether only a month, a year or nothing is known of the date."""
        start, end = self.span
        return end - start > timedelta(days=1)

    @property
    def lane(self) -> str:
        """The Korean pact, a sister pact, or neither: reports of two pacts never share a story by what they name."""
        if self.topics.pact:
            return "pact"
        return f"sister:{self.topics.sister_pact[0]}" if self.topics.sister_pact else ""

    @property
    def occasion(self) -> Occasion | None:
        """What kind of event it tells of."""
        return occasion_of(self.fingerprint)


@dataclass(frozen=True, slots=True)
class Link:
    """That two reports tell of one event: by which rule, and how sure (more is surer)."""

    rule: Rule
    strength: float


@dataclass(frozen=True, slots=True)
class Prepared:
    """A report with its fingerprint taken apart once, ready to be compared many times."""

    report: Report
    title: frozenset[str]
    hashes: frozenset[int]
    concepts: frozenset[int]


def _parts(report: Report) -> tuple[frozenset[int], frozenset[int]]:
    hashes = frozenset(number for number in report.fingerprint if number >= FIRST_HASH)
    concepts = frozenset(number for number in report.fingerprint if 64 <= number < FIRST_HASH)
    return hashes, concepts


def gap(a: Report, b: Report) -> timedelta:
    """The least time that lies between two publications; zero where their spans touch."""
    (a_from, a_to), (b_from, b_to) = a.span, b.span
    return max(timedelta(0), b_from - a_to, a_from - b_to)


# ── two reports ────────────────────────────────────────────────────────────────────────────────────────────

_TEXT_ALIKE = {
    "same_people": 0.08,
    "same_topic": 0.16,
    "no_topic": 0.22,
    "other_lane_same_people": 0.2,
    "other_lane": 0.35,
}
"""How alike two leads must be, by what else the reports share."""
_OTHER_OCCASION = {"lane": 0.3, "no_lane": 0.06}
_SAME_THINGS = 0.06
_VAGUE_DATE = 0.06
_LONG_TEXT, _SHORT = 0.1, 40
_MIN_SHARED = 4


def link(a: Report, b: Report) -> Link | None:
    """Whether two reports tell of one event, and by which rule."""
    return link_prepared(prepared(a), prepared(b))


def prepared(report: Report) -> Prepared:
    """Take a report's fingerprint apart."""
    hashes, concepts = _parts(report)
    return Prepared(report, title_features(report.headline), hashes, concepts)


def link_prepared(one: Prepared, two: Prepared) -> Link | None:
    """The same as ``link``, for reports taken apart before."""
    a, b = one.report, two.report
    if (a.content_hash and a.content_hash == b.content_hash) or not set(a.identities).isdisjoint(b.identities):
        return Link("same_article", 4.0)
    if gap(a, b) > WINDOW or (a.lane and b.lane and a.lane != b.lane):
        return None
    if (alike := title_likeness(a.headline, b.headline)) >= HEADLINE_ALIKE:
        if count_differently(a.headline, b.headline):
            return None
        return Link("same_headline", 2.0 + alike)
    alike, shared = sketch_likeness(one.hashes, two.hashes)
    if shared >= _MIN_SHARED and alike >= _text_bar(one, two):
        return Link("same_text", 1.0 + alike)
    if a.lane == b.lane and _same_event(one, two):
        return Link("same_event", 0.5 + alike)
    return None


def _text_bar(one: Prepared, two: Prepared) -> float:
    """The more two reports share besides their words, the less alike the words must be."""
    a, b = one.report, two.report
    bar = _topic_bar(a, b)
    if a.occasion and b.occasion and not same_occasion(a.occasion, b.occasion):
        bar += _OTHER_OCCASION["lane" if a.lane and a.lane == b.lane else "no_lane"]
    named, all_named = one.concepts & two.concepts, one.concepts | two.concepts
    if len(named) >= 2 and 2 * len(named) >= len(all_named):
        bar -= _SAME_THINGS
    return bar + _VAGUE_DATE * (a.vague or b.vague) + _long_text(one, two)


def _long_text(one: Prepared, two: Prepared) -> float:
    """Whole leads share words by chance and by subject; a few lines that share as much tell of one event."""
    length = min(len(one.hashes), len(two.hashes))
    return _LONG_TEXT * min(1.0, max(0.0, (length - _SHORT) / _SHORT))


def _topic_bar(a: Report, b: Report) -> float:
    people = not set(a.topics.officials).isdisjoint(b.topics.officials)
    if a.lane != b.lane:
        return _TEXT_ALIKE["other_lane_same_people" if people else "other_lane"]
    if people:
        return _TEXT_ALIKE["same_people"]
    return _TEXT_ALIKE["same_topic" if not set(a.topics.sectors).isdisjoint(b.topics.sectors) else "no_topic"]


def _same_event(one: Prepared, two: Prepared) -> bool:
    """The rule that crosses languages: what both name, on one occasion."""
    a, b = one.report, two.report
    people = set(a.topics.officials) & set(b.topics.officials)
    sectors, other_sectors = set(a.topics.sectors), set(b.topics.sectors)
    shared_sectors = sectors & other_sectors
    if not a.lane:
        return _same_visit(one, two, people)
    if not same_occasion(a.occasion, b.occasion):
        return False
    if a.occasion is None:
        return bool(people and shared_sectors)
    if not sectors or not other_sectors or sectors == other_sectors:
        return True
    return len(shared_sectors) >= 2 or bool(people and shared_sectors)


def _same_visit(one: Prepared, two: Prepared, people: set[str]) -> bool:
    """Outside any pact words decide; only across languages do people, occasion and things named stand in for them."""
    a, b = one.report, two.report
    if a.language == b.language:
        return False
    named = len(one.concepts & two.concepts)
    if people and a.occasion and same_occasion(a.occasion, b.occasion):
        return named >= (1 if set(a.topics.officials) == set(b.topics.officials) else 2)
    fields = not set(a.topics.sectors).isdisjoint(b.topics.sectors)
    return fields and named >= 3 and named >= 0.6 * len(one.concepts | two.concepts)
