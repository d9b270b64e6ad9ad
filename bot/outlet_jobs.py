"""Runs the jobs of one outlet: ``scrape`` reads its sources for new headlines, ``read`` the pages behind them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple
from urllib.parse import urlsplit

from bot.errors import StoreTrouble
from bot.intake.busy_store import stored
from bot.intake.known_names import known_names, select_unknown
from bot.intake.pipeline import Intake
from bot.intake.politeness import HostTurns
from bot.intake.reading_pace import PACT_REMEMBERED
from bot.intake.source_state import due_at, due_with_push, start_offset
from bot.model import Job, StoredArticle
from bot.process_start import ProcessStart
from bot.store import article_identities, articles, hosts, outlet_states
from bot.store.engine import Store
from bot.store.hosts import HostTurn
from bot.store.outlet_states import OutletState
from bot.store.page_refusals import PageRefusals
from bot.store.sources import SourceRow
from bot.store.steps import StepConnection
from bot.websub.sources import HubSources
from scrapers.article import Headline, SourceState
from scrapers.errors import FetchRateLimited, NotUnderstood, ScrapeError
from scrapers.http.fetch import host_at
from scrapers.outlet import Outlet, Source
from scrapers.scraper import Scraper

log = logging.getLogger("pactbot.jobs")

PAGES_A_JOB = 20
MAX_PROBLEMS_LOGGED = 3
AHEAD = timedelta(hours=1)
"""A reading that is due within this time has a job of its own; the schedule finds the later ones."""


class Beginning(NamedTuple):
    """What a ``scrape`` begins with."""

    state: OutletState
    turn: HostTurn | None = None
    """The turn of its first request, where it was free."""


class _WaitingPage(NamedTuple):
    """A page that is to be read next, with what is needed to ask for it."""

    article: StoredArticle
    identities: tuple[str, ...]
    refusals: PageRefusals


class OutletJobs:
    """The jobs ``scrape`` and ``read``; their key is an outlet's key."""

    def __init__(
        self,
        store: Store,
        outlets: Mapping[str, Outlet],
        scraper: Scraper,
        intake: Intake,
        wake_outbox: Callable[[], None],
        now: Callable[[], datetime],
        *,
        spread_seconds: float = 0.0,
        hub_sources: HubSources | None = None,
        turns: HostTurns | None = None,
    ) -> None:
        """``spread_seconds``: for each enabled outlet, how long the first readings are spread over after a start.

        ``hub_sources``: follows the hubs that sources name, if we can be reached by them. ``turns``: those of the
        scraper, some of which are taken as jobs are claimed.
        """
        self._store = store
        self._outlets = outlets
        self._spread_seconds = spread_seconds
        self._start = ProcessStart(now())
        self._scraper = scraper
        self._intake = intake
        self._wake_outbox = wake_outbox
        self._now = now
        self._hub_sources = hub_sources
        self._turns = turns
        self._reading: set[str] = set()

    def begin_in_step(self, c: StepConnection, keys: Sequence[str]) -> Sequence[Beginning]:
        """Reads the states of outlets whose ``scrape`` is claimed, and takes the turns of their first requests."""
        states = self._states_of(c, keys)
        if self._turns is None:
            return [Beginning(state) for state in states]
        hosts_of = [self._first_host(key, state) for key, state in zip(keys, states, strict=True)]
        turns = self._turns.take_free_in_step(c, [host for host in hosts_of if host is not None])
        return [Beginning(state, turns.pop(host or "", None)) for state, host in zip(states, hosts_of, strict=True)]

    def _first_host(self, key: str, state: OutletState) -> str | None:
        """Returns the host that a reading surely asks first and at once; None where other requests may come before."""
        outlet = self._outlets.get(key)
        if outlet is None or not outlet.enabled or outlet.is_aggregator or state.may_have_waiting_pages:
            return None
        for source in outlet.sources:
            row = state.sources.get(source.url)
            at = self._due_at(outlet, source, row)
            if at is not None and at <= self._now():
                return host_at((row and row.moved_to) or source.url)
        return None

    async def scrape(self, key: str, begun: Beginning | None = None) -> Iterable[Job]:
        """Reads every source of an outlet; pages that still wait are read first, likely ones also between two sources.

        A list waits for its outlet to poll it, whereas a headline that names the pact waits to be told. Outlets that
        are covered by aggregators alone have no job of their own.
        """
        if begun is None or begun.turn is None or self._turns is None:
            return await self._scrape(key, begun)
        self._turns.keep(begun.turn)
        try:
            return await self._scrape(key, begun)
        finally:
            await self._turns.give_back(begun.turn)

    async def _scrape(self, key: str, begun: Beginning | None) -> Iterable[Job]:
        outlet = self._outlets.get(key)
        if outlet is None or not outlet.enabled:
            return []
        state = begun.state if begun is not None else await self._state_of(outlet)
        following: list[Job] = []
        if state.may_have_waiting_pages:
            following += await self._read_pages(outlet)
            state = await self._state_of(outlet)
        if outlet.is_aggregator:
            for covered in [each for each in self._outlets.values() if each.covered]:
                following += await self._read_pages(covered)
        unchanged: dict[str, SourceRow] = {}
        for source in outlet.sources:
            scraped = await self._scrape_source(outlet, source, state)
            if isinstance(scraped, SourceRow):
                unchanged[source.url] = scraped
                continue
            following += scraped
            if source is not outlet.sources[-1]:
                following += await self._read_pages(outlet, likely_only=True)
        if len(unchanged) < len(outlet.sources):
            state = await self._state_of(outlet)
        return [*following, *self._next_scrape(outlet, {**state.sources, **unchanged})]

    async def _state_of(self, outlet: Outlet) -> OutletState:
        return await self._store.reads.do(self._states_of, outlet.key)

    def _states_of(self, c: StepConnection, keys: Sequence[str]) -> Sequence[OutletState]:
        now = self._now()
        return outlet_states.of_outlets_in_step(c, keys, now, now - PACT_REMEMBERED)

    def _next_scrape(self, outlet: Outlet, rows: Mapping[str, SourceRow]) -> list[Job]:
        """Returns the job of the outlet's next reading, where that comes before or soon after the schedule's."""
        now = self._now()
        due = [self._due_at(outlet, source, rows.get(source.url)) for source in outlet.sources]
        next_at = min((at for at in due if at is not None and at > now), default=None)
        return [Job("scrape", outlet.key, next_at)] if next_at is not None and next_at - now <= AHEAD else []

    async def read(self, key: str) -> Iterable[Job]:
        """Reads the waiting pages of an outlet, likely ones first."""
        outlet = self._outlets.get(key)
        return await self._read_pages(outlet) if outlet is not None and (outlet.enabled or outlet.covered) else []

    # ── sources ────────────────────────────────────────────────────────────────────────────────────────────

    def _due_at(self, outlet: Outlet, source: Source, row: SourceRow | None) -> datetime | None:
        """Returns when a source may be read next; after a start, the first readings of all outlets are spread."""
        now = self._now()
        at = now if row is None else due_at(row, outlet.every_minutes, now)
        began_at = self._start.by(now)
        if at is None or (row is not None and row.last_try_at is not None and row.last_try_at >= began_at):
            return at
        enabled = sum(each.enabled for each in self._outlets.values())
        over_seconds = min(self._spread_seconds * enabled, outlet.every_minutes * 60)
        return max(at, began_at + timedelta(seconds=over_seconds * start_offset(outlet.key, source.url)))

    async def _scrape_source(self, outlet: Outlet, source: Source, state: OutletState) -> list[Job] | SourceRow:
        """Reads a source if it is due. Returns its row where nothing came of that, else the jobs that follow."""
        row = state.sources.get(source.url)
        at = self._due_at(outlet, source, row)
        push_due_at = await self._hub_sources.push_due_at(outlet, source) if self._hub_sources is not None else None
        at = due_with_push(row, at, push_due_at)
        if at is None or at > self._now():
            return [] if row is None else row
        if self._hub_sources is not None and push_due_at is not None:
            await self._hub_sources.begin_reading(outlet, source)
        of_source = {"outlet": outlet.key, "url": source.url}
        began = time.monotonic()
        try:
            reading = await self._scraper.headlines(outlet, source, state_from(row), self._are_new)
        except ScrapeError as error:
            log.warning("source_failed", extra={**of_source, "why": error.problem})
            await self._respect_rate_limit(error)
            await self._intake.source_failed(outlet, source, error)
            return []
        seconds = time.monotonic() - began
        of_reading = {"outlet": outlet.key, "entries": len(reading.headlines), "seconds": seconds}
        if reading.unchanged and row is not None:
            log.debug("scraped", extra={**of_reading, "unchanged": True})
            lately = state.named_pact_lately
            return self._intake.source_unchanged(outlet, row, reading, seconds, named_pact_lately=lately)
        before = row or SourceRow(outlet.key, source.url)
        store_it = partial(self._intake.source_read, outlet, source, reading, seconds, before)
        following, tries = await stored(store_it, outlet.key)
        if tries:  # what a try in vain stored is known to the next one
            following.append(Job("read", outlet.key))
        log.info("scraped", extra={**of_reading, "unchanged": reading.unchanged})
        if reading.problems:
            log.info("entries_unusable", extra={**of_source, "why": "; ".join(reading.problems[:MAX_PROBLEMS_LOGGED])})
        if reading.unlisted:
            hosts_of = ", ".join(f"{host} {count}" for host, count in reading.unlisted)
            log.info("hosts_unlisted", extra={"outlet": outlet.key, "hosts": hosts_of})
        if self._hub_sources is not None:
            following += await self._hub_sources.follow(outlet, source, reading.hub_links)
        return following

    async def _are_new(self, headlines: Sequence[Headline]) -> bool:
        """Whether most headlines of a page are new, so that the page after it may hold more."""
        async with self._store.read() as c:
            unknown = select_unknown(headlines, await known_names(c, headlines))
        return len(unknown) * 2 > len(headlines)

    async def _respect_rate_limit(self, error: ScrapeError) -> None:
        """Stores until when a host must not be asked, by any process, if the error is a rate limit."""
        host = urlsplit(error.url).hostname
        if isinstance(error, FetchRateLimited) and host:
            async with self._store.begin() as c:
                await hosts.put_off(c, host, error.retry_after_seconds, self._now())

    # ── pages ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _read_pages(self, outlet: Outlet, *, likely_only: bool = False) -> list[Job]:
        """Reads waiting pages; nothing while another job of this process reads them, or each would be fetched twice."""
        if outlet.key in self._reading:
            return []
        self._reading.add(outlet.key)
        try:
            return await self._read_waiting(outlet, likely_only=likely_only)
        finally:
            self._reading.discard(outlet.key)

    async def _read_waiting(self, outlet: Outlet, *, likely_only: bool) -> list[Job]:
        """Reads the first waiting page again and again: a likely one may be listed while others are read."""
        following: list[Job] = []
        tried: set[int] = set()
        while (waiting := await self._next_waiting(outlet, tried, likely_only=likely_only)) is not None:
            if len(tried) == PAGES_A_JOB:
                return [*following, Job("read", outlet.key)]
            tried.add(waiting.article.id)
            for job in await self._read_page(outlet, waiting):
                self._wake_outbox() if job.name == "deliver" else following.append(job)
        return following

    async def _next_waiting(self, outlet: Outlet, tried: Set[int], *, likely_only: bool) -> _WaitingPage | None:
        async with self._store.read() as c:
            unread = await articles.unread(c, outlet.key, 1, self._now(), likely_only=likely_only, without=tried)
            if not unread:
                return None
            article = unread[0].article
            identities = await article_identities.of_article(c, article.id)
            return _WaitingPage(article, identities, await self._intake.refused_pages.of_page(c, outlet, article.url))

    async def _read_page(self, outlet: Outlet, waiting: _WaitingPage) -> list[Job]:
        article_id, url, refused_pages = waiting.article.id, waiting.article.url, self._intake.refused_pages
        try:
            refused_pages.check(waiting.refusals, url)
            page = await self._scraper.read(outlet, headline_from(waiting.article, waiting.identities))
            await refused_pages.page_read(outlet, waiting.refusals)
            following, _ = await stored(partial(self._intake.page_read, outlet, article_id, page), outlet.key)
            return following
        except ScrapeError as error:
            await self._respect_rate_limit(error)
            await refused_pages.page_failed(outlet, url, error)
            return await self._intake.page_failed(outlet, article_id, error)
        except StoreTrouble:
            raise
        except Exception:  # a page that meets a bug of ours must not stop its outlet: it counts as missed
            log.exception("page_failed", extra={"outlet": outlet.key, "article": article_id})
            broken = NotUnderstood(url, "reading it failed here")
            return await self._intake.page_failed(outlet, article_id, broken)


def state_from(row: SourceRow | None) -> SourceState:
    """A source's stored state as the scraper takes it."""
    if row is None:
        return SourceState()
    return SourceState(row.etag, row.last_modified, row.body_hash, row.full_read_at, row.moved_to)


def headline_from(row: StoredArticle, identities: tuple[str, ...]) -> Headline:
    """A stored headline as the scraper takes it."""
    return Headline(
        outlet=row.outlet,
        url=row.url,
        canonical_url=row.canonical_url,
        identities=identities,
        title=row.headline,
        summary="",
        published_at=row.published_at,
        language=row.language,
        text_url=row.text_url,
    )
