"""The client fetches from a site on loopback: bodies, redirects, deadline, size, and the error for each failure."""

from __future__ import annotations

import asyncio
import gzip
import re
import zlib
from typing import Any

import pytest
from aiohttp import web

from scrapers.errors import (
    BadStatus,
    FetchRateLimited,
    FetchRefused,
    Forbidden,
    Gone,
    NotUnderstood,
    TooBig,
    Unreachable,
)
from scrapers.http.fetch import DEADLINE_SECONDS, MAX_BYTES, Client

Site = Any
"""The site of conftest.py."""


async def _no_turn(_host: str) -> None:
    return None


async def test_a_response_has_status_body_and_content_type(site: Site, client: Client, turns: list[str]) -> None:
    site.answer("/feed", "안녕", Content_Type="text/xml; charset=utf-8", ETag='"a"')
    answer = await client.get(site.url("/feed"))
    assert (answer.status, answer.body.decode(), answer.url) == (200, "안녕", site.url("/feed"))
    assert answer.content_type == "text/xml; charset=utf-8"
    assert turns == ["127.0.0.1"]
    assert re.fullmatch(r"pactbot/[\d.]+ \(news monitor; honours robots.txt\)", site.requests[0].headers["User-Agent"])
    assert site.requests[0].headers["Accept-Encoding"] == "gzip, deflate"


@pytest.mark.parametrize(
    "encoding, data",
    [
        ("gzip", gzip.compress(b"text " * 99)),
        ("gzip", gzip.compress(b"text " * 50) + gzip.compress(b"text " * 49)),
        ("deflate", zlib.compress(b"text " * 99)),
        ("deflate", zlib.compress(b"text " * 99, wbits=-15)),
    ],
    ids=["gzip", "two gzip members", "deflate", "deflate without header"],
)
async def test_gzip_and_deflate_are_decompressed(site: Site, client: Client, encoding: str, data: bytes) -> None:
    site.answer("/", data, Content_Encoding=encoding)
    assert (await client.get(site.url("/"))).body == b"text " * 99


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "zstd"])
async def test_a_content_encoding_that_was_not_requested_is_refused(site: Site, client: Client, encoding: str) -> None:
    site.answer("/", b"??", Content_Encoding=encoding)
    with pytest.raises(NotUnderstood, match="Content-Encoding"):
        await client.get(site.url("/"))


async def test_a_damaged_body_is_not_understood(site: Site, client: Client) -> None:
    site.answer("/", b"this is no gzip", Content_Encoding="gzip")
    with pytest.raises(NotUnderstood, match="damaged"):
        await client.get(site.url("/"))


async def test_a_decompression_bomb_is_refused(site: Site, client: Client) -> None:
    site.answer("/", gzip.compress(b"\0" * 9_000_000), Content_Encoding="gzip")
    with pytest.raises(TooBig, match="200 times"):
        await client.get(site.url("/"))


async def test_a_body_may_have_ten_mebibytes(site: Site, client: Client) -> None:
    site.answer("/", b"x" * MAX_BYTES)
    assert len((await client.get(site.url("/"))).body) == 10 * 1024 * 1024
    site.answer("/", b"x" * (MAX_BYTES + 1))
    with pytest.raises(TooBig):
        await client.get(site.url("/"))
    truncated = await client.get(site.url("/"), max_bytes=1000, truncate=True)
    assert len(truncated.body) == 1000


async def test_no_number_of_slow_hosts_keeps_out_another() -> None:
    reached, all_reached = set[str](), asyncio.Event()

    async def never_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.add(writer.get_extra_info("sockname")[0])
        if len(reached) == len(hosts):
            all_reached.set()
        await reader.read()
        writer.close()

    hosts = [f"127.0.4.{number}" for number in range(1, 121)]
    async with await asyncio.start_server(never_answer, "0.0.0.0", 0) as server:
        port = server.sockets[0].getsockname()[1]
        client = Client(_no_turn, trusted=[f"{host}:{port}" for host in hosts])
        tasks = [asyncio.create_task(client.get(f"http://{host}:{port}/")) for host in hosts]
        async with asyncio.timeout(20):
            await all_reached.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await client.close()


async def test_the_deadline_ends_a_slow_body(site: Site) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(100):
            await response.write(b"x")
            await asyncio.sleep(0.05)
        return response

    async def turn(_host: str) -> None:
        await asyncio.sleep(0.3)  # longer than the deadline, which does not count it

    site.pages["/"] = drip
    client = Client(turn, trusted=[site.address], deadline_seconds=0.25)
    started = asyncio.get_running_loop().time()
    with pytest.raises(Unreachable, match=r"within 0\.25 s"):
        await client.get(site.url("/"))
    assert asyncio.get_running_loop().time() - started < 3
    await client.close()


async def test_each_redirect_takes_a_turn(site: Site, client: Client, turns: list[str]) -> None:
    site.answer("/a", status=301, Location="/b")
    site.answer("/b", status=308, Location="/c#part")
    site.answer("/c", "here")
    answer = await client.get(site.url("/a"))
    assert (answer.url, answer.body, answer.moved_to) == (site.url("/c"), b"here", site.url("/c"))
    assert len(turns) == 3


@pytest.mark.parametrize("status, permanent", [(301, True), (302, False), (303, False), (307, False), (308, True)])
async def test_every_redirect_status_is_followed(site: Site, client: Client, status: int, permanent: bool) -> None:
    site.answer("/a", status=status, Location="/b")
    site.answer("/b", "here")
    response = await client.get(site.url("/a"))
    assert response.body == b"here"
    assert response.moved_to == (site.url("/b") if permanent else None)


@pytest.mark.parametrize(
    "statuses, moved",
    [
        ((301, 308, 301), True),
        ((302, 301, 301), False),
        ((301, 302, 301), False),
        ((301, 301, 307), False),
        ((303, 303, 308), False),
    ],
)
async def test_a_source_has_moved_only_if_every_redirect_is_permanent(
    site: Site, client: Client, statuses: tuple[int, ...], moved: bool
) -> None:
    for number, status in enumerate(statuses):
        site.answer(f"/{number}", status=status, Location=f"/{number + 1}")
    site.answer("/3", "here")
    assert (await client.get(site.url("/0"))).moved_to == (site.url("/3") if moved else None)


@pytest.mark.parametrize("first, last", [("/a", "/b"), ("/b", "/a")])
async def test_a_source_moves_in_either_direction(site: Site, client: Client, first: str, last: str) -> None:
    site.answer(first, status=301, Location=last)
    site.answer(last, "here")
    assert (await client.get(site.url(first))).moved_to == site.url(last)


async def test_an_error_behind_permanent_redirects_is_no_new_address(site: Site, client: Client) -> None:
    site.answer("/a", status=301, Location="/b")
    with pytest.raises(Gone) as caught:
        await client.get(site.url("/a"))
    assert caught.value.url == site.url("/b")


async def test_permanent_redirects_that_lead_back_have_moved_nothing(site: Site, client: Client) -> None:
    async def back_and_forth(_request: web.Request) -> web.Response:
        if len(site.requests) == 1:
            return web.Response(status=301, headers={"Location": "/b"})
        return web.Response(text="here")

    site.pages["/a"] = back_and_forth
    site.answer("/b", status=301, Location="/a")
    assert (await client.get(site.url("/a"))).moved_to is None


async def test_one_deadline_covers_all_redirects(site: Site) -> None:
    async def slow(_request: web.Request) -> web.Response:
        await asyncio.sleep(0.15)
        return web.Response(status=302, headers={"Location": "/a"})

    site.pages["/a"] = slow
    client = Client(_no_turn, trusted=[site.address], deadline_seconds=0.4)
    with pytest.raises(Unreachable, match=r"within 0\.4 s"):
        await client.get(site.url("/a"))
    await client.close()
    assert len(site.requests) <= 3


async def test_a_sixth_redirect_is_refused(site: Site, client: Client) -> None:
    site.answer("/a", status=302, Location="/a")
    with pytest.raises(FetchRefused, match="more than 5 times"):
        await client.get(site.url("/a"))
    assert len(site.requests) == 6


@pytest.mark.parametrize(
    "location", ["http://10.0.0.1/", "http://[::ffff:10.0.0.1]/", "http://127.0.0.1:22/", "file:///etc/passwd"]
)
async def test_a_redirect_to_a_refused_address_is_refused(site: Site, client: Client, location: str) -> None:
    site.answer("/a", status=302, Location=location)
    with pytest.raises(FetchRefused):
        await client.get(site.url("/a"))
    assert site.paths == ["/a"]


async def test_every_redirect_is_checked_against_robots_txt(site: Site, client: Client) -> None:
    site.answer("/a", status=302, Location="/hidden")

    async def allowed(url: str) -> None:
        if url.endswith("/hidden"):
            raise FetchRefused(url, "robots.txt forbids it")

    with pytest.raises(FetchRefused, match="robots"):
        await client.get(site.url("/a"), allowed=allowed)
    assert site.paths == ["/a"]


async def test_a_conditional_get_sends_the_validators_unchanged(site: Site, client: Client) -> None:
    async def answer(request: web.Request) -> web.Response:
        same = request.headers.get("If-None-Match") == 'W/"a b"' and request.headers.get("If-Modified-Since") == "then"
        return web.Response(status=304 if same else 200)

    site.pages["/"] = answer
    assert (await client.get(site.url("/"), etag='W/"a b"', last_modified="then")).not_modified
    assert not (await client.get(site.url("/"))).not_modified


@pytest.mark.parametrize(
    "status, error",
    [
        (404, Gone),
        (410, Gone),
        *((status, Forbidden) for status in (400, 401, 402, 403, 405, 418, 451, 499)),
        *((status, BadStatus) for status in (300, 408, 421, 425, 500, 503)),
    ],
)
async def test_an_error_status_is_bad_gone_or_forbidden(
    site: Site, client: Client, status: int, error: type[BadStatus]
) -> None:
    site.answer("/", status=status)
    with pytest.raises(error) as caught:
        await client.get(site.url("/"))
    assert caught.value.status == status
    assert type(caught.value) is error


@pytest.mark.parametrize("status", [429, 503])
async def test_429_and_503_with_retry_after_are_rate_limits(site: Site, client: Client, status: int) -> None:
    site.answer("/", status=status, Retry_After="120")
    with pytest.raises(FetchRateLimited) as caught:
        await client.get(site.url("/"))
    assert caught.value.retry_after_seconds == 120


async def test_a_closed_connection_is_unreachable(site: Site, client: Client) -> None:
    async def hang_up(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    site.pages["/"] = hang_up
    with pytest.raises(Unreachable, match="no answer"):
        await client.get(site.url("/"))


async def test_a_refused_connection_is_no_answer_and_not_our_refusal() -> None:
    """Unreachable is retried with back-off; FetchRefused would end the reading of the source."""
    client = Client(_no_turn, trusted=["127.0.0.1:1"])
    with pytest.raises(Unreachable, match=r"no answer: .*127\.0\.0\.1") as caught:
        await client.get("http://127.0.0.1:1/")
    await client.close()
    assert (caught.value.code, caught.value.url) == ("unreachable", "http://127.0.0.1:1/")


async def test_one_host_gets_one_request_at_a_time(site: Site, client: Client) -> None:
    running = greatest = 0

    async def count(_request: web.Request) -> web.Response:
        nonlocal running, greatest
        running += 1
        greatest = max(greatest, running)
        await asyncio.sleep(0.02)
        running -= 1
        return web.Response()

    site.pages["/"] = count
    await asyncio.gather(*(client.get(site.url("/")) for _ in range(4)))
    assert greatest == 1
    assert len(site.requests) == 4


async def test_no_cookie_is_sent_back(site: Site, client: Client) -> None:
    site.answer("/", Set_Cookie="id=1; Path=/")
    await client.get(site.url("/"))
    await client.get(site.url("/"))
    assert all("Cookie" not in request.headers for request in site.requests)


@pytest.mark.parametrize("etag", ['"é"', '"' + "x" * 5_000 + '"', '"a\r\nX-Evil: 1"'])
async def test_a_validator_that_cannot_be_sent_unchanged_is_not_sent(site: Site, client: Client, etag: str) -> None:
    site.answer("/", "text")
    assert (await client.get(site.url("/"), etag=etag)).body == b"text"
    assert "If-None-Match" not in site.requests[0].headers
    assert "X-Evil" not in site.requests[0].headers


async def test_no_proxy_of_the_environment_is_used(site: Site, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    site.answer("/", "text")
    assert (await client.get(site.url("/"))).body == b"text"


async def test_a_name_is_resolved_by_the_guard_and_by_the_system(site: Site) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        assert (host, port) == ("site.example", site.port)
        return ["127.0.0.1"]

    site.answer("/", "text")
    for name, resolver in (("site.example", resolve), ("localhost", None)):
        client = Client(_no_turn, trusted=[f"{name}:{site.port}"], resolve=resolver)
        assert (await client.get(f"http://{name}:{site.port}/")).body == b"text"
        await client.close()


async def test_each_connection_resolves_its_name_again(site: Site) -> None:
    resolved: list[str] = []

    async def resolve(host: str, _port: int) -> list[str]:
        resolved.append(host)
        return ["127.0.0.1"]

    site.answer("/", "text", Connection="close")
    client = Client(_no_turn, trusted=[f"site.example:{site.port}"], resolve=resolve)
    for _ in range(2):
        await client.get(f"http://site.example:{site.port}/")
    await client.close()
    assert resolved == ["site.example"] * 2


@pytest.mark.parametrize(
    "trusted, url",
    [
        ("db.internal:80", "http://db.internal/"),
        ("db.internal:443", "https://db.internal/"),
        ("db.internal:80", "http://db.internal:80/"),
        ("db.internal:8080", "https://db.internal:8080/"),
        ("[::1]:80", "http://[::1]/"),
    ],
)
async def test_an_address_without_a_port_has_that_of_its_scheme(trusted: str, url: str) -> None:
    """What is trusted is resolved; the same host with the other scheme's port is refused before."""

    async def resolve(_host: str, _port: int) -> list[str]:
        raise OSError("resolved")

    client = Client(_no_turn, trusted=[trusted], resolve=resolve, deadline_seconds=5)
    with pytest.raises(Unreachable):
        await client.get(url)
    other = url.replace("https:", "ftp:").replace("http:", "https:").replace("ftp:", "http:")
    if not re.search(r":\d+/", url):
        with pytest.raises(FetchRefused, match="public"):
            await client.get(other)
    await client.close()


async def test_any_header_of_a_host_is_an_answer_or_our_error(site: Site, client: Client) -> None:
    """A date beyond all calendars was an OverflowError."""
    site.answer("/", status=429, Retry_After="Wed, 29 Oct 99999999999999999999 12:01:00 GMT")
    with pytest.raises(FetchRateLimited) as caught:
        await client.get(site.url("/"))
    assert caught.value.retry_after_seconds == 60


def test_a_fetch_has_thirty_seconds_and_ten_mebibytes() -> None:
    assert (DEADLINE_SECONDS, MAX_BYTES) == (30.0, 10 * 1024 * 1024)


async def test_credentials_in_a_redirect_are_refused(site: Site, client: Client) -> None:
    site.answer("/a", status=302, Location=f"http://user:secret@{site.address}/b")
    with pytest.raises(FetchRefused, match="carries a password") as caught:
        await client.get(site.url("/a"))
    assert "secret" not in str(caught.value)
