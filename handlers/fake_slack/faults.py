"""Arms faults, so that the fake Slack misbehaves in a known way."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

Kind = Literal["drop_before", "drop_after", "error_before", "error_after", "refuse", "limit", "delay", "truncate"]

NEVER = 1 << 60


@dataclass
class ArmedFault:
    """One armed fault: the calls it hits, how often, and its effect."""

    kind: Kind
    method: str
    channel: str | None = None
    times: int | None = 1  # None = until cleared
    probability: float = 1.0
    status: int = 503
    code: str = "internal_error"
    retry_after: int | str = 1  # seconds; a text (such as a date) is sent as it is
    delay_seconds: float = 0.0
    hits: int = 0

    def matches(self, method: str, channel: str | None) -> bool:
        """Returns whether the fault is armed for this call."""
        if self.times is not None and self.hits >= self.times:
            return False
        return self.method in ("*", method) and self.channel in (None, channel)


class Faults:
    """The armed faults. Their chance comes from a seeded generator, so that a run can be repeated."""

    def __init__(self, seed: int = 0) -> None:
        self.random = Random(seed)  # noqa: S311 - repeatable on purpose, no secret depends on it
        self.armed: list[ArmedFault] = []
        self.spoiled_tickets = 0  # so many handshakes are refused, and their tickets are used up
        self.deaf_through = 0  # sockets up to this number are open but dead: no pong, no envelope, no close

    def arm(self, fault: ArmedFault) -> ArmedFault:
        """Arms any fault; the methods below arm the usual ones."""
        self.armed.append(fault)
        return fault

    def drop_after_accept(
        self, method: str, channel: str | None = None, times: int | None = 1, probability: float = 1.0
    ) -> ArmedFault:
        """Carries the call out, then cuts the connection without an answer."""
        return self.arm(ArmedFault("drop_after", method, channel, times, probability))

    def drop_before(self, method: str, channel: str | None = None, times: int | None = 1) -> ArmedFault:
        """Cuts the connection without carrying the call out."""
        return self.arm(ArmedFault("drop_before", method, channel, times))

    def fail_after_accept(
        self,
        method: str,
        channel: str | None = None,
        status: int = 503,
        times: int | None = 1,
        probability: float = 1.0,
    ) -> ArmedFault:
        """Carries the call out, but answers with a 5xx."""
        return self.arm(ArmedFault("error_after", method, channel, times, probability, status=status))

    def fail_before(
        self,
        method: str,
        channel: str | None = None,
        status: int = 503,
        times: int | None = 1,
        probability: float = 1.0,
    ) -> ArmedFault:
        """Answers with a 5xx without carrying the call out."""
        return self.arm(ArmedFault("error_before", method, channel, times, probability, status=status))

    def refuse(self, method: str, code: str, channel: str | None = None, times: int | None = 1) -> ArmedFault:
        """Answers `{"ok": false, "error": code}`."""
        return self.arm(ArmedFault("refuse", method, channel, times, code=code))

    def limit(
        self, method: str, retry_after: int | str, channel: str | None = None, times: int | None = 1
    ) -> ArmedFault:
        """Answers HTTP 429 with this Retry-After."""
        return self.arm(ArmedFault("limit", method, channel, times, retry_after=retry_after))

    def delay(self, method: str, seconds: float, channel: str | None = None, times: int | None = 1) -> ArmedFault:
        """Carries the call out at once and answers late."""
        return self.arm(ArmedFault("delay", method, channel, times, delay_seconds=seconds))

    def truncate(self, method: str, channel: str | None = None, times: int | None = 1) -> ArmedFault:
        """Carries the call out and sends half of the JSON."""
        return self.arm(ArmedFault("truncate", method, channel, times))

    def deafen(self, through: int = NEVER) -> None:
        """Makes sockets deaf: they stay open, receive and send nothing, and answer no ping.

        Sockets are numbered from 1 in the order of connection; those after `through` work.
        """
        self.deaf_through = through

    def spoil_tickets(self, times: int) -> None:
        """Refuses the next handshakes of sockets; a ticket that was refused never works again."""
        self.spoiled_tickets = times

    def restore_sockets(self) -> None:
        """Makes every socket work again."""
        self.deaf_through = 0

    def clear(self) -> None:
        """Disarms every fault."""
        self.armed.clear()
        self.spoiled_tickets = 0
        self.deaf_through = 0

    def pick(self, method: str, channel: str | None) -> dict[Kind, ArmedFault]:
        """Returns the faults that hit this call, the first of each kind, and counts them as used."""
        picked: dict[Kind, ArmedFault] = {}
        for fault in self.armed:
            if fault.kind in picked or not fault.matches(method, channel):
                continue
            if fault.probability < 1.0 and self.random.random() >= fault.probability:
                continue
            fault.hits += 1
            picked[fault.kind] = fault
        return picked
