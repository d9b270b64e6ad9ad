"""Decides whether two reports tell of one event, in either language. The first of these rules that holds decides.

- same_article: the reports share an identity or the hash of their text.
- same_headline, same_text: headline or lead are nearly the same, and published within two days.
- same_event: same pact (or people), same event type, shared people and sectors, within two days. This rule alone
  links reports in different languages.

Facts that an article states (who signed, in which city) are never compared: the press contradicts itself about them.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.model import NO_TOPICS, ArticleKind, Topics
from bot.stories.event_types import FIRST_CONCEPT, EventType, event_type_of, same_event_type
from bot.stories.similarity import (
    FIRST_HASH,
    Fingerprint,
    count_differently,
    sketch_similarity,
    title_features,
    title_similarity,
)

Rule = Literal["same_article", "same_headline", "same_text", "same_event"]

WINDOW = timedelta(hours=48)
"""Two reports of one event are published no further apart than this."""
HEADLINE_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Report:
    """One article as the clustering sees it: what was decided about it, and a fingerprint instead of its text."""

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
    """Made by ``similarity.fingerprint(headline, text)``."""
    published_until: datetime | None = None
    """The end of the day or the month, where the outlet gave no time."""
    kind: ArticleKind = "media"
    flash: bool = False
    corrected: bool = False

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From when to when it may have been published; without a date, when it was first seen."""
        start_at = self.published_at or self.seen_at
        return start_at, max(start_at, self.published_until or start_at)

    @property
    def is_vague(self) -> bool:
        """Whether at most the month of its publication is known."""
        start_at, end_at = self.span
        return end_at - start_at > timedelta(days=1)

    @property
    def pact_id(self) -> str:
        """``pact``, ``sister:uk`` or empty. Reports of two pacts share a story only if they are the same article."""
        if self.topics.pact:
            return "pact"
        return f"sister:{self.topics.sister_pact[0]}" if self.topics.sister_pact else ""

    @property
    def event_type(self) -> EventType | None:
        """The kind of event that it tells of."""
        return event_type_of(self.fingerprint)


@dataclass(frozen=True, slots=True)
class Link:
    """That two reports tell of one event: by which rule, and how sure that is (more is surer)."""

    rule: Rule
    strength: float


@dataclass(frozen=True, slots=True)
class PreparedReport:
    """A report with its fingerprint taken apart once, to be compared many times."""

    report: Report
    title: frozenset[str]
    hashes: frozenset[int]
    concepts: frozenset[int]


def prepare(report: Report) -> PreparedReport:
    """Takes a report's fingerprint apart."""
    hashes = frozenset(number for number in report.fingerprint if number >= FIRST_HASH)
    concepts = frozenset(number for number in report.fingerprint if FIRST_CONCEPT <= number < FIRST_HASH)
    return PreparedReport(report, title_features(report.headline), hashes, concepts)


def link(a: Report, b: Report) -> Link | None:
    """Returns the link between two reports, or None when they tell of two events."""
    return link_prepared(prepare(a), prepare(b))


_TEXT_ALIKE = {
    "same_people": 0.08,
    "same_sector": 0.16,
    "no_topic": 0.22,
    "other_pact_same_people": 0.2,
    "other_pact": 0.35,
}
"""How similar two leads must be, by what else the reports share."""
_OTHER_EVENT_TYPE = {"pact": 0.3, "no_pact": 0.06}
_SAME_CONCEPTS = 0.06
_VAGUE_DATE = 0.06
_LONG_TEXT, _SHORT_HASHES = 0.1, 40
_MIN_SHARED_HASHES = 4


def link_prepared(first: PreparedReport, second: PreparedReport) -> Link | None:
    """Does the same as ``link`` for prepared reports."""
    a, b = first.report, second.report
    if (a.content_hash and a.content_hash == b.content_hash) or not set(a.identities).isdisjoint(b.identities):
        return Link("same_article", 4.0)
    if _time_between(a, b) > WINDOW or (a.pact_id and b.pact_id and a.pact_id != b.pact_id):
        return None
    if (alike := title_similarity(a.headline, b.headline)) >= HEADLINE_ALIKE:
        if count_differently(a.headline, b.headline):
            return None
        return Link("same_headline", 2.0 + alike)
    alike, shared = sketch_similarity(first.hashes, second.hashes)
    if shared >= _MIN_SHARED_HASHES and alike >= _required_similarity(first, second):
        return Link("same_text", 1.0 + alike)
    if a.pact_id == b.pact_id and _is_same_event(first, second):
        return Link("same_event", 0.5 + alike)
    return None


def _time_between(a: Report, b: Report) -> timedelta:
    """Returns the least time between two publications; zero where their spans touch."""
    (a_start, a_end), (b_start, b_end) = a.span, b.span
    return max(timedelta(0), b_start - a_end, a_start - b_end)


def _required_similarity(first: PreparedReport, second: PreparedReport) -> float:
    """Returns how similar the leads must be: the less, the more the reports share besides their words."""
    a, b = first.report, second.report
    required = _required_by_topics(a, b)
    if a.event_type and b.event_type and not same_event_type(a.event_type, b.event_type):
        required += _OTHER_EVENT_TYPE["pact" if a.pact_id and a.pact_id == b.pact_id else "no_pact"]
    shared, all_concepts = first.concepts & second.concepts, first.concepts | second.concepts
    if len(shared) >= 2 and 2 * len(shared) >= len(all_concepts):
        required -= _SAME_CONCEPTS
    return required + _VAGUE_DATE * (a.is_vague or b.is_vague) + _required_by_length(first, second)


def _required_by_topics(a: Report, b: Report) -> float:
    same_people = not set(a.topics.officials).isdisjoint(b.topics.officials)
    if a.pact_id != b.pact_id:
        return _TEXT_ALIKE["other_pact_same_people" if same_people else "other_pact"]
    if same_people:
        return _TEXT_ALIKE["same_people"]
    return _TEXT_ALIKE["no_topic" if set(a.topics.sectors).isdisjoint(b.topics.sectors) else "same_sector"]


def _required_by_length(first: PreparedReport, second: PreparedReport) -> float:
    """Whole leads share words by chance and by subject; a few lines that share as much tell of one event."""
    length = min(len(first.hashes), len(second.hashes))
    return _LONG_TEXT * min(1.0, max(0.0, (length - _SHORT_HASHES) / _SHORT_HASHES))


def _is_same_event(first: PreparedReport, second: PreparedReport) -> bool:
    """Applies the rule that crosses languages: what both reports name, and the same event type."""
    a, b = first.report, second.report
    people = set(a.topics.officials) & set(b.topics.officials)
    if not a.pact_id:
        return _is_same_visit(first, second, people)
    if not same_event_type(a.event_type, b.event_type):
        return False
    a_sectors, b_sectors = set(a.topics.sectors), set(b.topics.sectors)
    shared_sectors = a_sectors & b_sectors
    if a.event_type is None:
        return bool(people and shared_sectors)
    if not a_sectors or not b_sectors or a_sectors == b_sectors:
        return True
    return len(shared_sectors) >= 2 or bool(people and shared_sectors)


def _is_same_visit(first: PreparedReport, second: PreparedReport, people: set[str]) -> bool:
    """Outside any pact words decide; across languages people, event type and the concepts named stand in for them."""
    a, b = first.report, second.report
    if a.language == b.language:
        return False
    named = len(first.concepts & second.concepts)
    if people and a.event_type and same_event_type(a.event_type, b.event_type):
        return named >= (1 if set(a.topics.officials) == set(b.topics.officials) else 2)
    same_sector = not set(a.topics.sectors).isdisjoint(b.topics.sectors)
    return same_sector and named >= 3 and named >= 0.6 * len(first.concepts | second.concepts)
