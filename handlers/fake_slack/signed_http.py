"""Sends signed requests to the app's URL, as Slack does in HTTP mode."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import deque
from dataclasses import dataclass, field
from urllib.parse import urlencode

import aiohttp

from handlers.fake_slack.context import FakeSlackContext
from handlers.fake_slack.models import Json

KEPT_REQUESTS = 1_000
FORM, JSON_TYPE = "application/x-www-form-urlencoded", "application/json"


class DeliveryFailed(Exception):
    """The app's URL did not answer with a 2xx."""

    def __init__(self, reason: str, no_retry: bool = False) -> None:
        self.reason = reason
        self.no_retry = no_retry
        super().__init__(reason)


@dataclass(frozen=True)
class SignedRequest:
    """One request as it was sent, so that it can be replayed byte for byte."""

    body: bytes
    headers: dict[str, str]


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Returns Slack's v0 signature of a request."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def body_of(kind: str, payload: Json) -> tuple[bytes, str]:
    """Returns body and content type: events as JSON, commands as a form, interactions as a form with `payload`."""
    if kind == "events_api":
        return json.dumps(payload, ensure_ascii=False).encode(), JSON_TYPE
    if kind == "slash_commands":
        return urlencode({key: value for key, value in payload.items() if value is not None}).encode(), FORM
    return urlencode({"payload": json.dumps(payload, ensure_ascii=False)}).encode(), FORM


@dataclass
class SignedHttp:
    """Sends signed requests and keeps the last thousand."""

    context: FakeSlackContext
    url: str | None = None
    sent: deque[SignedRequest] = field(default_factory=lambda: deque(maxlen=KEPT_REQUESTS))
    _session: aiohttp.ClientSession | None = None

    async def offer(self, kind: str, payload: Json, timeout_seconds: float, retry: tuple[int, str] | None) -> Json:
        """Sends one payload and returns the JSON (or text) of a 2xx answer; raises DeliveryFailed."""
        body, content_type = body_of(kind, payload)
        timestamp = str(int(self.context.clock()))
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self.context.signing_secret, timestamp, body),
        }
        if retry is not None:
            headers |= {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]}
        request = SignedRequest(body, headers)
        self.sent.append(request)
        return await self.post(request, timeout_seconds)

    async def post(self, request: SignedRequest, timeout_seconds: float) -> Json:
        """Sends a prepared request."""
        if self._session is None:
            self._session = aiohttp.ClientSession()
        limit = aiohttp.ClientTimeout(total=timeout_seconds)
        try:
            async with self._session.post(
                self.url or "", data=request.body, headers=request.headers, timeout=limit
            ) as answer:
                text = await answer.text()
                if answer.status // 100 != 2:
                    raise DeliveryFailed("http_error", answer.headers.get("x-slack-no-retry") == "1")
        except TimeoutError:
            raise DeliveryFailed("http_timeout") from None
        except aiohttp.ClientError:
            raise DeliveryFailed("connection_failed") from None
        return _parsed(text)

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def _parsed(text: str) -> Json:
    try:
        value = json.loads(text)
    except ValueError:
        return {"text": text} if text else {}
    return value if isinstance(value, dict) else {}
