"""How an article comes in: announced by a source, read from its page, decided about, and stored with all it owes.

Reading and scanning happen outside of the transaction; deciding about the story and owing messages inside of it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.desk import owing
from bot.desk.grouping import Grouping, report_from
from bot.desk.likeness import fingerprint, is_marked
from bot.desk.stories import Report, leading, material_change
from bot.desk.watch import Hit, Watch, Watched
from bot.matching.query import About, kind_of
from bot.matching.scan import Scanner
from bot.model import ArticleKind, Job, Mention, Page, Reading, StoredArticle, Story
from bot.store import articles, mentions, reports, sources, stories
from bot.store.articles import NewArticle
from bot.store.engine import Connection, Store
from bot.store.sources import SourceRow
from scrapers.article import Article, Found, Headline
from scrapers.errors import Gone, ScrapeError, Throttled
from scrapers.outlet import Outlet, Source
from scrapers.text import is_flash

log = logging.getLogger("pactbot.intake")

ALERT_AGE = timedelta(hours=24)
"""What is older when first seen goes to the next digest."""
FORGET_AGE = timedelta(days=30)
"""What is older when first seen raises nothing."""
TWIN_TITLE_AGE = timedelta(days=7)
PAGE_TRIES = 4
CHURN_ENTRIES = 6
"""A source with fewer entries than this may well renew half of them between two readings."""
CORRECTED = ("정정", "correction", "corrected")


@dataclass(frozen=True, slots=True)
class Seen:
    """One article as it is about to be placed: what it says and what was decided about that."""

    number: int
    report: Report
    reading: Reading
    hits: tuple[Hit, ...]
    url: str


class Intake:
    """Takes in what the scrapers found. ``ring`` is called once something new is owed and committed."""

    def __init__(self, store: Store, watch: Watch, outlets: Mapping[str, Outlet], now: Callable[[], datetime]) -> None:
        self._store = store
        self._watch = watch
        self._outlets = outlets
        self._now = now
        self._grouping = Grouping()
        self._placing = asyncio.Lock()

    # ── a source was read ──────────────────────────────────────────────────────────────────────────────────

    async def announced(self, outlet: Outlet, source: Source, found: Found, took_seconds: float) -> list[Job]:
        """Stores a source's new headlines; those of its first reading as seen, owed to nobody."""
        now = self._now()
        async with self._store.read() as c:
            row = await sources.state_of(c, outlet.key, source.url) or SourceRow(outlet.key, source.url)
            watched = await self._watch.load(c)
            fresh = await self._unseen(c, found.headlines)
        baseline = row.baseline_at is None
        scanner = self._watch.scanner(watched)
        readings = await asyncio.to_thread(self._read_headlines, scanner, outlet, fresh)
        new = [self._new(outlet, item, reading, baseline, now) for item, reading in zip(fresh, readings, strict=True)]
        async with self._store.begin() as c:
            churned = not baseline and len(found.headlines) >= CHURN_ENTRIES and len(new) * 2 > len(found.headlines)
            numbers = await self._store_new(c, new, readings, now, churned)
            await sources.save(c, _read_well(row, found, len(numbers), took_seconds, now))
        flashes = [
            number
            for (number, kept) in numbers
            if kept.flash and not kept.baseline and await self._flash(outlet, number, kept, watched, scanner)
        ]
        jobs = [Job("read", outlet.key)] if any(kept.wants_page for _, kept in numbers) else []
        return jobs + ([Job("deliver")] if flashes else [])

    async def _unseen(self, c: Connection, headlines: Sequence[Headline]) -> list[Headline]:
        known = await articles.known(c, (name for item in headlines for name in item.identities))
        taken = set(known)
        fresh: list[Headline] = []
        for item in headlines:
            if taken.isdisjoint(item.identities):
                fresh.append(item)
                taken.update(item.identities)
        return fresh

    def _read_headlines(self, scanner: Scanner, outlet: Outlet, fresh: Sequence[Headline]) -> list[Reading]:
        return [scanner.read(self._page(outlet, item.title, "", item.language, item.published_at)) for item in fresh]

    @staticmethod
    def _page(outlet: Outlet, title: str, text: str, language: str, published_at: datetime | None) -> Page:
        on = published_at.astimezone(ZoneInfo(outlet.timezone)).date() if published_at else None
        return Page(title, text, language, on, official=outlet.kind == "official")

    def _new(self, outlet: Outlet, item: Headline, reading: Reading, baseline: bool, now: datetime) -> NewArticle:
        old = item.published_at is not None and now - item.published_at > FORGET_AGE
        return NewArticle(
            outlet=outlet.key,
            url=item.url,
            canonical_url=item.canonical_url,
            headline=item.title,
            language=item.language,
            kind=_kind(item.title, outlet),
            published_at=item.published_at,
            first_seen_at=now,
            identities=item.identities,
            wants_page=not (baseline or old),
            baseline=baseline or old,
            flash=is_flash(item.title),
            corrected=is_marked(item.title, *CORRECTED),
            pact=reading.pact,
            sister_pact=reading.sister_pact,
            officials=reading.officials,
            sectors=reading.sectors,
            severity=reading.severity,
            after=reading.after,
            lexicon_version=self._watch.lexicon.version,
        )

    async def _store_new(
        self,
        c: Connection,
        new: Sequence[NewArticle],
        readings: Sequence[Reading],
        now: datetime,
        churned: bool,
    ) -> list[tuple[int, NewArticle]]:
        """Where a whole source has new names, a headline told before is the same article under its new one."""
        known = await articles.known(c, (name for item in new for name in item.identities))
        stored: list[tuple[int, NewArticle]] = []
        for item, reading in zip(new, readings, strict=True):
            if not known.keys().isdisjoint(item.identities):
                continue
            twin = await articles.same_title(c, item.outlet, item.headline, now - TWIN_TITLE_AGE) if churned else None
            if twin is not None:
                await articles.add_identities(c, twin, item.identities)
                continue
            number = await articles.add(c, item)
            if reading.mentions or reading.rejected:
                await mentions.add_mentions(
                    c, number, reading.mentions, reading.rejected, (), item.lexicon_version, now
                )
            stored.append((number, item))
        return stored

    async def failed(self, outlet: Outlet, source: Source, error: ScrapeError) -> None:
        """Notes that a source could not be read; the others are unaffected."""
        now = self._now()
        async with self._store.begin() as c:
            row = await sources.state_of(c, outlet.key, source.url) or SourceRow(outlet.key, source.url)
            await sources.save(c, _read_badly(row, error, outlet.every_minutes, now))

    # ── a page was read ────────────────────────────────────────────────────────────────────────────────────

    async def took(self, outlet: Outlet, number: int, article: Article) -> list[Job]:
        """Decides about an article whose page was read, and stores it with everything it owes."""
        now = self._now()
        async with self._store.read() as c:
            watched = await self._watch.load(c)
            row = await articles.get(c, number)
        if row is None:
            return []
        text = "" if article.suspect else article.text
        title = row.headline if article.suspect else (article.title or row.headline)
        published_at = article.published_at or row.published_at
        page = self._page(outlet, title, text, article.language or row.language, published_at)
        reading = await asyncio.to_thread(self._watch.scanner(watched).read, page)
        row = replace(
            row, headline=title, language=reading.language, published_at=published_at, content_hash=article.content_hash,
            suspect=article.suspect, kind=_kind(title, outlet), flash=row.flash and not text,
            corrected=row.corrected or is_marked(title, *CORRECTED),
        )  # fmt: skip
        prints = fingerprint(title, text)
        async with self._placing:
            async with self._store.begin() as c:
                if await self._is_twin(c, row, article, now):
                    return []
                await self._store_read(c, outlet, row, article, reading, prints, now)
                seen = self._seen(row, reading, prints, watched, outlet, article.identities)
                placed = await self._place(c, row, seen, now)
            if placed is not None:
                self._grouping.note(seen.report, placed, number)
        return [Job("deliver")] if placed is not None else []

    async def missed(self, outlet: Outlet, number: int, error: ScrapeError) -> list[Job]:
        """A page could not be read: later again; after a few tries its headline stands alone."""
        now = self._now()
        gone = isinstance(error, Gone)
        async with self._store.begin() as c:
            row, tries = await articles.get(c, number), await articles.tries_of(c, number) + 1
            if row is None:
                return []
            last = gone or tries >= PAGE_TRIES
            pause = getattr(error, "retry_after_seconds", 60.0 * 4**tries)
            values: dict[str, object] = {"tries": tries, "next_try_at": now + timedelta(seconds=pause)}
            if last:
                values |= {"state": "gone" if gone else "failed", "wants_page": False, "suspect": error.code}
            await articles.update(c, number, **values)
            watched = await self._watch.load(c)
        log.info("page_missed", extra={"outlet": outlet.key, "article": number, "why": error.code, "tries": tries})
        if not last:
            return [Job("read", outlet.key, now + timedelta(seconds=pause))]
        alone = replace(row, state="gone" if gone else "failed", suspect=error.code)
        return [Job("deliver")] if await self._headline_alone(outlet, alone, watched) else []

    async def _flash(
        self, outlet: Outlet, number: int, kept: NewArticle, watched: tuple[Watched, ...], scanner: Scanner
    ) -> bool:
        async with self._store.read() as c:
            row = await articles.get(c, number)
        return row is not None and await self._headline_alone(outlet, row, watched)

    async def _headline_alone(self, outlet: Outlet, row: StoredArticle, watched: tuple[Watched, ...]) -> bool:
        """Alerts from a headline whose page is not there (yet): a flash."""
        now = self._now()
        page = self._page(outlet, row.headline, "", row.language, row.published_at)
        reading = self._watch.scanner(watched).read(page)
        prints = fingerprint(row.headline, "")
        seen = self._seen(replace(row, flash=True), reading, prints, watched, outlet, ())
        if not seen.hits:
            return False
        async with self._placing:
            async with self._store.begin() as c:
                await articles.update(c, row.id, flash=True, fingerprint=list(prints), read_at=now)
                placed = await self._place(c, replace(row, flash=True), seen, now)
            if placed is not None:
                self._grouping.note(seen.report, placed, row.id)
        return placed is not None

    # ── inside the transaction ─────────────────────────────────────────────────────────────────────────────

    async def _is_twin(self, c: Connection, row: StoredArticle, article: Article, now: datetime) -> bool:
        """Is it an article that we have under another address? Then that one stands for both."""
        same = await articles.by_identities(c, article.identities)
        if same is None or same.id == row.id:
            alike = await articles.by_content_hash(c, article.content_hash, now - TWIN_TITLE_AGE)
            same = next((one for one in alike if one.outlet == row.outlet and one.id != row.id), None)
        if same is None or same.id == row.id or not (same.state == "read" or same.baseline):
            return False
        values = {"state": "read", "suspect": "duplicate", "wants_page": False, "story": same.story, "read_at": None}
        await articles.update(c, row.id, **values)
        return True

    async def _store_read(
        self,
        c: Connection,
        outlet: Outlet,
        row: StoredArticle,
        article: Article,
        reading: Reading,
        prints: tuple[int, ...],
        now: datetime,
    ) -> None:
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
            state="read",
            read_at=now,
            wants_page=False,
            pact=reading.pact,
            sister_pact=list(reading.sister_pact),
            officials=list(reading.officials),
            sectors=list(reading.sectors),
            severity=reading.severity,
            after=list(reading.after),
            fingerprint=list(prints),
            lexicon_version=self._watch.lexicon.version,
        )
        await articles.add_identities(c, row.id, article.identities)
        kept = _sentences(reading.mentions) if outlet.text_allowed else ()
        shown = reading.mentions if outlet.text_allowed else tuple(_without_text(one) for one in reading.mentions)
        await mentions.add_mentions(c, row.id, shown, reading.rejected, kept, self._watch.lexicon.version, now)

    def _seen(
        self,
        row: StoredArticle,
        reading: Reading,
        prints: tuple[int, ...],
        watched: tuple[Watched, ...],
        outlet: Outlet,
        names: tuple[str, ...],
    ) -> Seen:
        report = Report(
            id=row.id,
            headline=row.headline,
            language=row.language,
            outlet=row.outlet,
            published_at=row.published_at,
            seen_at=row.first_seen_at,
            pact=reading.pact,
            sister_pact=reading.sister_pact,
            officials=reading.officials,
            sectors=reading.sectors,
            severity=reading.severity,
            after=reading.after,
            identities=names,
            content_hash=row.content_hash,
            fingerprint=prints,
            kind=row.kind,
            flash=row.flash,
            corrected=row.corrected,
        )
        about = About(outlet=row.outlet, hosts=outlet.hosts, language=row.language, kind=row.kind)
        return Seen(row.id, report, reading, self._watch.hits(watched, reading, about), row.url)

    async def _place(self, c: Connection, row: StoredArticle, seen: Seen, now: datetime) -> int | None:
        """Gives the article its story and owes what follows; None when nothing is said of it."""
        reading = seen.reading
        topical = bool(reading.pact or reading.sister_pact or reading.officials or reading.sectors)
        if row.baseline or (row.suspect is not None and not row.flash and not seen.hits) or not (topical or seen.hits):
            return None
        before = row.story or (await self._grouping.decide(c, seen.report, now)).story
        story, changes = await self._grown(c, before, seen, now)
        mine = await articles.of_story(c, story.id)
        await owing.note_hits(c, seen.hits, story.id, seen.number, now)
        fresh = row.published_at is None or now - row.published_at <= ALERT_AGE
        new = await owing.owe_cards(c, story, mine, now) if fresh else []
        await owing.refresh_cards(c, story, mine, changes, seen.number, new, now)
        return story.id

    async def _grown(self, c: Connection, before: int | None, seen: Seen, now: datetime) -> tuple[Story, Sequence[str]]:
        if before is None:
            number = await stories.add(c, **_story_fields([seen.report], [seen.url], now))
            await articles.update(c, seen.number, story=number)
            story = await stories.get(c, number)
            assert story is not None
            return story, ()
        old = [report_from(row) for row in await reports.of_story(c, before) if row.id != seen.number]
        after = [*old, seen.report]
        await articles.update(c, seen.number, story=before)
        urls = {article.id: article.url for article in await articles.of_story(c, before)}
        known = await stories.get(c, before)
        assert known is not None
        fields = _story_fields(after, [urls[int(str(report.id))] for report in after], now)
        fields |= {"first_seen_at": known.first_seen_at, "revision": known.revision + 1}
        await stories.update(c, known.id, **fields)
        story = await stories.get(c, known.id)
        assert story is not None
        return story, material_change(old, after)


def _kind(title: str, outlet: Outlet) -> ArticleKind:
    kinds: dict[str, ArticleKind] = {"official": "official", "opinion": "opinion"}
    return kinds.get(kind_of(title, outlet.kind), "media")


def _story_fields(told: Sequence[Report], urls: Sequence[str], now: datetime) -> dict[str, object]:
    first = leading(told)
    url = urls[next(place for place, report in enumerate(told) if report is first)]
    return {
        "headline": first.headline,
        "url": url,
        "outlet": first.outlet,
        "language": first.language,
        "first_seen_at": now,
        "last_article_at": now,
        "revision": 1,
        "severity": max(report.severity for report in told),
        "pact": any(report.pact for report in told),
        "sister_pact": _union(report.sister_pact for report in told),
        "officials": _union(report.officials for report in told),
        "sectors": _union(report.sectors for report in told),
    }


def _union(lists: object) -> list[str]:
    return list(dict.fromkeys(name for some in lists for name in some))  # type: ignore[attr-defined]


def _without_text(mention: Mention) -> Mention:
    return mention if mention.field == "headline" else replace(mention, context="")


def _sentences(found: Sequence[Mention]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(mention.context for mention in found if mention.field == "text" and mention.context))


def _read_well(row: SourceRow, found: Found, new: int, took_seconds: float, now: datetime) -> SourceRow:
    state = found.state
    return replace(
        row,
        etag=state.etag,
        last_modified=state.last_modified,
        body_hash=state.body_hash,
        full_read_at=state.full_read_at,
        moved_to=state.moved_to,
        baseline_at=row.baseline_at or now,
        last_try_at=now,
        last_ok_at=now,
        failing_since=None,
        error_code=None,
        error=None,
        failures=0,
        next_due_at=None,
        newest_at=found.newest_at or row.newest_at,
        latency_seconds=took_seconds,
        articles_total=row.articles_total + new,
        gone_first_at=None,
    )


def _read_badly(row: SourceRow, error: ScrapeError, every_minutes: float, now: datetime) -> SourceRow:
    failures = row.failures + 1
    pause = timedelta(minutes=min(every_minutes * 2 ** min(failures - 1, 10), 24 * 60))
    if isinstance(error, Throttled):
        pause = max(pause, timedelta(seconds=error.retry_after_seconds))
    return replace(
        row,
        last_try_at=now,
        failing_since=row.failing_since or now,
        error_code=error.code,
        error=error.problem[:300],
        failures=failures,
        next_due_at=now + pause if failures > 1 or isinstance(error, Throttled) else None,
        gone_first_at=row.gone_first_at or (now if error.code == "gone" else None),
    )
