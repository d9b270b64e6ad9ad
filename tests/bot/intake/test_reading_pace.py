"""The pace of readings follows ttl, freshness and news, between an outlet's interval and four times as long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.intake.reading_pace import interval_minutes, news_a_day
from bot.store.sources import SourceRow
from scrapers.article import Headline

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
URL = "https://herald.example/feed"
SILENT: dict[str, Any] = {"ttl_minutes": 0, "fresh_minutes": 0, "news_a_day": None, "is_urgent": False}


@pytest.mark.parametrize(
    ("known", "minutes"),
    [
        ({}, 15),
        ({"ttl_minutes": 5}, 15),
        ({"ttl_minutes": 30}, 30),
        ({"ttl_minutes": 1440}, 60),
        ({"fresh_minutes": 45}, 45),
        ({"fresh_minutes": 45, "ttl_minutes": 20}, 45),
        ({"news_a_day": 200}, 15),
        ({"news_a_day": 48}, 15),
        ({"news_a_day": 24}, 30),
        ({"news_a_day": 12}, 60),
        ({"news_a_day": 0}, 60),
        ({"news_a_day": 0, "ttl_minutes": 1440, "fresh_minutes": 60, "is_urgent": True}, 15),
    ],
)
def test_an_interval_is_the_longest_that_is_asked_for_within_the_limits(known: dict[str, Any], minutes: float) -> None:
    assert interval_minutes(15, **{**SILENT, **known}) == minutes


@pytest.mark.parametrize(("every", "longest"), [(300, 1200), (360, 1440), (600, 1440), (1440, 1440), (9000, 9000)])
def test_no_interval_is_adapted_beyond_a_day(every: float, longest: float) -> None:
    assert interval_minutes(every, **{**SILENT, "news_a_day": 0}) == longest


def listed(*ages: timedelta | None) -> Sequence[Headline]:
    """Headlines of these ages."""
    dates = [None if age is None else NOW - age for age in ages]
    return [Headline("herald", URL, URL, (f"url:{n}",), str(n), "", at, "en") for n, at in enumerate(dates)]


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("headlines", "pace"),
    [
        (listed(), None),
        (listed(None, None), None),
        (listed(*(n * HOUR / 2 for n in range(1, 21))), 48),
        (listed(*(n * HOUR for n in range(1, 101))), 24),
        (listed(*(n * timedelta(days=2) for n in range(1, 20))), 0),
        (listed(*(n * timedelta(minutes=1) for n in range(10))), 240),
    ],
)
def test_a_first_list_tells_its_pace_by_its_dates(headlines: Sequence[Headline], pace: float | None) -> None:
    assert news_a_day(SourceRow("herald", URL), headlines, len(headlines), NOW) == pace


def test_the_pace_follows_what_is_new_and_a_night_changes_little() -> None:
    row: dict[str, Any] = {"baseline_at": NOW - HOUR, "last_ok_at": NOW - HOUR}
    paces = [news_a_day(SourceRow("herald", URL, **row, news_a_day=100), [], new, NOW) for new in (0, 4)]
    assert [round(pace or 0, 1) for pace in paces] == [95.9, 99.9]
    after_night = news_a_day(
        SourceRow("herald", URL, baseline_at=NOW, last_ok_at=NOW - 8 * HOUR, news_a_day=100), [], 0, NOW
    )
    assert 70 < (after_night or 0) < 75
    unknown = news_a_day(SourceRow("herald", URL, **row), [], 0, NOW)
    assert interval_minutes(15, **{**SILENT, "news_a_day": unknown}) == 15, "an undated list is not slowed at first"
