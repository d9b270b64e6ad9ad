"""A clock that is put back and forth silences no outlet and no channel, on every store."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from bot.clock_steps import correct_waits
from bot.intake.source_state import after_failure, after_success, due_at, with_pace
from bot.model import Destination, Job
from bot.operations.process_roles import MISSING_AFTER, missing
from bot.outbox.policy import DeliveryPolicy
from bot.store import articles, destinations, hosts, jobs, processes, sources
from bot.store.articles import NewArticle
from bot.store.deliveries import future_tries
from bot.store.deliveries import table as deliveries
from bot.store.engine import Store
from bot.store.processes import Process
from bot.store.schema import deliveries as deliveries_table
from bot.store.schema import hosts as hosts_table
from bot.store.sources import SourceRow
from scrapers.article import SourceReading, SourceState
from scrapers.errors import FetchRateLimited
from tests.support.host_turns import take_turn

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
EVERY = timedelta(minutes=15)
POLICY = DeliveryPolicy()
OUTLETS = ("herald", "times", "ilbo")
STEPS = (timedelta(), -5 * HOUR, 22 * HOUR, -5 * HOUR, timedelta())
"""The clock is right, put back by five hours, forward by 27, back again, and right again."""
LEASE_SECONDS = 30.0


@dataclass
class OutletWorld:
    """Outlets whose jobs run on a clock that is set; three minutes a round."""

    store: Store
    at: datetime
    random: Random
    off: timedelta = timedelta()
    tried_at: defaultdict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))

    def now(self) -> datetime:
        """What the clock shows."""
        return self.at + self.off

    async def round(self) -> None:
        """Enqueue, claim and run the due jobs; now and then the worker is killed while a job runs."""
        await correct_waits(self.store, POLICY, self.now())
        async with self.store.begin() as c:
            if self.at.minute % 15 == 0:
                for key in OUTLETS:
                    await jobs.enqueue(c, [Job("scrape", key)], self.now())
            await jobs.expire(c, self.now())
            claimed = await jobs.claim(c, self.now(), "w", LEASE_SECONDS, 10)
        for job in claimed:
            if self.random.random() > 0.1:
                await self._scrape(job.job.key)
                async with self.store.begin() as c:
                    await jobs.finish(c, job)
        self.at += 3 * MINUTE

    async def _scrape(self, key: str) -> None:
        now = self.now()
        async with self.store.begin() as c:
            row = await sources.get(c, key, "feed") or SourceRow(key, "feed")
            at = due_at(row, 1, now)
            if at is None or at > now:
                return
            row_of_host = await hosts.get(c, f"{key}.example", 10)
            assert hosts.free_at(row_of_host, now) <= now + MINUTE
            await take_turn(c, f"{key}.example", now, 10)
            self.tried_at[key].append(self.at)
            if self.random.random() < 0.1:
                limit = FetchRateLimited("https://example.org", "429", 60)
                await hosts.put_off(c, f"{key}.example", 60, now)
                await sources.save(c, after_failure(row, limit, 1, now))
            else:
                reading = SourceReading((), SourceState())
                row = with_pace(row, reading, 1, now, every_minutes=1, is_urgent=False)
                await sources.save(c, after_success(row, reading, 1, 0.1, now))


async def test_every_outlet_is_read_within_two_intervals(store: Store, now: datetime) -> None:
    world = OutletWorld(store, now.replace(minute=0), Random(3))
    began_at = world.at
    for off in STEPS:
        world.off = off
        for _ in range(12 + world.random.randrange(5)):
            await world.round()
    for key in OUTLETS:
        instants = [began_at, *world.tried_at[key], world.at]
        gaps = [later - earlier for earlier, later in pairwise(instants)]
        assert max(gaps) <= 2 * EVERY, key
        assert len(gaps) <= (world.at - began_at) / EVERY * 2, "an outlet is not read all the time either"


@pytest.mark.parametrize("length", [timedelta(days=1), 5 * HOUR])
async def test_a_turn_that_no_present_clock_wrote_is_not_waited_for(
    store: Store, now: datetime, length: timedelta
) -> None:
    async with store.begin() as c:
        await c.execute(insert(hosts_table).values(host="old.example", next_turn_at=now + length))
        held = now + hosts.LEASE + 10 * SECOND
        assert hosts.free_at(await hosts.get(c, "old.example", 10), now) == held
        await take_turn(c, "new.example", now + length, 10)
        assert hosts.free_at(await hosts.get(c, "new.example", 10), now) == held
        await hosts.put_off(c, "far.example", 86_400, now)
        assert hosts.free_at(await hosts.get(c, "far.example", 10), now) == now + timedelta(days=1)


async def test_a_turn_that_alone_was_moved_a_day_ahead_is_not_waited_for(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        await take_turn(c, "example.org", now - MINUTE, 10)
        await c.execute(update(hosts_table).values(next_turn_at=now + timedelta(days=1)))
        assert hosts.free_at(await hosts.get(c, "example.org", 10), now) == now + hosts.LEASE + 10 * SECOND


@pytest.mark.parametrize("days", [90, 91])
async def test_a_hold_is_no_longer_than_the_longest_mute(
    store: Store, channel: Destination, now: datetime, days: int
) -> None:
    async with store.begin() as c:
        held = await deliveries.enqueue(
            c,
            "k1",
            team="T1",
            destination=channel.id,
            kind="card",
            now=now,
            not_before=now + timedelta(days),
            held=True,
        )
    assert await correct_waits(store, POLICY, now) == days - 90
    assert held is not None
    async with store.read() as c:
        card = await deliveries.get(c, held)
    assert card is not None
    assert (card.state, card.not_before) == ("held", now + timedelta(days=90))


async def test_what_a_clock_wrote_that_was_put_back_is_sent_and_read_back(
    store: Store, channel: Destination, now: datetime
) -> None:
    """An unknown delivery keeps its quarantine, its read includes the true instant, and the channel's pause ends."""
    ahead = now + 5 * HOUR
    tried = {"first_try_at": ahead, "last_try_at": ahead, "state": "unknown", "not_before": ahead + 45 * SECOND}
    async with store.begin() as c:
        unknown = await deliveries.enqueue(c, "k1", team="T1", destination=channel.id, kind="notice", now=now)
        held = await deliveries.enqueue(
            c, "k2", team="T1", destination=channel.id, kind="card", now=ahead, not_before=ahead + HOUR, held=True,
            payload={"burst": (ahead + HOUR).isoformat()},
        )  # fmt: skip
        await c.execute(update(deliveries_table).where(deliveries_table.c.id == unknown).values(**tried))
        await destinations.pause(c, channel.id, ahead + SECOND)
    assert await correct_waits(store, POLICY, now) > 0
    assert await correct_waits(store, POLICY, now) == 0, "a second look finds nothing left"
    assert unknown is not None
    assert held is not None
    async with store.read() as c:
        after = await deliveries.get(c, unknown)
        released = await deliveries.get(c, held)
        pauses = await destinations.pauses(c, now)
    assert after is not None
    assert (after.not_before, after.first_try_at, after.last_try_at) == (now + 45 * SECOND, now, now)
    assert released is not None
    assert (released.state, released.not_before, released.created_at) == ("held", now, now)
    assert "burst" not in released.payload
    assert pauses[channel.id].until_at == now + SECOND


async def test_a_page_that_is_tried_again_in_minutes_does_not_wait_for_hours(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        for name, seen_at in (("new", now), ("of a clock ahead", now + 22 * HOUR), ("old", now - 9 * HOUR)):
            new = NewArticle("herald", name, name, "Title", "en", "media", None, seen_at, (name,))
            await articles.update(c, await articles.add(c, new), tries=1, next_try_at=now + 4 * MINUTE)
    put_back = now - 5 * HOUR
    await correct_waits(store, POLICY, put_back)
    async with store.read() as c:
        due = await articles.unread(c, "herald", 9, put_back + 4 * MINUTE)
    assert {each.article.url for each in due} == {"new", "of a clock ahead"}


async def test_a_process_that_was_killed_before_its_clock_was_put_back_is_missed(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        await processes.beat(c, Process("w1", "worker", now, now + 22 * HOUR))
    await correct_waits(store, POLICY, now)
    async with store.read() as c:
        present = await processes.all_of(c)
    assert "worker" in missing(present, now, now + MISSING_AFTER + SECOND)


async def test_clocks_that_are_a_minute_apart_correct_nothing(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        await take_turn(c, "example.org", now + MINUTE, 10)
        await jobs.enqueue(c, [Job("scrape", "herald")], now + MINUTE)
    assert await correct_waits(store, POLICY, now) == 0
    assert await correct_waits(store, POLICY, now - SECOND) > 0


async def test_only_open_deliveries_of_a_clock_that_was_put_back_are_corrected(
    store: Store, channel: Destination, now: datetime
) -> None:
    latest, ahead, past, read_back = now + MINUTE, now + MINUTE + SECOND, now - HOUR, now - timedelta(days=1)
    tried = {"first_try_at": ahead, "last_try_at": ahead}
    burst: dict[str, Any] = {"state": "held", "payload": {"burst": "x"}, "not_before": ahead}
    no_burst = {"not_before": now, "payload": {}}
    cases: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "enqueued ahead": ({"created_at": ahead}, {"created_at": now}),
        "tried ahead": (tried, {"first_try_at": past, "last_try_at": now}),
        "both": ({**tried, "created_at": ahead}, {"first_try_at": read_back, "last_try_at": now, "created_at": now}),
        "tried before": ({"created_at": ahead, "first_try_at": past, "last_try_at": past}, {"created_at": now}),
        "only the last try": ({"first_try_at": past, "last_try_at": ahead}, {"last_try_at": now}),
        "on its way": ({**tried, "state": "sending"}, {"first_try_at": past, "last_try_at": now}),
        "unknown": ({**tried, "state": "unknown"}, {"first_try_at": past, "last_try_at": now}),
        "waiting": ({"created_at": ahead, "state": "waiting"}, {"created_at": now}),
        "sent": ({**tried, "created_at": ahead, "state": "sent"}, {}),
        "dead": ({**tried, "created_at": ahead, "state": "dead"}, {}),
        "within the skew": ({"created_at": latest, "first_try_at": latest, "last_try_at": latest}, {}),
        "held within the skew": ({**burst, "created_at": latest, "last_try_at": latest}, {}),
        "held before": (burst, {}),
        "held ahead": ({**burst, "created_at": ahead}, {"created_at": now, **no_burst}),
        "held after a try": ({**burst, "last_try_at": ahead}, {"last_try_at": now, **no_burst}),
        "held reply": ({**burst, "created_at": ahead, "kind": "reply"}, {"created_at": now, "not_before": now}),
    }
    row = deliveries_table.c
    for name, (fields, corrected) in cases.items():
        async with store.begin() as c:
            await c.execute(delete(deliveries_table))
            delivery_id = await deliveries.enqueue(
                c, name, team="T1", destination=channel.id, kind="card", now=past, payload={"kept": 1}
            )
            await c.execute(update(deliveries_table).where(row.id == delivery_id).values(**fields))
            assert delivery_id is not None
            before = await deliveries.get(c, delivery_id)
            assert before is not None
            assert await future_tries.has_any(c, now) == bool(corrected), name
            assert (await future_tries.correct(c, now) > 0) == bool(corrected), name
            assert await deliveries.get(c, delivery_id) == replace(before, **corrected), name
            assert not await future_tries.has_any(c, now), name
