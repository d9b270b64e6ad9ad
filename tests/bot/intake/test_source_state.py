"""Decisions about a source, at the boundaries of their rules."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.intake.source_state import (
    NEVER,
    ROUNDED,
    after_failure,
    after_success,
    due_at,
    due_with_push,
    is_churned,
    start_offset,
    with_pace,
)
from bot.store.sources import STOPPED, SourceRow
from scrapers.article import Headline, SourceReading, SourceState
from scrapers.errors import FetchRateLimited, Gone, Unreachable

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
URL = "https://herald.example/feed"
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def headline(number: int, published_at: datetime | None) -> Headline:
    url = f"https://herald.example/{number}"
    return Headline("herald", url, url, (f"url:{url}",), f"Headline {number}", "", published_at, "en")


def test_a_list_of_six_is_churned_when_more_than_half_is_new_and_not_newer_than_the_last_reading() -> None:
    row = SourceRow("herald", URL, baseline_at=NOW - timedelta(days=9), last_ok_at=NOW)
    old = [headline(number, NOW - ROUNDED) for number in range(6)]
    newer = [headline(number, NOW - ROUNDED + SECOND) for number in range(6)]
    undated = [headline(number, None) for number in range(6)]
    assert [is_churned(row, listed, listed) for listed in (old, undated, newer)] == [True, True, False]
    assert (is_churned(row, old, old[:4]), is_churned(row, old, old[:3])) == (True, False)
    assert not is_churned(row, old[:5], old[:5])
    assert not is_churned(row, undated, undated[:4]), "what is unknown stands before what is known"
    assert is_churned(row, undated, [*undated[:3], undated[4]])
    assert not is_churned(SourceRow("herald", URL), old, old)


def read(row: SourceRow, reading: SourceReading, at: datetime, new: int = 0, **pace: Any) -> SourceRow:
    """The row after a reading; the outlet is read every 15 minutes."""
    paced = with_pace(row, reading, new, at, **{"every_minutes": 15, "is_urgent": False, **pace})
    return after_success(paced, reading, new, 0.1, at)


def test_an_unchanged_list_is_no_baseline_and_leaves_one() -> None:
    unchanged, listed = (SourceReading((), SourceState(), unchanged=unchanged) for unchanged in (True, False))
    first = read(SourceRow("herald", URL), unchanged, NOW)
    second = read(first, listed, NOW + SECOND)
    third = read(second, unchanged, NOW + 2 * SECOND)
    assert [row.baseline_at for row in (first, second, third)] == [None, NOW + SECOND, NOW + SECOND]


def test_the_next_reading_is_an_interval_away_and_never_stored_beyond_a_day() -> None:
    listed = SourceReading((), SourceState(), ttl_seconds=1800)
    row = read(SourceRow("herald", URL), listed, NOW)
    assert (row.next_due_at, row.interval_minutes, row.ttl_minutes) == (NOW + 30 * MINUTE, 30, 30)
    again = read(row, SourceReading((), SourceState(), unchanged=True), NOW + 30 * MINUTE, new=200)
    assert (again.interval_minutes, again.ttl_minutes) == (30, 30), "a 304 forgets no ttl"
    assert read(row, listed, NOW, is_urgent=True).next_due_at == NOW + 15 * MINUTE
    assert read(row, listed, NOW, every_minutes=1440).next_due_at == NOW + timedelta(days=1)
    assert read(row, listed, NOW, every_minutes=1441).next_due_at is None, "the schedule alone keeps it"


@pytest.mark.parametrize(("later", "stops"), [(timedelta(hours=23, minutes=59), False), (timedelta(days=1), True)])
def test_a_source_stops_when_it_is_gone_a_day_after_it_was_first_gone(later: timedelta, stops: bool) -> None:
    first = after_failure(SourceRow("herald", URL), Gone(URL, 410), 15, NOW)
    second = after_failure(first, Gone(URL, 410), 15, NOW + later)
    assert (second.error_code, second.next_due_at == NOW + later + NEVER) == (("stopped" if stops else "gone"), stops)


def test_the_pause_of_a_failing_source_doubles_up_to_a_day() -> None:
    row, pauses = SourceRow("herald", URL), []
    for _ in range(9):
        row = after_failure(row, Unreachable(URL, "no answer"), 15, NOW)
        pauses.append(None if row.next_due_at is None else (row.next_due_at - NOW) / timedelta(minutes=1))
    assert pauses == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]


def test_a_source_that_rate_limits_us_is_left_alone_for_as_long_as_it_says() -> None:
    limited = after_failure(SourceRow("herald", URL), FetchRateLimited(URL, "HTTP 429", 3600.0), 15, NOW)
    assert limited.next_due_at == NOW + timedelta(hours=1)


TIMEOUT, THROTTLED = Unreachable.code, FetchRateLimited.code


@pytest.mark.parametrize(
    ("row", "due"),
    [
        ({}, 0),
        ({"next_due_at": NOW + 20 * MINUTE, "interval_minutes": 20.0}, 20),
        ({"next_due_at": NOW + 60 * MINUTE, "interval_minutes": 60.0}, 60),
        ({"next_due_at": NOW + timedelta(days=1), "interval_minutes": 20.0}, 20),
        ({"next_due_at": NOW + timedelta(days=1), "interval_minutes": 999.0}, 60),
        ({"next_due_at": NOW + timedelta(days=1)}, 15),
        ({"next_due_at": NOW + 15 * MINUTE, "failures": 1, "error_code": TIMEOUT}, 15),
        ({"next_due_at": NOW + 99 * MINUTE, "failures": 1, "error_code": TIMEOUT}, 15),
        ({"next_due_at": NOW + 30 * MINUTE, "failures": 2, "error_code": TIMEOUT}, 30),
        ({"next_due_at": NOW + timedelta(days=1), "failures": 2, "error_code": TIMEOUT}, 30),
        ({"next_due_at": NOW + timedelta(days=3), "failures": 9, "error_code": TIMEOUT}, 1440),
        ({"next_due_at": NOW + timedelta(hours=5), "failures": 1, "error_code": THROTTLED}, 300),
        ({"next_due_at": NOW + timedelta(days=3), "failures": 1, "error_code": THROTTLED}, 1440),
    ],
)
def test_a_source_is_due_after_what_its_own_row_explains(row: dict[str, Any], due: int) -> None:
    at = due_at(SourceRow("herald", URL, last_try_at=NOW, **row), 15, NOW)
    assert at == NOW + due * MINUTE


@pytest.mark.parametrize(
    ("at", "push_due_at", "failures", "due"),
    [(20, None, 0, 20), (20, 5, 0, 5), (20, 30, 0, 20), (20, 5, 1, 20), (None, 5, 0, None)],
)
def test_a_push_makes_a_source_due_but_shortens_no_pause(
    at: int | None, push_due_at: int | None, failures: int, due: int | None
) -> None:
    def instant(minutes: int | None) -> datetime | None:
        return None if minutes is None else NOW + minutes * MINUTE

    row = SourceRow("herald", URL, failures=failures)
    assert due_with_push(row, instant(at), instant(push_due_at)) == instant(due)
    assert due_with_push(None, NOW, NOW - MINUTE) == NOW - MINUTE


def test_a_stopped_source_is_never_due() -> None:
    row = SourceRow("herald", URL, last_try_at=NOW, failures=9, error_code=STOPPED, next_due_at=NOW + NEVER)
    assert due_at(row, 15, NOW + timedelta(days=400)) is None


def test_sixty_sources_begin_in_sixty_places() -> None:
    offsets = sorted(start_offset(f"outlet{number}", URL) for number in range(60))
    assert 0 <= offsets[0] < 0.1
    assert 0.9 < offsets[-1] < 1
    assert max(Counter(int(offset * 60) for offset in offsets).values()) <= 6
    assert start_offset("outlet0", URL) == start_offset("outlet0", URL) != start_offset("outlet0", URL + "?page=2")
