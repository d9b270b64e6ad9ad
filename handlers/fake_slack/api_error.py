"""Defines the errors that the Web API answers with."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """a call failed with one of Slack's error codes"""

    def __init__(self, code: str, *messages: str, **extra: Any) -> None:
        self.code = code
        self.messages = messages
        self.extra = extra
        super().__init__(code)

    def body(self) -> dict[str, Any]:
        """Returns the JSON of the answer."""
        answer: dict[str, Any] = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            answer["response_metadata"] = {"messages": list(self.messages)}
        return answer


class TooManyRequests(ApiError):
    """a rate limit was exceeded: HTTP 429 with Retry-After"""

    def __init__(self, retry_after: int | str) -> None:
        self.retry_after = retry_after
        super().__init__("ratelimited")
