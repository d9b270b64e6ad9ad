"""Fetches an address: takes the host's turn, checks the address, follows redirects, bounds time and size."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from weakref import WeakValueDictionary

import aiohttp

sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # its command line: rich, click, four megabytes
import httpx  # noqa: E402

from scrapers.errors import FetchRefused, ScrapeError, TooBig, Unreachable  # noqa: E402
from scrapers.http.conditional_get import conditional_headers  # noqa: E402
from scrapers.http.decompress import Body  # noqa: E402
from scrapers.http.failures import problem_of, raise_for_status  # noqa: E402
from scrapers.http.held_bodies import HELD_BODY  # noqa: E402
from scrapers.http.outlet_headers import NO_OUTLET, OutletHeaders  # noqa: E402
from scrapers.http.redirects import (  # noqa: E402
    MAX_REDIRECTS,
    PERMANENT_STATUSES,
    REDIRECT_STATUSES,
    redirect_target,
)
from scrapers.http.ssrf_guard import Guard, Resolve  # noqa: E402
from scrapers.http.tls import tls_context  # noqa: E402
from scrapers.http.traffic import CONNECTION, MAX_READ_BYTES, HostConnection, Traffic  # noqa: E402
from scrapers.http.transport import OneRequestTransport  # noqa: E402
from scrapers.http.user_agent import user_agent  # noqa: E402

TurnEnd = Callable[[], Awaitable[None]]
"""Ends a turn: the answer has been received, or there is none."""
Turn = Callable[[str], Awaitable[TurnEnd | None]]
"""Waits until a request may be sent to this host (lower case, no port); returns how the turn is ended, if it must be.
"""
Allowed = Callable[[str], Awaitable[None]]
"""Raises FetchRefused when robots.txt forbids this address."""

DEADLINE_SECONDS = 30.0
MAX_BYTES = 10 * 1024 * 1024
MOST_PARSED = 2_000
"""So many parsed addresses are kept, those of the latest requests."""
MAX_FORM_ANSWER_BYTES = 4096
"""Of the answer to a form only the status counts."""


@dataclass(frozen=True, slots=True)
class Response:
    """A host's answer, after all redirects."""

    url: str
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    moved_to: str | None = None
    """The address after the redirects, when all of them were permanent."""

    @property
    def not_modified(self) -> bool:
        """Whether the validators still match (304); the body is empty then."""
        return self.status == 304

    @property
    def content_type(self) -> str | None:
        """The Content-Type as sent."""
        return self.headers.get("content-type")


@dataclass(frozen=True, slots=True)
class _Limits:
    """The limits of one fetch, over all its redirects."""

    budget: _TimeBudget
    max_bytes: int
    truncate: bool
    traffic: Traffic


class Client:
    """An HTTP client for the whole process: one TLS context and connection pool; no cookies, proxies or credentials."""

    def __init__(
        self,
        turn: Turn,
        *,
        trusted: Collection[str] = (),
        resolve: Resolve | None = None,
        deadline_seconds: float = DEADLINE_SECONDS,
        max_bytes: int = MAX_BYTES,
        agent: str | None = None,
    ) -> None:
        self._turn = turn
        self._guard = Guard(trusted, resolve)
        self._user_agent = agent or user_agent()
        self._deadline_seconds = deadline_seconds
        self._max_bytes = max_bytes
        self._transport = OneRequestTransport(self._guard, tls_context, MAX_READ_BYTES)
        self._connections: WeakValueDictionary[str, HostConnection] = WeakValueDictionary()

    async def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str = "*/*",
        referer: str | None = None,
        allowed: Allowed | None = None,
        outlet: OutletHeaders = NO_OUTLET,
        max_bytes: int | None = None,
        truncate: bool = False,
    ) -> Response:
        """Fetch an address, following at most five redirects, each of which takes a turn of its own.

        ``outlet`` adds the headers of a spec; a redirect to another origin leaves them behind, but for the User-Agent.
        The deadline counts the time of the requests, without the waiting for turns. ``truncate`` keeps the first
        ``max_bytes`` of a longer body instead of refusing it. ``referer`` is the page that links to the address.

        :raises ScrapeError: a subclass of it, for every failure.
        """
        headers = {"accept": accept, "accept-encoding": "gzip, deflate", **conditional_headers(etag, last_modified)}
        headers |= {"referer": referer} if referer else {}
        limits = _Limits(_TimeBudget(self._deadline_seconds), max_bytes or self._max_bytes, truncate, Traffic())
        current_url, permanent = url, True
        for _ in range(MAX_REDIRECTS + 1):
            target = self._checked(current_url)
            if allowed is not None:
                await allowed(current_url)
            with_outlets = headers | outlet.for_request(current_url, self._user_agent)
            response = await self._request(httpx.Request("GET", target, headers=with_outlets), current_url, limits)
            location = response.headers.get("location")
            if response.status not in REDIRECT_STATUSES or not location:
                raise_for_status(response.url, response.status, response.headers, datetime.now(UTC))
                return replace(response, moved_to=response.url if permanent and current_url != url else None)
            permanent = permanent and response.status in PERMANENT_STATUSES
            current_url = redirect_target(current_url, location)
        raise FetchRefused(url, f"redirects more than {MAX_REDIRECTS} times")

    async def post(self, url: str, form: Mapping[str, str]) -> Response:
        """Send a form in the host's turn; no redirect is followed, and of the answer's body a little is read.

        :raises ScrapeError: a subclass of it, for every failure and every status but 2xx.
        """
        limits = _Limits(_TimeBudget(self._deadline_seconds), MAX_FORM_ANSWER_BYTES, True, Traffic())
        headers = {"accept-encoding": "identity", "user-agent": self._user_agent}
        request = httpx.Request("POST", self._checked(url), headers=headers, data=dict(form))
        response = await self._request(request, url, limits)
        raise_for_status(url, response.status, response.headers, datetime.now(UTC))
        return response

    async def close(self) -> None:
        """Close every connection."""
        await self._transport.aclose()

    def _checked(self, url: str) -> httpx.URL:
        """The parsed address, once scheme, port and host have passed; no name is resolved here."""
        try:
            target = _parsed(url)
        except (httpx.InvalidURL, ValueError):
            raise FetchRefused(url, "is no address") from None
        host = _host_of(target)
        if target.scheme not in ("http", "https") or not host:
            raise FetchRefused(url, "only http and https are fetched")
        if target.userinfo:
            raise FetchRefused(f"{target.scheme}://{host}/…", "carries a password")
        port = target.port or (443 if target.scheme == "https" else 80)
        if port not in (80, 443) and not self._guard.trusts(host, port):
            raise FetchRefused(
                url, f"port {port} is not allowed: only 80 and 443, and the ports in PACT_TRUSTED_ADDRESSES"
            )
        self._guard.check_host(url, host, port)
        return target

    async def _request(self, request: httpx.Request, url: str, limits: _Limits) -> Response:
        """Send one request in the host's turn, which lasts until the answer is received and its connection closed."""
        host = _host_of(request.url)
        end_turn = await self._turn(host)
        try:
            return await self._request_in_turn(host, request, url, limits)
        finally:
            if end_turn is not None:
                await end_turn()

    async def _request_in_turn(self, host: str, request: httpx.Request, url: str, limits: _Limits) -> Response:
        connection = self._connections.setdefault(host, HostConnection())
        async with connection.lock:
            connection.traffic = limits.traffic
            token = CONNECTION.set(connection)
            try:
                async with limits.budget.request():
                    return await self._send(request, url, limits)
            except ScrapeError as error:
                error.url = url
                raise
            except TimeoutError:
                raise Unreachable(url, f"no complete answer within {self._deadline_seconds:g} s") from None
            except (httpx.HTTPError, aiohttp.ClientError, OSError, ValueError) as error:
                if limits.traffic.problem is not None:
                    raise TooBig(url, limits.traffic.problem) from error
                raise Unreachable(url, problem_of(error)) from error
            finally:
                CONNECTION.reset(token)

    async def _send(self, request: httpx.Request, url: str, limits: _Limits) -> Response:
        response = await self._transport.handle_async_request(request)
        try:
            headers = {name.lower(): value for name, value in response.headers.items()}
            body = Body(url, headers.get("content-encoding", ""), limits.max_bytes)
            if response.is_success:
                await _fill(body, response, limits)
            if limits.traffic.problem is not None:  # a body without a length ends like a whole one
                raise TooBig(url, limits.traffic.problem)
            return Response(url, response.status_code, headers, body.data)
        finally:
            await response.stream.aclose()  # type: ignore[union-attr]  # the transport's streams are asynchronous


_parsed = functools.lru_cache(MOST_PARSED)(httpx.URL)
"""Parses an address; a source's own is asked for again and again."""


def host_at(url: str) -> str | None:
    """Return the host whose turn a request to this address takes; None where it is no address."""
    try:
        return _host_of(_parsed(url)) or None
    except (httpx.InvalidURL, ValueError):
        return None


def _host_of(target: httpx.URL) -> str:
    """The name to resolve: lower case, international names in ASCII form, no port, no final dot."""
    return target.raw_host.decode("ascii").strip("[]").lower().rstrip(".")


class _TimeBudget:
    """The seconds that one fetch may still spend on requests."""

    def __init__(self, seconds: float) -> None:
        self.left_seconds = seconds

    @contextlib.asynccontextmanager
    async def request(self) -> AsyncIterator[None]:
        """Subtract the duration of the block, and end it when nothing is left.

        :raises TimeoutError: when nothing is left.
        """
        started = time.monotonic()
        try:
            async with asyncio.timeout(self.left_seconds):
                yield
        finally:
            self.left_seconds -= time.monotonic() - started


async def _fill(body: Body, response: httpx.Response, limits: _Limits) -> None:
    held = HELD_BODY.get()
    try:
        async for chunk in response.stream:  # type: ignore[union-attr]  # as above
            limits.traffic.delivered(len(chunk))
            body.feed(chunk)
            if held is not None:
                held.resize(body.size)
    except TooBig:
        if not limits.truncate:
            raise
