"""Decisions about a source, at the boundaries of their rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.intake.source_state import NEVER, ROUNDED, STOPPED, after_failure, after_success, is_churned, is_due
from bot.store.sources import SourceRow
from scrapers.article import Headline, SourceReading, SourceState
from scrapers.errors import FetchRateLimited, Gone, Unreachable

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
URL = "https://herald.example/feed"
SECOND = timedelta(seconds=1)


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


def test_a_304_is_no_baseline_and_leaves_one() -> None:
    not_modified, listed = (SourceReading((), SourceState(), unchanged=unchanged) for unchanged in (True, False))
    first = after_success(SourceRow("herald", URL), not_modified, 0, 0.1, NOW)
    second = after_success(first, listed, 0, 0.1, NOW + SECOND)
    third = after_success(second, not_modified, 0, 0.1, NOW + 2 * SECOND)
    assert [row.baseline_at for row in (first, second, third)] == [None, NOW + SECOND, NOW + SECOND]


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
    assert pauses == [None, 30, 60, 120, 240, 480, 960, 1440, 1440]


def test_a_source_that_rate_limits_us_is_left_alone_for_as_long_as_it_says() -> None:
    limited = after_failure(SourceRow("herald", URL), FetchRateLimited(URL, "HTTP 429", 3600.0), 15, NOW)
    assert limited.next_due_at == NOW + timedelta(hours=1)


TIMEOUT, THROTTLED = Unreachable.code, FetchRateLimited.code


@pytest.mark.parametrize(
    ("failures", "code", "due_at", "is_due_at"),
    [
        (0, None, None, NOW),
        (0, None, NOW + timedelta(days=1), NOW),
        (2, TIMEOUT, NOW + timedelta(minutes=30), NOW + timedelta(minutes=30)),
        (2, TIMEOUT, NOW + timedelta(days=1), NOW + timedelta(minutes=30)),
        (9, TIMEOUT, NOW + timedelta(days=3), NOW + timedelta(days=1)),
        (1, THROTTLED, NOW + timedelta(hours=5), NOW + timedelta(hours=5)),
        (1, THROTTLED, NOW + timedelta(days=3), NOW + timedelta(days=1)),
    ],
)
def test_a_source_is_due_after_the_pause_that_its_own_failures_explain(
    failures: int, code: str | None, due_at: datetime | None, is_due_at: datetime
) -> None:
    row = SourceRow("herald", URL, last_try_at=NOW, failures=failures, error_code=code, next_due_at=due_at)
    assert is_due(row, 15, is_due_at)
    assert due_at is None or is_due_at == NOW or not is_due(row, 15, is_due_at - SECOND)


def test_a_stopped_source_is_never_due() -> None:
    row = SourceRow("herald", URL, last_try_at=NOW, failures=9, error_code=STOPPED, next_due_at=NOW + NEVER)
    assert not is_due(row, 15, NOW + timedelta(days=400))
