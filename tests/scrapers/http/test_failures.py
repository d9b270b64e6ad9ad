"""Each status and each broken request becomes one of our errors, with one line about its cause."""

from __future__ import annotations

import itertools
import socket
import ssl
from datetime import UTC, datetime

import aiohttp
import httpx
import pytest

from scrapers.errors import BadStatus, FetchRateLimited, Gone
from scrapers.http.failures import NotResolved, problem_of, raise_for_status

NOW = datetime(2025, 10, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize("status", [200, 201, 204, 206, 299, 304])
def test_an_answer_passes(status: int) -> None:
    raise_for_status("u", status, {}, NOW)
    raise_for_status("u", status, {"retry-after": "5"}, NOW)


@pytest.mark.parametrize("status", [199, 300, 303, 305, 400, 403, 405, 409, 411, 428, 430, 500, 502, 503, 504])
def test_another_status_is_bad(status: int) -> None:
    with pytest.raises(BadStatus) as caught:
        raise_for_status("u", status, {"retry-after": "5"} if status != 503 else {}, NOW)
    assert (caught.value.url, caught.value.status, isinstance(caught.value, Gone)) == ("u", status, False)


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_is_gone(status: int) -> None:
    with pytest.raises(Gone) as caught:
        raise_for_status("u", status, {"retry-after": "5"}, NOW)
    assert (caught.value.url, caught.value.status) == ("u", status)


@pytest.mark.parametrize(
    "status, headers, seconds",
    [
        (429, {}, 60),
        (429, {"retry-after": "5"}, 5),
        (503, {"retry-after": "Wed, 29 Oct 2025 12:01:30 GMT"}, 90),
    ],
)
def test_a_host_limits_the_rate(status: int, headers: dict[str, str], seconds: float) -> None:
    with pytest.raises(FetchRateLimited, match=f"HTTP {status}") as caught:
        raise_for_status("u", status, headers, NOW)
    assert (caught.value.url, caught.value.retry_after_seconds) == ("u", seconds)


def _from(*errors: BaseException) -> BaseException:
    """The first error, whose cause is the second, and so on."""
    for error, cause in itertools.pairwise(errors):
        error.__cause__ = cause
    return errors[0]


@pytest.mark.parametrize(
    "errors, problem",
    [
        ([OSError("the  host\nis down")], "no answer: the host is down"),
        ([httpx.ReadError("outer"), aiohttp.ClientError("middle"), OSError("inner")], "no answer: inner"),
        ([httpx.ReadError("outer"), ConnectionResetError()], "no answer: ConnectionResetError"),
        ([OSError("x" * 121)], "no answer: " + "x" * 120),
        ([httpx.ConnectError("x"), socket.gaierror(-2, "unknown")], "its name could not be resolved"),
        ([httpx.ConnectError("x"), socket.gaierror(-2, "unknown"), OSError()], "its name could not be resolved"),
        ([NotResolved("x"), OSError("x")], "its name could not be resolved"),
        ([httpx.ConnectError("x"), ssl.SSLError(1, "no reason")], "TLS failed: certificate"),
        ([ssl.SSLCertVerificationError("x")], "TLS failed: certificate"),
        ([ssl.SSLError(1, "x"), OSError("inner")], "no answer: inner"),
    ],
)
def test_the_innermost_cause_is_named(errors: list[BaseException], problem: str) -> None:
    assert problem_of(_from(*errors)) == problem


def test_the_reason_of_openssl_is_named() -> None:
    client, server = ssl.MemoryBIO(), ssl.MemoryBIO()
    client.write(b"HTTP/1.1 400 this is no TLS\r\n")
    connection = ssl.create_default_context().wrap_bio(client, server, server_hostname="a.example")
    with pytest.raises(ssl.SSLError) as caught:
        connection.do_handshake()
    assert problem_of(caught.value) == "TLS failed: WRONG_VERSION_NUMBER"
