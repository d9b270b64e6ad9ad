"""Decides what Slack's answers mean for a delivery, and holds the numbers of the delivery protocol. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from bot.model import Delivery
from bot.outbox.ports import Alert
from handlers.error_mapping import RETRY_AFTER_MAX_SECONDS
from handlers.errors import (
    DestinationAway,
    EditExpired,
    MessageGone,
    MessageRejected,
    MissingScope,
    NotUnderstood,
    OutcomeUnknown,
    PostError,
    RateLimited,
    ThreadLocked,
    TokenRevoked,
)


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """The protocol's numbers; only tests have a reason to change them."""

    call_seconds: float = 10.0
    """Deadline of one call."""
    lease_seconds: float = 15.0
    quarantine_seconds: float = 45.0
    """Between the last try of an unknown delivery and the first read of its channel's history."""
    reads: int = 2
    """Reads without the message after which it is sent again."""
    between_reads_seconds: float = 20.0
    read_seconds: float = 60.0
    """Deadline of reading a channel's history, all pages."""
    pages_a_read: int = 50
    """Pages of history that one attempt reads; the next attempt goes on after them."""
    near_seconds: float = 120.0
    """Time around the tries that every read but the last covers: the message nearly always stands there."""
    margin_seconds: float = 900.0
    """Time around the tries that the last read covers, so that a clock set wrong by minutes hides no message."""
    pace_seconds: float = 1.0
    """Between two messages of one channel."""
    edit_gap_seconds: float = 10.0
    """Between two edits of one message."""
    ask_again_seconds: float = 600.0
    """Between two checks of a stopped workspace's token, and between two tries without a scope."""
    resend_unconfirmed: bool = True
    """Where history may not be read: send again, marked as a possible repeat. False: give the delivery up."""

    @property
    def unconfirmed_seconds(self) -> float:
        """How long a call whose answer was lost may still arrive, as far as the protocol covers it."""
        return self.quarantine_seconds + self.between_reads_seconds

    @property
    def longest_pause(self) -> timedelta:
        """The longest pause of a channel: Slack's longest Retry-After, and what is added by chance."""
        return timedelta(seconds=rate_limit_pause(RETRY_AFTER_MAX_SECONDS, self.pace_seconds).seconds(lambda: 1.0))

    @property
    def renew_every_seconds(self) -> float:
        """Between two renewals of a lease: three within its time."""
        return self.lease_seconds / 3

    @property
    def drain_seconds(self) -> float:
        """How long a stop waits for running calls: their deadline, and time to settle."""
        return self.call_seconds + 2.0

    @property
    def late_seconds(self) -> float:
        """A claim older than this is renewed before its call, because the lease must outlast the call."""
        return max(0.0, self.lease_seconds - self.call_seconds - 1.0)


# ── waits ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Pause:
    """A wait of at least so long, and up to ``spread_seconds`` more by chance, so that workers do not retry at once."""

    at_least_seconds: float = 0.0
    spread_seconds: float = 0.0

    def seconds(self, draw: Callable[[], float]) -> float:
        """The wait's length; ``draw`` answers a number between 0 and 1."""
        return self.at_least_seconds + (draw() * self.spread_seconds if self.spread_seconds else 0.0)


NO_PAUSE = Pause()


def rate_limit_pause(retry_after_seconds: float, pace_seconds: float) -> Pause:
    """The pause after a 429: never less than Retry-After, and up to a tenth (at least a second) more."""
    asked_seconds = max(retry_after_seconds, pace_seconds)
    return Pause(asked_seconds, max(1.0, asked_seconds / 10))


def back_off(attempts: int) -> Pause:
    """The pause after a definite failure: 2, 4, 8 … at most 300 seconds, and up to a second more."""
    return Pause(2.0**attempts if attempts <= 8 else 300.0, 1.0)


def retry_edit_seconds(error: PostError, policy: DeliveryPolicy) -> float:
    """The wait after a failed edit. An edit that may still arrive is waited for, or its older text would stay last."""
    if isinstance(error, MissingScope | NotUnderstood):
        return policy.ask_again_seconds
    return policy.unconfirmed_seconds if isinstance(error, OutcomeUnknown) else policy.edit_gap_seconds


def after(now: datetime, seconds: float) -> datetime:
    """That many seconds later."""
    return now + timedelta(seconds=seconds)


# ── reading back ───────────────────────────────────────────────────────────────────────────────────────────


def read_window(delivery: Delivery, policy: DeliveryPolicy) -> tuple[datetime, datetime]:
    """The span of time in which an unknown delivery is looked for: around all its tries, widest in the last read.

    It reaches further after the last try than before the first, because a call may arrive late.
    """
    assert delivery.first_try_at is not None
    assert delivery.last_try_at is not None
    is_last = delivery.empty_reads + 1 >= policy.reads
    margin_seconds = policy.margin_seconds if is_last else policy.near_seconds
    late_seconds = policy.call_seconds + policy.unconfirmed_seconds
    return after(delivery.first_try_at, -margin_seconds), after(delivery.last_try_at, late_seconds + margin_seconds)


READ_PLACE = "read_place"
"""The key in a delivery's payload under which a read that was interrupted keeps its cursor."""


def cursor_of(delivery: Delivery) -> str:
    """The cursor at which this read of the history was interrupted; empty where it begins."""
    place = delivery.payload.get(READ_PLACE)
    same_read = isinstance(place, Mapping) and place.get("read") == _name_of_read(delivery)
    return str(place["cursor"]) if same_read and isinstance(place, Mapping) else ""


def payload_with_cursor(delivery: Delivery, cursor: str) -> Mapping[str, object]:
    """The delivery's payload with the place at which its next attempt to read goes on."""
    others = {name: value for name, value in delivery.payload.items() if name != READ_PLACE}
    return others | ({READ_PLACE: {"read": _name_of_read(delivery), "cursor": cursor}} if cursor else {})


def _name_of_read(delivery: Delivery) -> str:
    """A cursor belongs to one read of one window; a later read begins at its first page."""
    return f"{delivery.last_try_at}/{delivery.empty_reads}"


# ── what a failed post means ───────────────────────────────────────────────────────────────────────────────


class CallTooLate(PostError):
    """the process was paused after its last look at the claim, and did not call"""


@dataclass(frozen=True, slots=True)
class PostFailure:
    """The consequences of a post that failed: the delivery's next state, its channel's pause, and an alert."""

    state: Literal["due", "unknown", "waiting", "cancelled", "dead"]
    error: str
    pause: Pause = NO_PAUSE
    plain: bool = False
    """The next try sends text instead of blocks."""
    charge: bool = False
    """The try counts as an attempt."""
    alert: Alert | None = None


TEXT_AFTER_TRIES = 6
"""After so many tries that Slack refused with an unknown code, text is sent instead of blocks."""


def after_failed_post(error: PostError, delivery: Delivery, policy: DeliveryPolicy) -> PostFailure:
    """What this answer of Slack means for the delivery. Whatever is no definite failure leaves it ``unknown``.

    A code that we do not know, or that makes no sense for this message, is no verdict: the delivery is tried again.
    """
    code = error.code
    match error:
        case RateLimited():
            return PostFailure("due", code, rate_limit_pause(error.retry_after_seconds, policy.pace_seconds))
        case CallTooLate():
            return PostFailure("due", code)
        case TokenRevoked():
            return PostFailure("due", code, back_off(5))
        case MissingScope():
            return PostFailure("due", code, Pause(policy.ask_again_seconds), alert=scope_alert(error, delivery))
        case MessageRejected() if delivery.plain:
            return PostFailure("dead", code, alert=Alert("dead", delivery.team, code, delivery))
        case MessageRejected():
            alert = Alert("degraded", delivery.team, code, delivery)
            return PostFailure("due", code, plain=True, charge=True, alert=alert)
        case DestinationAway():
            return PostFailure("waiting", code, alert=Alert("away", delivery.team, code, delivery))
        case MessageGone() | ThreadLocked() if delivery.after is not None:
            return PostFailure("cancelled", "parent_gone")
        case NotUnderstood() | MessageGone() | ThreadLocked() | EditExpired():
            alert, plain = fault_alert(code, delivery), delivery.attempts >= TEXT_AFTER_TRIES
            return PostFailure("due", code, back_off(delivery.attempts), plain=plain, charge=True, alert=alert)
        case _:
            return PostFailure("unknown", code)


def fault_alert(code: str, delivery: Delivery) -> Alert:
    """The alert of an answer that we do not understand; operators get it once a code and day."""
    return Alert("fault", delivery.team, code, delivery)


def scope_alert(error: MissingScope, delivery: Delivery) -> Alert | None:
    """The alert of a missing scope, once a delivery: its row remembers the last error."""
    return Alert("scope", delivery.team, error.needed, delivery) if delivery.error != error.code else None


def is_waiting(code: str) -> bool:
    """True for a destination that an invitation brings back (Slack hides private channels as not found)."""
    return code in ("not_in_channel", "channel_not_found")


def metadata_key(key: str) -> str:
    """Hash a delivery key for a message's metadata, which anybody in the channel may read: 40 hexadecimal digits."""
    return sha256(key.encode()).hexdigest()[:40]
