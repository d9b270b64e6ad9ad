"""A web site on loopback, a client that trusts it, and outlets that live there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from scrapers.http.fetch import Client
from scrapers.outlet import Outlet
from scrapers.parser_process.parent import ParserProcess
from scrapers.spec import read_spec
from tests.support.served import served

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Site:
    """A small web site; each path has a handler, anything else is a 404."""

    port: int = 0
    pages: dict[str, Handler] = field(default_factory=dict)
    requests: list[web.Request] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def answer(self, path: str, body: bytes | str = b"", status: int = 200, **headers: str) -> None:
        """Answer a path with this, always."""
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def handler(_request: web.Request) -> web.Response:
            return web.Response(body=data, status=status, headers=named)

        self.pages[path] = handler

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        handler = self.pages.get(request.path)
        return await handler(request) if handler else web.Response(status=404)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """An empty site on a free port."""
    site = Site()
    async with served(site.handle) as site.port:
        yield site


@pytest.fixture
def turns() -> list[str]:
    """The turns that were taken, in order."""
    return []


@pytest.fixture
async def client(site: Site, turns: list[str]) -> AsyncIterator[Client]:
    """A client that trusts the site's address."""

    async def turn(host: str) -> None:
        turns.append(host)

    client = Client(turn, trusted=[site.address], deadline_seconds=5)
    yield client
    await client.close()


@pytest.fixture
async def child() -> AsyncIterator[ParserProcess]:
    """A parser process."""
    process = ParserProcess()
    yield process
    await process.close()


@pytest.fixture
def spec_at(site: Site) -> Callable[[str], Outlet]:
    """An outlet at the site, with these further lines of TOML."""

    def build(more: str) -> Outlet:
        lines = f'name = "Test"\nhome = "{site.url("/")}"\nlanguage = "ko"\ntimezone = "Asia/Seoul"\n'
        return read_spec("test.toml", (lines + more.replace("SITE", site.url(""))).encode())

    return build
