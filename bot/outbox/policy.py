"""How long to wait: numbers of the delivery protocol, and the pauses that follow from what Slack answers. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """The protocol's numbers; only tests and operators of a proof have a reason to change them."""

    call_seconds: float = 10.0
    """Hard deadline of one call."""
    lease_seconds: float = 15.0
    quarantine_seconds: float = 45.0
    """From the last try until Slack is asked whether it has the message."""
    reads: int = 2
    between_reads_seconds: float = 20.0
    read_seconds: float = 60.0
    """Deadline of reading a channel back, all pages."""
    margin_seconds: float = 900.0
    """How far before the first try the channel is read back: a clock that was put forward by minutes hides nothing."""
    pace_seconds: float = 1.0
    """Between two messages of one channel."""
    edit_gap_seconds: float = 10.0
    ask_again_seconds: float = 600.0
    """Between two questions whether a stopped workspace's token works again."""
    resend_unconfirmed: bool = True
    """Where history may not be read: send again, marked as a possible repeat. False: leave it."""

    @property
    def unconfirmed_seconds(self) -> float:
        """How long a call whose answer was lost may still arrive, as far as the protocol reaches."""
        return self.quarantine_seconds + self.between_reads_seconds

    @property
    def reach_seconds(self) -> float:
        """From a try until nothing of it can arrive any more, by a clock that was put back by minutes: what came later
        into a busy channel is not read.
        """
        return self.call_seconds + self.unconfirmed_seconds + self.margin_seconds

    @property
    def late_seconds(self) -> float:
        """A claim older than this is renewed before it is used: what is left must outlast the call."""
        return max(0.0, self.lease_seconds - self.call_seconds - 1.0)


def metadata_key(key: str) -> str:
    """Hash a delivery key for a message's metadata, which anybody in the channel may read: 40 hexadecimal digits."""
    return sha256(key.encode()).hexdigest()[:40]


def after(now: datetime, seconds: float) -> datetime:
    """That many seconds later."""
    return now + timedelta(seconds=seconds)


def throttled_seconds(retry_after_seconds: float, pace_seconds: float, draw: float) -> float:
    """How long a channel rests after a 429: never less than asked, up to a tenth (at least a second) more by lot.

    ``draw`` is between 0 and 1.
    """
    asked = max(retry_after_seconds, pace_seconds)
    return asked + draw * max(1.0, asked / 10)


def back_off_seconds(attempts: int, draw: float) -> float:
    """Between tries of what failed for certain: 2, 4, 8 … at most 300 seconds, and up to a second more by lot."""
    return float(min(2 ** min(attempts, 10), 300)) + draw


def is_waiting(code: str) -> bool:
    """Of a destination that is away: True when an invitation brings it back (a private channel hides itself)."""
    return code in ("not_in_channel", "channel_not_found")
