"""A page of a channel's history: the keys of our messages on it, and the cursor of the next page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.errors import OutcomeUnknown

EVENT_TYPE = "pact_delivery"
TS = re.compile(r"\d{1,20}\.\d{1,20}", re.ASCII)
CURSOR_MAX_CHARS = 500


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """One page: the key and the ts of each of our messages, the number of all messages, and the next cursor."""

    posted: tuple[tuple[str, str], ...]
    messages: int = 0
    next_cursor: str = ""
    """Empty on the last page."""

    def ts_of(self, key: str) -> str | None:
        """The ts of the message with this key; None when this page has none."""
        return next((ts for posted_key, ts in self.posted if posted_key == key), None)


def page_from(answer: Mapping[str, Any], channel: str) -> HistoryPage:
    """Reads an answer of conversations.history or replies; raises OutcomeUnknown when it is none."""
    messages = answer.get("messages")
    if not isinstance(messages, list):
        raise OutcomeUnknown("no_messages", channel)
    pairs = [(_key_of(message), ts_of(message)) for message in messages if isinstance(message, dict)]
    posted = tuple((key, ts) for key, ts in pairs if key is not None and ts is not None)
    cursor = _map_of(answer, "response_metadata").get("next_cursor") or ""
    if not isinstance(cursor, str) or len(cursor) > CURSOR_MAX_CHARS:
        raise OutcomeUnknown("no_cursor", channel)
    return HistoryPage(posted, len(messages), cursor)


def ts_of(message: Mapping[str, Any]) -> str | None:
    """Returns a message's id, digits around a point; None where Slack gave none, so that nothing else is stored."""
    ts = message.get("ts")
    return ts if isinstance(ts, str) and TS.fullmatch(ts) else None


def _key_of(message: Mapping[str, Any]) -> str | None:
    metadata = _map_of(message, "metadata")
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    key = _map_of(metadata, "event_payload").get("key")
    return key if isinstance(key, str) else None


def _map_of(answer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = answer.get(name)
    return value if isinstance(value, dict) else {}
