"""Decides when the pages of a host that refuses them again and again are asked for. Pure functions of plain data."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.store.future_instants import bounded
from bot.store.page_refusals import PageRefusals
from scrapers.errors import FetchRefused, Forbidden, NotAsked, ScrapeError

REFUSALS_IN_A_ROW = 3
"""After so many refused pages in a row no page of the outlet is asked for at this host for a while."""
FIRST_PAUSE = timedelta(hours=1)
"""A host that blocks us for a short time is read again soon; each further refusal doubles the pause."""
LONGEST_PAUSE = timedelta(days=1)


def is_refusal(error: ScrapeError, url: str) -> bool:
    """Whether a request was spent on a page that is refused, be it only on a redirect to where nothing is asked."""
    return isinstance(error, Forbidden | FetchRefused) and not (isinstance(error, NotAsked) and error.url == url)


def after_refusal(row: PageRefusals, error: ScrapeError, now: datetime) -> PageRefusals:
    """Returns the row of a host that refused one more page."""
    refusals = row.refusals + 1
    return replace(
        row,
        refusals=refusals,
        reason=error.problem[:300],
        since_at=row.since_at or now,
        last_at=now,
        next_page_at=now + _pause(refusals) if refusals >= REFUSALS_IN_A_ROW else None,
    )


def _pause(refusals: int) -> timedelta:
    doublings = min(refusals - REFUSALS_IN_A_ROW, 10)
    return min(FIRST_PAUSE * float(2**doublings), LONGEST_PAUSE)


def is_paused(row: PageRefusals, now: datetime) -> bool:
    """Whether pages stand by their headlines for now; the first page after the pause is asked for as a probe."""
    return row.next_page_at is not None and bounded(row.next_page_at, now, LONGEST_PAUSE, row.last_at) > now


def is_told(row: PageRefusals) -> bool:
    """Whether operators know that the host refuses pages."""
    return row.refusals >= REFUSALS_IN_A_ROW
