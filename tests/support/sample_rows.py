"""Rows as the store returns them, for tests that need no store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.model import Delivery, Destination, StoredArticle, Story, Subscription, Topics

AT = datetime(2026, 3, 2, tzinfo=UTC)

_ARTICLE = StoredArticle(
    id=1, outlet="herald", url="https://herald.example/1", canonical_url="", headline="Quantum", language="en",
    kind="media", published_at=AT, first_seen_at=AT, content_hash="", state="read", suspect=None, flash=False,
    corrected=False, baseline=False, story=1, topics=Topics(), fingerprint=b"", lexicon_version="",
)  # fmt: skip
_STORY = Story(1, "Quantum", "https://herald.example/1", "herald", "en", AT, AT, 1, Topics())
_SUBSCRIPTION = Subscription(
    1, "T1", 1, "U1", "quantum", "instant", "08:30", "mon", "Asia/Seoul", 1, AT, None, "active", None
)
_DESTINATION = Destination(1, "T1", "C1", None, "en", "Asia/Seoul", "active", None, None, None, None)
_DELIVERY = Delivery(
    id=1, key="card:T1:1:1", team="T1", destination=1, slack_id="C1", kind="card", state="held", story=1, after=None,
    payload={}, subscriptions=(1,), wanted_revision=1, shown_revision=0, epoch=0, attempts=0, empty_reads=0,
    created_at=AT, not_before=AT, first_try_at=None, last_try_at=None, sent_at=None, edited_at=None, ts=None,
    error=None,
)  # fmt: skip


def stored_article(number: int = 1, **fields: Any) -> StoredArticle:
    """An English report of the Herald, with an address of its own."""
    return replace(_ARTICLE, **{"id": number, "url": f"https://herald.example/{number}", **fields})


def stored_story(**fields: Any) -> Story:
    """A story that article 1 leads."""
    return replace(_STORY, **fields)


def stored_subscription(**fields: Any) -> Subscription:
    """An instant subscription of channel 1."""
    return replace(_SUBSCRIPTION, **fields)


def stored_destination(**fields: Any) -> Destination:
    """A channel in Seoul that reads English, without quiet hours."""
    return replace(_DESTINATION, **fields)


def stored_delivery(**fields: Any) -> Delivery:
    """A held card of story 1."""
    return replace(_DELIVERY, **fields)
