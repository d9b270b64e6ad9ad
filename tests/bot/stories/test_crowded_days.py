"""Among many reports of the same days some seem alike by chance, so more is asked of a join."""

from __future__ import annotations

from datetime import timedelta
from math import log

import pytest

from bot.stories.evidence import EVIDENCE
from bot.stories.periods import period
from bot.stories.story_index import StoryIndex
from bot.stories.weights import FEW_REPORTS, MORE_REPORTS, Weights
from tests.support.reports import EVENING, report

ONE = tuple(float(name == "always") for name in EVIDENCE)
WEIGHTS = Weights(ONE, ONE, 0.0)
"""Every two reports with two specifics in common score 1."""
FIRST, SECOND = "Hanwha Ocean opens Philly dock", "Philly dock of Hanwha Ocean welcomes workers"


@pytest.mark.parametrize(
    ("reports", "raised"),
    [
        (0, 0.0),
        (FEW_REPORTS, 0.0),
        (2 * FEW_REPORTS, MORE_REPORTS * log(2)),
        (16 * FEW_REPORTS, MORE_REPORTS * log(16)),
    ],
)
def test_the_score_that_joins_rises_with_the_reports(reports: int, raised: float) -> None:
    assert WEIGHTS.among(reports).join_at == pytest.approx(raised)
    assert WEIGHTS.among(reports).same_language == WEIGHTS.same_language


def crowd(number: int, days: float) -> StoryIndex[str]:
    """An index with one report of the dock, and many others, each with words of its own, so many days before."""
    index: StoryIndex[str] = StoryIndex(WEIGHTS)
    index.add(report((FIRST, ""), EVENING, "en"), "dock")
    for each in range(number):
        other = report((f"zq{each}a wx{each}b", ""), EVENING - timedelta(days=days), "en")
        index.add(other, f"other {each}")
    return index


@pytest.mark.parametrize(
    ("number", "days", "joined"), [(0, 0, True), (100, 0, True), (140, 0, False), (140, 3, False), (140, 4, True)]
)
def test_a_join_among_many_near_reports_needs_more(number: int, days: float, joined: bool) -> None:
    found = crowd(number, days).find(report((SECOND, ""), EVENING, "en"))
    assert (found.story == "dock") is joined


def test_a_report_of_unknown_time_has_no_near_ones() -> None:
    start, end = period(None)
    found = crowd(140, 0).find(report((SECOND, ""), start, "en", published_until=end))
    assert found.story == "dock"


def test_a_report_that_is_dropped_crowds_no_longer() -> None:
    index = crowd(0, 0)
    others = [report((f"zq{each}a wx{each}b", ""), EVENING, "en") for each in range(140)]
    for each in others:
        index.add(each, str(each.id))
    assert index.find(report((SECOND, ""), EVENING, "en")).story is None
    for each in others[40:]:
        index.drop(each.id)
    assert index.find(report((SECOND, ""), EVENING, "en")).story == "dock"
