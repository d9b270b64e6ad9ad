"""A page was read, or could not be: the article is decided about and stored with everything that it owes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.deliveries.subscription_index import IndexedSubscription, SubscriptionIndex
from bot.intake.assign_story import place, told_before
from bot.intake.candidate import CHURNED, FORGET_AGE, Candidate, article_kind, is_older, page_of, seen_from
from bot.intake.duplicates import DUPLICATE, has_stock_body, make_duplicate, twin_of
from bot.intake.excerpts import kept_sentences, kept_text
from bot.intake.story_window import StoryWindow
from bot.model import Job, Reading, StoredArticle
from bot.store import articles, mentions
from bot.store.engine import Connection, Store, exclusive
from bot.stories.similarity import fingerprint
from scrapers.article import Article
from scrapers.errors import BadStatus, Gone, ScrapeError
from scrapers.headline_marks import is_correction
from scrapers.outlet import Outlet

log = logging.getLogger("pactbot.intake")

PAGE_TRIES = 4
"""After so many, an hour and a half in all, the headline stands alone."""
LONGEST_PAUSE_SECONDS = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as its page was read, before anything is stored."""

    row: StoredArticle
    reading: Reading
    prints: tuple[int, ...]
    text: str


class PageIntake:
    """Takes pages. One at a time is placed, so that two reports of one event never open two stories."""

    def __init__(self, store: Store, watch: SubscriptionIndex, now: Callable[[], datetime]) -> None:
        self._store = store
        self._watch = watch
        self._now = now
        self._grouping = StoryWindow()
        self._placing = asyncio.Lock()

    async def took(self, outlet: Outlet, number: int, article: Article) -> list[Job]:
        """Decides about an article whose page was read; the same page again changes nothing."""
        now = self._now()
        async with self._store.read() as c:
            watched = await self._watch.load(c, now)
            row = await articles.get(c, number)
            tries = await articles.tries_of(c, number) + 1
            stock = row is not None and not article.suspect and await _is_stock(c, row, article, now)
        if row is None:
            return []
        if row.flash and article.suspect and tries < PAGE_TRIES:
            return [await self._put_off(outlet, number, tries, _pause_seconds(tries), now)]
        if stock:
            article = replace(article, suspect="same_body", content_hash="")
        draft = await self._drafted(outlet, row, article, watched)
        async with self._placing:
            async with self._store.begin() as c:
                await exclusive(c, "placing")
                taken = await self._take(c, outlet, draft, article, watched, now)
            if taken is not None:
                self._grouping.note(taken[0].report, taken[1], number)
        return [Job("deliver")] if taken is not None else []

    async def _drafted(
        self, outlet: Outlet, row: StoredArticle, article: Article, watched: tuple[IndexedSubscription, ...]
    ) -> Draft:
        """Of a suspect page only the headline is read, the one that the source announced."""
        text = "" if article.suspect else article.text
        title = row.headline if article.suspect else (article.title or row.headline)[: articles.LONGEST_HEADLINE]
        published_at = article.published_at or row.published_at
        page = page_of(outlet, title, text, article.language or row.language, published_at)
        scanner = await self._watch.scanner(watched)
        reading = await asyncio.to_thread(scanner.read, page)
        drafted = replace(
            row,
            headline=title,
            language=reading.language,
            published_at=published_at,
            content_hash=article.content_hash,
            suspect=article.suspect or (CHURNED if row.suspect == CHURNED else None),
            kind=article_kind(title, outlet),
            flash=row.flash and not text,
            corrected=row.corrected or is_correction(title),
        )
        return Draft(drafted, reading, fingerprint(title, text), text)

    async def _take(
        self,
        c: Connection,
        outlet: Outlet,
        draft: Draft,
        article: Article,
        watched: tuple[IndexedSubscription, ...],
        now: datetime,
    ) -> tuple[Candidate, int] | None:
        there = await articles.get(c, draft.row.id)
        if there is None or there.suspect == DUPLICATE:
            return None
        if there.state == "read" and (there.content_hash, there.suspect) == (article.content_hash, draft.row.suspect):
            return None
        row = replace(draft.row, story=there.story)
        twin = await twin_of(c, row, article.identities, "" if article.suspect else article.content_hash)
        if twin is not None and (twin.state == "read" or twin.baseline):
            await make_duplicate(c, row.id, twin.content_hash)
            return None
        if twin is not None:
            await make_duplicate(c, twin.id, article.content_hash)
            row = replace(row, story=row.story if row.story is not None else twin.story)
        if row.story is None and is_older(row.published_at, FORGET_AGE, now):
            row = replace(row, baseline=True)
        before = await told_before(c, row)
        await self._store_read(c, outlet, replace(draft, row=row), article, now)
        seen = seen_from(row, draft.reading, draft.prints, article.identities, watched, outlet, now)
        story = await place(c, self._grouping, row, seen, before, now)
        return (seen, story) if story is not None else None

    async def _store_read(self, c: Connection, outlet: Outlet, draft: Draft, article: Article, now: datetime) -> None:
        row, reading, version = draft.row, draft.reading, self._watch.lexicon.version
        await articles.update(
            c,
            row.id,
            headline=row.headline,
            canonical_url=article.canonical_url,
            language=row.language,
            published_at=row.published_at,
            content_hash=row.content_hash,
            suspect=row.suspect,
            kind=row.kind,
            flash=row.flash,
            corrected=row.corrected,
            baseline=row.baseline,
            state="read",
            read_at=now,
            wants_page=False,
            topics=reading.topics,
            fingerprint=list(draft.prints),
            lexicon_version=version,
        )
        await articles.add_identities(c, row.id, article.identities)
        kept = kept_sentences(reading.mentions) if outlet.text_allowed else ()
        shown = kept_text(reading.mentions, allowed=outlet.text_allowed)
        await mentions.add_mentions(c, row.id, shown, reading.rejected, kept, version, now)

    # ── a page that is not there ───────────────────────────────────────────────────────────────────────────

    async def missed(self, outlet: Outlet, number: int, error: ScrapeError) -> list[Job]:
        """A page could not be read: later again; after a few tries its headline stands alone."""
        now = self._now()
        async with self._store.read() as c:
            row, tries = await articles.get(c, number), await articles.tries_of(c, number) + 1
        if row is None or row.state == "read":
            return []
        log.info("page_missed", extra={"outlet": outlet.key, "article": number, "why": error.code, "tries": tries})
        for_good = isinstance(error, BadStatus) and error.status == 410
        if not for_good and tries < PAGE_TRIES:
            pause = float(getattr(error, "retry_after_seconds", _pause_seconds(tries)))
            return [await self._put_off(outlet, number, tries, min(pause, LONGEST_PAUSE_SECONDS), now)]
        gone = isinstance(error, Gone)
        churned = row.suspect == CHURNED
        alone = replace(
            row,
            state="gone" if gone else "failed",
            suspect=CHURNED if churned else error.code,
            flash=row.flash or not (gone or churned),
            corrected=row.corrected or (gone and row.story is not None),
        )
        return [Job("deliver")] if await self.headline_alone(outlet, alone) else []

    async def _put_off(self, outlet: Outlet, number: int, tries: int, pause_seconds: float, now: datetime) -> Job:
        at = now + timedelta(seconds=pause_seconds)
        async with self._store.begin() as c:
            await articles.update(c, number, tries=tries, next_try_at=at)
        return Job("read", outlet.key, at)

    async def headline_alone(self, outlet: Outlet, row: StoredArticle) -> bool:
        """Decides about an article by its headline: a flash, or a page that could not be had. Says if it is told."""
        now = self._now()
        async with self._store.read() as c:
            watched = await self._watch.load(c, now)
            names = await articles.identities_of(c, row.id)
        page = page_of(outlet, row.headline, "", row.language, row.published_at)
        scanner = await self._watch.scanner(watched)
        reading, prints = scanner.read(page), fingerprint(row.headline, "")
        seen = seen_from(row, reading, prints, names, watched, outlet, now)
        async with self._placing:
            async with self._store.begin() as c:
                await exclusive(c, "placing")
                there = await articles.get(c, row.id)
                if there is None or there.state != "headline":
                    return False
                before = await told_before(c, row)
                await articles.update(
                    c, row.id, state=row.state, suspect=row.suspect, flash=row.flash, corrected=row.corrected,
                    wants_page=row.state == "headline", fingerprint=list(prints), read_at=now,
                )  # fmt: skip
                story = await place(c, self._grouping, replace(row, story=there.story), seen, before, now)
            if story is not None:
                self._grouping.note(seen.report, story, row.id)
        return story is not None


async def _is_stock(c: Connection, row: StoredArticle, article: Article, now: datetime) -> bool:
    return await has_stock_body(c, row, article.title or row.headline, article.content_hash, now)


def _pause_seconds(tries: int) -> float:
    return 60.0 * (1 << 2 * tries)
