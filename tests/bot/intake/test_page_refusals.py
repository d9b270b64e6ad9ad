"""Refusals of pages and the pauses after them, at the boundaries of the rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.intake.page_refusals import after_refusal, is_paused, is_refusal
from bot.store.page_refusals import PageRefusals
from scrapers.errors import (
    BadStatus,
    FetchRateLimited,
    FetchRefused,
    Forbidden,
    Gone,
    NotAsked,
    ScrapeError,
    TitlesOnly,
    Unreachable,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
URL = "https://herald.example/1"
SECOND = timedelta(seconds=1)


def refused(times: int, now: datetime = NOW) -> PageRefusals:
    row = PageRefusals("herald", "herald.example")
    for _ in range(times):
        row = after_refusal(row, Forbidden(URL, 403), now)
    return row


@pytest.mark.parametrize(
    ("error", "counts"),
    [
        (Forbidden(URL, 403), True),
        (FetchRefused(URL, "redirects more than 5 times"), True),
        (NotAsked(URL, "robots.txt forbids it"), False),
        (NotAsked("https://herald.example/login", "robots.txt forbids it"), True),
        (TitlesOnly(URL, "no pages"), False),
        (Gone(URL, 404), False),
        (BadStatus(URL, 500), False),
        (Unreachable(URL, "no answer"), False),
        (FetchRateLimited(URL, "HTTP 429", 90.0), False),
    ],
)
def test_only_a_refusal_that_cost_a_request_counts(error: ScrapeError, counts: bool) -> None:
    assert is_refusal(error, URL) == counts


@pytest.mark.parametrize(
    ("times", "pause_hours"), [(1, None), (2, None), (3, 1), (4, 2), (5, 4), (6, 8), (7, 16), (8, 24), (60, 24)]
)
def test_pages_are_left_alone_after_three_refusals_ever_longer_up_to_a_day(times: int, pause_hours: int | None) -> None:
    row = refused(times)
    assert (row.refusals, row.reason, row.since_at) == (times, "HTTP 403", NOW)
    if pause_hours is None:
        assert not is_paused(row, NOW)
    else:
        end = NOW + timedelta(hours=pause_hours)
        assert [is_paused(row, at) for at in (NOW, end - SECOND, end)] == [True, True, False]


def test_a_clock_that_was_put_back_makes_the_pause_no_longer_than_it_was() -> None:
    row = refused(3, NOW + timedelta(days=30))
    assert is_paused(row, NOW)
    assert not is_paused(row, NOW + timedelta(days=30, hours=1))
