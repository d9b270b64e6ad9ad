"""Decides what is noted of a source after each reading: its health, its next reading, and whether it churned. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.store.sources import SourceRow
from scrapers.article import Headline, SourceReading
from scrapers.errors import BadStatus, FetchRateLimited, ScrapeError

CHURN_HEADLINES = 6
"""A source with fewer headlines than this may well renew half of them between two readings."""
ROUNDED = timedelta(minutes=1)
"""Many outlets name no seconds: an article of this minute seems to be older than it is."""
STOPS_AFTER = timedelta(days=1)
"""A second 410 this much later stops the source."""
STOPPED = "stopped"
NEVER = timedelta(days=36_500)
LONGEST_PAUSE_MINUTES = 24 * 60
GONE = 410


def is_churned(row: SourceRow, headlines: Sequence[Headline], unknown: Sequence[Headline]) -> bool:
    """Whether more than half of a known list is unknown, although it is not dated after the last reading.

    A busy outlet renews a short list within minutes, and any list is renewed during an outage: their dates say so.
    A list without dates says it by its order, where all that is unknown stands before what is known.
    """
    if row.baseline_at is None or len(headlines) < CHURN_HEADLINES:
        return False
    since_at = (row.last_ok_at or row.baseline_at) - ROUNDED
    before_known = _are_before_known(headlines, unknown)
    renamed = [
        each
        for each in unknown
        if (each.published_at <= since_at if each.published_at is not None else not before_known)
    ]
    return len(renamed) * 2 > len(headlines)


def _are_before_known(headlines: Sequence[Headline], unknown: Sequence[Headline]) -> bool:
    """Whether these headlines are the first of a list that goes on with others."""
    addresses = {headline.url for headline in unknown}
    first = headlines[: len(unknown)]
    return len(first) < len(headlines) and all(headline.url in addresses for headline in first)


def after_success(row: SourceRow, read: SourceReading, new: int, seconds: float, now: datetime) -> SourceRow:
    """Returns the row of a source that answered; the first answer with a list is the baseline.

    A server may answer 304 to a first reading: that says nothing of the list, so the baseline waits.
    """
    state = read.state
    baseline_at = None if read.unchanged else now
    return replace(
        row,
        etag=state.etag,
        last_modified=state.last_modified,
        body_hash=state.body_hash,
        full_read_at=state.full_read_at,
        moved_to=state.moved_to,
        baseline_at=row.baseline_at or baseline_at,
        last_try_at=now,
        last_ok_at=now,
        failing_since=None,
        error_code=None,
        error=None,
        failures=0,
        next_due_at=None,
        newest_at=read.newest_at or row.newest_at,
        latency_seconds=seconds,
        articles_total=row.articles_total + new,
        gone_first_at=None,
    )


def after_failure(row: SourceRow, error: ScrapeError, every_minutes: float, now: datetime) -> SourceRow:
    """Returns the row of a source that did not answer: its pause grows; one that stays gone for a day is stopped."""
    is_gone = isinstance(error, BadStatus) and error.status == GONE
    gone_first_at = (row.gone_first_at or now) if is_gone else row.gone_first_at
    stops = is_gone and gone_first_at is not None and now - gone_first_at >= STOPS_AFTER
    failures = row.failures + 1
    return replace(
        row,
        last_try_at=now,
        failing_since=row.failing_since or now,
        error_code=STOPPED if stops else error.code,
        error=error.problem[:300],
        failures=failures,
        next_due_at=now + NEVER if stops else _next_due_at(error, failures, every_minutes, now),
        gone_first_at=gone_first_at,
    )


def _next_due_at(error: ScrapeError, failures: int, every_minutes: float, now: datetime) -> datetime | None:
    """Returns when to read again, or None for the source's usual rhythm, which the first failure does not change."""
    pause = _pause(failures, every_minutes)
    if isinstance(error, FetchRateLimited):
        return now + max(pause, timedelta(seconds=error.retry_after_seconds))
    return now + pause if failures > 1 else None


def _pause(failures: int, every_minutes: float) -> timedelta:
    """Returns the pause after so many failures in a row: none without one, else doubled each time, at most a day."""
    return timedelta(minutes=min(every_minutes * 2 ** min(failures - 1, 10), LONGEST_PAUSE_MINUTES) if failures else 0)


def is_due(row: SourceRow, every_minutes: float, now: datetime) -> bool:
    """Whether a source may be read: its pause after failures or a rate limit is over.

    A stored end is not believed beyond the pause that the row's own failures can have caused.
    """
    if row.next_due_at is None or row.error_code == STOPPED:
        return row.next_due_at is None
    pause = _pause(row.failures, every_minutes)
    longest = timedelta(minutes=LONGEST_PAUSE_MINUTES) if row.error_code == FetchRateLimited.code else pause
    return min(row.next_due_at, min(row.last_try_at or now, now) + longest) <= now
