"""Takes a page that was read, or could not be had: the article is stored in one transaction with all that follows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.deliveries.subscription_index import SubscriptionIndex
from bot.deliveries.subscription_lookup import IndexedSubscription
from bot.intake.assign_story import assign_story, is_told, reports_before
from bot.intake.candidate import Candidate, candidate_from, page_of
from bot.intake.duplicates import SameAs, has_stock_body, merge_duplicate, own_names, store_sketch
from bot.intake.later_subscriptions import without_earlier_hits
from bot.intake.page_decisions import (
    PAGE_TRIES,
    article_as_read,
    article_given_up,
    as_baseline_if_old,
    as_listed_meanwhile,
    is_unchanged,
    keeps_reading,
    language_of,
    needs_no_page,
    pause_after_failure,
    pause_after_page,
    published_at_of,
    says_the_same,
    stands_without_page,
    with_features,
    words_of,
)
from bot.intake.source_texts import page_in_source, with_source_text
from bot.intake.stored_readings import (
    forget_source_text,
    head_columns,
    headline_columns,
    next_try_in,
    reading_columns,
    settle_page,
    settled_columns,
    store_mentions,
)
from bot.intake.story_window import StoryWindow
from bot.intake.word_lists import WordLists
from bot.model import DUPLICATE, FROM_SOURCE, Job, StoredArticle
from bot.store import article_identities, articles, page_states
from bot.store.engine import Connection, Store, lock_stories
from bot.store.feed_texts import FeedText
from bot.store.page_states import PageState
from bot.stories.facts.former_headlines import is_stale
from bot.stories.story_summary import union_of
from scrapers.article import Article
from scrapers.errors import Gone, ScrapeError
from scrapers.outlet import Outlet

log = logging.getLogger("pactbot.intake")


class PageIntake:
    """Takes the pages of articles whose headlines are stored; every method says which jobs follow."""

    def __init__(self, store: Store, index: SubscriptionIndex, now: Callable[[], datetime]) -> None:
        self._store = store
        self._index = index
        self._now = now
        self._window = StoryWindow()
        self._assigning = asyncio.Lock()
        self._word_lists = WordLists()

    async def page_read(self, outlet: Outlet, article_id: int, page: Article) -> list[Job]:
        """Decides about an article by its page; the same page again changes nothing."""
        now = self._now()
        async with self._store.read() as c:
            subscriptions = await self._index.load(c, now)
            known = await page_states.of_article(c, article_id, "" if page.suspect else page.content_hash)
            if known is None:
                return []
            article, tries = known.article, PAGE_TRIES if page.paywalled else known.tries + 1
            is_stock = known.has_same_text and await has_stock_body(c, article, page, now)
        if is_stock:
            page = replace(page, suspect="same_body", content_hash="")
        page = with_source_text(page, known.source_text)
        if (pause := pause_after_page(article, page, tries)) is not None:
            return [await self._read_later(outlet, article_id, tries, pause, now)]
        if (page.suspect or (page.partial and not article.partial)) and keeps_reading(article):
            return await self._keep_reading(outlet, article)
        if is_stale(page.title, known.former_headlines, now):
            page = replace(page, title="")
        candidate = await self._candidate(outlet, article, page, subscriptions)
        async with self._assigning:
            async with self._store.begin() as c:
                await lock_stories(c)
                now = self._now()  # it may have waited long: what it is compared with was written meanwhile
                assigned, next_try_at = await self._store_page(c, outlet, candidate, page, tries, now)
            again = [Job("read", outlet.key, next_try_at)] if next_try_at is not None else []
            return [*self._jobs_after(assigned), *again]

    async def _candidate(
        self, outlet: Outlet, article: StoredArticle, page: Article, subscriptions: tuple[IndexedSubscription, ...]
    ) -> Candidate:
        headline, text = words_of(article, page)
        language = language_of(article, page)
        as_read = page_of(outlet, headline, text, language, published_at_of(article, page))
        (reading,) = await self._index.read(subscriptions, [as_read])
        read = article_as_read(article, page, outlet, reading.language)
        candidate = candidate_from(read, page.identities, reading, subscriptions, outlet, self._index)
        candidate = await without_earlier_hits(self._store, self._index, outlet, article, candidate, subscriptions)
        has_features = article.story is not None or candidate.is_wanted
        if has_features or outlet.text_allowed:
            await self._word_lists.loaded()
        return _with_features(candidate, text) if has_features else candidate

    async def _store_page(
        self, c: Connection, outlet: Outlet, candidate: Candidate, page: Article, tries: int, now: datetime
    ) -> tuple[Candidate | None, datetime | None]:
        """Stores what was read; returns the candidate with its story, unless nothing is told, and the page's next try.

        A told article that lacks some of its text is read again.
        """
        known = await page_states.of_article(c, candidate.article.id, candidate.article.content_hash)
        if known is None or known.article.suspect == DUPLICATE or is_unchanged(known.article, candidate.article):
            return None, None
        stored = known.article
        candidate = replace(candidate, article=as_listed_meanwhile(stored, candidate.article))
        if says_the_same(stored, candidate.article):
            return None, await settle_page(c, known, tries, now)
        article_of = await article_identities.known(c, page.identities)
        names = await own_names(c, candidate.article, page, article_of)
        candidate, page = replace(candidate, identities=names), replace(page, identities=names)
        read = replace(candidate.article, story=stored.story)
        was_read = bool(stored.content_hash)
        named, same = candidate.reading.mentions, SameAs(article_of, known.has_same_text)
        article = read if was_read else await merge_duplicate(c, read, page, now, named, same)
        if article is None:
            return None, None
        candidate = replace(candidate, article=as_baseline_if_old(article, now))
        if is_told(candidate) and not candidate.article.fingerprint:  # it got its story while its page was read
            candidate = _with_features(candidate, page.text)
        before = await reports_before(c, candidate.article)
        await article_identities.add(c, article.id, [name for name in names if name not in article_of])
        await self._store_mentions(c, outlet, candidate, known, now)
        has_story = candidate.article.story is not None or is_told(candidate)
        columns = {
            **reading_columns(candidate, self._index.lexicon.version, now),
            **head_columns(outlet, known, candidate, page, now),
            **settled_columns(candidate.article, tries, now, has_story=has_story),
        }
        assigned = await assign_story(c, self._window, candidate, before, now, columns)
        await store_sketch(c, (assigned or candidate).article, page, now)
        await forget_source_text(c, known, columns)
        return assigned, next_try_in(columns)

    async def _store_mentions(
        self, c: Connection, outlet: Outlet, candidate: Candidate, known: PageState, now: datetime
    ) -> None:
        version = self._index.lexicon.version
        await store_mentions(c, outlet, candidate.article.id, candidate.reading, version, now, known.kept)

    def _jobs_after(self, assigned: Candidate | None) -> list[Job]:
        """Remembers a decision whose transaction is committed; the outbox has work then."""
        if assigned is None or assigned.article.story is None:
            return []
        self._window.remember(assigned.report, assigned.article.story, assigned.merged)
        log.info("assigned", extra={"story": assigned.article.story})
        return [Job("deliver")]

    # ── a page that could not be had ───────────────────────────────────────────────────────────────────────

    async def page_failed(self, outlet: Outlet, article_id: int, error: ScrapeError) -> list[Job]:
        """Asks for the page again later; after some tries the headline and the source's text stand alone.

        An office's document is told by them at once, and so is an article that its source gives whole.
        """
        now = self._now()
        async with self._store.read() as c:
            known = await page_states.of_article(c, article_id)
        if known is None or known.article.state == "read":
            return []
        article, tries, source_text = known.article, known.tries + 1, known.source_text
        log.info("page_missed", extra={"outlet": outlet.key, "article": article_id, "why": error.code, "tries": tries})
        if needs_no_page(article, error, source_text):
            return await self.source_alone(outlet, article, source_text)
        if (pause := pause_after_failure(error, tries)) is not None:
            again = await self._read_later(outlet, article_id, tries, pause, now)
            if not stands_without_page(article):
                return [again]
            article = replace(article, suspect=error.code)
            return [*await self.headline_alone(outlet, article, source_text.text), again]
        if not isinstance(error, Gone) and keeps_reading(article):
            return await self._keep_reading(outlet, article)
        return await self.headline_alone(outlet, article_given_up(article, error), source_text.text)

    async def source_alone(self, outlet: Outlet, article: StoredArticle, source_text: FeedText) -> list[Job]:
        """Decides about an article whose whole text its source gives, as if its page had been read."""
        async with self._store.read() as c:
            identities = await article_identities.of_article(c, article.id)
        return await self.page_read(outlet, article.id, page_in_source(article, identities, source_text))

    async def _keep_reading(self, outlet: Outlet, article: StoredArticle) -> list[Job]:
        """Leaves what was read before; the edited headline adds what it names."""
        return await self.headline_alone(outlet, replace(article, state="read"))

    async def _read_later(self, outlet: Outlet, article_id: int, tries: int, pause: float, now: datetime) -> Job:
        next_try_at = now + timedelta(seconds=pause)
        async with self._store.begin() as c:
            await articles.update(c, article_id, tries=tries, next_try_at=next_try_at)
        return Job("read", outlet.key, next_try_at)

    async def headline_alone(self, outlet: Outlet, article: StoredArticle, text: str = "") -> list[Job]:
        """Decides about an article by its headline, and by its source's text where there is one.

        It is a flash, an article whose page could not be had, or one of an outlet that is read without pages.
        """
        now = self._now()
        text_from = FROM_SOURCE if text else article.text_from
        article = replace(article, fingerprint=b"", text_from=text_from)
        async with self._store.read() as c:
            subscriptions = await self._index.load(c, now)
            identities = await article_identities.of_article(c, article.id)
        page = page_of(outlet, article.headline, text, article.language, article.published_at)
        (reading,) = await self._index.read(subscriptions, [page])
        candidate = candidate_from(article, identities, reading, subscriptions, outlet, self._index)
        candidate = await without_earlier_hits(self._store, self._index, outlet, article, candidate, subscriptions)
        if article.story is not None or candidate.is_wanted:
            await self._word_lists.loaded()
            candidate = _with_features(candidate, text)
        async with self._assigning:
            async with self._store.begin() as c:
                await lock_stories(c)
                now = self._now()
                assigned = await self._store_headline(c, outlet, candidate, text, now)
            return self._jobs_after(assigned)

    async def _store_headline(
        self, c: Connection, outlet: Outlet, candidate: Candidate, text: str, now: datetime
    ) -> Candidate | None:
        known = await page_states.of_article(c, candidate.article.id)
        if known is None or known.article.state != "headline":
            return None
        stored, article = known.article, candidate.article
        if stored.content_hash:
            topics = replace(union_of([stored.topics, article.topics]), after=stored.topics.after)
            reason = stored.severity_reason if stored.topics.severity else article.severity_reason
            fingerprint = stored.fingerprint or article.fingerprint
            article = replace(article, topics=topics, severity_reason=reason, fingerprint=fingerprint)
        else:
            await self._store_mentions(c, outlet, candidate, known, now)
        candidate = replace(candidate, article=replace(article, story=stored.story))
        if is_told(candidate) and not candidate.article.fingerprint:
            candidate = _with_features(candidate, text)
        before = await reports_before(c, article)
        columns = headline_columns(candidate.article, now)
        assigned = await assign_story(c, self._window, candidate, before, now, columns)
        await forget_source_text(c, known, columns)
        return assigned


def _with_features(candidate: Candidate, text: str) -> Candidate:
    return replace(candidate, article=with_features(candidate.article, text))
