"""What can go wrong with an outlet, cut by what the caller does about it.

ScrapeError              one outlet could not be read; the others are unaffected
├── Refused              we will not ask: a private address, robots.txt, a scheme or port (not retried)
├── Unreachable          no answer: DNS, connection, deadline, reset (retried with back-off)
├── Throttled            429 or 503 with Retry-After: ``retry_after_seconds``
├── Gone                 404 or 410 for this address
├── BadStatus            any other answer that is no success: ``status``
├── TooBig               more bytes, depth or ratio than we read
└── NotUnderstood        an answer that is not what the spec says: no feed, no list, no text

Each holds the address it is about and one line a reader of /pact status understands.
"""

from __future__ import annotations


class ScrapeError(Exception):
    """the outlet could not be read"""

    code = "error"

    def __init__(self, url: str, problem: str) -> None:
        self.url = url
        self.problem = problem
        super().__init__(f"{problem} ({url})")


class Refused(ScrapeError):
    """we will not ask for this address"""

    code = "refused"


class Unreachable(ScrapeError):
    """no answer from the host"""

    code = "unreachable"


class Throttled(ScrapeError):
    """the host asked us to wait"""

    code = "throttled"

    def __init__(self, url: str, problem: str, retry_after_seconds: float) -> None:
        super().__init__(url, problem)
        self.retry_after_seconds = retry_after_seconds


class BadStatus(ScrapeError):
    """the host answered with an error"""

    code = "status"

    def __init__(self, url: str, status: int) -> None:
        super().__init__(url, f"HTTP {status}")
        self.status = status


class Gone(BadStatus):
    """nothing is at this address any more"""

    code = "gone"


class TooBig(ScrapeError):
    """more than we read of one answer"""

    code = "too_big"


class NotUnderstood(ScrapeError):
    """the answer is not what the outlet's spec says"""

    code = "not_understood"
