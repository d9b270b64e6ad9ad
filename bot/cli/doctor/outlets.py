"""The doctor asks every source of every outlet once, outlets side by side."""

from __future__ import annotations

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cli.doctor.finding import Check
from bot.cli.from_settings import outlets_of
from bot.cli.outlet_client import opened
from bot.cli.progress import Progress
from scrapers.article import SourceReading, SourceState
from scrapers.errors import FetchRateLimited, FetchRefused, Gone, NotUnderstood, ScrapeError, TooBig, Unreachable
from scrapers.outlet import Outlet
from scrapers.scraper import Scraper
from settings.config import Settings

_CURES: tuple[tuple[type[ScrapeError], str], ...] = (
    (Unreachable, "is this machine connected, and the host up?"),
    (FetchRefused, "its robots.txt or address forbids it: switch it off with a reason, or see PACT_TRUSTED_ADDRESSES"),
    (FetchRateLimited, "lengthen every_minutes in its spec"),
    (Gone, "the source has moved: find its new address for the spec"),
    (NotUnderstood, "look whether the source's kind and address in the spec still hold"),
    (TooBig, "look for a shorter source"),
)


async def live(settings: Settings) -> list[Check]:
    """A row for each source of each outlet that is switched on, in the order of the specs."""
    outlets = {key: one for key, one in outlets_of(settings).items() if one.enabled}
    progress = Progress(sum(len(one.sources) for one in outlets.values()))
    async with opened(settings, outlets) as scraper:
        rows = await asyncio.gather(*(_outlet(scraper, one, progress) for one in outlets.values()))
    progress.clear()
    return [row for of_one in rows for row in of_one]


async def _outlet(scraper: Scraper, outlet: Outlet, progress: Progress) -> list[Check]:
    rows = []
    for source in outlet.sources:
        try:
            found = await scraper.headlines(outlet, source, SourceState())
        except ScrapeError as error:
            rows.append(Check(outlet.key, False, str(error), _cure(error)))
        else:
            rows.append(Check(outlet.key, True, _seen(source.kind, found, outlet)))
        progress.step(outlet.key)
    return rows


def _seen(kind: str, found: SourceReading, outlet: Outlet) -> str:
    newest = f", newest {_local(found.newest_at, outlet)}" if found.newest_at else ""
    unused = f", {len(found.problems)} unusable" if found.problems else ""
    return f"{kind}: {len(found.headlines)} headlines{newest}{unused}"


def _local(at: datetime, outlet: Outlet) -> str:
    return at.astimezone(ZoneInfo(outlet.timezone)).strftime("%Y-%m-%d %H:%M %Z")


def _cure(error: ScrapeError) -> str:
    return next((cure for kind, cure in _CURES if isinstance(error, kind)), "try again later; see its home page")
