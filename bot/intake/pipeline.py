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

Texts are read outside of the transaction, and a long list is stored in several. The decisions in candidate,
page_decisions, page_order, page_refusals, text_sketch, source_state and excerpts are functions of plain data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.deliveries.notices import OperatorsChannel
from bot.deliveries.subscription_index import IndexedSubscription, SubscriptionIndex
from bot.intake.aggregated import baseline_of, give_addresses, has_page, name_known_titles, names_by_title
from bot.intake.headlines import (
    find_newly_corrected,
    follow_churn,
    headline_page,
    new_article,
    oldest_first,
    store_new,
    transactions,
    want_pages_again,
)
from bot.intake.known_names import KnownNames, find_further_names, known_names, select_unknown, without_taken_names
from bot.intake.later_texts import find_later_texts, store_later_texts
from bot.intake.page_decisions import article_given_up
from bot.intake.page_order import listed_page
from bot.intake.pages import PageIntake
from bot.intake.reading_pace import PACT_REMEMBERED, URGENT_KINDS
from bot.intake.refused_pages import RefusedPages
from bot.intake.source_state import after_failure, after_success, is_churned, with_pace
from bot.intake.source_texts import SourceTexts
from bot.intake.title_edits import NO_TITLES, ListedTitles, find_titles, store_titles
from bot.model import CHURNED, Job, Reading
from bot.store import article_identities, articles, feed_texts, sources
from bot.store.articles import NewArticle
from bot.store.engine import Connection, Store
from bot.store.feed_texts import FeedText
from bot.store.sources import ChangedRow, SourceRow
from scrapers.article import Article, Headline, SourceReading
from scrapers.errors import ScrapeError, TitlesOnly
from scrapers.outlet import Outlet, Source


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

    async def source_read(self, outlet: Outlet, source: Source, read: SourceReading, seconds: float) -> list[Job]:
        """Stores a source's new headlines; those of its first reading are a baseline."""
        if outlet.is_aggregator:
            return await self._list_read(outlet, source, read, seconds)
        return await self._headlines_read(outlet, source, read, seconds)

    async def source_unchanged(
        self, outlet: Outlet, row: SourceRow, read: SourceReading, seconds: float, *, named_pact_lately: bool
    ) -> SourceRow:
        """Notes that a source lists nothing new; the row is written with those of other sources, and is returned."""
        now, is_urgent = self._now(), outlet.kind in URGENT_KINDS or named_pact_lately
        paced = with_pace(row, read, 0, now, every_minutes=outlet.every_minutes, is_urgent=is_urgent)
        after = after_success(paced, read, 0, seconds, now)
        await self._store.writes.do(sources.save_some, ChangedRow(row, after))
        return after

    async def _headlines_read(self, outlet: Outlet, source: Source, read: SourceReading, seconds: float) -> list[Job]:
        now, version = self._now(), self._index.lexicon.version
        async with self._store.read() as c:
            state = await _state_of(c, outlet, source)
            subscriptions = await self._index.load(c, now)
            article_of = await known_names(c, read.headlines)
            headlines = await without_taken_names(c, read.headlines, article_of)
            unknown = oldest_first(select_unknown(headlines, article_of))
            corrected = await find_newly_corrected(c, headlines, article_of)
            titles = await find_titles(c, source, headlines, article_of, now)
            further_names = await find_further_names(c, headlines, article_of)
            later_texts = await find_later_texts(c, headlines, article_of, now)
        reread = await self._store_known(titles, later_texts, now)
        baseline, churned = state.baseline_at is None, is_churned(state, headlines, unknown)
        texts = SourceTexts(unknown)
        addressed = False
        stored: list[tuple[int, NewArticle]] = []
        for part, is_last in transactions(unknown, churned=churned):
            readings, listed = await self._read_headlines(subscriptions, {outlet.key: outlet}, part, baseline=baseline)
            new_articles = [
                new_article(
                    outlet, *read_headline, version, now, baseline=baseline, churned=churned, source=titles.source
                )
                for read_headline in zip(part, readings, listed, strict=True)
            ]
            names, titles_of = _names_of(new_articles), names_by_title(outlet, new_articles, now)
            async with self._store.begin() as c:
                article_of = await article_identities.known(c, (*names, *titles_of))
                if await give_addresses(c, outlet, titles_of, article_of, texts, now):
                    addressed, article_of = True, await article_identities.known(c, names)
                stored += await _store_with_texts(c, new_articles, readings, article_of, texts, now, churned=churned)
                if is_last:
                    await want_pages_again(c, corrected)
                    await article_identities.add_further(c, further_names)
                    await self._note_reading(c, outlet, state, read, len(stored), seconds, churned=churned)
        jobs = [Job("read", outlet.key)] if corrected or titles.edited or addressed or reread else []
        jobs += [Job("deliver")] if titles.edited or addressed else []
        return [*jobs, *await self._jobs_after(outlet, stored, texts)]

    async def _list_read(self, aggregator: Outlet, source: Source, read: SourceReading, seconds: float) -> list[Job]:
        """Stores what an aggregator lists under the outlets that published it; of its first list nobody is told."""
        now, version, outlets = self._now(), self._index.lexicon.version, read.outlets
        async with self._store.read() as c:
            state = await _state_of(c, aggregator, source)
            subscriptions = await self._index.load(c, now)
            article_of = await known_names(c, read.headlines)
            headlines = await without_taken_names(c, read.headlines, article_of)
            unknown = oldest_first(select_unknown(headlines, article_of))
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
                article_of = await article_identities.known(c, _names_of(new_articles))
                stored += await _store_with_texts(c, new_articles, readings, article_of, texts, now, churned=False)
                if is_last:
                    await self._note_reading(c, aggregator, state, read, len(stored), seconds, churned=False)
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

    async def _note_reading(
        self,
        c: Connection,
        outlet: Outlet,
        row: SourceRow,
        read: SourceReading,
        new: int,
        seconds: float,
        *,
        churned: bool,
    ) -> None:
        """Writes the source's health and pace, and reports a churned list."""
        now = self._now()
        is_urgent = outlet.kind in URGENT_KINDS or await articles.named_pact_since(c, outlet.key, now - PACT_REMEMBERED)
        paced = with_pace(row, read, new, now, every_minutes=outlet.every_minutes, is_urgent=is_urgent)
        await sources.save(c, after_success(paced, read, new, seconds, now))
        if read.headlines:
            await follow_churn(c, self._operators, outlet, row.url, now, churned=churned)

    async def _jobs_after(
        self, outlet: Outlet, stored: list[tuple[int, NewArticle]], texts: Mapping[str, FeedText]
    ) -> list[Job]:
        """Has pages read; a flash is told by its headline at once, and so is all of an outlet without pages."""
        jobs = [Job("read", outlet.key)] if any(new.wants_page for _, new in stored) else []
        at_once = [(article_id, new) for article_id, new in stored if _is_told_at_once(new, outlet)]
        told = [await self._told_at_once(outlet, article_id, texts[new.url]) for article_id, new in at_once]
        return [*jobs, Job("deliver")] if any(told) else jobs

    async def _told_at_once(self, outlet: Outlet, article_id: int, source_text: FeedText) -> list[Job]:
        async with self._store.read() as c:
            article = await articles.get(c, article_id)
        if article is None:
            return []
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
        return await self._pages.page_read(outlet, article_id, page)

    async def page_failed(self, outlet: Outlet, article_id: int, error: ScrapeError) -> list[Job]:
        """Asks for a page again later; after some tries the headline stands alone."""
        return await self._pages.page_failed(outlet, article_id, error)


async def _store_with_texts(
    c: Connection,
    new_articles: Sequence[NewArticle],
    readings: Sequence[Reading],
    article_of: KnownNames,
    texts: Mapping[str, FeedText],
    now: datetime,
    *,
    churned: bool,
) -> list[tuple[int, NewArticle]]:
    """Stores new articles with what their list says of them, by their addresses; returns each with its id."""
    new = await store_new(c, new_articles, readings, article_of, now, churned=churned)
    await feed_texts.add_new(c, {id_: texts[each.url] for id_, each in new if each.wants_page})
    return new


def _names_of(new_articles: Sequence[NewArticle]) -> list[str]:
    return [name for new in new_articles for name in new.identities]


async def _state_of(c: Connection, outlet: Outlet, source: Source) -> SourceRow:
    return await sources.get(c, outlet.key, source.url) or SourceRow(outlet.key, source.url)


def _is_told_at_once(new: NewArticle, outlet: Outlet) -> bool:
    return (new.flash or not outlet.reads_pages) and new.wants_page and new.suspect != CHURNED
