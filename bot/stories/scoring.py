"""Scores a report against the reports of a story: what the evidence adds, by learned weights."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from operator import mul

from bot.stories.evidence import agreement
from bot.stories.report import Report
from bot.stories.weighed import Rarities, Weighed
from bot.stories.weights import Weights

LEAST_SPECIFICS = 2
"""Two reports of one event agree on so many specifics besides people, pact, sectors and day."""
NEVER = -99.0
ENOUGH, HOPELESS = 2, 3.0
"""No more reports of a story are compared once so many score lower than ``join_at`` by more than this on average."""


@dataclass(frozen=True, slots=True)
class Score:
    """How sure it is that a report belongs to a story."""

    value: float
    """The mean over the story's reports and the best of them, half each."""
    specifics: int
    """The specifics on which it agrees with one of the story's reports."""
    twin: Hashable
    """The id of the report that is most alike."""
    added: tuple[float, ...]
    """What each piece of evidence added for the twin."""


NO_SCORE = Score(NEVER, 0, None, ())


def score(entry: Weighed, rarities: Rarities, reports: Sequence[Weighed], weights: Weights) -> Score:
    """Returns the score against these reports; reports of two pacts are never of one event.

    ``rarities`` are those of the first report's features. The best pair counts beside the mean, because the mean alone
    depends on which reports of a day came first.
    """
    total, most_specifics, best = 0.0, 0, NO_SCORE
    compared = 1
    for compared, other in enumerate(reports, 1):
        if are_of_rival_pacts(entry, other):
            return NO_SCORE
        of_pair_weights = weights.of(same_language=entry.language == other.language)
        found = agreement(entry, rarities, other)
        added = tuple(map(mul, of_pair_weights, found.evidence))
        of_pair = sum(added)
        total += of_pair
        most_specifics = max(most_specifics, found.specifics)
        if of_pair > best.value:
            best = Score(of_pair, found.specifics, other.id, added)
        if compared == ENOUGH and total / ENOUGH < weights.join_at - HOPELESS:
            break
    return Score((total / compared + best.value) / 2, most_specifics, best.twin, best.added)


def joins(found: Score, weights: Weights) -> bool:
    """Whether a score is good enough to join."""
    return found.value >= weights.join_at and found.specifics >= LEAST_SPECIFICS


def are_of_rival_pacts(a: Report | Weighed, b: Report | Weighed) -> bool:
    """Whether two reports are about two pacts of the same name: they share a story only if they are one article."""
    return bool(a.pact_id and b.pact_id) and a.pact_id != b.pact_id
