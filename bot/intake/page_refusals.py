"""Decides when the pages of a host that refuses them again and again are asked for. Pure functions of plain data."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.store.future_instants import bounded
from bot.store.page_refusals import PageRefusals
from scrapers.errors import FetchRefused, Forbidden, NotAsked, ScrapeError

REFUSALS_IN_A_ROW = 3
"""After so many refused pages in a row no page of the outlet is asked for at this host for a while."""
REFUSALS_AMONG_OTHERS = 10
"""The same for a host that let a page be read within READ_LATELY: it may refuse only what readers pay for."""
READ_LATELY = timedelta(days=1)
NOTED_EVERY = timedelta(hours=1)
"""How often a row notes that pages are read."""
FIRST_PAUSE = timedelta(hours=1)
"""A host that blocks us for a short time is read again soon; each further refusal doubles the pause."""
LONGEST_PAUSE = timedelta(days=1)


def is_refusal(error: ScrapeError, url: str) -> bool:
    """Whether a request was spent on a page that is refused, be it only on a redirect to where nothing is asked."""
    return isinstance(error, Forbidden | FetchRefused) and not (isinstance(error, NotAsked) and error.url == url)


def after_refusal(row: PageRefusals, error: ScrapeError, now: datetime) -> PageRefusals:
    """Returns the row of a host that refused one more page."""
    refusals = row.refusals + 1
    too_many = refusals - _most(row, now)
    return replace(
        row,
        refusals=refusals,
        reason=error.problem[:300],
        since_at=row.since_at or now,
        last_at=now,
        next_page_at=now + min(FIRST_PAUSE * float(2 ** min(too_many, 10)), LONGEST_PAUSE) if too_many >= 0 else None,
    )


def _most(row: PageRefusals, now: datetime) -> int:
    was_read_lately = row.read_at is not None and now - row.read_at < READ_LATELY
    return REFUSALS_AMONG_OTHERS if was_read_lately else REFUSALS_IN_A_ROW


def after_page(row: PageRefusals, now: datetime) -> PageRefusals | None:
    """Returns the row of a host that let a page be read, or None where the row says so already."""
    is_noted = row.read_at is not None and row.read_at <= now < row.read_at + NOTED_EVERY
    return None if is_noted and not row.refusals else PageRefusals(row.outlet, row.host, read_at=now)


def is_paused(row: PageRefusals, now: datetime) -> bool:
    """Whether pages stand by their headlines for now; the first page after the pause is asked for as a probe."""
    return row.next_page_at is not None and bounded(row.next_page_at, now, LONGEST_PAUSE, row.last_at) > now


def is_told(row: PageRefusals) -> bool:
    """Whether operators know that the host refuses pages."""
    return row.next_page_at is not None
