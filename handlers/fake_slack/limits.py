"""Enforces Slack's text sizes and rate limits."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field

from handlers.fake_slack.api_error import ApiError, TooManyRequests
from handlers.fake_slack.models import Json

TEXT_MAX_CHARS = 40_000
BLOCKS_MAX_CHARS = 13_200
BLOCK_OVERHEAD_CHARS = 20  # of each block beside its text; Slack keeps "a buffer for block containers"
METADATA_MAX_BYTES = 8_000
COUNTED_KEYS = frozenset({"text", "alt_text", "title", "description", "subtitle", "body"})

PER_MINUTE: dict[str, int] = {
    "apps.connections.open": 20,
    "bots.info": 50,
    "chat.delete": 50,
    "chat.getPermalink": 100,
    "chat.postEphemeral": 100,
    "chat.update": 50,
    "conversations.history": 50,
    "conversations.info": 50,
    "conversations.join": 50,
    "conversations.list": 20,
    "conversations.members": 100,
    "conversations.open": 50,
    "conversations.replies": 50,
    "files.completeUploadExternal": 100,
    "files.getUploadURLExternal": 100,
    "team.info": 50,
    "chat.unfurl": 50,
    "files.info": 100,
    "usergroups.list": 20,
    "users.conversations": 50,
    "users.info": 100,
    "users.list": 20,
    "views.open": 100,
    "views.publish": 100,
    "views.push": 100,
    "views.update": 100,
}


@dataclass
class Pace:
    """Rate limits: posts one a second and channel after a small burst, other methods by tier."""

    posts_per_second: float = 1.0
    post_burst: int = 3
    per_minute: dict[str, int] = field(default_factory=lambda: dict(PER_MINUTE))
    enforced: bool = True
    history_page_max: int = 999
    """The most messages on a page of conversations.history and conversations.replies."""

    @classmethod
    def of_distributed_app(cls) -> Pace:
        """Returns the limits of an app that is distributed outside the Marketplace: a page of 15 messages a minute."""
        tight = {"conversations.history": 1, "conversations.replies": 1}
        return cls(per_minute=PER_MINUTE | tight, history_page_max=15)


@dataclass
class _Bucket:
    tokens: float
    at: float


class RateLimiter:
    """Token buckets, one for each method and token, and one for each channel posted to."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self._buckets: dict[tuple[str, ...], _Bucket] = {}

    def admit(self, method: str, token: str, channel: str | None, now: float) -> None:
        """Admits one call, or raises TooManyRequests with the whole seconds to wait."""
        if not self.pace.enforced:
            return
        if method == "chat.postMessage":
            self._take((method, token, channel or ""), self.pace.posts_per_second, self.pace.post_burst, now)
        elif method in self.pace.per_minute:
            allowed = self.pace.per_minute[method]
            self._take((method, token), allowed / 60, allowed, now)

    def _take(self, key: tuple[str, ...], per_second: float, burst: int, now: float) -> None:
        bucket = self._buckets.setdefault(key, _Bucket(float(burst), now))
        bucket.tokens = min(float(burst), bucket.tokens + max(0.0, now - bucket.at) * per_second)
        bucket.at = now
        if bucket.tokens < 1:
            raise TooManyRequests(max(1, math.ceil((1 - bucket.tokens) / per_second)))
        bucket.tokens -= 1


def truncated_text(text: str) -> str:
    """Returns a message's text as Slack keeps it, cut after 40,000 characters."""
    return text[:TEXT_MAX_CHARS]


def blocks_text_chars(value: object) -> int:
    """Returns the characters of text in a piece of Block Kit."""
    if isinstance(value, list):
        return sum(blocks_text_chars(each) for each in value)
    if not isinstance(value, dict):
        return 0
    own = sum(len(each) for key, each in value.items() if key in COUNTED_KEYS and isinstance(each, str))
    return own + sum(blocks_text_chars(each) for each in value.values())


def check_blocks_length(blocks: list[Json]) -> None:
    """Rejects a message whose blocks are too long together."""
    if blocks_text_chars(blocks) + BLOCK_OVERHEAD_CHARS * len(blocks) > BLOCKS_MAX_CHARS:
        raise ApiError("msg_blocks_too_long")


def check_metadata(metadata: object) -> Json | None:
    """Returns the metadata of a message; raises ApiError when it is invalid or too large."""
    if metadata in (None, "", {}):
        return None
    if not isinstance(metadata, dict):
        raise ApiError("invalid_metadata_format")
    if not isinstance(metadata.get("event_type"), str) or not isinstance(metadata.get("event_payload"), dict):
        raise ApiError("invalid_metadata_format")
    if len(json.dumps(metadata, ensure_ascii=False).encode()) > METADATA_MAX_BYTES:
        raise ApiError("metadata_too_large")
    return {"event_type": metadata["event_type"], "event_payload": metadata["event_payload"]}
