"""The wing's face: read a source's headlines, read a headline's page. Keeps no state beyond caches."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from scrapers.article import Article, Headline, SourceReading, SourceState
from scrapers.errors import BadStatus, FetchRefused, NotUnderstood
from scrapers.formats.results import Discovered, PageReading
from scrapers.http.fetch import Client, Response, Turn
from scrapers.http.markup_gate import is_page_type
from scrapers.http.robots import MemoryRobots, OnCrawlDelay, Robots, RobotsMemory
from scrapers.outlet import Outlet, Source
from scrapers.parser_process.parent import ParserProcess
from scrapers.plain_text import content_hash

READ_WHOLE_EVERY = timedelta(hours=24)
"""Once a day a source is asked without its validators: some servers answer 304 for ever."""
_ACCEPT = {
    "feed": "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5",
    "sitemap": "application/xml, text/xml;q=0.9, */*;q=0.5",
    "listing": "text/html, application/xhtml+xml;q=0.9, */*;q=0.5",
    "json": "application/feed+json, application/json, */*;q=0.5",
}


def utc_now() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)


class Scraper:
    """Reads outlets. What a source remembers comes in and goes back as a SourceState; the caller keeps it."""

    def __init__(
        self,
        outlets: Mapping[str, Outlet],
        client: Client,
        robots: Robots,
        child: ParserProcess,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.outlets = outlets
        self._client = client
        self._robots = robots
        self._child = child
        self._now = now

    async def headlines(self, outlet: Outlet, source: Source, state: SourceState) -> SourceReading:
        """Ask one source what is new.

        :raises ScrapeError: when it could not be read; the state stays as it was.
        """
        _refuse_disabled(outlet, source.url)
        if state.moved_to is not None:
            try:
                return await self._read_source(outlet, source, state, state.moved_to)
            except (BadStatus, NotUnderstood, FetchRefused):  # perhaps it has moved back
                state = replace(state, moved_to=None, etag=None, last_modified=None)
        return await self._read_source(outlet, source, state, source.url)

    async def read(self, outlet: Outlet, headline: Headline) -> Article:
        """Read the page behind a headline.

        A page that is no page, has no text, or too little, comes back marked as suspect.

        :raises ScrapeError: when it could not be had at all.
        """
        _refuse_disabled(outlet, headline.url)
        answer = await self._client.get(headline.url, accept=_ACCEPT["listing"], allowed=self._robots.allow)
        if not is_page_type(answer.content_type):
            return _without_text(headline, "wrong_type")
        if not answer.body.strip():
            return _without_text(headline, "no_body")
        reading: PageReading = await self._child.run(
            "parse_page", answer.body, answer.url, outlet, self._now(), answer.content_type, about=answer.url
        )
        return _article(outlet, headline, reading)

    async def close(self) -> None:
        """End the parser and close every connection."""
        await self._child.close()
        await self._client.close()

    async def _read_source(self, outlet: Outlet, source: Source, state: SourceState, address: str) -> SourceReading:
        now = self._now()
        whole = state.full_read_at is None or now - state.full_read_at >= READ_WHOLE_EVERY
        answer = await self._client.get(
            address,
            etag=None if whole else state.etag,
            last_modified=None if whole else state.last_modified,
            accept=_ACCEPT[source.kind],
            allowed=self._robots.allow,
        )
        if answer.not_modified:
            return SourceReading((), _seen(state, answer, now, whole=False), unchanged=True)
        digest = hashlib.blake2b(answer.body, digest_size=16).hexdigest()
        if digest == state.body_hash:
            return SourceReading((), _seen(state, answer, now, whole=True), unchanged=True)
        found: Discovered = await self._child.run(
            "parse_source", answer.body, answer.url, outlet, source, now, answer.content_type, about=answer.url
        )
        fresh = replace(_seen(state, answer, now, whole=True), body_hash=digest)
        return SourceReading(found.headlines, fresh, newest_at=found.newest_at, problems=found.problems)


def open_scraper(
    outlets: Mapping[str, Outlet],
    turn: Turn,
    *,
    robots_memory: RobotsMemory | None = None,
    trusted: Collection[str] = (),
    user_agent: str | None = None,
    on_crawl_delay: OnCrawlDelay | None = None,
    now: Callable[[], datetime] = utc_now,
) -> Scraper:
    """A scraper with its client, its robots and its parser, as the bot and the command line want it."""
    client = Client(turn, trusted=trusted, user_agent=user_agent)
    child = ParserProcess()

    async def verdict(text: str, agent: str, url: str) -> tuple[bool, float | None]:
        answer: tuple[bool, float | None] = await child.run("robots_verdict", text, agent, url, about=url)
        return answer

    robots = Robots(client, robots_memory or MemoryRobots(), verdict, now, on_crawl_delay)
    return Scraper(outlets, client, robots, child, now)


def _refuse_disabled(outlet: Outlet, url: str) -> None:
    if not outlet.enabled:
        raise FetchRefused(url, f"{outlet.key} is switched off: {outlet.reason}")


def _seen(state: SourceState, answer: Response, now: datetime, *, whole: bool) -> SourceState:
    """What the source remembers after this answer; a 304 may leave validators out, they stay then."""
    etag, last_modified = (state.etag, state.last_modified) if answer.not_modified else (None, None)
    return SourceState(
        etag=answer.headers.get("etag", etag),
        last_modified=answer.headers.get("last-modified", last_modified),
        body_hash=state.body_hash,
        full_read_at=now if whole else state.full_read_at,
        moved_to=answer.moved_to or state.moved_to,
    )


def _without_text(headline: Headline, why: str) -> Article:
    return Article(
        outlet=headline.outlet,
        url=headline.url,
        canonical_url=headline.canonical_url,
        identities=headline.identities,
        title=headline.title,
        paragraphs=(),
        published_at=headline.published_at,
        byline=None,
        language=headline.language,
        content_hash=content_hash(headline.title, ()),
        dated_ahead=headline.dated_ahead,
        suspect=why,
    )


def _article(outlet: Outlet, headline: Headline, reading: PageReading) -> Article:
    title = headline.title if reading.suspect == "site_title" or not reading.title else reading.title
    when, ahead = _published(outlet, headline, reading)
    return Article(
        outlet=outlet.key,
        url=headline.url,
        canonical_url=reading.canonical_url,
        identities=_merged(headline.identities, reading.identities),
        title=title,
        paragraphs=reading.paragraphs,
        published_at=when,
        byline=reading.byline,
        language=reading.language,
        content_hash=content_hash(title, reading.paragraphs),
        dated_ahead=ahead,
        suspect=reading.suspect or _led_home(headline.url, reading.url),
    )


def _published(outlet: Outlet, headline: Headline, reading: PageReading) -> tuple[datetime | None, bool]:
    """The page's time, unless it names no hour and the source did."""
    at, told = reading.published_at, headline.published_at
    if at is None:
        return told, headline.dated_ahead
    zone = ZoneInfo(outlet.timezone)
    local = at.astimezone(zone)
    only_a_day = local.hour == local.minute == local.second == 0
    if only_a_day and told is not None and told.astimezone(zone).date() == local.date():
        return told, headline.dated_ahead
    return at, reading.dated_ahead


def _merged(first: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    """All names once, strongest kind first."""
    kinds = ("wire:", "id:", "url:", "guid:")
    names = dict.fromkeys((*first, *more))
    return tuple(sorted(names, key=lambda name: next((n for n, kind in enumerate(kinds) if name.startswith(kind)), 9)))


def _led_home(asked: str, got: str) -> str | None:
    """An article that redirects to the front page is gone, whatever text stands there."""
    return "no_body" if urlsplit(got).path in ("", "/") and urlsplit(asked).path not in ("", "/") else None
