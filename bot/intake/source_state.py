"""What is noted of a source after each reading: how it fared, when it is asked again, whether its list was churned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.store.sources import SourceRow
from scrapers.article import Headline, SourceReading
from scrapers.errors import BadStatus, FetchRateLimited, ScrapeError

CHURN_ENTRIES = 6
"""A source with fewer entries than this may well renew half of them between two readings."""
GONE_FOR_GOOD = timedelta(days=1)
"""A second 410 this much later stops the source."""
NEVER = timedelta(days=36_500)
LONGEST_PAUSE_MINUTES = 24 * 60
GONE = 410


def is_churned(row: SourceRow, found: Sequence[Headline], fresh: Sequence[Headline]) -> bool:
    """Whether more than half of a known list is new although it cannot be: it is not dated after the last reading.

    A busy outlet renews a short list within minutes, and so does any while nobody looks; what is dated says so.
    """
    if row.baseline_at is None or len(found) < CHURN_ENTRIES:
        return False
    since = row.last_ok_at or row.baseline_at
    odd = [one for one in fresh if one.published_at is None or one.published_at <= since]
    return len(odd) * 2 > len(found)


def read_well(row: SourceRow, found: SourceReading, new: int, took_seconds: float, now: datetime) -> SourceRow:
    """The source answered; its first answer is the baseline."""
    state = found.state
    return replace(
        row,
        etag=state.etag,
        last_modified=state.last_modified,
        body_hash=state.body_hash,
        full_read_at=state.full_read_at,
        moved_to=state.moved_to,
        baseline_at=row.baseline_at or now,
        last_try_at=now,
        last_ok_at=now,
        failing_since=None,
        error_code=None,
        error=None,
        failures=0,
        next_due_at=None,
        newest_at=found.newest_at or row.newest_at,
        latency_seconds=took_seconds,
        articles_total=row.articles_total + new,
        gone_first_at=None,
    )


def read_badly(row: SourceRow, error: ScrapeError, every_minutes: float, now: datetime) -> SourceRow:
    """The source did not answer: later again, ever later; what says twice that it is gone is left alone."""
    gone = isinstance(error, BadStatus) and error.status == GONE
    gone_first_at = (row.gone_first_at or now) if gone else row.gone_first_at
    stopped = gone and gone_first_at is not None and now - gone_first_at >= GONE_FOR_GOOD
    failures = row.failures + 1
    return replace(
        row,
        last_try_at=now,
        failing_since=row.failing_since or now,
        error_code="stopped" if stopped else error.code,
        error=error.problem[:300],
        failures=failures,
        next_due_at=now + NEVER if stopped else _next_due_at(error, failures, every_minutes, now),
        gone_first_at=gone_first_at,
    )


def _next_due_at(error: ScrapeError, failures: int, every_minutes: float, now: datetime) -> datetime | None:
    """The first failure costs nothing: the next reading comes in its rhythm."""
    pause = timedelta(minutes=min(every_minutes * 2 ** min(failures - 1, 10), LONGEST_PAUSE_MINUTES))
    if isinstance(error, FetchRateLimited):
        return now + max(pause, timedelta(seconds=error.retry_after_seconds))
    return now + pause if failures > 1 else None
