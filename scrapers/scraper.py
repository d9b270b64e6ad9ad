"""Reads the headlines of a source and the article behind a headline; the only entry to this package for the bot."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from scrapers.aggregators.attribution import attribute
from scrapers.article import Article, Attachment, Headline, SourceReading, SourceState
from scrapers.attached_text import AttachedTexts
from scrapers.catalogue import outlet_at
from scrapers.errors import BadStatus, FetchRefused, NotUnderstood, Paywalled, TitlesOnly
from scrapers.formats.attachments.kinds import DOCUMENT_KINDS, file_name, kind_of_bytes, kind_of_name
from scrapers.formats.results import Discovered, PageReading, SiteSigns
from scrapers.further_pages import AreNew, Further, most_further, read_children, read_pages
from scrapers.http.fetch import Allowed, Client, Response, Turn
from scrapers.http.freshness import fresh_seconds
from scrapers.http.held_bodies import HeldBodies
from scrapers.http.markup_gate import MAX_PAGE_BYTES, is_page_type
from scrapers.http.outlet_headers import OutletHeaders, Secret
from scrapers.http.robots import MemoryRobots, OnCrawlDelay, Robots, RobotsMemory
from scrapers.hub_links import own_links
from scrapers.outlet import Outlet, Source
from scrapers.page_article import article_from, is_led_away, without_text
from scrapers.parser_process.pool import ParserPool

UNCONDITIONAL_EVERY = timedelta(hours=24)
"""Once a day a source is fetched without validators, because some servers answer 304 for ever."""
_ACCEPT = {
    "feed": "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5",
    "sitemap": "application/xml, text/xml;q=0.9, */*;q=0.5",
    "listing": "text/html, application/xhtml+xml;q=0.9, */*;q=0.5",
    "any": "text/html, application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.8",
    "json": "application/feed+json, application/json, */*;q=0.5",
}


def utc_now() -> datetime:
    """The present time in UTC."""
    return datetime.now(UTC)


class Scraper:
    """Reads outlets. It stores nothing: the caller stores the SourceState that each reading returns."""

    def __init__(
        self,
        outlets: Mapping[str, Outlet],
        client: Client,
        robots: Robots,
        parser: ParserPool,
        now: Callable[[], datetime] = utc_now,
        keys: Mapping[str, Secret] | None = None,
    ) -> None:
        self.outlets = outlets
        self._keys = keys or {}
        self._client = client
        self._robots = robots
        self._parser = parser
        self._now = now
        self._bodies = HeldBodies()
        self._attached = AttachedTexts(client, parser)

    async def headlines(
        self, outlet: Outlet, source: Source, state: SourceState, are_new: AreNew | None = None
    ) -> SourceReading:
        """Read the headlines of one source: of a sitemap index its newest children, of a paged list its first page.

        Its later pages are read while ``are_new`` says of a page that most of its headlines are new.

        :raises ScrapeError: when it cannot be read; the caller's state remains valid.
        """
        _refuse_disabled(outlet, source.url)
        if state.moved_to is not None:
            try:
                reading = await self._read_source(outlet, source, state, state.moved_to, are_new)
                return self._by_outlet(outlet, reading)
            except (BadStatus, NotUnderstood, FetchRefused):  # the source may have moved back
                state = replace(state, moved_to=None, etag=None, last_modified=None)
        return self._by_outlet(outlet, await self._read_source(outlet, source, state, source.url, are_new))

    def _by_outlet(self, outlet: Outlet, reading: SourceReading) -> SourceReading:
        """The reading, of an aggregator with its headlines under the outlets that published them."""
        if not outlet.is_aggregator:
            return reading
        found = attribute(reading.headlines, outlet, self.outlets, self._now())
        return replace(reading, headlines=found.headlines, outlets=found.outlets, unlisted=found.unlisted)

    async def signs(self, outlet: Outlet, url: str) -> SiteSigns:
        """Read what an address says about its site, before the site has a spec.

        :raises ScrapeError: when it cannot be fetched, or is neither a page nor a feed.
        """
        async with self._bodies.hold(url):
            response = await self._client.get(url, accept=_ACCEPT["any"], allowed=self._allowed(outlet))
            document = (response.body, response.url, response.content_type)
            signs: SiteSigns = await self._parser.run(
                "read_site_signs", *document, about=response.url, outlet=outlet.key
            )
        return signs

    async def read(self, outlet: Outlet, headline: Headline) -> Article:
        """Read the article behind a headline.

        An article without text, with too little text, or behind an answer that is no page is marked as suspect.

        :raises Paywalled: when readers pay for its text and the page shows none.
        :raises TitlesOnly: when the outlet's spec says that its pages are not fetched.
        :raises ScrapeError: when the page cannot be fetched or parsed.
        """
        if outlet.covered and not outlet.enabled:
            raise TitlesOnly(headline.url, f"{outlet.key} is read by what aggregators list")
        _refuse_disabled(outlet, headline.url)
        if not outlet.reads_pages:
            raise TitlesOnly(headline.url, f"{outlet.key} is read by its headlines alone")
        holder = outlet_at(self.outlets, headline.url)
        if holder is not None and holder.is_aggregator:
            raise TitlesOnly(headline.url, f"the address is a redirect of {holder.key}")
        async with self._bodies.hold(headline.url):
            return await self._read_held_page(_without_headers(outlet), headline)

    async def _read_held_page(self, outlet: Outlet, headline: Headline) -> Article:
        allowed = self._allowed(outlet)
        text = await self._attached.plain_text(outlet, headline, allowed)
        if text is not None:
            return article_from(outlet, headline, replace(text, title=headline.title or text.title))
        response = await self._client.get(
            headline.url,
            accept=_ACCEPT["listing"],
            allowed=allowed,
            outlet=OutletHeaders(outlet.user_agent),
        )
        if kind := kind_of_bytes(response.body):
            return await self._read_document(outlet, headline, response, kind)
        if not is_page_type(response.content_type):
            return without_text(headline, "wrong_type")
        if not response.body.strip():
            return without_text(headline, "no_body")
        document = (response.body, response.url, outlet, self._now(), response.content_type)
        reading: PageReading = await self._parser.run("parse_page", *document, about=response.url, outlet=outlet.key)
        if is_led_away(outlet, headline.url, reading.url):
            return without_text(headline, "no_body")  # the names and dates there are another page's, too
        reading = await self._attached.completed(outlet, reading, allowed)
        if reading.paywalled and reading.is_stub:
            raise Paywalled(headline.url)
        return article_from(outlet, headline, reading)

    async def _read_document(self, outlet: Outlet, headline: Headline, response: Response, kind: str) -> Article:
        """The article of an address that answers with a document in place of a page."""
        reading = await self._attached.document(outlet, response)
        if reading is None:
            kind = kind_of_name(response.url) or kind
            itself = Attachment(file_name(response.url, kind), response.url, kind)
            return replace(
                without_text(headline, "wrong_type"), attachments=(itself,) if kind in DOCUMENT_KINDS else ()
            )
        return article_from(outlet, headline, replace(reading, title=headline.title or reading.title))

    def _allowed(self, outlet: Outlet) -> Allowed:
        """The check against robots.txt, which is parsed in the outlet's turn."""
        return functools.partial(self._robots.allow, outlet=outlet.key, headers=OutletHeaders(outlet.user_agent))

    async def ask_hub(self, hub: str, form: Mapping[str, str]) -> None:
        """Send a WebSub request to a hub, in its host's turn.

        :raises ScrapeError: when the hub cannot be reached or refuses.
        """
        await self._client.post(hub, form)

    async def close(self) -> None:
        """End the parser processes and close every connection."""
        await self._parser.close()
        await self._client.close()

    async def _read_source(
        self, outlet: Outlet, source: Source, state: SourceState, address: str, are_new: AreNew | None
    ) -> SourceReading:
        first, further = await self._read_answer(outlet, source, state, address)

        async def read(page: str) -> tuple[SourceReading, Further]:
            return await self._read_answer(outlet, source, SourceState(), page)

        if source.kind == "sitemap":
            return await read_children(read, first, further[: most_further(source)], state) if further else first
        return await read_pages(read, address, first, further, most_further(source), are_new) if are_new else first

    async def _read_answer(
        self, outlet: Outlet, source: Source, state: SourceState, address: str
    ) -> tuple[SourceReading, Further]:
        """One answer of a source, and the addresses of its further pages."""
        async with self._bodies.hold(address):
            return await self._read_held_answer(outlet, source, state, address)

    async def _read_held_answer(
        self, outlet: Outlet, source: Source, state: SourceState, address: str
    ) -> tuple[SourceReading, Further]:
        now = self._now()
        unconditional = state.full_read_at is None or now - state.full_read_at >= UNCONDITIONAL_EVERY
        etag, last_modified = (None, None) if unconditional else (state.etag, state.last_modified)
        response = await self._client.get(
            address,
            etag=etag,
            last_modified=last_modified,
            accept=_ACCEPT[source.kind],
            allowed=self._allowed(outlet),
            outlet=OutletHeaders(outlet.user_agent, source.url, outlet.headers, self._keys),
            max_bytes=MAX_PAGE_BYTES if source.kind == "listing" else None,
        )
        if response.not_modified and not (etag or last_modified):
            raise NotUnderstood(address, "answers 304 (not modified) to a request without conditions")
        unchanged = SourceReading(
            (), _next_state(state, response, now), unchanged=True, fresh_seconds=fresh_seconds(response.headers, now)
        )
        if response.not_modified:
            return unchanged, ()
        digest = hashlib.blake2b(response.body, digest_size=16).hexdigest()
        if digest == state.body_hash:
            return unchanged, ()
        document = (response.body, response.url, _without_headers(outlet), source, now, response.content_type)
        discovered: Discovered = await self._parser.run(
            "parse_source", *document, about=response.url, outlet=outlet.key
        )
        reading = replace(
            unchanged,
            headlines=discovered.headlines,
            state=replace(unchanged.state, body_hash=digest),
            unchanged=False,
            newest_at=discovered.newest_at,
            problems=discovered.problems,
            ttl_seconds=discovered.ttl_seconds,
            hub_links=own_links(outlet, response.url, response.headers.get("link", ""), discovered.hub_links),
        )
        return reading, discovered.further


def open_scraper(
    outlets: Mapping[str, Outlet],
    turn: Turn,
    *,
    robots_memory: RobotsMemory | None = None,
    trusted: Collection[str] = (),
    on_crawl_delay: OnCrawlDelay | None = None,
    now: Callable[[], datetime] = utc_now,
    agent: str | None = None,
    keys: Mapping[str, Secret] | None = None,
    client: Client | None = None,
) -> Scraper:
    """Build a scraper with its client, its robots.txt check and its parser processes.

    ``agent`` is the User-Agent, if it is not the default; ``keys`` are the settings that ``headers`` of specs may name;
    ``client`` is another client, which has its own turns.
    """
    client = client or Client(turn, trusted=trusted, agent=agent)
    parser = ParserPool()

    async def verdict(text: str, agent: str, url: str, outlet: str) -> tuple[bool, float | None]:
        allowed_and_delay: tuple[bool, float | None] = await parser.run(
            "robots_verdict", text, agent, url, about=url, outlet=outlet
        )
        return allowed_and_delay

    robots = Robots(client, robots_memory or MemoryRobots(), verdict, now, on_crawl_delay)
    return Scraper(outlets, client, robots, parser, now, keys)


def _refuse_disabled(outlet: Outlet, url: str) -> None:
    if not outlet.enabled:
        raise FetchRefused(url, f"{outlet.key} is switched off: {outlet.reason}")


def _without_headers(outlet: Outlet) -> Outlet:
    """The outlet as the parser processes get it, which hold no secret."""
    return replace(outlet, headers=()) if outlet.headers else outlet


def _next_state(state: SourceState, response: Response, now: datetime) -> SourceState:
    """The state after this response; a 304 may omit the validators, and the old ones stay then."""
    etag, last_modified = (state.etag, state.last_modified) if response.not_modified else (None, None)
    return SourceState(
        etag=response.headers.get("etag", etag),
        last_modified=response.headers.get("last-modified", last_modified),
        body_hash=state.body_hash,
        full_read_at=state.full_read_at if response.not_modified else now,
        moved_to=response.moved_to or state.moved_to,
    )
