"""Decides what is noted of a source after each reading: its health, its next reading, whether it churned. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b

from bot.intake.reading_pace import interval_minutes, news_a_day
from bot.store.sources import STOPPED, SourceRow
from scrapers.article import Headline, SourceReading
from scrapers.errors import BadStatus, FetchRateLimited, ScrapeError

CHURN_HEADLINES = 6
"""A source with fewer headlines than this may well renew half of them between two readings."""
ROUNDED = timedelta(minutes=1)
"""Many outlets name no seconds: an article of this minute seems to be older than it is."""
STOPS_AFTER = timedelta(days=1)
"""A second 410 this much later stops the source."""
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


def with_pace(
    row: SourceRow, read: SourceReading, new: int, now: datetime, *, every_minutes: float, is_urgent: bool
) -> SourceRow:
    """Returns the row with the source's present interval; the next reading is so long after the end of this one."""
    ttl_minutes = row.ttl_minutes if read.ttl_seconds is None else read.ttl_seconds / 60
    news = news_a_day(row, read.headlines, new, now)
    minutes = interval_minutes(
        every_minutes,
        ttl_minutes=ttl_minutes or 0.0,
        fresh_minutes=read.fresh_seconds / 60,
        news_a_day=news,
        is_urgent=is_urgent,
    )
    next_due_at = _after(minutes, now)
    return replace(row, interval_minutes=minutes, ttl_minutes=ttl_minutes, news_a_day=news, next_due_at=next_due_at)


def after_success(row: SourceRow, read: SourceReading, new: int, seconds: float, now: datetime) -> SourceRow:
    """Returns the row (``with_pace``) of a source that answered; the first answer with a list is the baseline.

    A list that is unchanged is no baseline.
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
    """Returns when to read again: the first failure does not change the outlet's usual rhythm."""
    if isinstance(error, FetchRateLimited):
        return now + max(_pause(failures, every_minutes), timedelta(seconds=error.retry_after_seconds))
    return now + _pause(failures, every_minutes) if failures > 1 else _after(every_minutes, now)


def _after(minutes: float, now: datetime) -> datetime | None:
    """Returns the instant after an interval; None for one of more than a day, which the schedule alone keeps."""
    return now + timedelta(minutes=minutes) if minutes <= LONGEST_PAUSE_MINUTES else None


def _pause(failures: int, every_minutes: float) -> timedelta:
    """Returns the pause after so many failures in a row: none without one, else doubled each time, at most a day."""
    return timedelta(minutes=min(every_minutes * 2 ** min(failures - 1, 10), LONGEST_PAUSE_MINUTES) if failures else 0)


def due_at(row: SourceRow, every_minutes: float, now: datetime) -> datetime | None:
    """Returns when a source may be read next, which may be past, or None for a source that has stopped.

    A stored end is not believed beyond the interval or the pause that the row itself explains.
    """
    if row.error_code == STOPPED:
        return None
    if row.next_due_at is None:
        return now
    longest = timedelta(minutes=row.present_interval_minutes(every_minutes))
    if row.error_code == FetchRateLimited.code:
        longest = timedelta(minutes=LONGEST_PAUSE_MINUTES)
    elif row.failures:
        longest = max(_pause(row.failures, every_minutes), timedelta(minutes=every_minutes))
    return min(row.next_due_at, min(row.last_try_at or now, now) + longest)


def due_with_push(row: SourceRow | None, at: datetime | None, push_due_at: datetime | None) -> datetime | None:
    """Returns when a source may be read next, ``at`` without a push: a push shortens no pause after failures."""
    if at is None or push_due_at is None or (row is not None and row.failures):
        return at
    return min(at, push_due_at)


def start_offset(outlet: str, url: str) -> float:
    """Returns a source's share of the time over which starts are spread, 0 to 1; it is always the same."""
    digest = blake2b(f"{outlet}\n{url}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
