"""The newsroom's presses: every outlet on its own loopback address, with validators, gzip, robots.txt and a log."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType

from aiohttp import web

from scrapers.fake_outlets.announcements import CONTENT_TYPES, source_body, spec_of_source
from scrapers.fake_outlets.article_pages import page_body, spec_of_page
from scrapers.fake_outlets.faults import Fault, How, answer_badly
from scrapers.fake_outlets.published import Piece, Published, publish
from scrapers.fake_outlets.sites import SITES, Site

MAX_LOGGED = 20_000
MAX_LISTED = 50
"""Of an outlet's pieces, its source shows this many."""
ROBOTS = "User-agent: *\nDisallow: /login\nDisallow: /section/\n"
FIRST_NUMBER = 10_001


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that reached an outlet."""

    outlet: str
    host: str
    path: str
    at: datetime
    conditional: bool
    status: int


@dataclass
class RunningSite:
    """One outlet at work."""

    site: Site
    host: str = ""
    port: int = 0
    pieces: dict[str, Published] = field(default_factory=dict)
    fault: Fault | None = None
    changed_at: datetime = datetime(2025, 10, 1, tzinfo=UTC)

    @property
    def base(self) -> str:
        """The outlet's home, without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    def shown(self) -> list[Published]:
        """What its source shows, newest first."""
        standing = [one for one in self.pieces.values() if not one.withdrawn]
        return sorted(standing, key=lambda one: (one.published_at, one.number), reverse=True)[:MAX_LISTED]


class FakeOutlets:
    """All outlets together. ``async with Newsroom() as newsroom`` opens and closes it."""

    def __init__(
        self,
        sites: tuple[Site, ...] = SITES,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._now = now
        self._desks = {site.key: RunningSite(site) for site in sites}
        self._runners: list[web.AppRunner] = []
        self._next_number = FIRST_NUMBER
        self.requests: deque[Asked] = deque(maxlen=MAX_LOGGED)
        self._reached = asyncio.Event()

    async def __aenter__(self) -> FakeOutlets:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def start(self, port: int = 0) -> None:
        """Open every outlet: on an address of its own where the machine has them, else on a port of its own."""
        try:
            for place, desk in enumerate(self._desks.values()):
                await self._open(desk, f"127.0.0.{11 + place}", port + place if port else 0)
        except BaseException:
            await self.close()
            raise

    async def _open(self, desk: RunningSite, host: str, port: int) -> None:
        app = web.Application()

        async def serve(request: web.Request) -> web.StreamResponse:
            return await self._serve(desk, request)

        app.router.add_route("*", "/{path:.*}", serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        self._runners.append(runner)
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError:  # a machine with one loopback address: the outlets then differ by their ports
            host = "127.0.0.1"
            await web.TCPSite(runner, host, port).start()
        desk.host, desk.port = host, int(runner.addresses[0][1])

    async def close(self) -> None:
        """Close every outlet; answers under way are cut off."""
        runners, self._runners = self._runners, []
        await asyncio.gather(*(runner.cleanup() for runner in runners))

    # ── what the editors do ────────────────────────────────────────────────────────────────────────────────

    @property
    def outlets(self) -> tuple[str, ...]:
        """The keys of all outlets."""
        return tuple(self._desks)

    @property
    def trusted(self) -> frozenset[str]:
        """``host:port`` of every outlet, for PACT_TRUSTED_ADDRESSES."""
        return frozenset(f"{desk.host}:{desk.port}" for desk in self._desks.values())

    def base(self, outlet: str) -> str:
        """The outlet's home, without a slash at the end."""
        return self._desks[outlet].base

    def source_url(self, outlet: str) -> str:
        """Where the outlet announces its articles."""
        return self.base(outlet) + self._desks[outlet].site.source_path

    def url(self, outlet: str, slug: str) -> str:
        """The address of a piece that was published."""
        return self.base(outlet) + self._desks[outlet].pieces[slug].path

    def publish(self, outlet: str, piece: Piece, at: datetime | None = None) -> str:
        """Put a piece on the outlet's pages and in its source (now, or backdated); returns its address."""
        desk = self._desks[outlet]
        if piece.slug in desk.pieces:
            raise ValueError(f"{outlet} has published {piece.slug} already: correct it")
        published = publish(desk.site, piece, self._next_number, at or self._now())
        self._next_number += 1
        desk.pieces[piece.slug] = published
        desk.changed_at = max(desk.changed_at, self._now())
        return desk.base + published.path

    def correct(self, outlet: str, piece: Piece) -> str:
        """Replace the words of a piece; its address stays."""
        desk = self._desks[outlet]
        desk.pieces[piece.slug] = desk.pieces[piece.slug].corrected(piece, self._now())
        desk.changed_at = self._now()
        return self.url(outlet, piece.slug)

    def withdraw(self, outlet: str, slug: str) -> None:
        """Take a piece away: its page answers 410 and its source does not show it."""
        desk = self._desks[outlet]
        desk.pieces[slug] = desk.pieces[slug].gone(self._now())
        desk.changed_at = self._now()

    def fail(self, outlet: str, how: How, status: int = 503, retry_after_seconds: int | None = None) -> None:
        """From now on every answer of this outlet but robots.txt is bad in this way, until ``heal``."""
        self._desks[outlet].fault = Fault(how, status, retry_after_seconds)

    def heal(self, outlet: str) -> None:
        """The outlet answers as it should again."""
        self._desks[outlet].fault = None

    async def asked(self, outlet: str, times: int = 1) -> None:
        """Wait until this outlet has been asked so many times since it opened."""
        while sum(one.outlet == outlet for one in self.requests) < times:
            self._reached.clear()
            await self._reached.wait()

    def write_specs(self, folder: Path, every_minutes: float = 0.05) -> list[Path]:
        """Write a spec for every outlet, so that a bot reads them like any other; the newsroom must be open."""
        folder.mkdir(parents=True, exist_ok=True)
        return [_write_spec(folder / f"{key}.toml", desk, every_minutes) for key, desk in self._desks.items()]

    # ── what readers get ───────────────────────────────────────────────────────────────────────────────────

    async def _serve(self, desk: RunningSite, request: web.Request) -> web.StreamResponse:
        path = request.path_qs
        if desk.fault and request.path != "/robots.txt":
            self._log(desk, request, desk.fault.status if desk.fault.how == "status" else 0)
            return await answer_badly(desk.fault, request)
        response = self._answer(desk, path, request.headers)
        self._log(desk, request, response.status)
        return response

    def _answer(self, desk: RunningSite, path: str, headers: Mapping[str, str]) -> web.Response:
        site = desk.site
        if path == "/robots.txt":
            return _respond(headers, ROBOTS.encode(), "text/plain", "utf-8", None)
        if path == site.source_path:
            body = source_body(site, desk.base, desk.shown())
            return _respond(headers, body, CONTENT_TYPES[site.source], site.charset, desk.changed_at)
        one = next((one for one in desk.pieces.values() if one.path == path), None)
        if one is None:
            return web.Response(status=404, text="404")
        if one.withdrawn:
            return web.Response(status=410, text="410")
        others = [other for other in desk.shown() if other is not one]
        body = page_body(site, desk.base, one, others)
        return _respond(headers, body, "text/html", site.charset, one.changed_at)

    def _log(self, desk: RunningSite, request: web.Request, status: int) -> None:
        conditional = "If-None-Match" in request.headers or "If-Modified-Since" in request.headers
        self.requests.append(Asked(desk.site.key, desk.host, request.path_qs, self._now(), conditional, status))
        self._reached.set()


def _respond(
    asked: Mapping[str, str], body: bytes, content_type: str, charset: str, changed_at: datetime | None
) -> web.Response:
    """A whole answer with its validators, or 304 where the reader's copy still holds."""
    validators = {"ETag": f'W/"{sha256(body).hexdigest()[:24]}"', "Vary": "Accept-Encoding"}
    if changed_at is not None:
        validators["Last-Modified"] = format_datetime(changed_at.astimezone(UTC), usegmt=True)
    if _still_holds(asked, validators, changed_at):
        return web.Response(status=304, headers=validators)
    headers = {**validators, "Content-Type": f"{content_type}; charset={charset}"}
    if "gzip" in asked.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, mtime=0)
    return web.Response(body=body, headers=headers)


def _still_holds(asked: Mapping[str, str], validators: Mapping[str, str], changed_at: datetime | None) -> bool:
    if known := asked.get("If-None-Match"):
        return known == "*" or validators["ETag"] in (one.strip() for one in known.split(","))
    since = asked.get("If-Modified-Since")
    if since is None or changed_at is None:
        return False
    try:
        return changed_at.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False


def _write_spec(file: Path, desk: RunningSite, every_minutes: float) -> Path:
    site = desk.site
    keep = f"keep_params = {json.dumps(site.keep_params)}\n" if site.keep_params else ""
    file.write_text(
        f"name = {json.dumps(site.name, ensure_ascii=False)}\n"
        f'home = "{desk.base}/"\n'
        f'language = "{site.language}"\n'
        f'timezone = "{site.timezone}"\n'
        f"every_minutes = {every_minutes}\n"
        f'kind = "{site.kind}"\n'
        f'hosts = ["{desk.host}"]\n'
        f"article_id = '{site.article_id}'\n"
        f"{keep}"
        f"text_allowed = true\n"
        f"enabled = true\n\n"
        f"{spec_of_source(site, desk.base)}\n{spec_of_page()}",
        "utf-8",
    )
    return file
