"""Reads and writes the ``hosts`` table: whose turn it is at each host, shared by every process.

A turn is held from before its request until after the answer, so that the pause begins at the outlet's end of it. While
it is held, ``next_turn_at`` lies a lease ahead: the turn of a process that was killed ends by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter

from sqlalchemy import and_, or_, select, update

from bot.store.future_instants import bounded
from bot.store.plain_statements import Row, Statement, given
from bot.store.rows import insert_into
from bot.store.schema import hosts
from bot.store.steps import StepConnection, awaited

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


_h = hosts.c
_of_host = select(_h.next_turn_at, _h.put_off_until_at, _h.pause_seconds, _h.written_at).where(
    _h.host == given(_h.host)
)
_OF_HOST = Statement(_of_host)
_LOCK = Statement(_of_host.with_for_update())
_NEW_HOST = Statement(
    lambda database: insert_into(database, hosts).values(host=given(_h.host)).on_conflict_do_nothing()
)
_WRITE = Statement(
    update(hosts)
    .where(_h.host == given(_h.host, "of_host"))
    .values({name: given(_h[name]) for name in ("next_turn_at", "put_off_until_at", "written_at")})
)
_has_no_longer_pause = or_(_h.pause_seconds.is_(None), _h.pause_seconds <= given(_h.pause_seconds, "least_seconds"))
_SET_PAUSE = Statement(
    update(hosts).where(_h.host == given(_h.host, "of_host")).values(pause_seconds=given(_h.pause_seconds))
)
_END = Statement(
    update(hosts)
    .where(_h.host == given(_h.host, "of_host"), _h.next_turn_at == given(_h.next_turn_at, "held_until_at"))
    .where(_has_no_longer_pause)
    .values(next_turn_at=given(_h.next_turn_at), written_at=given(_h.written_at))
    .returning(_h.host)
)
_is_free = and_(
    *(
        or_(until_at.is_(None), until_at <= given(until_at, "now"))
        for until_at in (_h.next_turn_at, _h.put_off_until_at)
    )
)
_free = select(_h.host).where(_h.host == given(_h.host, "of_host"), _is_free, _has_no_longer_pause)
_TAKE_FREE = Statement(
    update(hosts)
    .where(_h.host.in_(_free.with_for_update(skip_locked=True)))
    .values(next_turn_at=given(_h.next_turn_at), put_off_until_at=None, written_at=given(_h.written_at, "now"))
    .returning(_h.host)
)


def get_in_step(c: StepConnection, host: str, pause_seconds: float) -> HostRow:
    """Returns what is stored of a host; the longer of ``pause_seconds`` and its own pause (Crawl-delay) counts."""
    rows = c.rows(_OF_HOST, {"host": host})
    return _host_row(rows[0]).with_pause(pause_seconds) if rows else HostRow(None, None, pause_seconds, None)


def settle_turns_in_step(
    c: StepConnection, asked: Sequence[TurnWanted | TurnEnded], now: datetime
) -> list[HostTurn | HostRow | None]:
    """Ends and takes turns, as many as tasks of this process ask for at once; a turn that is ended makes room for one.

    Returns for each that is wanted the turn, or the host's row where it is not free now. Hosts whose rows say nothing
    more than usual are written without a look.
    """
    _end(c, [each for each in asked if isinstance(each, TurnEnded)])
    wanted = [each for each in asked if isinstance(each, TurnWanted)]
    taken = take_free_in_step(c, wanted, now)
    others = _take_others(c, [each for each, turn in zip(wanted, taken, strict=True) if turn is None], now)
    answers = iter([turn if turn is not None else next(others) for turn in taken])
    return [next(answers) if isinstance(each, TurnWanted) else None for each in asked]


def _end(c: StepConnection, ended: Sequence[TurnEnded]) -> None:
    """Ends turns: at once those that still are as they were taken, at hosts without a longer pause."""
    in_order = sorted(ended, key=attrgetter("host"))
    values = [
        {
            "of_host": each.host,
            "held_until_at": each.turn.next_turn_at,
            "least_seconds": each.pause_seconds,
            "next_turn_at": each.at + timedelta(seconds=each.pause_seconds),
            "written_at": each.at,
        }
        for each in in_order
    ]
    others = [each for each, rows in zip(in_order, c.each(_END, values), strict=True) if not rows]
    rows = _locked(c, {each.host for each in others})
    for each in others:
        rows[each.host] = _ended(rows[each.host].with_pause(each.pause_seconds), each)
    _write(c, rows)


def take_free_in_step(c: StepConnection, wanted: Sequence[TurnWanted], now: datetime) -> list[HostTurn | None]:
    """Takes turns at hosts that are free beyond doubt and have no longer pause of their own; None for the others."""
    until = [now + LEASE + timedelta(seconds=each.pause_seconds) for each in wanted]
    values = [
        {"of_host": each.host, "now": now, "least_seconds": each.pause_seconds, "next_turn_at": until_at}
        for each, until_at in zip(wanted, until, strict=True)
    ]
    taken = c.each(_TAKE_FREE, values)
    return [
        HostTurn(each.host, now, until_at) if rows else None
        for each, until_at, rows in zip(wanted, until, taken, strict=True)
    ]


def _take_others(c: StepConnection, wanted: Sequence[TurnWanted], now: datetime) -> Iterator[HostTurn | HostRow]:
    """Takes the turns of these hosts where their locked rows allow it, else returns the rows."""
    rows = _locked(c, {each.host for each in wanted})
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
    _write(c, {host: row for host, row in rows.items() if host in taken})
    return iter(answers)


def _ended(row: HostRow, ended: TurnEnded) -> HostRow:
    """The row after a turn: the next one begins a pause later, or when another holder's lease is over."""
    next_turn_at = ended.at + row.pause
    if row.next_turn_at is not None and row.next_turn_at != ended.turn.next_turn_at:
        next_turn_at = max(next_turn_at, row.next_turn_at)
    return replace(row, next_turn_at=next_turn_at, written_at=ended.at)


def put_off_in_step(c: StepConnection, host: str, seconds: float, now: datetime) -> None:
    """Lets nobody ask the host for so many seconds (Retry-After), or until a later end that is stored already."""
    row = _locked(c, {host})[host]
    until_at = now + timedelta(seconds=seconds)
    if row.put_off_until_at is not None:
        until_at = max(until_at, bounded(row.put_off_until_at, now, LONGEST_WAIT, row.written_at))
    _write(c, {host: replace(row, put_off_until_at=until_at, written_at=now)})


def set_pause_in_step(c: StepConnection, host: str, pause_seconds: float, least_seconds: float) -> None:
    """Writes the pause that the host's robots.txt asks for; a longer one than before counts from the last answer."""
    row = _locked(c, {host})[host].with_pause(least_seconds)
    if row.next_turn_at is not None and not row.is_held and pause_seconds > row.pause_seconds:
        next_turn_at = row.next_turn_at + timedelta(seconds=pause_seconds) - row.pause
        _write(c, {host: replace(row, next_turn_at=next_turn_at)})
    c.rows(_SET_PAUSE, {"of_host": host, "pause_seconds": pause_seconds})


def _locked(c: StepConnection, wanted: Collection[str]) -> dict[str, HostRow]:
    """Returns the hosts' rows, locked in one order by every process until the transaction ends; new hosts get one."""
    rows = _locked_rows(c, wanted)
    if new := sorted(set(wanted) - rows.keys()):
        c.each(_NEW_HOST, [{"host": host} for host in new])
        rows |= _locked_rows(c, new)
    return rows


def _locked_rows(c: StepConnection, wanted: Collection[str]) -> dict[str, HostRow]:
    names = sorted(wanted)
    found = zip(names, c.each(_LOCK, [{"host": host} for host in names]), strict=True)
    return {host: _host_row(rows[0]) for host, rows in found if rows}


def _write(c: StepConnection, rows: Mapping[str, HostRow]) -> None:
    columns = ("next_turn_at", "put_off_until_at", "written_at")
    c.each(_WRITE, [{"of_host": host, **{name: getattr(row, name) for name in columns}} for host, row in rows.items()])


def _host_row(row: Row) -> HostRow:
    next_turn_at, put_off_until_at, pause_seconds, written_at = row
    return HostRow(next_turn_at, put_off_until_at, pause_seconds or 0.0, written_at)


get = awaited(get_in_step)
settle_turns = awaited(settle_turns_in_step)
put_off = awaited(put_off_in_step)
set_pause = awaited(set_pause_in_step)
