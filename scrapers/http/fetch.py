"""The one client that asks outlets: polite (turns, conditional requests) and suspicious (addresses, sizes, time)."""

from __future__ import annotations

import asyncio
import functools
import socket
import ssl
import sys
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from weakref import WeakValueDictionary

import aiohttp
import certifi

sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # its command line: rich, click, four megabytes
import httpx  # noqa: E402
from httpx_aiohttp import AiohttpTransport  # noqa: E402

from scrapers.errors import BadStatus, FetchRateLimited, FetchRefused, Gone, ScrapeError, TooBig, Unreachable  # noqa: E402
from scrapers.http.decompress import Body  # noqa: E402
from scrapers.http.ssrf_guard import Guard, Resolve  # noqa: E402

Turn = Callable[[str], Awaitable[None]]
"""Waits until this host (lower case, no port) may be asked."""
Allowed = Callable[[str], Awaitable[None]]
"""Raises FetchRefused when this address must not be asked (robots.txt)."""

DEADLINE_SECONDS = 30.0
MAX_BYTES = 10 * 1024 * 1024
MAX_REDIRECTS = 5
MAX_RETRY_AFTER_SECONDS = 24 * 3600.0
DEFAULT_RETRY_AFTER_SECONDS = 60.0
_MAX_VALIDATOR_CHARS = 1_000
_PERMANENT = (301, 308)
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Response:
    """What a host answered after all redirects."""

    url: str
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    moved_to: str | None = None
    """Where the address has moved for good, when every hop on the way said so."""

    @property
    def not_modified(self) -> bool:
        """The validators still hold: there is no body."""
        return self.status == 304

    @property
    def content_type(self) -> str | None:
        """The Content-Type as sent."""
        return self.headers.get("content-type")


def default_user_agent(contact: str = "") -> str:
    """``pactbot/0.1.0 (+contact)``: who asks, and where to complain."""
    try:
        name = f"pactbot/{version('pactbot')}"
    except PackageNotFoundError:
        name = "pactbot"
    return f"{name} (+{contact})" if contact else f"{name} (news monitor; honours robots.txt)"


class Client:
    """One per process: one TLS context, one pool of connections, no cookies, no proxies, no credentials."""

    def __init__(
        self,
        turn: Turn,
        *,
        trusted: Collection[str] = (),
        user_agent: str | None = None,
        resolve: Resolve | None = None,
        deadline_seconds: float = DEADLINE_SECONDS,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._turn = turn
        self._guard = Guard(trusted, resolve)
        self._user_agent = user_agent or default_user_agent()
        self._deadline_seconds = deadline_seconds
        self._max_bytes = max_bytes
        self._transport: AiohttpTransport | None = None
        self._hosts: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str = "*/*",
        allowed: Allowed | None = None,
        max_bytes: int | None = None,
        truncate: bool = False,
    ) -> Response:
        """Ask for an address, following at most five redirects, each of which takes a turn of its own.

        The deadline counts the time on the wire, not the waiting for turns. ``truncate`` keeps the first
        ``max_bytes`` of a longer body instead of refusing it.

        :raises ScrapeError: always one of scrapers/errors.py, whatever went wrong.
        """
        conditions = {"if-none-match": etag, "if-modified-since": last_modified}
        headers = {"user-agent": self._user_agent, "accept": accept, "accept-encoding": "gzip, deflate"}
        headers |= {name: value for name, value in conditions.items() if value and _can_be_sent(value)}
        budget = _Budget(self._deadline_seconds)
        limit = max_bytes or self._max_bytes
        here, permanent = url, True
        for _ in range(MAX_REDIRECTS + 1):
            target = self._checked(here)
            if allowed is not None:
                await allowed(here)
            answer = await self._one(target, here, headers, budget, limit, truncate)
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not location:
                _raise_for_status(answer)
                moved = answer.url if permanent and here != url else None
                return Response(answer.url, answer.status, answer.headers, answer.body, moved)
            permanent = permanent and answer.status in _PERMANENT
            here = next_address(here, location)
        raise FetchRefused(url, f"redirects more than {MAX_REDIRECTS} times")

    async def close(self) -> None:
        """Close every connection."""
        if self._transport is not None:
            await self._transport.aclose()
            self._transport = None

    def _checked(self, url: str) -> httpx.URL:
        """Scheme, port and literal addresses, before any name is looked up."""
        try:
            target = httpx.URL(url)
        except (httpx.InvalidURL, ValueError, TypeError):
            raise FetchRefused(url, "is no address") from None
        host = _host_of(target)
        if target.scheme not in ("http", "https") or not host:
            raise FetchRefused(url, "only http and https are asked")
        if target.userinfo:
            raise FetchRefused(f"{target.scheme}://{host}/…", "carries a password")
        port = target.port or (443 if target.scheme == "https" else 80)
        if port not in (80, 443) and not self._guard.trusts(host, port):
            raise FetchRefused(url, f"port {port} is not asked: only 80 and 443, and what PACT_TRUSTED_ADDRESSES names")
        self._guard.check_literal(url, host, port)
        return target

    async def _one(
        self, target: httpx.URL, url: str, headers: Mapping[str, str], budget: _Budget, limit: int, truncate: bool
    ) -> Response:
        """One request on the wire: its turn, its place among the host's connections, its share of the deadline."""
        host = _host_of(target)
        await self._turn(host)
        lock = self._hosts.setdefault(host, asyncio.Lock())
        async with lock:
            try:
                with budget:
                    async with asyncio.timeout(budget.left):
                        return await self._send(httpx.Request("GET", target, headers=headers), url, limit, truncate)
            except ScrapeError as problem:
                problem.url = url
                raise
            except TimeoutError:
                raise Unreachable(url, f"no complete answer within {self._deadline_seconds:g} s") from None
            except (httpx.HTTPError, aiohttp.ClientError, OSError, ValueError) as problem:
                raise Unreachable(url, _in_words(problem)) from problem

    async def _send(self, request: httpx.Request, url: str, limit: int, truncate: bool) -> Response:
        response = await self._open().handle_async_request(request)
        try:
            headers = {name.lower(): value for name, value in response.headers.items()}
            body = Body(url, headers.get("content-encoding", ""), limit)
            if response.status_code == 200 or response.is_success:
                await _fill(body, response, truncate)
            return Response(url, response.status_code, headers, bytes(body.data[:limit]))
        finally:
            await response.stream.aclose()  # type: ignore[union-attr]  # the transport's streams are asynchronous

    def _open(self) -> AiohttpTransport:
        """The transport, made with the first request: aiohttp wants a running loop."""
        if self._transport is None:
            context = _tls_context()
            connector = aiohttp.TCPConnector(
                resolver=self._guard,
                socket_factory=self._guard.open_socket,
                use_dns_cache=False,
                ssl=context,
                limit=100,
            )
            session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, auto_decompress=False
            )
            self._transport = AiohttpTransport(verify=context, trust_env=False, client=session)
        return self._transport


def _can_be_sent(validator: str) -> bool:
    """A validator that would not go back byte for byte stays at home."""
    return validator.isascii() and validator.isprintable() and len(validator) <= _MAX_VALIDATOR_CHARS


def _host_of(target: httpx.URL) -> str:
    """The name that is looked up: lower case, international names in their ASCII form, no port, no final dot."""
    return target.raw_host.decode("ascii").strip("[]").lower().rstrip(".")


class _Budget:
    """The time that one fetch may still spend on the wire."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds
        self._began = 0.0

    def __enter__(self) -> None:
        self._began = time.monotonic()

    def __exit__(self, *_error: object) -> None:
        self.left -= time.monotonic() - self._began


async def _fill(body: Body, response: httpx.Response, truncate: bool) -> None:
    try:
        async for chunk in response.stream:  # type: ignore[union-attr]  # as above
            body.feed(chunk)
    except TooBig:
        if not truncate:
            raise


@functools.cache
def _tls_context() -> ssl.SSLContext:
    """One for the process: a fresh one costs 40 ms and a megabyte."""
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        context.load_verify_locations(certifi.where())  # slim images have no store of their own
    return context


def next_address(here: str, location: str) -> str:
    """Where a redirect leads.

    :raises FetchRefused: when that is no address, or is http although we came by https.
    """
    try:
        target = httpx.URL(here).join(location)
    except (httpx.InvalidURL, ValueError):
        raise FetchRefused(here, "redirects to what is no address") from None
    if here.startswith("https:") and target.scheme == "http":
        raise FetchRefused(here, "redirects from https to http")
    return str(target.copy_with(fragment=None))


def _raise_for_status(answer: Response) -> None:
    status, headers = answer.status, answer.headers
    if 200 <= status < 300 or status == 304:
        return
    if status == 429 or (status == 503 and "retry-after" in headers):
        raise FetchRateLimited(
            answer.url, f"HTTP {status}", retry_after_seconds(headers.get("retry-after"), datetime.now(UTC))
        )
    if status in (404, 410):
        raise Gone(answer.url, status)
    raise BadStatus(answer.url, status)


def retry_after_seconds(value: str | None, now: datetime) -> float:
    """Retry-After in both its forms, at most a day; a minute when it says nothing understandable."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), MAX_RETRY_AFTER_SECONDS)
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return DEFAULT_RETRY_AFTER_SECONDS
    seconds = (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds()
    return min(max(seconds, 0.0), MAX_RETRY_AFTER_SECONDS)


def _in_words(problem: Exception) -> str:
    """One short line; the library's class says more than its message."""
    chain: list[BaseException] = [problem]
    while chain[-1].__cause__ is not None:
        chain.append(chain[-1].__cause__)
    cause = chain[-1]
    if isinstance(cause, ssl.SSLError | ssl.CertificateError):
        return f"TLS failed: {cause.reason if isinstance(cause, ssl.SSLError) and cause.reason else 'certificate'}"
    if any(isinstance(one, socket.gaierror | aiohttp.ClientConnectorDNSError) for one in chain):
        return "its name could not be looked up"
    text = " ".join(str(cause).split())
    return f"no answer: {text[:120]}" if text else f"no answer: {type(cause).__name__}"
