"""The pause at a host holds at the outlet's end: two processes on a slow machine never ask sooner, nor both at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from random import Random

import pytest
from aiohttp import web
from sqlalchemy import text

from bot.intake.politeness import HostTurns
from bot.store import hosts
from bot.store.engine import Store
from bot.store.hosts import HostTurn
from scrapers.errors import ScrapeError
from scrapers.http.fetch import Client, TurnEnd
from tests.support.outbox_harness import NOW
from tests.support.served import served

PAUSE_SECONDS = 0.3


class SlowOutlet:
    """An outlet that takes its time, and notes when each request came and when its answer was out."""

    def __init__(self, random: Random) -> None:
        self.port = 0
        self.visits: list[tuple[float, float]] = []
        self.open_at_once = 0
        self._open = 0
        self._random = random

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Sends a page in two pieces; of one path it breaks off in the middle."""
        came_at = time.monotonic()
        self._open += 1
        self.open_at_once = max(self.open_at_once, self._open)
        try:
            response = web.StreamResponse(headers={"Content-Length": "8"})
            await response.prepare(request)
            await response.write(b"page")
            await asyncio.sleep(self._random.uniform(0, 0.5))
            if request.path != "/broken":
                await response.write(b"page")
            elif request.transport is not None:
                request.transport.abort()
            return response
        finally:
            self._open -= 1
            self.visits.append((came_at, time.monotonic()))


@pytest.fixture
async def outlet() -> AsyncIterator[SlowOutlet]:
    """A slow outlet on loopback."""
    outlet = SlowOutlet(Random(4))
    async with served(outlet.answer) as outlet.port:
        yield outlet


def utc_now() -> datetime:
    """The present."""
    return datetime.now(UTC)


def client_of(store: Store, outlet: SlowOutlet, random: Random) -> Client:
    """A process's client, on a machine that is often busy between the turn and the request."""
    turns = HostTurns(store, PAUSE_SECONDS, utc_now)

    async def late_turn(host: str) -> TurnEnd:
        end = await turns.wait(host)
        await asyncio.sleep(random.uniform(0, 0.5))
        return end

    return Client(late_turn, trusted=[f"127.0.0.1:{outlet.port}"])


async def test_the_pause_is_kept_at_the_outlets_end(store: Store, second_store: Store, outlet: SlowOutlet) -> None:
    random = Random(7)
    clients = [client_of(each, outlet, random) for each in (store, second_store)]

    async def read(client: Client, path: str) -> None:
        try:
            await client.get(f"http://127.0.0.1:{outlet.port}{path}")
        except ScrapeError:
            assert path == "/broken"

    await asyncio.gather(*(read(client, path) for client in clients for path in ("/a", "/broken", "/b")))
    for client in clients:
        await client.close()
    visits = sorted(outlet.visits)
    assert (len(visits), outlet.open_at_once) == (6, 1)
    gaps = [came_at - ended_at for (_, ended_at), (came_at, _) in pairwise(visits)]
    assert min(gaps) >= PAUSE_SECONDS
    assert max(gaps) < PAUSE_SECONDS + 4, "nobody waits for long either"


async def test_a_turn_whose_machine_slept_is_given_back_before_its_lease_ends(store: Store) -> None:
    calls = count()

    def now() -> datetime:
        """The machine sleeps for eleven seconds after it took the first turn."""
        call = next(calls)
        return NOW + timedelta(seconds=call / 2 + 11 * (call > 0))

    end = await HostTurns(store, PAUSE_SECONDS, now).wait("example.org")
    async with store.read() as c:
        row = await hosts.get(c, "example.org", PAUSE_SECONDS)
    assert row.is_held
    assert row.written_at is not None
    assert row.written_at - NOW >= timedelta(seconds=11)
    await end()
    await store.writes.settled()
    async with store.read() as c:
        assert not (await hosts.get(c, "example.org", PAUSE_SECONDS)).is_held


async def taken_ahead(store: Store, turns: HostTurns, *names: str) -> dict[str, HostTurn]:
    """Takes free turns before their requests are made."""
    taken = await store.write_step(lambda: lambda c: turns.take_free_in_step(c, names))
    for turn in taken.values():
        turns.keep(turn)
    return taken


async def is_held(store: Store, host: str) -> bool:
    await store.writes.settled()
    async with store.read() as c:
        return (await hosts.get(c, host, PAUSE_SECONDS)).is_held


async def test_a_turn_that_was_taken_ahead_is_that_of_the_next_request(store: Store) -> None:
    turns = HostTurns(store, 0.0, lambda: NOW)
    await (await turns.wait("known.example"))()
    await store.writes.settled()
    taken = await taken_ahead(store, turns, "known.example", "known.example", "new.example")
    assert list(taken) == ["known.example"], "a host without a row waits for its request"
    steps = store.steps
    end = await turns.wait("known.example")
    assert store.steps == steps
    assert await taken_ahead(store, turns, "known.example") == {}
    await turns.give_back(taken["known.example"])
    assert await is_held(store, "known.example"), "a request has it"
    await end()
    assert not await is_held(store, "known.example")


async def test_a_turn_that_was_taken_ahead_in_vain_is_given_back(store: Store) -> None:
    turns = HostTurns(store, 0.0, lambda: NOW)
    await (await turns.wait("known.example"))()
    await store.writes.settled()
    taken = await taken_ahead(store, turns, "known.example")
    assert await is_held(store, "known.example")
    await turns.give_back(taken["known.example"])
    assert not await is_held(store, "known.example")
    async with asyncio.timeout(5):
        await turns.wait("known.example")


@pytest.mark.parametrize(("late", "is_used"), [(timedelta(seconds=10), True), (timedelta(seconds=10.1), False)])
async def test_a_turn_that_was_taken_too_long_ago_begins_no_request(
    store: Store, late: timedelta, is_used: bool
) -> None:
    ahead = timedelta()
    turns = HostTurns(store, 0.0, lambda: NOW + ahead)
    await (await turns.wait("known.example"))()
    await store.writes.settled()
    (taken,) = (await taken_ahead(store, turns, "known.example")).values()
    ahead = late
    async with asyncio.timeout(5):
        await turns.wait("known.example")
    async with store.read() as c:
        row = await hosts.get(c, "known.example", 0.0)
    assert (row.next_turn_at == taken.next_turn_at) is is_used
    assert row.is_held


async def test_a_turn_that_nobody_waits_for_any_more_is_ended(store: Store) -> None:
    turns = HostTurns(store, PAUSE_SECONDS, lambda: NOW)
    waiting = asyncio.create_task(turns.wait("example.org"))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert waiting.cancelled()
    assert not await is_held(store, "example.org")
    async with store.read() as c:
        assert (await hosts.get(c, "example.org", 0.0)).written_at == NOW, "it was taken before"


async def test_a_spec_lengthens_the_pause_at_its_host_and_robots_txt_does_not_shorten_it(store: Store) -> None:
    by_spec = {"slow.example": 6.0, "fast.example": 0.5}
    turns = HostTurns(store, 1.0, lambda: NOW, by_spec.__getitem__)
    for host, pause_seconds in (("slow.example", 6), ("fast.example", 1)):
        await turns.slow_down(host, 0)
        await (await turns.wait(host))()
        await store.writes.settled()
        async with store.read() as c:
            row = await hosts.get(c, host, 1.0)
        assert hosts.free_at(row, NOW) - NOW == timedelta(seconds=pause_seconds)


async def test_a_turn_that_cannot_be_ended_is_left_to_its_lease(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    end = await HostTurns(store, PAUSE_SECONDS, utc_now).wait("example.org")
    async with store.begin() as c:
        await c.execute(text("ALTER TABLE hosts RENAME TO hosts_away"))
    await end()
    await store.writes.settled()
    async with store.begin() as c:  # the tests of a run share the database
        await c.execute(text("ALTER TABLE hosts_away RENAME TO hosts"))
    assert [record.getMessage() for record in caplog.records] == ["turn_left_to_its_lease"]
