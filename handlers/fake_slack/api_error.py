"""What the pretend Slack answers when it says no."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """a call is refused with one of Slack's own error codes"""

    def __init__(self, code: str, *messages: str, **extra: Any) -> None:
        self.code = code
        self.messages = messages
        self.extra = extra
        super().__init__(code)

    def body(self) -> dict[str, Any]:
        """The JSON that Slack would answer."""
        answer: dict[str, Any] = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            answer["response_metadata"] = {"messages": list(self.messages)}
        return answer


class TooManyRequests(ApiError):
    """a rate limit was passed; HTTP 429 with Retry-After"""

    def __init__(self, retry_after: int | str) -> None:
        self.retry_after = retry_after
        super().__init__("ratelimited")
