"""Errors of reading an outlet, cut by what the caller does about each of them.

ScrapeError              one outlet could not be read; the others are unaffected
├── FetchRefused         we do not send the request: a private address, a scheme or port (not retried)
│   └── NotAsked         nor any before it: robots.txt forbids it, or the host refuses our pages again and again
├── TitlesOnly           the outlet's spec says that its pages are not fetched: the headline stands alone
├── Unreachable          no answer: DNS, connection, deadline, reset (retried with back-off)
├── FetchRateLimited     429, or 503 with Retry-After: retried after ``retry_after_seconds``
├── BadStatus            any other status that is no success: ``status``
│   ├── Gone             404 or 410: the page does not exist
│   └── Forbidden        401, 402, 403, 451 or another 4xx: the host refuses us this page (not retried)
│       └── Paywalled    the page says that readers pay for its text, and shows none or little
├── TooBig               the answer exceeds a limit: bytes, depth, compression, traffic, parsing time or memory
└── NotUnderstood        the answer is not what the outlet's spec says: no feed, no list, no text

Each error holds the address it is about (``url``) and one line that /pact status shows (``problem``). ``code`` is
stored in tables and names the sentence in the locale files.
"""

from __future__ import annotations


class ScrapeError(Exception):
    """the outlet could not be read"""

    code = "error"

    def __init__(self, url: str, problem: str) -> None:
        self.url = url
        self.problem = problem
        super().__init__(f"{problem} ({url})")


class FetchRefused(ScrapeError):
    """we do not send a request to this address"""

    code = "refused"


class NotAsked(FetchRefused):
    """no request was sent at all"""


class TitlesOnly(ScrapeError):
    """the outlet is read by its headlines alone"""

    code = "titles_only"


class Unreachable(ScrapeError):
    """no answer from the host"""

    code = "unreachable"


class FetchRateLimited(ScrapeError):
    """the host rate limits us"""

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
    """the page does not exist any more"""

    code = "gone"


class Forbidden(BadStatus):
    """the host refuses us this page"""

    code = "forbidden"


class Paywalled(Forbidden):
    """readers pay for the text of this page"""

    code = "paywalled"

    def __init__(self, url: str) -> None:
        super().__init__(url, 402)
        self.problem = "readers pay for its text"


class TooBig(ScrapeError):
    """the answer exceeds a limit"""

    code = "too_big"


class NotUnderstood(ScrapeError):
    """the answer is not what the outlet's spec says"""

    code = "not_understood"
