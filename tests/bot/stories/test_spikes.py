"""A number of stories is unusual against the topic's own eight weeks, and nothing is said from too little."""

from __future__ import annotations

import pytest

from bot.stories.facts.spikes import LEAST_DAYS, LEAST_STORIES, MOST_CHANCE, Past, usual_stories, verdict


def past(*by_span: int, days: float = 56.0) -> Past:
    return Past(sum(by_span), days, by_span)


FOUR_A_WEEK = past(4, 4, 4, 4, 4, 4, 4, 4)


@pytest.mark.parametrize(
    ("stories", "expected"), [(0, "usual"), (4, "usual"), (10, "usual"), (11, "spike"), (40, "spike")]
)
def test_four_a_week_become_a_spike_at_eleven(stories: int, expected: str) -> None:
    assert verdict(stories, 7, FOUR_A_WEEK) == expected


@pytest.mark.parametrize(("stories", "expected"), [(4, "usual"), (5, "usual"), (6, "spike")])
def test_one_a_week_becomes_a_spike_at_six_and_never_a_lull(stories: int, expected: str) -> None:
    steady = past(1, 1, 1, 1, 1, 1, 1, 1)
    assert (verdict(stories, 7, steady), verdict(0, 7, steady)) == (expected, "usual")


def test_nothing_is_concluded_from_fewer_than_eight_stories() -> None:
    assert LEAST_STORIES == 8
    assert verdict(50, 7, past(1, 1, 1, 1, 1, 1, 1, 0)) == "too_few"
    assert verdict(50, 7, past(1, 1, 1, 1, 1, 1, 1, 1)) == "spike"
    assert verdict(50, 7, past()) == "too_few"


def test_nothing_is_concluded_from_less_than_four_weeks() -> None:
    assert LEAST_DAYS == 28
    weeks = (9, 9, 9, 9)
    assert verdict(50, 7, past(*weeks, days=27.9)) == "too_few"
    assert verdict(50, 7, past(*weeks, days=28.0)) == "spike"


def test_a_topic_that_comes_in_bursts_is_no_spike_below_its_busiest_week() -> None:
    bursts = past(0, 14, 0, 0, 14, 0, 1, 0)
    assert [verdict(stories, 7, bursts) for stories in (14, 15)] == ["usual", "spike"]


@pytest.mark.parametrize(("stories", "expected"), [(2, "lull"), (3, "usual"), (19, "usual"), (20, "spike")])
def test_ten_a_week_become_a_lull_at_two_and_a_spike_at_twenty(stories: int, expected: str) -> None:
    assert verdict(stories, 7, past(*[10] * 8)) == expected


def test_a_lull_is_below_the_quietest_week() -> None:
    assert [verdict(stories, 7, past(*[12] * 7, 2)) for stories in (2, 1)] == ["usual", "lull"]


def test_a_window_of_any_length_is_judged() -> None:
    assert verdict(4, 1, past(*[1, 0] * 28)) == "spike", "four stories in a day, after one every other day"
    assert verdict(3, 1, past(*[1, 0] * 28)) == "usual"
    assert verdict(33, 90, Past(8, 56.0, ())) == "spike", "a window that is longer than the past has no span to compare"
    assert verdict(32, 90, Past(8, 56.0, ())) == "usual"


def test_one_window_in_a_hundred_is_called_a_spike_by_chance_at_most() -> None:
    assert MOST_CHANCE == 0.01
    assert verdict(2_000, 7, past(*[1_000] * 8)) == "spike", "large numbers do not overflow"


def test_the_usual_number_is_that_of_an_average_window() -> None:
    assert usual_stories(7, FOUR_A_WEEK) == pytest.approx(4.0)
    assert usual_stories(1, FOUR_A_WEEK) == pytest.approx(32 / 56)
    assert usual_stories(7, past(days=0.0)) == 0.0
