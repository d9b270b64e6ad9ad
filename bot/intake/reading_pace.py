"""Decides how often a source is read: between its outlet's ``every_minutes`` and four times as long. Pure.

The pace follows what the source says of itself and what it does:

- the feed's ttl or sy:updatePeriod, and how long its answer stays fresh (Cache-Control, Expires): a reading before that
  shows what is known already;
- how often it lists something new: an entry waits, on average, a quarter of the mean time between two entries.

An office's own pages, a search for the pact, and an outlet that has named the pact lately are always read every
``every_minutes``: there a quarter of an hour counts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.store.sources import MOST_INTERVALS, SourceRow
from scrapers.article import Headline

LONGEST_INTERVAL_MINUTES = 24 * 60.0
"""No adapted interval is longer; an outlet that is to be read less often has a longer ``every_minutes``."""
REMEMBERED = timedelta(days=1)
"""What a source lists is averaged over about a day, so that a night changes little."""
LEAST_SPAN = timedelta(hours=1)
"""A first list tells its pace over at least this span: a burst of ten entries is no pace of a thousand a day."""
URGENT_KINDS = ("official", "aggregator")
"""The kinds of outlets that are not slowed."""
PACT_REMEMBERED = timedelta(days=14)
"""For so long after it named the pact, an outlet is not slowed."""


def interval_minutes(
    every_minutes: float, *, ttl_minutes: float, fresh_minutes: float, news_a_day: float | None, is_urgent: bool
) -> float:
    """Returns the minutes from one reading to the next."""
    longest = max(every_minutes, min(every_minutes * MOST_INTERVALS, LONGEST_INTERVAL_MINUTES))
    if is_urgent:
        return every_minutes
    half_a_gap = 0.0 if news_a_day is None else 12 * 60 / max(news_a_day, 0.001)
    return min(max(every_minutes, ttl_minutes, fresh_minutes, half_a_gap), longest)


def news_a_day(row: SourceRow, headlines: Sequence[Headline], new: int, now: datetime) -> float | None:
    """Returns how many new entries a source lists in a day, after one more reading; None while that is unknown.

    The average forgets as time passes, also while nothing is listed. A first list tells it by its dates; one without
    dates tells nothing, and then the average begins at the second reading, with a pace that slows nothing.
    """
    if row.baseline_at is None:
        return _pace_of_list(headlines, now)
    days = max((now - (row.last_ok_at or row.baseline_at)) / REMEMBERED, 0.0)
    before = row.news_a_day if row.news_a_day is not None else 96.0
    return before * math.exp(-days) + new


def _pace_of_list(headlines: Sequence[Headline], now: datetime) -> float | None:
    """The pace of the last day's entries, over the time that the list reaches back."""
    ages = [now - headline.published_at for headline in headlines if headline.published_at is not None]
    if not ages:
        return None
    span = max(LEAST_SPAN, min(REMEMBERED, max(ages)))
    return sum(age <= span for age in ages) / (span / REMEMBERED)
