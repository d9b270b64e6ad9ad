"""How an article comes in: announced by a source, read from its page, decided about, and stored with all it owes.

Reading and scanning happen outside of the transaction; deciding about the story and owing messages inside of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.deliveries.notices import OperatorsChannel
from bot.deliveries.subscription_index import SubscriptionIndex
from bot.intake.candidate import CHURNED
from bot.intake.headlines import (
    corrected_since,
    new_article,
    read_headlines,
    read_once_more,
    store_new,
    tell_churned,
    unseen,
)
from bot.intake.pages import PageIntake
from bot.intake.source_state import is_churned, read_badly, read_well
from bot.model import Job
from bot.store import articles, sources
from bot.store.articles import NewArticle
from bot.store.engine import Store
from bot.store.sources import SourceRow
from scrapers.article import Article, SourceReading
from scrapers.errors import ScrapeError
from scrapers.outlet import Outlet, Source


class Intake:
    """Takes in what the scrapers found; every method returns the jobs that follow."""

    def __init__(
        self,
        store: Store,
        watch: SubscriptionIndex,
        outlets: Mapping[str, Outlet],
        now: Callable[[], datetime],
        operators: OperatorsChannel | None = None,
    ) -> None:
        self._store = store
        self._watch = watch
        self._outlets = outlets
        self._now = now
        self._operators = operators
        self._taking = PageIntake(store, watch, now)

    async def announced(self, outlet: Outlet, source: Source, found: SourceReading, took_seconds: float) -> list[Job]:
        """Stores a source's new headlines; those of its first reading as seen, owed to nobody."""
        now = self._now()
        async with self._store.read() as c:
            row = await sources.state_of(c, outlet.key, source.url) or SourceRow(outlet.key, source.url)
            watched = await self._watch.load(c, now)
            fresh = await unseen(c, found.headlines)
            corrected = await corrected_since(c, found.headlines)
        baseline, churned = row.baseline_at is None, is_churned(row, found.headlines, fresh)
        scanner = await self._watch.scanner(watched)
        readings = await asyncio.to_thread(read_headlines, scanner, outlet, fresh)
        version = self._watch.lexicon.version
        pairs = list(zip(fresh, readings, strict=True))
        new = [new_article(outlet, item, reading, version, baseline, churned, now) for item, reading in pairs]
        async with self._store.begin() as c:
            stored = await store_new(c, new, readings, now, churned)
            await read_once_more(c, corrected)
            await sources.save(c, read_well(row, found, len(stored), took_seconds, now))
            if churned:
                await tell_churned(c, self._operators, outlet, source.url, now)
        again = [Job("read", outlet.key)] if corrected else []
        return [*again, *await self._follow(outlet, stored)]

    async def _follow(self, outlet: Outlet, stored: list[tuple[int, NewArticle]]) -> list[Job]:
        """Pages are read; a flash does not wait for its page."""
        jobs = [Job("read", outlet.key)] if any(new.wants_page for _, new in stored) else []
        told = [await self._flash(outlet, number) for number, new in stored if _is_flash(new)]
        return [*jobs, Job("deliver")] if any(told) else jobs

    async def _flash(self, outlet: Outlet, number: int) -> bool:
        async with self._store.read() as c:
            row = await articles.get(c, number)
        return row is not None and await self._taking.headline_alone(outlet, row)

    async def failed(self, outlet: Outlet, source: Source, error: ScrapeError) -> None:
        """Notes that a source could not be read; the others are unaffected."""
        now = self._now()
        async with self._store.begin() as c:
            row = await sources.state_of(c, outlet.key, source.url) or SourceRow(outlet.key, source.url)
            await sources.save(c, read_badly(row, error, outlet.every_minutes, now))

    async def took(self, outlet: Outlet, number: int, article: Article) -> list[Job]:
        """Decides about an article whose page was read, and stores it with everything it owes."""
        return await self._taking.took(outlet, number, article)

    async def missed(self, outlet: Outlet, number: int, error: ScrapeError) -> list[Job]:
        """A page could not be read: later again; after a few tries its headline stands alone."""
        return await self._taking.missed(outlet, number, error)


def _is_flash(new: NewArticle) -> bool:
    return new.flash and new.wants_page and new.suspect != CHURNED
