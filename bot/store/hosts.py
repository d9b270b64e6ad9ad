"""Reads and writes the ``hosts`` table: whose turn it is at each host, shared by every process.

A turn is held from before its request until after the answer, so that the pause begins at the outlet's end of it. While
it is held, ``next_turn_at`` lies a lease ahead: the turn of a process that was killed ends by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.future_instants import bounded
from bot.store.rows import insert_or_ignore
from bot.store.schema import hosts

LONGEST_WAIT = timedelta(days=1)
"""No host is asked to be left alone for longer: neither by Retry-After nor by Crawl-delay."""
LEASE = timedelta(seconds=45)
"""How long a turn is held at most: longer than a request may take (30 s), and soon over after a crash."""


@dataclass(frozen=True, slots=True)
class HostRow:
    """What is stored of a host, with the pause that counts for it."""

    next_turn_at: datetime | None
    put_off_until_at: datetime | None
    """The end of its last Retry-After."""
    pause_seconds: float
    written_at: datetime | None

    @property
    def pause(self) -> timedelta:
        """The least time from the end of an answer to the next request."""
        return timedelta(seconds=self.pause_seconds)

    @property
    def is_held(self) -> bool:
        """Whether its turn was taken and has not been ended."""
        if self.next_turn_at is None or self.written_at is None:
            return False
        return self.next_turn_at - self.written_at > self.pause


@dataclass(frozen=True, slots=True)
class HostTurn:
    """A turn that a process holds."""

    host: str
    taken_at: datetime
    next_turn_at: datetime
    """What was written for it: another value means that the lease is over and somebody else has the turn."""


def free_at(row: HostRow, now: datetime) -> datetime:
    """Returns when the host may be asked next; that may be past.

    No stored turn is believed beyond a lease and a pause, nor beyond its own length if a clock wrote it that was put
    back since.
    """
    put_off_until_at = bounded(row.put_off_until_at or now, now, LONGEST_WAIT, row.written_at)
    turn_at = bounded(row.next_turn_at or now, now, LEASE + row.pause, row.written_at)
    return max(put_off_until_at, turn_at)


async def get(c: AsyncConnection, host: str, pause_seconds: float) -> HostRow:
    """Returns what is stored of a host; the longer of ``pause_seconds`` and its own pause (Crawl-delay) counts."""
    row = (await c.execute(select(hosts).where(hosts.c.host == host))).one_or_none()
    return HostRow(None, None, pause_seconds, None) if row is None else _host_row(row, pause_seconds)


async def take_turn(c: AsyncConnection, host: str, now: datetime, pause_seconds: float) -> HostTurn | None:
    """Takes the host's turn, or returns None where it is not free now."""
    row = await _locked(c, host, pause_seconds)
    if free_at(row, now) > now:
        return None
    turn = HostTurn(host, now, now + LEASE + row.pause)
    values = {"next_turn_at": turn.next_turn_at, "put_off_until_at": None, "written_at": now}
    await c.execute(update(hosts).where(hosts.c.host == host).values(**values))
    return turn


async def end_turn(c: AsyncConnection, turn: HostTurn, now: datetime, pause_seconds: float) -> None:
    """Ends a turn after its answer: the next one begins a pause later, or when another holder's lease is over."""
    row = await _locked(c, turn.host, pause_seconds)
    next_turn_at = now + row.pause
    if row.next_turn_at is not None and row.next_turn_at != turn.next_turn_at:
        next_turn_at = max(next_turn_at, row.next_turn_at)
    values = {"next_turn_at": next_turn_at, "written_at": now}
    await c.execute(update(hosts).where(hosts.c.host == turn.host).values(**values))


async def put_off(c: AsyncConnection, host: str, seconds: float, now: datetime) -> None:
    """Lets nobody ask the host for so many seconds (Retry-After), or until a later end that is stored already."""
    row = await _locked(c, host, 0.0)
    until_at = now + timedelta(seconds=seconds)
    if row.put_off_until_at is not None:
        until_at = max(until_at, bounded(row.put_off_until_at, now, LONGEST_WAIT, row.written_at))
    await c.execute(update(hosts).where(hosts.c.host == host).values(put_off_until_at=until_at, written_at=now))


async def set_pause(c: AsyncConnection, host: str, pause_seconds: float, least_seconds: float) -> None:
    """Writes the pause that the host's robots.txt asks for; a longer one than before counts from the last answer."""
    row = await _locked(c, host, least_seconds)
    values: dict[str, object] = {"pause_seconds": pause_seconds}
    if row.next_turn_at is not None and not row.is_held and pause_seconds > row.pause_seconds:
        values["next_turn_at"] = row.next_turn_at + timedelta(seconds=pause_seconds) - row.pause
    await c.execute(update(hosts).where(hosts.c.host == host).values(**values))


async def _locked(c: AsyncConnection, host: str, pause_seconds: float) -> HostRow:
    """Returns the host's row; it is locked until the transaction ends."""
    query = select(hosts).where(hosts.c.host == host).with_for_update()
    row = (await c.execute(query)).one_or_none()
    if row is None:
        await c.execute(insert_or_ignore(c, hosts).values(host=host))
        row = (await c.execute(query)).one()
    return _host_row(row, pause_seconds)


def _host_row(row: Any, pause_seconds: float) -> HostRow:
    longer_seconds = max(pause_seconds, row.pause_seconds or 0.0)
    return HostRow(row.next_turn_at, row.put_off_until_at, longer_seconds, row.written_at)
