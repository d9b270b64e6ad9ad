"""Checks the outlets: every source is asked once, the outlets side by side."""

from __future__ import annotations

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cli.doctor.check_row import CheckRow
from bot.cli.progress_bar import ProgressBar
from bot.cli.stored_rows import StoredRows
from bot.outlet_client import open_outlet_client
from scrapers.article import SourceReading, SourceState
from scrapers.errors import (
    FetchRateLimited,
    FetchRefused,
    Forbidden,
    Gone,
    NotUnderstood,
    ScrapeError,
    TooBig,
    Unreachable,
)
from scrapers.outlet import Outlet
from scrapers.scraper import Scraper
from settings.config import Settings

_CURES: tuple[tuple[type[ScrapeError], str], ...] = (
    (Unreachable, "is this machine connected, and the host up?"),
    (FetchRefused, "its robots.txt or address forbids it: switch it off with a reason, or see PACT_TRUSTED_ADDRESSES"),
    (FetchRateLimited, "lengthen every_minutes in its spec"),
    (Forbidden, "its host refuses us: set PACT_CONTACT, or user_agent in its spec, or switch it off with a reason"),
    (Gone, "the source has moved: find its new address for the spec"),
    (NotUnderstood, "look whether the source's kind and address in the spec still hold"),
    (TooBig, "look for a shorter source"),
)


async def check_outlets(settings: Settings, stored: StoredRows) -> list[CheckRow]:
    """Returns a row for each source, or for an outlet that is off one that says why, in the order of the specs."""
    outlets = stored.outlets_of(settings)
    progress = ProgressBar(sum(len(outlet.sources) for outlet in outlets.values() if outlet.enabled))
    async with open_outlet_client(settings, outlets) as scraper:
        rows_by_outlet = await asyncio.gather(*(_rows_of(outlet, scraper, progress) for outlet in outlets.values()))
    progress.clear()
    return [row for rows in rows_by_outlet for row in rows]


async def _rows_of(outlet: Outlet, scraper: Scraper, progress: ProgressBar) -> list[CheckRow]:
    if not outlet.enabled:
        covered = "; aggregators cover it" if outlet.covered else ""
        return [CheckRow(outlet.key, True, f"switched off: {outlet.reason}{covered}")]
    rows = []
    for source in outlet.sources:
        try:
            reading = await scraper.headlines(outlet, source, SourceState())
        except ScrapeError as error:
            rows.append(CheckRow(outlet.key, False, str(error), _cure(error)))
        else:
            rows.append(CheckRow(outlet.key, True, _summary(source.kind, reading, outlet)))
        progress.step(outlet.key)
    return rows


def _summary(kind: str, reading: SourceReading, outlet: Outlet) -> str:
    newest = f", newest {_local_time(reading.newest_at, outlet)}" if reading.newest_at else ""
    unusable = f", {len(reading.problems)} unusable" if reading.problems else ""
    hosts = ", ".join(f"{host} {count}" for host, count in reading.unlisted)
    unlisted = f"; of hosts that no spec names: {hosts}" if hosts else ""
    return f"{kind}: {len(reading.headlines)} headlines{newest}{unusable}{unlisted}"


def _local_time(at: datetime, outlet: Outlet) -> str:
    return at.astimezone(ZoneInfo(outlet.timezone)).strftime("%Y-%m-%d %H:%M %Z")


def _cure(error: ScrapeError) -> str:
    return next((cure for kind, cure in _CURES if isinstance(error, kind)), "try again later; see its home page")
