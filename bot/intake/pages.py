"""Takes a page that was read, or could not be had: the article is stored in one transaction with all that follows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.deliveries.subscription_index import IndexedSubscription, SubscriptionIndex
from bot.intake.assign_story import assign_story, reports_before
from bot.intake.candidate import Candidate, candidate_from, page_of
from bot.intake.duplicates import DUPLICATE, has_stock_body, merge_duplicate
from bot.intake.excerpts import kept_mentions, kept_sentences
from bot.intake.page_decisions import (
    article_as_read,
    article_given_up,
    as_baseline_if_old,
    former_headline,
    is_unchanged,
    keeps_reading,
    pause_after_failure,
    pause_after_page,
    words_of,
)
from bot.intake.story_window import StoryWindow
from bot.model import Job, Reading, StoredArticle
from bot.store import article_identities, articles, mentions, sentences
from bot.store.engine import Connection, Store, lock_stories
from bot.stories.facts.former_headlines import is_stale, with_former
from bot.stories.facts.head_facts import head_facts
from bot.stories.features.article_features import features_of
from bot.stories.features.fingerprint import packed
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

    async def page_read(self, outlet: Outlet, article_id: int, page: Article) -> list[Job]:
        """Decides about an article by its page; the same page again changes nothing."""
        now = self._now()
        async with self._store.read() as c:
            subscriptions = await self._index.load(c, now)
            article = await articles.get(c, article_id)
            if article is None:
                return []
            tries = await articles.tries_of(c, article_id) + 1
            is_stock = not page.suspect and await has_stock_body(c, article, page, now)
            replaced = await articles.former_headlines(c, article_id)
        if (pause := pause_after_page(article, page, tries)) is not None:
            return [await self._read_later(outlet, article_id, tries, pause, now)]
        if is_stock:
            page = replace(page, suspect="same_body", content_hash="")
        if page.suspect and keeps_reading(article):
            return await self._keep_reading(outlet, article)
        if is_stale(page.title, replaced, now):
            page = replace(page, title="")
        candidate = await self._candidate(outlet, article, page, subscriptions)
        async with self._assigning:
            async with self._store.begin() as c:
                await lock_stories(c)
                assigned = await self._store_page(c, outlet, candidate, page, now)
            return self._jobs_after(assigned)

    async def _candidate(
        self, outlet: Outlet, article: StoredArticle, page: Article, subscriptions: tuple[IndexedSubscription, ...]
    ) -> Candidate:
        headline, text = words_of(article, page)
        published_at, language = page.published_at or article.published_at, page.language or article.language
        as_read = page_of(outlet, headline, text, language, published_at)
        (reading,) = await self._index.read(subscriptions, [as_read])
        read = article_as_read(article, page, outlet, reading.language)
        return candidate_from(read, page.identities, reading, subscriptions, outlet)

    async def _store_page(
        self, c: Connection, outlet: Outlet, candidate: Candidate, page: Article, now: datetime
    ) -> Candidate | None:
        """Stores what was read and returns the candidate with its story, or None when nothing is told."""
        stored = await articles.get(c, candidate.article.id)
        if stored is None or stored.suspect == DUPLICATE or is_unchanged(stored, candidate.article):
            return None
        read = replace(candidate.article, story=stored.story)
        was_read = bool(stored.content_hash)
        article = read if was_read else await merge_duplicate(c, read, page)
        if article is None:
            return None
        candidate = replace(candidate, article=as_baseline_if_old(article, now))
        before = await reports_before(c, candidate.article)
        await self._store_reading(c, outlet, candidate, now)
        await self._store_head(c, outlet, stored, candidate, page, now)
        return await assign_story(c, self._window, candidate, before, now)

    async def _store_reading(self, c: Connection, outlet: Outlet, candidate: Candidate, now: datetime) -> None:
        article, reading, version = candidate.article, candidate.reading, self._index.lexicon.version
        await articles.update(
            c,
            article.id,
            headline=article.headline,
            canonical_url=article.canonical_url,
            language=article.language,
            published_at=article.published_at,
            content_hash=article.content_hash,
            suspect=article.suspect,
            kind=article.kind,
            flash=article.flash,
            corrected=article.corrected,
            baseline=article.baseline,
            state="read",
            read_at=now,
            wants_page=False,
            topics=article.topics,
            fingerprint=article.fingerprint,
            lexicon_version=version,
        )
        await article_identities.add(c, article.id, candidate.identities)
        await self._store_mentions(c, outlet, article.id, reading, now)

    async def _store_mentions(
        self, c: Connection, outlet: Outlet, article_id: int, reading: Reading, now: datetime
    ) -> None:
        """Stores what was read, with as much of its text as the outlet's terms allow."""
        allowed = outlet.text_allowed
        kept = kept_mentions(reading.mentions, text_allowed=allowed)
        await mentions.replace(c, article_id, kept, reading.rejected, self._index.lexicon.version)
        await sentences.replace(c, article_id, kept_sentences(reading.mentions) if allowed else (), now)

    async def _store_head(
        self, c: Connection, outlet: Outlet, stored: StoredArticle, candidate: Candidate, page: Article, now: datetime
    ) -> None:
        """Keeps the facts of the head where the outlet's terms allow it, and a headline that was replaced."""
        article = candidate.article
        found = head_facts(*words_of(article, page), candidate.reading.mentions) if outlet.text_allowed else ()
        await articles.update(c, article.id, head_facts=[list(fact) for fact in found])
        if (former := former_headline(stored, article)) is not None:
            kept = with_former(await articles.former_headlines(c, article.id), former, now)
            await articles.update(c, article.id, former_headlines=kept)

    def _jobs_after(self, assigned: Candidate | None) -> list[Job]:
        """Remembers a decision whose transaction is committed; the outbox has work then."""
        if assigned is None or assigned.article.story is None:
            return []
        self._window.remember(assigned.report, assigned.article.story, assigned.merged)
        return [Job("deliver")]

    # ── a page that could not be had ───────────────────────────────────────────────────────────────────────

    async def page_failed(self, outlet: Outlet, article_id: int, error: ScrapeError) -> list[Job]:
        """Asks for the page again later; after some tries the headline stands alone."""
        now = self._now()
        async with self._store.read() as c:
            article = await articles.get(c, article_id)
            tries = await articles.tries_of(c, article_id) + 1
        if article is None or article.state == "read":
            return []
        log.info("page_missed", extra={"outlet": outlet.key, "article": article_id, "why": error.code, "tries": tries})
        if (pause := pause_after_failure(error, tries)) is not None:
            return [await self._read_later(outlet, article_id, tries, pause, now)]
        if not isinstance(error, Gone) and keeps_reading(article):
            return await self._keep_reading(outlet, article)
        return await self.headline_alone(outlet, article_given_up(article, error))

    async def _keep_reading(self, outlet: Outlet, article: StoredArticle) -> list[Job]:
        """Leaves what was read before; the edited headline adds what it names."""
        return await self.headline_alone(outlet, replace(article, state="read"))

    async def _read_later(self, outlet: Outlet, article_id: int, tries: int, pause: float, now: datetime) -> Job:
        next_try_at = now + timedelta(seconds=pause)
        async with self._store.begin() as c:
            await articles.update(c, article_id, tries=tries, next_try_at=next_try_at)
        return Job("read", outlet.key, next_try_at)

    async def headline_alone(self, outlet: Outlet, article: StoredArticle, summary: str = "") -> list[Job]:
        """Decides about an article by its headline, and by its text in the list where there is one.

        It is a flash, an article whose page could not be had, or one of an outlet that is read without pages.
        """
        now = self._now()
        article = replace(article, fingerprint=packed(features_of(article.headline, summary)))
        async with self._store.read() as c:
            subscriptions = await self._index.load(c, now)
            identities = await article_identities.of_article(c, article.id)
        page = page_of(outlet, article.headline, summary, article.language, article.published_at)
        (reading,) = await self._index.read(subscriptions, [page])
        candidate = candidate_from(article, identities, reading, subscriptions, outlet)
        async with self._assigning:
            async with self._store.begin() as c:
                await lock_stories(c)
                assigned = await self._store_headline(c, outlet, candidate, now)
            return self._jobs_after(assigned)

    async def _store_headline(
        self, c: Connection, outlet: Outlet, candidate: Candidate, now: datetime
    ) -> Candidate | None:
        stored = await articles.get(c, candidate.article.id)
        if stored is None or stored.state != "headline":
            return None
        article, reading = candidate.article, candidate.reading
        if stored.content_hash:
            topics = replace(union_of([stored.topics, article.topics]), after=stored.topics.after)
            article = replace(article, topics=topics, fingerprint=stored.fingerprint)
        else:
            await self._store_mentions(c, outlet, article.id, reading, now)
        before = await reports_before(c, article)
        await articles.update(
            c,
            article.id,
            state=article.state,
            suspect=article.suspect,
            flash=article.flash,
            corrected=article.corrected,
            wants_page=article.state == "headline",
            topics=article.topics,
            fingerprint=article.fingerprint,
            read_at=now,
        )
        with_story = replace(candidate, article=replace(article, story=stored.story))
        return await assign_story(c, self._window, with_story, before, now)
