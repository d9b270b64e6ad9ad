"""What each bell does: a job's name and its function. A job returns the jobs that follow it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.deliveries.digest import Digests
from bot.errors import StoreTrouble
from bot.intake.pipeline import Intake
from bot.model import Job, StoredArticle, Work
from bot.operations.absent_channels import AbsentChannels
from bot.operations.alias_scout import AliasScout
from bot.operations.audit import Auditor
from bot.operations.cleanup import Cleanup
from bot.store import article_identities, articles, hosts, sources
from bot.store.articles import Unread
from bot.store.engine import Store
from bot.store.sources import SourceRow
from scrapers.article import Headline, SourceState
from scrapers.errors import FetchRateLimited, NotUnderstood, ScrapeError
from scrapers.outlet import Outlet, Source
from scrapers.scraper import Scraper

log = logging.getLogger("pactbot.jobs")

PAGES_A_JOB = 20


class Jobs:
    """The functions behind the bells, over the rooms they ring in."""

    def __init__(
        self,
        store: Store,
        outlets: Mapping[str, Outlet],
        scraper: Scraper,
        intake: Intake,
        digests: Digests,
        cleanup: Cleanup,
        wake_outbox: Callable[[], None],
        now: Callable[[], datetime],
        auditor: Auditor | None = None,
        alias_scout: AliasScout | None = None,
        absent_channels: AbsentChannels | None = None,
    ) -> None:
        self._store = store
        self._outlets = outlets
        self._scraper = scraper
        self._intake = intake
        self._digests = digests
        self._cleanup = cleanup
        self._wake_outbox = wake_outbox
        self._now = now
        self._reading: set[str] = set()
        self._auditor = auditor
        self._alias_scout = alias_scout
        self._absent_channels = absent_channels

    def table(self) -> Mapping[str, Work]:
        """Every job by name."""
        return {
            "scrape": self.scrape,
            "read": self.read,
            "deliver": self.deliver,
            "digest": self.digest,
            "cleanup": self.cleanup,
            "audit": self.audit,
            "scout": self.scout,
            "absent_channels": self.absent_channels,
        }

    async def scrape(self, key: str) -> Iterable[Job]:
        """Asks every source of an outlet what is new; pages that still wait are read first."""
        outlet = self._outlets.get(key)
        if outlet is None or not outlet.enabled:
            return []
        follow = list(await self._read_some(outlet))
        for source in outlet.sources:
            follow += await self._scrape_source(outlet, source)
        return follow

    async def _scrape_source(self, outlet: Outlet, source: Source) -> list[Job]:
        async with self._store.read() as c:
            row = await sources.get(c, outlet.key, source.url)
        if row is not None and not is_due(row, self._now()):
            return []
        began = time.monotonic()
        try:
            found = await self._scraper.headlines(outlet, source, state_from(row))
        except ScrapeError as error:
            log.warning("source_failed", extra={"outlet": outlet.key, "url": source.url, "why": error.problem})
            await self._put_off(error)
            await self._intake.source_failed(outlet, source, error)
            return []
        took = time.monotonic() - began
        jobs = await self._intake.source_read(outlet, source, found, took)
        fields = {"outlet": outlet.key, "entries": len(found.headlines), "unchanged": found.unchanged, "seconds": took}
        log.log(logging.DEBUG if found.unchanged else logging.INFO, "scraped", extra=fields)
        return jobs

    async def read(self, key: str) -> Iterable[Job]:
        """Reads an outlet's pages that wait, oldest first."""
        outlet = self._outlets.get(key)
        return await self._read_some(outlet) if outlet is not None and outlet.enabled else []

    async def _read_some(self, outlet: Outlet) -> list[Job]:
        """Reads pages that wait; nothing while another job here does so, or each would be asked for twice."""
        if outlet.key in self._reading:
            return []
        self._reading.add(outlet.key)
        try:
            return await self._read_waiting(outlet)
        finally:
            self._reading.discard(outlet.key)

    async def _read_waiting(self, outlet: Outlet) -> list[Job]:
        follow: list[Job] = []
        async with self._store.read() as c:
            waiting = await articles.unread(c, outlet.key, PAGES_A_JOB + 1, self._now())
        for item in waiting[:PAGES_A_JOB]:
            for job in await self._read_page(outlet, item):
                self._wake_outbox() if job.name == "deliver" else follow.append(job)
        return [*follow, Job("read", outlet.key)] if len(waiting) > PAGES_A_JOB else follow

    async def _read_page(self, outlet: Outlet, item: Unread) -> list[Job]:
        async with self._store.read() as c:
            names = await article_identities.of_article(c, item.article.id)
        try:
            article = await self._scraper.read(outlet, headline_from(item.article, names))
            return await self._intake.page_read(outlet, item.article.id, article)
        except ScrapeError as error:
            await self._put_off(error)
            return await self._intake.page_failed(outlet, item.article.id, error)
        except StoreTrouble:
            raise
        except Exception:  # one page that breaks us must not stop its outlet for good: it counts as missed
            log.exception("page_broke_us", extra={"outlet": outlet.key, "article": item.article.id})
            broken = NotUnderstood(item.article.url, "reading it failed here")
            return await self._intake.page_failed(outlet, item.article.id, broken)

    async def _put_off(self, error: ScrapeError) -> None:
        """A host that asked us to wait is asked nothing until then, by nobody of us."""
        host = urlsplit(error.url).hostname
        if isinstance(error, FetchRateLimited) and host:
            async with self._store.begin() as c:
                await hosts.put_off(c, host, self._now() + timedelta(seconds=error.retry_after_seconds))

    async def deliver(self, _key: str) -> Iterable[Job]:
        """Wakes the outbox."""
        self._wake_outbox()
        return []

    async def digest(self, _key: str) -> Iterable[Job]:
        """Makes every digest that is due, or was missed."""
        return [Job("deliver")] if await self._digests.enqueue_due() else []

    async def cleanup(self, _key: str) -> Iterable[Job]:
        """Ends what is over, forgets what is old, tells the operators what broke."""
        return [Job("deliver")] if await self._cleanup.run() else []

    async def audit(self, _key: str) -> Iterable[Job]:
        """Counts, once a day, what stands doubled in a channel and what was never told."""
        return [Job("deliver")] if self._auditor is not None and await self._auditor.run() else []

    async def scout(self, _key: str) -> Iterable[Job]:
        """Tells the operators, at most once a week, of spellings that the lexicon does not know."""
        return [Job("deliver")] if self._alias_scout is not None and await self._alias_scout.run() else []

    async def absent_channels(self, key: str) -> Iterable[Job]:
        """Asks about channels that are away: those that follow the number in the key, then the rest a little later."""
        if self._absent_channels is None:
            return []
        called = await self._absent_channels.run(int(key or 0))
        follow = [Job("deliver")] if called.resumed else []
        return follow if called.after is None else [*follow, Job("absent_channels", str(called.after), called.next_at)]


def is_due(row: SourceRow, now: datetime) -> bool:
    """A source that failed again and again, or asked us to wait, is left alone until its time."""
    return row.next_due_at is None or row.next_due_at <= now


def state_from(row: SourceRow | None) -> SourceState:
    """What a source remembers, as the scrapers want it."""
    if row is None:
        return SourceState()
    return SourceState(row.etag, row.last_modified, row.body_hash, row.full_read_at, row.moved_to)


def headline_from(row: StoredArticle, identities: tuple[str, ...]) -> Headline:
    """A stored headline, as the scrapers want it."""
    return Headline(
        outlet=row.outlet,
        url=row.url,
        canonical_url=row.canonical_url,
        identities=identities,
        title=row.headline,
        summary="",
        published_at=row.published_at,
        language=row.language,
    )
