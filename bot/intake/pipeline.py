"""Takes articles in, from what the scrapers read to stored stories and their deliveries.

    source_read: Headline*                                   page_read: Article
      known_names     drop what is known under any name        duplicates      is it a stock body?
      headlines       read the rest; is a title known?         page_decisions  take it, or try again later
      page_order      which page is to be read first           candidate       read it, find its subscriptions
      title_edits     does a known one have a new title?       one transaction:
         │ Job("read") ─────────────────────────────────→        duplicates    merge with another address
         └ flash, or page_failed too often:                      store         article, mentions, sentences
           candidate of the headline alone ───────────────→      assign_story  join or open a story
                                                                 enqueue       matches, cards, replies

Texts are read outside of the transaction. A long list is stored in several, and lists that come together share them
(list_findings, list_parts). The decisions in candidate, page_decisions, page_order, page_refusals, text_sketch,
source_state and excerpts are functions of plain data.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.deliveries.notices import OperatorsChannel
from bot.deliveries.subscription_index import SubscriptionIndex
from bot.deliveries.subscription_lookup import IndexedSubscription
from bot.intake.aggregated import baseline_of, has_page, name_known_titles
from bot.intake.headlines import (
    ReadArticle,
    headline_page,
    new_article,
    oldest_first,
    store_new,
    transactions,
)
from bot.intake.known_names import known_names, select_unknown, without_purged, without_taken_names
from bot.intake.last_lists import LastLists
from bot.intake.later_texts import find_later_texts, store_later_texts
from bot.intake.list_findings import ListFindings, SourceList, find_in_lists
from bot.intake.list_parts import ListPart, ReadSource, StoredPart, note_readings, store_parts
from bot.intake.page_decisions import article_given_up
from bot.intake.page_order import listed_page
from bot.intake.pages import PageIntake
from bot.intake.reading_pace import URGENT_KINDS
from bot.intake.refused_pages import RefusedPages
from bot.intake.source_state import after_failure, after_success, is_churned, with_pace
from bot.intake.source_texts import SourceTexts
from bot.intake.title_edits import NO_TITLES, ListedTitles, store_titles
from bot.model import CHURNED, Job, Reading, StoredArticle
from bot.store import article_identities, articles, feed_texts, sources
from bot.store.articles import NewArticle
from bot.store.batches import Answer, Batches, Item, Work
from bot.store.engine import Connection, Store
from bot.store.feed_texts import FeedText
from bot.store.sources import ChangedRow, SourceRow
from scrapers.article import Article, Headline, SourceReading
from scrapers.errors import ScrapeError, TitlesOnly
from scrapers.outlet import Outlet, Source
from settings.logs import article_trace, bound

LISTS_WAIT_SECONDS = 0.02
"""How long a list waits for others that are stored with it."""
LISTS_TOGETHER = 8

log = logging.getLogger("pactbot.intake")


class Intake:
    """Takes in what the scrapers read; every method returns the jobs that follow."""

    def __init__(
        self,
        store: Store,
        index: SubscriptionIndex,
        now: Callable[[], datetime],
        operators: OperatorsChannel | None = None,
    ) -> None:
        self._store = store
        self._index = index
        self._now = now
        self._operators = operators
        self._pages = PageIntake(store, index, now)
        self.refused_pages = RefusedPages(store, now, operators)
        self._finding = Batches(store.read, LISTS_WAIT_SECONDS)
        self._storing = Batches(store.begin, LISTS_WAIT_SECONDS)
        self._last_lists = LastLists()
        self._places = asyncio.Semaphore(LISTS_TOGETHER)
        self._lists = 0
        """Lists that are looked up or stored now, or wait for that."""

    async def source_read(
        self, outlet: Outlet, source: Source, read: SourceReading, seconds: float, row: SourceRow | None = None
    ) -> list[Job]:
        """Stores a source's new headlines; those of its first reading are a baseline.

        ``row`` is the source's before this reading, where the caller knows it.
        """
        if outlet.is_aggregator:
            return await self._list_read(outlet, source, read, seconds)
        listed = SourceList(outlet, source, read.headlines, row, self._last_lists.changed(row, read.headlines))
        jobs = await self._headlines_read(listed, read, seconds)
        self._last_lists.keep(read.state, listed)
        return jobs

    def source_unchanged(
        self, outlet: Outlet, row: SourceRow, read: SourceReading, seconds: float, *, named_pact_lately: bool
    ) -> SourceRow:
        """Notes that a source lists nothing new, and returns its row, which is written with those of other sources.

        A crash before that repeats the reading.
        """
        now, is_urgent = self._now(), outlet.kind in URGENT_KINDS or named_pact_lately
        paced = with_pace(row, read, 0, now, every_minutes=outlet.every_minutes, is_urgent=is_urgent)
        after = after_success(paced, read, 0, seconds, now)

        def failed(error: BaseException) -> None:
            log.warning("source_not_noted", extra={"outlet": outlet.key, "url": row.url, "why": str(error)})

        self._store.writes.do_later(sources.save_some_in_step, ChangedRow(row, after), failed)
        return after

    async def _headlines_read(self, listed: SourceList, read: SourceReading, seconds: float) -> list[Job]:
        outlet = listed.outlet
        subscriptions, found = await self._together(self._finding, self._find, listed)
        state, unknown = found.state, found.unknown
        reread = await self._store_known(found.titles, found.later_texts, self._now())
        baseline, churned = state.baseline_at is None, is_churned(state, found.headlines, unknown)
        texts = SourceTexts(unknown)
        addressed = False
        stored: list[tuple[int, NewArticle]] = []
        for some, is_last in transactions(unknown, churned=churned):
            articles_of_part = await self._read_new(
                subscriptions, outlet, some, found.titles.source, baseline=baseline, churned=churned
            )
            of_list = (outlet, state, read, seconds, churned, len(stored), found.corrected, found.further_names)
            last = ReadSource(*of_list) if is_last else None
            part = await self._store_part(ListPart(outlet, articles_of_part, texts, churned, last))
            addressed = addressed or part.addressed
            stored += part.articles
        jobs = [Job("read", outlet.key)] if found.corrected or found.titles.edited or addressed or reread else []
        jobs += [Job("deliver")] if found.titles.edited or addressed else []
        return [*jobs, *await self._jobs_after(outlet, stored, texts)]

    async def _read_new(
        self,
        subscriptions: tuple[IndexedSubscription, ...],
        outlet: Outlet,
        headlines: Sequence[Headline],
        source: str,
        *,
        baseline: bool,
        churned: bool,
    ) -> list[ReadArticle]:
        """Returns an outlet's headlines as new articles, with what each says."""
        now, version = self._now(), self._index.lexicon.version
        readings, listed = await self._read_headlines(subscriptions, {outlet.key: outlet}, headlines, baseline=baseline)
        new_articles = (
            new_article(outlet, *each, version, now, baseline=baseline, churned=churned, source=source)
            for each in zip(headlines, readings, listed, strict=True)
        )
        return list(zip(new_articles, readings, strict=True))

    async def _find(
        self, c: Connection, lists: Sequence[SourceList]
    ) -> list[tuple[tuple[IndexedSubscription, ...], ListFindings]]:
        now = self._now()
        subscriptions = await self._index.load(c, now)
        return [(subscriptions, found) for found in await find_in_lists(c, lists, now)]

    async def _store_part(self, part: ListPart) -> StoredPart:
        if not part.churned:
            return await self._together(self._storing, self._store_parts, part)
        async with self._store.begin() as c:
            return (await self._store_parts(c, [part]))[0]

    async def _store_parts(self, c: Connection, parts: Sequence[ListPart]) -> list[StoredPart]:
        return await store_parts(c, self._operators, parts, self._now())

    async def _together(self, batches: Batches, work: Work[Item, Answer], item: Item) -> Answer:
        """Does something for a list in one transaction with other lists, for which it waits a moment if there are any.

        Few lists share a transaction, because Slack's requests wait for its end.
        """
        self._lists += 1
        try:
            async with self._places:
                return await batches.do(work, item, at_once=self._lists == 1 or self._places.locked())
        finally:
            self._lists -= 1

    async def _list_read(self, aggregator: Outlet, source: Source, read: SourceReading, seconds: float) -> list[Job]:
        """Stores what an aggregator lists under the outlets that published it; of its first list nobody is told."""
        now, version, outlets = self._now(), self._index.lexicon.version, read.outlets
        async with self._store.read() as c:
            state = await _state_of(c, aggregator, source)
            subscriptions = await self._index.load(c, now)
            article_of = await known_names(c, read.headlines)
            headlines = await without_taken_names(c, read.headlines, article_of)
            unknown = oldest_first(await without_purged(c, select_unknown(headlines, article_of)))
            baseline = state.baseline_at is None
            unknown = await baseline_of(c, unknown, outlets) if baseline else unknown
            later_texts = await find_later_texts(c, read.headlines, article_of, now)
        reread = await self._store_known(NO_TITLES, later_texts, now)
        texts = SourceTexts(unknown)
        stored: list[tuple[int, NewArticle]] = []
        for part, is_last in transactions(unknown, churned=False):
            readings, listed = await self._read_headlines(subscriptions, outlets, part, baseline=baseline)
            new_articles = [
                new_article(outlets[each[0].outlet], *each, version, now, baseline=baseline, churned=False, source=None)
                for each in zip(part, readings, listed, strict=True)
            ]
            async with self._store.begin() as c:
                await name_known_titles(c, new_articles, now)
                names = [name for new in new_articles for name in new.identities]
                new = await store_new(c, new_articles, readings, await article_identities.known(c, names))
                await feed_texts.add_new(c, {id_: texts[each.url] for id_, each in new if each.wants_page})
                stored += new
                if is_last:
                    await note_readings(
                        c, self._operators, [(ReadSource(aggregator, state, read, seconds), len(stored))], now
                    )
        jobs = [Job("read", key) for key in sorted(reread)]
        for stored_article in stored:
            outlet = outlets[stored_article[1].outlet]
            outlet = outlet if has_page(stored_article[1], outlet) else replace(outlet, reads_pages=False)
            jobs += await self._jobs_after(outlet, [stored_article], texts)
        return list(dict.fromkeys(jobs))

    async def _store_known(self, titles: ListedTitles, texts: Mapping[int, FeedText], now: datetime) -> set[str]:
        """Stores what a list adds to known articles; returns the outlets whose given-up articles are decided again.

        It is stored before the source's state, because the same list is not looked at again.
        """
        if not (titles.shown or texts):
            return set()
        async with self._store.begin() as c:
            await store_titles(c, titles, now)
            return await store_later_texts(c, texts, now)

    async def _read_headlines(
        self,
        subscriptions: tuple[IndexedSubscription, ...],
        outlets: Mapping[str, Outlet],
        headlines: Sequence[Headline],
        *,
        baseline: bool,
    ) -> tuple[Sequence[Reading], Sequence[Reading]]:
        """Returns what each headline says alone, and what it says with the text in its list."""
        pages = [headline_page(outlets[headline.outlet], headline) for headline in headlines]
        readings = await self._index.read(subscriptions, pages)
        with_text = [] if baseline else [listed_page(outlets[headline.outlet], headline) for headline in headlines]
        return readings, await self._index.read(subscriptions, with_text) or readings

    async def _jobs_after(
        self, outlet: Outlet, stored: list[tuple[int, NewArticle]], texts: Mapping[str, FeedText]
    ) -> list[Job]:
        """Has pages read; a flash is told by its headline at once, and so is all of an outlet without pages."""
        jobs = [Job("read", outlet.key)] if any(new.wants_page for _, new in stored) else []
        for article_id, new in stored:
            if new.wants_page:
                log.info("listed", extra={"trace": article_trace(article_id), "outlet": outlet.key, "url": new.url})
        at_once = {article_id: texts[new.url] for article_id, new in stored if _is_told_at_once(new, outlet)}
        if not at_once:
            return jobs
        async with self._store.read() as c:
            rows = await articles.some(c, at_once)
        told = [await self._told_at_once(outlet, row, at_once[row.id]) for row in rows]
        return [*jobs, Job("deliver")] if any(told) else jobs

    async def _told_at_once(self, outlet: Outlet, article: StoredArticle, source_text: FeedText) -> list[Job]:
        with bound(trace=article_trace(article.id)):
            if outlet.reads_pages:
                return await self._pages.headline_alone(outlet, article)
            if source_text.whole:
                return await self._pages.source_alone(outlet, article, source_text)
            only = TitlesOnly(article.url, "the outlet is read without pages")
            return await self._pages.headline_alone(outlet, article_given_up(article, only), source_text.text)

    async def source_failed(self, outlet: Outlet, source: Source, error: ScrapeError) -> None:
        """Notes that a source could not be read; the outlet's other sources are unaffected."""
        now = self._now()
        async with self._store.begin() as c:
            state = await _state_of(c, outlet, source)
            await sources.save(c, after_failure(state, error, outlet.every_minutes, now))

    async def page_read(self, outlet: Outlet, article_id: int, page: Article) -> list[Job]:
        """Decides about an article by its page, and stores it with everything that follows."""
        with bound(trace=article_trace(article_id)):
            log.info("page_read", extra={"outlet": outlet.key})
            return await self._pages.page_read(outlet, article_id, page)

    async def page_failed(self, outlet: Outlet, article_id: int, error: ScrapeError) -> list[Job]:
        """Asks for a page again later; after some tries the headline stands alone."""
        with bound(trace=article_trace(article_id)):
            return await self._pages.page_failed(outlet, article_id, error)


async def _state_of(c: Connection, outlet: Outlet, source: Source) -> SourceRow:
    return await sources.get(c, outlet.key, source.url) or SourceRow(outlet.key, source.url)


def _is_told_at_once(new: NewArticle, outlet: Outlet) -> bool:
    return (new.flash or not outlet.reads_pages) and new.wants_page and new.suspect != CHURNED
