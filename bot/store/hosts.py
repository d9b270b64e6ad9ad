"""Reads and writes the ``hosts`` table: whose turn it is at each host, shared by every process.

A turn is held from before its request until after the answer, so that the pause begins at the outlet's end of it. While
it is held, ``next_turn_at`` lies a lease ahead: the turn of a process that was killed ends by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Float, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.future_instants import bounded
from bot.store.rows import chunks, insert_or_ignore
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

    def with_pause(self, least_seconds: float) -> HostRow:
        """Returns the row with the longer of its own pause and this one."""
        return self if self.pause_seconds >= least_seconds else replace(self, pause_seconds=least_seconds)

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


@dataclass(frozen=True, slots=True)
class TurnWanted:
    """A turn that a task waits for."""

    host: str
    pause_seconds: float
    """The least pause; the host's own may be longer."""


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """A turn after its answer."""

    turn: HostTurn
    at: datetime
    pause_seconds: float

    @property
    def host(self) -> str:
        """The turn's host."""
        return self.turn.host


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
    return HostRow(None, None, pause_seconds, None) if row is None else _host_row(row).with_pause(pause_seconds)


async def settle_turns(
    c: AsyncConnection, asked: Sequence[TurnWanted | TurnEnded], now: datetime
) -> list[HostTurn | HostRow | None]:
    """Ends and takes turns, as many as tasks of this process ask for at once; a turn that is ended makes room for one.

    Returns for each that is wanted the turn, or the host's row where it is not free now. Hosts whose rows say nothing
    more than usual are written without a look.
    """
    ended = [each for each in asked if isinstance(each, TurnEnded)]
    if ended and not await _end_as_taken(c, ended):
        rows = await _locked(c, {each.host for each in ended})
        for each in ended:
            rows[each.host] = _ended(rows[each.host].with_pause(each.pause_seconds), each)
        await _write(c, rows)
    wanted = [each for each in asked if isinstance(each, TurnWanted)]
    turns = await _take_free(c, wanted, now)
    taken = {number: turns.pop(each.host) for number, each in enumerate(wanted) if each.host in turns}
    looked_at = await _take_others(c, [each for number, each in enumerate(wanted) if number not in taken], now)
    answers = iter(taken.get(number) or next(looked_at) for number in range(len(wanted)))
    return [next(answers) if isinstance(each, TurnWanted) else None for each in asked]


async def _end_as_taken(c: AsyncConnection, ended: Sequence[TurnEnded]) -> bool:
    """Ends turns that still are as they were taken, at hosts without a longer pause; returns whether all were so."""
    values = [
        {
            "of_host": each.host,
            "held_until_at": each.turn.next_turn_at,
            "least_seconds": each.pause_seconds,
            "next_turn_at": each.at + timedelta(seconds=each.pause_seconds),
            "written_at": each.at,
        }
        for each in sorted(ended, key=attrgetter("host"))
    ]
    rowcount: int = (await c.execute(_END, values)).rowcount
    return rowcount == len(ended)


async def _take_free(c: AsyncConnection, wanted: Sequence[TurnWanted], now: datetime) -> dict[str, HostTurn]:
    """Takes the turns at hosts that are free beyond doubt and have no longer pause of their own."""
    turns: dict[str, HostTurn] = {}
    for least_seconds in {each.pause_seconds for each in wanted}:
        names = {each.host for each in wanted if each.pause_seconds == least_seconds}
        until_at = now + LEASE + timedelta(seconds=least_seconds)
        taken = {"next_turn_at": until_at, "put_off_until_at": None, "written_at": now}
        for some in chunks(sorted(names)):
            free = select(hosts.c.host).where(
                hosts.c.host.in_(some), *_is_free(now), _has_no_longer_pause(least_seconds)
            )
            free = free.order_by(hosts.c.host).with_for_update(skip_locked=True)
            rows = await c.execute(update(hosts).where(hosts.c.host.in_(free)).values(taken).returning(hosts.c.host))
            turns.update((host, HostTurn(host, now, until_at)) for host in rows.scalars())
    return turns


async def _take_others(c: AsyncConnection, wanted: Sequence[TurnWanted], now: datetime) -> Iterator[HostTurn | HostRow]:
    """Takes the turns of these hosts where their locked rows allow it, else returns the rows."""
    rows = await _locked(c, {each.host for each in wanted})
    answers: list[HostTurn | HostRow] = []
    for each in wanted:
        row = rows[each.host].with_pause(each.pause_seconds)
        if free_at(row, now) > now:
            answers.append(row)
            continue
        turn = HostTurn(each.host, now, now + LEASE + row.pause)
        answers.append(turn)
        rows[each.host] = replace(row, next_turn_at=turn.next_turn_at, put_off_until_at=None, written_at=now)
    taken = {each.host for each in answers if isinstance(each, HostTurn)}
    await _write(c, {host: row for host, row in rows.items() if host in taken})
    return iter(answers)


def _is_free(now: datetime) -> list[ColumnElement[bool]]:
    return [or_(until_at.is_(None), until_at <= now) for until_at in (hosts.c.next_turn_at, hosts.c.put_off_until_at)]


def _has_no_longer_pause(least_seconds: float | BindParameter[float]) -> ColumnElement[bool]:
    return or_(hosts.c.pause_seconds.is_(None), hosts.c.pause_seconds <= least_seconds)


_END = (
    update(hosts)
    .where(hosts.c.host == bindparam("of_host"), hosts.c.next_turn_at == bindparam("held_until_at"))
    .where(_has_no_longer_pause(bindparam("least_seconds", type_=Float)))
)


def _ended(row: HostRow, ended: TurnEnded) -> HostRow:
    """The row after a turn: the next one begins a pause later, or when another holder's lease is over."""
    next_turn_at = ended.at + row.pause
    if row.next_turn_at is not None and row.next_turn_at != ended.turn.next_turn_at:
        next_turn_at = max(next_turn_at, row.next_turn_at)
    return replace(row, next_turn_at=next_turn_at, written_at=ended.at)


async def put_off(c: AsyncConnection, host: str, seconds: float, now: datetime) -> None:
    """Lets nobody ask the host for so many seconds (Retry-After), or until a later end that is stored already."""
    row = (await _locked(c, {host}))[host]
    until_at = now + timedelta(seconds=seconds)
    if row.put_off_until_at is not None:
        until_at = max(until_at, bounded(row.put_off_until_at, now, LONGEST_WAIT, row.written_at))
    await c.execute(update(hosts).where(hosts.c.host == host).values(put_off_until_at=until_at, written_at=now))


async def set_pause(c: AsyncConnection, host: str, pause_seconds: float, least_seconds: float) -> None:
    """Writes the pause that the host's robots.txt asks for; a longer one than before counts from the last answer."""
    row = (await _locked(c, {host}))[host].with_pause(least_seconds)
    values: dict[str, object] = {"pause_seconds": pause_seconds}
    if row.next_turn_at is not None and not row.is_held and pause_seconds > row.pause_seconds:
        values["next_turn_at"] = row.next_turn_at + timedelta(seconds=pause_seconds) - row.pause
    await c.execute(update(hosts).where(hosts.c.host == host).values(**values))


async def _locked(c: AsyncConnection, wanted: Collection[str]) -> dict[str, HostRow]:
    """Returns the hosts' rows, locked in one order by every process until the transaction ends; new hosts get one."""
    rows = await _locked_rows(c, wanted)
    if new := sorted(set(wanted) - rows.keys()):
        await c.execute(insert_or_ignore(c, hosts), [{"host": host} for host in new])
        rows |= await _locked_rows(c, new)
    return rows


async def _locked_rows(c: AsyncConnection, wanted: Collection[str]) -> dict[str, HostRow]:
    rows: dict[str, HostRow] = {}
    for some in chunks(sorted(wanted)):
        query = select(hosts).where(hosts.c.host.in_(some)).order_by(hosts.c.host).with_for_update()
        rows.update((row.host, _host_row(row)) for row in await c.execute(query))
    return rows


_WRITTEN = update(hosts).where(hosts.c.host == bindparam("of_host"))


async def _write(c: AsyncConnection, rows: Mapping[str, HostRow]) -> None:
    if rows:
        columns = ("next_turn_at", "put_off_until_at", "written_at")
        values = [{"of_host": host, **{name: getattr(row, name) for name in columns}} for host, row in rows.items()]
        await c.execute(_WRITTEN, values)


def _host_row(row: Any) -> HostRow:
    return HostRow(row.next_turn_at, row.put_off_until_at, row.pause_seconds or 0.0, row.written_at)
