"""Serves every fake outlet on a loopback address of its own, and records the requests that reach it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from aiohttp import web

from scrapers.fake_outlets.announcements import CONTENT_TYPES, source_body
from scrapers.fake_outlets.article_pages import page_body
from scrapers.fake_outlets.documents import CONTENT_TYPES as CONTENT_TYPES_OF_DOCUMENTS
from scrapers.fake_outlets.documents import document
from scrapers.fake_outlets.fake_articles import FakeArticle, PublishedArticle, publish
from scrapers.fake_outlets.http_validators import respond
from scrapers.fake_outlets.outlet_faults import Fault, FaultKind, answer_with_fault
from scrapers.fake_outlets.outlet_specs import spec_of_outlet
from scrapers.fake_outlets.sites import SITES, Site

MAX_RECORDED_REQUESTS = 20_000
MAX_LISTED_ARTICLES = 50
"""An outlet's source lists at most this many articles."""
ROBOTS = "User-agent: *\nDisallow: /login\nDisallow: /section/\n"
FIRST_ARTICLE_NUMBER = 10_001
FIRST_LOOPBACK_HOST = 11
"""The outlets answer at 127.0.0.11 and the addresses after it."""


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One request that reached an outlet."""

    outlet: str
    host: str
    path: str
    at: datetime
    conditional: bool
    status: int
    user_agent: str = ""


@dataclass
class RunningSite:
    """One outlet with its address, its articles and its present fault."""

    site: Site
    host: str = ""
    port: int = 0
    articles: dict[str, PublishedArticle] = field(default_factory=dict)
    """By slug."""
    unlisted: set[str] = field(default_factory=set)
    """The slugs of articles that have a page and that the source does not list."""
    robots: str = ROBOTS
    hub: str = ""
    """The WebSub hub that the source names in its header."""
    fault: Fault | None = None
    changed_at: datetime = datetime(2025, 10, 1, tzinfo=UTC)

    @property
    def base(self) -> str:
        """The outlet's address, without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    def listed(self) -> list[PublishedArticle]:
        """The articles that the source lists, newest first."""
        standing = [
            published for slug, published in self.articles.items() if published.listed and slug not in self.unlisted
        ]
        newest_first = sorted(standing, key=lambda published: (published.published_at, published.number), reverse=True)
        return newest_first[:MAX_LISTED_ARTICLES]

    def respond(self, path: str, request_headers: Mapping[str, str]) -> web.Response:
        """The outlet's answer to a request for this path: robots.txt, the source, an article page, 404 or 410."""
        charset = self.site.charset
        if path == "/robots.txt":
            return respond(request_headers, self.robots.encode(), "text/plain", "utf-8", None)
        if path == self.site.source_path:
            body = source_body(self.site, self.base, self.listed())
            return respond(request_headers, body, CONTENT_TYPES[self.site.source], charset, self.changed_at)
        published = next((published for published in self.articles.values() if published.path == path), None)
        if published is None:
            return self._document(path)
        if published.withdrawn:
            return web.Response(status=410, text="410")
        others = [other for other in self.listed() if other is not published]
        body = page_body(self.site, self.base, published, others)
        return respond(request_headers, body, "text/html", charset, published.changed_at)

    def _document(self, path: str) -> web.Response:
        """A document that an article is attached to, or 404."""
        for published in self.articles.values():
            article = published.article
            for kind in article.attached:
                if published.document_path(kind) == path and not published.withdrawn:
                    body = document(kind, article.headline, article.paragraphs)
                    return web.Response(body=body, content_type=CONTENT_TYPES_OF_DOCUMENTS[kind])
        return web.Response(status=404, text="404")


class FakeOutlets:
    """All fake outlets together. ``async with FakeOutlets() as fake_outlets`` starts and closes them."""

    def __init__(
        self,
        sites: tuple[Site, ...] = SITES,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._now = now
        self._running = {site.key: RunningSite(site) for site in sites}
        self._runners: list[web.AppRunner] = []
        self._next_number = FIRST_ARTICLE_NUMBER
        self.requests: deque[RecordedRequest] = deque(maxlen=MAX_RECORDED_REQUESTS)
        self._request_arrived = asyncio.Event()
        self.on_change: Callable[[str], object] = lambda _outlet: None
        """Called with the outlet whose articles have changed."""

    async def __aenter__(self) -> FakeOutlets:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def start(self, port: int = 0) -> None:
        """Start every outlet on a loopback address of its own; where the machine has one only, the ports differ.

        :raises OSError: when a port is in use; what was started is closed.
        """
        try:
            for index, running in enumerate(self._running.values()):
                await self._start_one(running, f"127.0.0.{FIRST_LOOPBACK_HOST + index}", port + index if port else 0)
        except BaseException:
            await self.close()
            raise

    async def _start_one(self, running: RunningSite, host: str, port: int) -> None:
        app = web.Application()

        async def serve(request: web.Request) -> web.StreamResponse:
            return await self._serve(running, request)

        app.router.add_route("*", "/{path:.*}", serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        self._runners.append(runner)
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError:  # the machine has one loopback address: the outlets differ by their ports
            host = "127.0.0.1"
            await web.TCPSite(runner, host, port).start()
        running.host, running.port = host, int(runner.addresses[0][1])

    async def close(self) -> None:
        """Close every outlet; answers under way are cut off."""
        runners, self._runners = self._runners, []
        await asyncio.gather(*(runner.cleanup() for runner in runners))

    @property
    def outlets(self) -> tuple[str, ...]:
        """The keys of all outlets."""
        return tuple(self._running)

    @property
    def trusted(self) -> frozenset[str]:
        """``host:port`` of every outlet, for PACT_TRUSTED_ADDRESSES."""
        return frozenset(f"{running.host}:{running.port}" for running in self._running.values())

    def base(self, outlet: str) -> str:
        """The outlet's address, without a slash at the end."""
        return self._running[outlet].base

    def source_url(self, outlet: str) -> str:
        """The address of the outlet's source."""
        return self.base(outlet) + self._running[outlet].site.source_path

    def url(self, outlet: str, slug: str) -> str:
        """The address of a published article."""
        return self.base(outlet) + self._running[outlet].articles[slug].path

    def newest(self, count: int) -> list[tuple[Site, PublishedArticle]]:
        """The articles that changed last, with their outlets, newest first."""
        pairs = [(running.site, each) for running in self._running.values() for each in running.articles.values()]
        return sorted(pairs, key=lambda pair: pair[1].changed_at, reverse=True)[:count]

    def publish(self, outlet: str, article: FakeArticle, at: datetime | None = None, *, listed: bool = True) -> str:
        """Publish an article, now or backdated; returns its address. It may have a page without being listed.

        :raises ValueError: when the outlet has published this slug already.
        """
        running = self._running[outlet]
        if article.slug in running.articles:
            raise ValueError(f"{outlet} has published {article.slug} already: correct it")
        published = publish(running.site, article, self._next_number, at or self._now())
        self._next_number += 1
        running.articles[article.slug] = published
        running.unlisted |= set() if listed else {article.slug}
        self._changed(running)
        return running.base + published.path

    def _changed(self, running: RunningSite) -> None:
        running.changed_at = max(running.changed_at, self._now())
        self.on_change(running.site.key)

    def list_article(self, outlet: str, slug: str) -> None:
        """List an article that has a page already."""
        running = self._running[outlet]
        running.unlisted.discard(slug)
        self._changed(running)

    def correct(self, outlet: str, article: FakeArticle) -> str:
        """Replace the text of the article with this slug; returns its address, which stays."""
        running = self._running[outlet]
        running.articles[article.slug] = running.articles[article.slug].corrected(article, self._now())
        self._changed(running)
        return self.url(outlet, article.slug)

    def readdress(self, outlet: str, change: Callable[[str], str]) -> None:
        """Give every article of an outlet another path and another guid; title, text and time stay."""
        running = self._running[outlet]
        for slug, published in running.articles.items():
            running.articles[slug] = replace(published, path=change(published.path), number=self._next_number)
            self._next_number += 1
        self._changed(running)

    def withdraw(self, outlet: str, slug: str, listed_as: str = "") -> None:
        """Withdraw an article: its page answers 410 and the source no longer lists it, or under this headline."""
        running = self._running[outlet]
        running.articles[slug] = running.articles[slug].withdrawn_at(self._now(), listed_as)
        self._changed(running)

    def was_read(self, outlet: str, slug: str) -> bool:
        """Whether somebody has asked for an article's page and got it."""
        path = self._running[outlet].articles[slug].path
        return any((each.outlet, each.path, each.status) == (outlet, path, 200) for each in self.requests)

    def fail(
        self,
        outlet: str,
        kind: FaultKind,
        status: int = 503,
        retry_after_seconds: int | None = None,
        *,
        pages_only: bool = False,
        location: str = "",
    ) -> None:
        """Answer requests to this outlet with a fault, except those for robots.txt, until ``recover``.

        With ``pages_only`` its source is served as before. ``led-away`` redirects to ``location``.
        """
        self._running[outlet].fault = Fault(kind, status, retry_after_seconds, pages_only, location)

    def disallow(self, outlet: str, path: str) -> None:
        """Forbid every address whose path begins so in the outlet's robots.txt."""
        self._running[outlet].robots += f"Disallow: {path}\n"

    def name_hub(self, outlet: str, hub: str) -> None:
        """Name this WebSub hub in the header of the outlet's source; none where it is empty."""
        running = self._running[outlet]
        running.hub = hub
        self._changed(running)

    def recover(self, outlet: str) -> None:
        """End the outlet's fault."""
        self._running[outlet].fault = None

    async def wait_for_requests(self, outlet: str, times: int = 1) -> None:
        """Wait until this outlet has received so many requests since it started."""
        while sum(request.outlet == outlet for request in self.requests) < times:
            self._request_arrived.clear()
            await self._request_arrived.wait()

    async def wait_until_read(self) -> None:
        """Wait until each outlet's source was asked for once: an article that is published from now on is news."""
        for key, running in self._running.items():
            while not any((each.outlet, each.path) == (key, running.site.source_path) for each in self.requests):
                self._request_arrived.clear()
                await self._request_arrived.wait()

    def write_specs(self, folder: Path, every_minutes: float = 0.05) -> list[Path]:
        """Write a spec for every outlet into a folder; the outlets must have been started."""
        folder.mkdir(parents=True, exist_ok=True)
        files = []
        for key, running in self._running.items():
            file = folder / f"{key}.toml"
            file.write_text(spec_of_outlet(running.site, running.base, running.host, every_minutes), "utf-8")
            files.append(file)
        return files

    async def _serve(self, running: RunningSite, request: web.Request) -> web.StreamResponse:
        fault = running.fault
        served = {"/robots.txt", running.site.source_path} if fault and fault.pages_only else {"/robots.txt"}
        if fault is not None and request.path_qs not in served:
            self._record(running, request, fault.status if fault.kind == "status" else 0)
            return await answer_with_fault(fault, request)
        response = running.respond(request.path_qs, request.headers)
        if running.hub and request.path_qs == running.site.source_path:
            response.headers["Link"] = f'<{running.hub}>; rel="hub", <{running.base}{request.path_qs}>; rel="self"'
        self._record(running, request, response.status)
        return response

    def _record(self, running: RunningSite, request: web.Request, status: int) -> None:
        conditional = "If-None-Match" in request.headers or "If-Modified-Since" in request.headers
        user_agent = request.headers.get("User-Agent", "")
        self.requests.append(
            RecordedRequest(
                running.site.key, running.host, request.path_qs, self._now(), conditional, status, user_agent
            )
        )
        self._request_arrived.set()
