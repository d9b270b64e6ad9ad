"""Maps failures to our errors: the status of an answer, and the cause of a request without one."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import datetime

from scrapers.errors import BadStatus, FetchRateLimited, Forbidden, Gone
from scrapers.http.retry_after import retry_after_seconds

MAX_PROBLEM_CHARS = 120
MAY_PASS = (408, 421, 425)
"""The 4xx that speak of this one request (RFC 9110, 15.5): the same request may succeed later."""


class NotResolved(OSError):
    """a host's name has no address that we can learn"""


def raise_for_status(url: str, status: int, headers: Mapping[str, str], now: datetime) -> None:
    """Return for 2xx and 304; the headers' names are in lower case.

    :raises FetchRateLimited: for 429, and for 503 with Retry-After.
    :raises Gone: for 404 and 410.
    :raises Forbidden: for any other 4xx that the same request would meet again.
    :raises BadStatus: for any other.
    """
    retry_after = headers.get("retry-after")
    if 200 <= status < 300 or status == 304:
        return
    if status == 429 or (status == 503 and retry_after is not None):
        raise FetchRateLimited(url, f"HTTP {status}", retry_after_seconds(retry_after, now))
    if status in (404, 410):
        raise Gone(url, status)
    if 400 <= status < 500 and status not in MAY_PASS:
        raise Forbidden(url, status)
    raise BadStatus(url, status)


def problem_of(error: BaseException) -> str:
    """One short line about the innermost cause; its class says more than the outer error's message."""
    causes = list(_causes(error))
    cause = causes[-1]
    if isinstance(cause, ssl.SSLError):
        return f"TLS failed: {getattr(cause, 'reason', None) or 'certificate'}"
    if any(isinstance(link, socket.gaierror | NotResolved) for link in causes):
        return "its name could not be resolved"
    text = " ".join(str(cause).split())
    return f"no answer: {text[:MAX_PROBLEM_CHARS]}" if text else f"no answer: {type(cause).__name__}"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, its cause, that one's cause, and so on."""
    while error is not None:
        yield error
        error = error.__cause__
