"""The paths of hubs: what reaches the callback, what is refused before it, and that they exist only with one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import aiohttp
import pytest

from handlers.http_mode import BODY_MAX_BYTES, HttpMode
from tests.support.http_server import PROBES, SHORT, exchange, serving


class RecordingCallback:
    """Notes each call, and answers with what a test sets."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.status = 202

    async def verify(self, token: str, query: Mapping[str, str]) -> tuple[int, str]:
        self.calls.append((token, dict(query)))
        return self.status, query.get("hub.challenge", "")

    async def receive(self, token: str, signature: str, body: bytes) -> int:
        self.calls.append((token, signature, body))
        return self.status


@pytest.fixture
def callback() -> RecordingCallback:
    return RecordingCallback()


@pytest.fixture
async def http_mode(callback: RecordingCallback) -> AsyncIterator[HttpMode]:
    async with serving(None, SHORT, hub_callback=callback) as running:
        yield running


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def test_a_question_gets_its_challenge_as_plain_text(
    http_mode: HttpMode, session: aiohttp.ClientSession, callback: RecordingCallback
) -> None:
    callback.status = 200
    query = {"hub.mode": "subscribe", "hub.challenge": "<script>"}
    async with session.get(f"http://127.0.0.1:{http_mode.port}/websub/abc", params=query) as response:
        assert (response.status, await response.text()) == (200, "<script>")
        assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert callback.calls == [("abc", query)]


async def test_a_push_reaches_the_callback_as_it_was_sent(
    http_mode: HttpMode, session: aiohttp.ClientSession, callback: RecordingCallback
) -> None:
    body, headers = bytes(range(256)), {"X-Hub-Signature": "sha1=aa"}
    address = f"http://127.0.0.1:{http_mode.port}/websub/abc"
    async with session.post(address, data=body, headers=headers) as response:
        assert (response.status, await response.text()) == (202, "")
    callback.status = 503
    async with session.post(address, data=b"") as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "5")
    assert callback.calls == [("abc", "sha1=aa", body), ("abc", "", b"")]


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_another_method_is_not_allowed(
    http_mode: HttpMode, session: aiohttp.ClientSession, callback: RecordingCallback, method: str
) -> None:
    async with session.request(method, f"http://127.0.0.1:{http_mode.port}/websub/abc") as response:
        assert response.status == 405
    assert callback.calls == []


@pytest.mark.parametrize("path", ["/websub", "/websub/", "/websub/a/b"])
async def test_a_path_without_a_token_is_unknown(
    http_mode: HttpMode, session: aiohttp.ClientSession, callback: RecordingCallback, path: str
) -> None:
    async with session.post(f"http://127.0.0.1:{http_mode.port}{path}") as response:
        assert response.status == 404
    assert callback.calls == []


async def test_a_body_that_is_too_long_or_too_slow_does_not_reach_the_callback(
    http_mode: HttpMode, session: aiohttp.ClientSession, callback: RecordingCallback
) -> None:
    async with session.post(f"http://127.0.0.1:{http_mode.port}/websub/abc", data=bytes(BODY_MAX_BYTES + 1)) as answer:
        assert answer.status == 413
    slow = await exchange(http_mode, b"POST /websub/abc HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")
    assert slow.startswith(b"HTTP/1.1 408 ")
    assert callback.calls == []


async def test_without_a_callback_there_is_no_such_path(session: aiohttp.ClientSession) -> None:
    async with serving(None, SHORT, PROBES) as running:
        for method in ("GET", "POST"):
            async with session.request(method, f"http://127.0.0.1:{running.port}/websub/abc") as response:
                assert response.status == 404
