"""Keeps our politeness to outlets in rows: the next turn at each host, and each robots.txt as it was read."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from weakref import WeakValueDictionary

from bot.store import hosts, robots
from bot.store.engine import Store
from bot.store.hosts import HostRow, HostTurn, TurnEnded, TurnWanted
from bot.store.robots import RobotsRow
from bot.store.steps import StepConnection
from scrapers.http.fetch import TurnEnd
from scrapers.http.robots import CACHE_FOR, RobotsRecord

log = logging.getLogger("pactbot.politeness")

LONGEST_CRAWL_DELAY = timedelta(hours=1)
LONGEST_SLEEP_SECONDS = 30.0
"""A row is looked at again after so long, because its wait may have been shortened."""
HELD_SLEEP_SECONDS = 0.5
"""The same while another process holds the turn, which ends at any moment."""
LATEST_START = timedelta(seconds=10)
"""A turn that begins later than this is given back: its lease might end before the answer."""


class HostTurns:
    """Waits until a host may be asked again. A turn is a row: it survives a restart and holds for every process."""

    def __init__(
        self,
        store: Store,
        pause_seconds: float,
        now: Callable[[], datetime],
        pause_by_spec: Callable[[str], float] = lambda _host: 0.0,
    ) -> None:
        self._store = store
        self._pause_seconds = pause_seconds
        self._now = now
        self._pause_by_spec = pause_by_spec
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._ahead: dict[str, HostTurn] = {}
        """Turns that were taken before their requests were made, by host."""

    async def wait(self, host: str) -> TurnEnd:
        """Waits for the host's turn and takes it; the caller awaits what is returned when the answer has ended."""
        turn = self._ahead.pop(host, None)
        if turn is not None:
            if self._now() - turn.taken_at <= LATEST_START:
                return partial(self._end, turn)
            await self._end(turn)
        lock = self._locks.setdefault(host, asyncio.Lock())
        async with lock:  # one waits on the row at a time, in the order of asking
            while True:
                turn = await self._take(host)
                if turn is not None and self._now() - turn.taken_at <= LATEST_START:
                    return partial(self._end, turn)
                if turn is not None:
                    await self._end(turn)

    def take_free_in_step(self, c: StepConnection, wanted: Sequence[str]) -> dict[str, HostTurn]:
        """Takes the turns of those hosts that are free, before their requests are made; ``keep`` must follow."""
        asked = [TurnWanted(host, self._least_seconds(host)) for host in sorted(set(wanted))]
        taken = hosts.take_free_in_step(c, asked, self._now())
        return {turn.host: turn for turn in taken if turn is not None}

    def keep(self, turn: HostTurn) -> None:
        """Keeps a turn that was taken ahead for the next request to its host."""
        self._ahead[turn.host] = turn

    async def give_back(self, turn: HostTurn) -> None:
        """Ends a turn that was taken ahead, unless a request has it."""
        if self._ahead.get(turn.host) == turn:
            del self._ahead[turn.host]
            await self._end(turn)

    async def _take(self, host: str) -> HostTurn | None:
        """Takes the turn if it is free, else sleeps and returns None. One that nobody waits for any more is ended."""
        wanted = TurnWanted(host, self._least_seconds(host))
        answer = self._store.writes.ask(self._settle, wanted, at_once=True)
        try:
            turn = await asyncio.shield(answer)
        except asyncio.CancelledError:
            answer.add_done_callback(self._end_unwanted)
            raise
        if not isinstance(turn, HostRow):
            return turn
        now = self._now()
        seconds = (hosts.free_at(turn, now) - now).total_seconds()
        await asyncio.sleep(min(seconds, HELD_SLEEP_SECONDS if turn.is_held else LONGEST_SLEEP_SECONDS))
        return None

    def _settle(
        self, c: StepConnection, asked: Sequence[TurnWanted | TurnEnded]
    ) -> Sequence[HostTurn | HostRow | None]:
        return hosts.settle_turns_in_step(c, asked, self._now())

    async def _end(self, turn: HostTurn) -> None:
        self._end_later(turn)

    def _end_later(self, turn: HostTurn) -> None:
        """Ends a turn, with what else is written in this moment; where the store is away, its lease ends it.

        Whoever waits for the turn here takes it in the same transaction at the latest.
        """

        def failed(error: BaseException) -> None:
            log.warning("turn_left_to_its_lease", extra={"host": turn.host, "why": str(error)})

        ended = TurnEnded(turn, self._now(), self._least_seconds(turn.host))
        self._store.writes.do_later(self._settle, ended, failed)

    def _end_unwanted(self, answer: asyncio.Future[HostTurn | HostRow | None]) -> None:
        if not answer.cancelled() and answer.exception() is None and isinstance(turn := answer.result(), HostTurn):
            self._end_later(turn)

    async def slow_down(self, host: str, pause_seconds: float) -> None:
        """Notes the pause that the host's robots.txt asks for (Crawl-delay); 0 where it asks for none."""
        async with self._store.begin() as c:
            pause = min(pause_seconds, LONGEST_CRAWL_DELAY.total_seconds())
            await hosts.set_pause(c, host, pause, self._least_seconds(host))

    def _least_seconds(self, host: str) -> float:
        return max(self._pause_seconds, self._pause_by_spec(host))


class StoredRobots:
    """The scrapers' memory of robots.txt, in rows."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, origin: str) -> RobotsRecord | None:
        """Returns the record, however old."""
        row = await self._store.reads.do(robots.of_origins_in_step, origin)
        if row is None:
            return None
        return RobotsRecord(row.body if row.body or row.status == 200 else None, row.status or 0, row.fetched_at)

    async def put(self, origin: str, record: RobotsRecord) -> None:
        """Writes a record in place of the one before."""
        row = RobotsRow(origin, record.status, record.text or "", record.fetched_at, record.fetched_at + CACHE_FOR)
        await self._store.writes.do(robots.put_all_in_step, row)
