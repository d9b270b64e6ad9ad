"""How the command line asks outlets: with the bot's own scraper, its turns kept in memory for this one call."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot.cli.host_turns import MemoryHostTurns
from scrapers.outlet import Outlet
from scrapers.scraper import Scraper, open_scraper
from settings.config import Settings


@asynccontextmanager
async def opened(settings: Settings, outlets: Mapping[str, Outlet]) -> AsyncIterator[Scraper]:
    """A scraper for these outlets; its connections and its parser end with the block."""
    turns = MemoryHostTurns(settings.host_pause_seconds)
    scraper = open_scraper(outlets, turns, trusted=settings.trusted_addresses, on_crawl_delay=turns.lengthen)
    try:
        yield scraper
    finally:
        await scraper.close()
