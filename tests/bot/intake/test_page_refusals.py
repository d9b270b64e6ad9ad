"""Refusals of pages and the pauses after them, at the boundaries of the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake.page_refusals import (
    READ_LATELY,
    REFUSALS_AMONG_OTHERS,
    REFUSALS_IN_A_ROW,
    after_page,
    after_refusal,
    is_paused,
    is_refusal,
    is_told,
)
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


HOUR = timedelta(hours=1)


def refused(times: int, now: datetime = NOW, read_at: datetime | None = None) -> PageRefusals:
    row = PageRefusals("herald", "herald.example", read_at=read_at)
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


@pytest.mark.parametrize(
    ("times", "read_ago", "paused"),
    [
        (REFUSALS_AMONG_OTHERS - 1, READ_LATELY - SECOND, False),
        (REFUSALS_AMONG_OTHERS, READ_LATELY - SECOND, True),
        (REFUSALS_IN_A_ROW - 1, READ_LATELY, False),
        (REFUSALS_IN_A_ROW, READ_LATELY, True),
    ],
)
def test_a_host_that_lets_other_pages_be_read_may_refuse_more_in_a_row(
    times: int, read_ago: timedelta, paused: bool
) -> None:
    row = refused(times, read_at=NOW - read_ago)
    assert (is_paused(row, NOW), is_told(row)) == (paused, paused)
    assert not paused or not is_paused(row, NOW + HOUR)


def test_a_page_that_is_read_ends_the_refusals_and_is_noted_once_an_hour() -> None:
    fresh = PageRefusals("herald", "herald.example")
    read = after_page(fresh, NOW)
    assert read == after_page(refused(5), NOW) == replace(fresh, read_at=NOW)
    assert [after_page(read, at) is None for at in (NOW, NOW + HOUR - SECOND, NOW + HOUR)] == [True, True, False]
    assert after_page(read, NOW - SECOND) is not None, "the clock was put back"


@given(refusals=st.lists(st.booleans(), max_size=300), minutes=st.integers(0, 30))
def test_a_hundred_refused_headlines_are_no_hundred_requests(refusals: list[bool], minutes: int) -> None:
    """However pages are refused or read, no run of refused ones costs more than ten requests and one in each pause."""
    row, now, asked, since = PageRefusals("herald", "herald.example"), NOW, 0, NOW
    for is_refused in refusals:
        now += timedelta(minutes=minutes)
        if is_paused(row, now):
            continue
        if is_refused:
            asked, since = asked + 1, since if asked else now
            row = after_refusal(row, Forbidden(URL, 403), now)
        else:
            asked = 0
            row = after_page(row, now) or row
        hours = (now - since) / HOUR
        assert asked <= REFUSALS_AMONG_OTHERS + 1 + hours
