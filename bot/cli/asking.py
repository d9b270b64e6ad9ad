"""How the command line asks outlets: the bot's own scraper with turns in memory, and failures in a reader's words."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot.cli.entries import host_of
from bot.cli.turns import Turns
from scrapers.article import Article, Found, Headline, SourceState
from scrapers.errors import Refused, ScrapeError, Unreachable
from scrapers.outlet import Outlet, Source
from scrapers.robots import MemoryRobots, origin_of
from scrapers.scraper import Scraper, open_scraper
from settings.config import Settings


class Asker:
    """Asks outlets; a host that is silent is called silent, also where its robots.txt was the first to be asked for."""

    def __init__(self, scraper: Scraper, robots: MemoryRobots) -> None:
        self._scraper = scraper
        self._robots = robots

    async def headlines(self, outlet: Outlet, source: Source) -> Found:
        """Everything a source shows; ScrapeError when it could not be read."""
        try:
            return await self._scraper.headlines(outlet, source, SourceState())
        except ScrapeError as error:
            raise await self._named(error) from None

    async def read(self, outlet: Outlet, headline: Headline) -> Article:
        """The page behind a headline; ScrapeError when it could not be read."""
        try:
            return await self._scraper.read(outlet, headline)
        except ScrapeError as error:
            raise await self._named(error) from None

    async def _named(self, error: ScrapeError) -> ScrapeError:
        if not isinstance(error, Refused):
            return error
        try:
            record = await self._robots.get(origin_of(error.url))
        except Refused:
            return error
        if record is None or record.text is not None or record.status != 0:
            return error
        return Unreachable(error.url, f"{host_of(error.url)} does not answer")


@asynccontextmanager
async def open_asker(settings: Settings, outlets: Mapping[str, Outlet]) -> AsyncIterator[Asker]:
    """An asker for these outlets; its connections and its parser end with the block."""
    turns, robots = Turns(settings.host_pause_seconds), MemoryRobots()
    scraper = open_scraper(
        outlets,
        turns,
        robots_memory=robots,
        trusted=settings.trusted_addresses,
        on_crawl_delay=turns.lengthen,
    )
    try:
        yield Asker(scraper, robots)
    finally:
        await scraper.close()
