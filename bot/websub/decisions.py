"""Decides when a hub is asked to subscribe, and what its answers change in a source's row. Pure.

wanted ─ request ─→ asked ─ verified ─→ active ─ before its end ─→ asked
           │          └─ nothing comes, or a failure ─→ failed ─ a growing pause ─→ asked
           └───────────── denied ─ a week ─→ asked
the outlet is no longer read, or names no hub ─→ leaving ─ one request ─→ the row is deleted
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.store.hub_subscriptions import LONGEST_LEASE, PUSH_GAP, HubSubscription
from scrapers.hub_links import HubLinks

LEASE = timedelta(days=10)
"""What we ask for."""
SHORTEST_LEASE = timedelta(minutes=5)
RENEWED_BEFORE = timedelta(days=1)
VERIFIED_WITHIN = timedelta(hours=1)
"""A hub that has not verified a request after so long has forgotten it."""
FIRST_PAUSE = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(days=1)
DENIED_PAUSE = timedelta(days=7)
KEPT_FOR = timedelta(days=1)
"""After a request, another hub or topic changes nothing for so long: some sources name another one at each reading."""
PUSHED_STATES = ("asked", "active", "failed")
"""The states in which a hub may push: an earlier lease may still run while a renewal waits or fails."""
MAX_REASON_CHARS = 200
TOKEN_BYTES = 32


def followed(
    row: HubSubscription | None, outlet: str, url: str, links: HubLinks, public_url: str, now: datetime
) -> HubSubscription | None:
    """Returns the row to write after a reading has named its hub (or none), or None where nothing changes."""
    if row is None or row.state == "leaving":
        return wanted(outlet, url, links, public_url, now) if links.hub else None
    if links == HubLinks(row.hub, row.topic) or (row.asked_at is not None and now - row.asked_at < KEPT_FOR):
        return None
    return wanted(outlet, url, links, public_url, now) if links.hub else left(row, now)


def wanted(outlet: str, url: str, links: HubLinks, public_url: str, now: datetime) -> HubSubscription:
    """Returns the row of a new subscription, with a callback and a secret of its own."""
    token, secret = secrets.token_urlsafe(TOKEN_BYTES), secrets.token_urlsafe(TOKEN_BYTES)
    return HubSubscription(outlet, url, links.hub, links.topic, public_url, token, secret, next_try_at=now)


def left(row: HubSubscription, now: datetime) -> HubSubscription:
    """Returns the row of a subscription that is to end."""
    return replace(row, state="leaving", next_try_at=now)


def changed(
    row: HubSubscription, sources: Collection[tuple[str, str]], public_url: str, now: datetime
) -> HubSubscription | None:
    """Returns the row to write where the source is read no longer or our address is another, or None."""
    if (row.outlet, row.url) not in sources:
        return None if row.state == "leaving" else left(row, now)
    if row.public_url != public_url:
        return wanted(row.outlet, row.url, HubLinks(row.hub, row.topic), public_url, now)
    return None


def requested(row: HubSubscription, now: datetime) -> HubSubscription | None:
    """Returns the row to write before its hub is asked; None where there is nothing to end, and the row may go.

    A subscription is asked for again if the hub does not verify it; its end is asked for once.
    """
    if row.state == "leaving":
        return None if row.verified_at is None else replace(row, asked_at=now, next_try_at=None)
    failures = row.failures + (row.state == "asked")
    next_try_at = now + max(VERIFIED_WITHIN, retry_pause(failures))
    return replace(row, state="asked", asked_at=now, failures=failures, next_try_at=next_try_at)


def form(row: HubSubscription) -> Mapping[str, str]:
    """Returns the request for a row that ``requested`` has returned."""
    if row.state == "leaving":
        return {"hub.callback": row.callback, "hub.mode": "unsubscribe", "hub.topic": row.topic}
    return {
        "hub.callback": row.callback,
        "hub.mode": "subscribe",
        "hub.topic": row.topic,
        "hub.lease_seconds": f"{LEASE.total_seconds():.0f}",
        "hub.secret": row.secret,
    }


def failed(row: HubSubscription, why: str, now: datetime, retry_after_seconds: float = 0.0) -> HubSubscription:
    """Returns the row after a request that failed: the pause doubles, at most to a day."""
    failures = row.failures + 1
    pause = max(retry_pause(failures), timedelta(seconds=retry_after_seconds))
    return replace(row, state="failed", failures=failures, reason=why[:MAX_REASON_CHARS], next_try_at=now + pause)


def retry_pause(failures: int) -> timedelta:
    """Returns the pause after so many failures in a row."""
    return min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE) if failures else timedelta(0)


def is_expected(row: HubSubscription, mode: str, topic: str) -> bool:
    """Whether we have asked for what a hub verifies, be it late or once more."""
    was_asked = row.asked_at is not None and topic == row.topic
    expected = "subscribe" if row.state in PUSHED_STATES else "unsubscribe" if row.state == "leaving" else None
    return was_asked and mode == expected


def verified(row: HubSubscription, lease_seconds: str, now: datetime) -> HubSubscription:
    """Returns the row of a subscription that its hub has verified for so many seconds."""
    span = lease(lease_seconds)
    return replace(
        row,
        state="active",
        failures=0,
        reason="",
        verified_at=now,
        expires_at=now + span,
        next_try_at=now + renewed_after(span),
    )


def lease(seconds: str) -> timedelta:
    """Returns the lease that a hub grants, within our limits; what cannot be read is what we asked for."""
    text = seconds.strip()
    granted = timedelta(seconds=int(text[:9])) if text.isascii() and text.isdigit() else LEASE
    return min(max(granted, SHORTEST_LEASE), LONGEST_LEASE)


def renewed_after(span: timedelta) -> timedelta:
    """Returns when a lease is renewed: after four fifths of it or a day before its end, but not in its first half."""
    return max(min(span * 0.8, span - RENEWED_BEFORE), span * 0.5)


def denied(row: HubSubscription, reason: str, now: datetime) -> HubSubscription:
    """Returns the row of a subscription that its hub has denied, now or later."""
    return replace(
        row, state="denied", reason=reason[:MAX_REASON_CHARS], expires_at=None, next_try_at=now + DENIED_PAUSE
    )


def push_due_at(row: HubSubscription, now: datetime) -> datetime:
    """Returns when a push makes its source due: now, or a little later where another push has just come."""
    return now if row.last_push_at is None else max(now, min(row.last_push_at, now) + PUSH_GAP)
