"""Trouble on request: what a test can arm so that the pretend Slack misbehaves in a known way."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

Kind = Literal["drop_before", "drop_after", "error_before", "error_after", "refuse", "limit", "delay", "truncate"]

NEVER = 1 << 60


@dataclass
class Fault:
    """One armed fault: which calls it hits, how often and what it does to them."""

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

    def wants(self, method: str, channel: str | None) -> bool:
        """Is this call one of those that the fault was armed for?"""
        if self.times is not None and self.hits >= self.times:
            return False
        return self.method in ("*", method) and self.channel in (None, channel)


class Faults:
    """The armed faults. Chance comes from a seeded generator, so that a run can be repeated."""

    def __init__(self, seed: int = 0) -> None:
        self.random = Random(seed)  # noqa: S311 - repeatable on purpose, no secret depends on it
        self.armed: list[Fault] = []
        self.deaf_through = 0  # sockets up to this number take and give nothing: no pong, no envelope, no close

    def arm(self, fault: Fault) -> Fault:
        """Arm any fault; the methods below spell out the usual ones."""
        self.armed.append(fault)
        return fault

    def drop_after_accept(
        self, method: str, channel: str | None = None, times: int | None = 1, probability: float = 1.0
    ) -> Fault:
        """The call is carried out, then the connection is cut without an answer."""
        return self.arm(Fault("drop_after", method, channel, times, probability))

    def drop_before(self, method: str, channel: str | None = None, times: int | None = 1) -> Fault:
        """The connection is cut and nothing was carried out."""
        return self.arm(Fault("drop_before", method, channel, times))

    def fail_after_accept(
        self,
        method: str,
        channel: str | None = None,
        status: int = 503,
        times: int | None = 1,
        probability: float = 1.0,
    ) -> Fault:
        """The call is carried out, but answered with a 5xx."""
        return self.arm(Fault("error_after", method, channel, times, probability, status=status))

    def fail_before(
        self,
        method: str,
        channel: str | None = None,
        status: int = 503,
        times: int | None = 1,
        probability: float = 1.0,
    ) -> Fault:
        """A 5xx, and nothing was carried out."""
        return self.arm(Fault("error_before", method, channel, times, probability, status=status))

    def refuse(self, method: str, code: str, channel: str | None = None, times: int | None = 1) -> Fault:
        """`{"ok": false, "error": code}`."""
        return self.arm(Fault("refuse", method, channel, times, code=code))

    def limit(self, method: str, retry_after: int | str, channel: str | None = None, times: int | None = 1) -> Fault:
        """HTTP 429 with this Retry-After."""
        return self.arm(Fault("limit", method, channel, times, retry_after=retry_after))

    def delay(self, method: str, seconds: float, channel: str | None = None, times: int | None = 1) -> Fault:
        """The call is carried out at once and answered late."""
        return self.arm(Fault("delay", method, channel, times, delay_seconds=seconds))

    def truncate(self, method: str, channel: str | None = None, times: int | None = 1) -> Fault:
        """The call is carried out; only half of the JSON arrives."""
        return self.arm(Fault("truncate", method, channel, times))

    def deafen(self, through: int = NEVER) -> None:
        """Sockets stay open and dead: nothing is heard or said, pings are not answered.

        Sockets are numbered from 1 in the order of their coming; with `through` later ones work.
        """
        self.deaf_through = through

    def hear_again(self) -> None:
        """New and old sockets work again."""
        self.deaf_through = 0

    def clear(self) -> None:
        """Back to a healthy Slack."""
        self.armed.clear()
        self.deaf_through = 0

    def pick(self, method: str, channel: str | None) -> dict[Kind, Fault]:
        """The faults that hit this call (the first of each kind), counted as used."""
        struck: dict[Kind, Fault] = {}
        for fault in self.armed:
            if fault.kind in struck or not fault.wants(method, channel):
                continue
            if fault.probability < 1.0 and self.random.random() >= fault.probability:
                continue
            fault.hits += 1
            struck[fault.kind] = fault
        return struck
