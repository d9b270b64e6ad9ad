"""Weighs what two reports share: rare words, figures, names, sounds, places, people and time, as a list of numbers.

How rare a feature is comes from the window of recent stories (see ``rarity``), so a template weighs nothing.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt

from bot.stories.features import (
    AHEAD,
    ENTITY,
    FIGURE,
    HAPPENED,
    HEAD,
    HEAD_ENTITY,
    HEAD_NAME,
    HEAD_SOUND,
    HEAD_TERM,
    KINDS,
    NAME,
    PERSON,
    SECTOR,
    SHIFT,
    SOUND,
    TERM,
    WORD,
    milestone_in,
)
from bot.stories.report import Report

Rarity = Callable[[int], float]
"""Returns how rare a feature is in the window, from 0 (every story has it) to 1 (no story has it)."""

CHANNELS = (
    ("head", HEAD, 6.0),
    ("words", WORD, 12.0),
    ("figures", FIGURE, 3.0),
    ("names", NAME, 4.0),
    ("sounds", SOUND, 4.0),
    ("places", ENTITY, 5.0),
    ("terms", TERM, 6.0),
    ("head_places", HEAD_ENTITY, 3.0),
    ("head_terms", HEAD_TERM, 4.0),
    ("head_names", HEAD_NAME, 3.0),
    ("head_sounds", HEAD_SOUND, 3.0),
    ("people", PERSON, 2.0),
    ("sectors", SECTOR, 2.0),
)
"""Each channel of evidence: its name, its kind of feature, and the sum of rarities that counts as full."""
EVIDENCE = (
    "always",
    *(f"{name}_{measure}" for name, *_ in CHANNELS for measure in ("sum", "share")),
    "no_people",
    "no_sectors",
    "days_apart",
    "same_outlet",
    "other_figures",
    "specifics",
    "kinds",
    "no_head",
    "times_differ",
    "both_ahead",
    "same_milestone",
    "other_milestone",
    "same_source",
    "some_terms",
    "next_day",
)
"""The names of the evidence, in the order of ``evidence``; the weights have the same names."""
SPECIFICS = frozenset({HEAD, FIGURE, NAME, SOUND, ENTITY, TERM})
"""Kinds that tell an event apart; people, pact, sectors and day do not."""
_NAMING = frozenset({FIGURE, NAME, SOUND, ENTITY, TERM})
_SPECIFIC, _TELLING = 0.2, 0.4
"""A shared feature of the first rarity is a specific on which two reports agree; the second one tells more."""
_AGREEING = (FIGURE, NAME, SOUND, ENTITY, TERM, HEAD_ENTITY, HEAD_TERM, HEAD_NAME)
_HEADS = (HEAD, HEAD_ENTITY, HEAD_TERM, HEAD_NAME, HEAD_SOUND)
_FULL = {kind: full for _, kind, full in CHANNELS}
_NEXT_DAY = 1.5
_MOST_SPECIFICS = 8.0
_SMOOTHING = 2.0
"""Added to the rarity of both reports, so that one shared word of two short heads is no full share."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A report with its counted features and the sum of their rarities by kind."""

    report: Report
    features: array[int]
    sums: array[float]


@dataclass(frozen=True, slots=True)
class Agreement:
    """The evidence for two reports, and on how many specifics they agree."""

    evidence: list[float]
    specifics: int


def weigh(report: Report, features: Iterable[int], rarity: Rarity) -> Weighed:
    """Returns a report with the sums of the rarities of these features, by kind."""
    counted = array("I", features)
    sums = [0.0] * KINDS
    for feature in counted:
        sums[feature >> SHIFT] += rarity(feature)
    return Weighed(report, counted, array("f", sums))


def agreement(a: Weighed, of_a: frozenset[int], b: Weighed, rarity: Rarity) -> Agreement:
    """Returns the evidence that two reports tell of one event; ``of_a`` is the set of the first one's features."""
    is_same_language = a.report.language == b.report.language
    shared = [0.0] * KINDS
    named = specifics = 0
    common = of_a.intersection(b.features)
    for feature in common:
        kind = feature >> SHIFT
        weight = rarity(feature)
        shared[kind] += weight
        if weight > _SPECIFIC and kind in SPECIFICS and not (is_same_language and kind == SOUND):
            specifics += 1
            named += weight > _TELLING and kind in _NAMING
    if is_same_language:
        shared[SOUND] = shared[HEAD_SOUND] = 0.0
    found = [1.0]
    for _, kind, full in CHANNELS:
        rarities = shared[kind]
        found.append(min(rarities, full) / full)
        found.append(_share(rarities, a.sums[kind] + b.sums[kind]))
    found += (
        float(not (a.sums[PERSON] and b.sums[PERSON])),
        float(not (a.sums[SECTOR] and b.sums[SECTOR])),
        days_between(a.report, b.report),
        float(bool(a.report.outlet) and a.report.outlet == b.report.outlet),
        float(a.sums[FIGURE] > 0 and b.sums[FIGURE] > 0 and not shared[FIGURE]),
        min(named, _MOST_SPECIFICS) / _MOST_SPECIFICS,
        sum(shared[kind] > _TELLING for kind in _AGREEING) / len(_AGREEING),
        float(not any(shared[kind] for kind in _HEADS)),
        *_times(of_a, b.features),
        *_milestones(a, b),
        float(not set(a.report.topics.after).isdisjoint(b.report.topics.after)),
        *_together(shared, a, b),
    )
    return Agreement(found, specifics)


def _times(of_a: frozenset[int], of_b: array[int]) -> tuple[float, float]:
    """Returns whether one report is ahead of what the other says has happened, and whether both are ahead."""
    a_ahead, b_ahead = AHEAD in of_a, AHEAD in of_b
    differ = (a_ahead and HAPPENED in of_b) or (b_ahead and HAPPENED in of_a)
    return float(differ), float(a_ahead and b_ahead)


def _together(shared: Sequence[float], a: Weighed, b: Weighed) -> tuple[float, float]:
    """Returns what a sum does not say: the first shared term tells more than the fifth, and the next day is another."""
    terms = min(shared[TERM], _FULL[TERM]) / _FULL[TERM]
    return sqrt(terms), float(days_between(a.report, b.report) > _NEXT_DAY)


def _share(shared: float, both: float) -> float:
    return 2.0 * shared / (both + _SMOOTHING)


def _milestones(a: Weighed, b: Weighed) -> tuple[float, float]:
    """Returns whether two reports of one pact tell of the same milestone, and whether they tell of two."""
    first, second = milestone_in(a.features), milestone_in(b.features)
    if first is None or second is None or a.report.pact_id != b.report.pact_id:
        return 0.0, 0.0
    return float(first == second and bool(a.report.pact_id)), float(first != second)


def days_between(a: Report, b: Report) -> float:
    """Returns the least time between two publications in days; zero where their spans touch."""
    (a_start, a_end), (b_start, b_end) = a.span, b.span
    return max(timedelta(0), b_start - a_end, a_start - b_end) / timedelta(days=1)
