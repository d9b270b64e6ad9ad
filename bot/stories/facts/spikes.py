"""Judges whether a topic has unusually many or few new stories, against its own weeks before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, log1p
from typing import Literal

Verdict = Literal["spike", "lull", "usual", "too_few"]

BASELINE_WEEKS = 8
LEAST_STORIES, LEAST_DAYS = 8, 28
"""From fewer stories, or fewer days, of the past nothing is concluded."""
MOST_CHANCE = 0.01
"""A number is unusual if a topic that did not change would have it at most this often."""


@dataclass(frozen=True, slots=True)
class Past:
    """The new stories of a topic before a window."""

    stories: int
    days: float
    by_span: Sequence[int]
    """The new stories of each whole span of the window's length, the latest first."""


def verdict(stories: int, window_days: float, past: Past) -> Verdict:
    """Judges the number of new stories in a window.

    It is unusual if chance hardly explains it (a topic's stories come at a steady rate) and no span of the past had so
    many or so few, because stories also come in bursts.
    """
    if past.stories < LEAST_STORIES or past.days < LEAST_DAYS:
        return "too_few"
    share = window_days / (window_days + past.days)
    together = stories + past.stories
    at_least = sum(_chance(count, together, share) for count in range(stories, together + 1))
    if at_least <= MOST_CHANCE and stories > max(past.by_span, default=0):
        return "spike"
    at_most = sum(_chance(count, together, share) for count in range(stories + 1))
    return "lull" if at_most <= MOST_CHANCE and stories < min(past.by_span, default=together) else "usual"


def usual_stories(window_days: float, past: Past) -> float:
    """Returns the number of new stories in an average window of this length; 0 without a past."""
    return past.stories / past.days * window_days if past.days else 0.0


def _chance(count: int, together: int, share: float) -> float:
    """Returns the chance that so many of all stories stand in the window, which is this share of the time."""
    ways = lgamma(together + 1) - lgamma(count + 1) - lgamma(together - count + 1)
    return exp(ways + count * log(share) + (together - count) * log1p(-share))
