"""Every digest slot and every story comes exactly once: the real digests over real rows, on a simulated clock.

Two processes enqueue due digests now and then, together or one of them; they restart, end half way, stop for minutes or
days, and each sees a wrong wall clock for a while. The expected slots are computed here in another way, by walking over
every quarter of an hour and reading the local clock.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select, update

from bot.clock_steps import correct_waits
from bot.deliveries.digest import Digests
from bot.model import Delivery, Destination
from bot.outbox.policy import DeliveryPolicy
from bot.store import articles, destinations, matches, stories, subscriptions
from bot.store.articles import NewArticle
from bot.store.deliveries import table as deliveries
from bot.store.engine import Store
from bot.store.matches import NewMatch
from bot.store.schema import deliveries as delivery_rows
from bot.store.schema import matches as match_rows
from bot.store.schema import slots as slot_rows
from tests.support.databases import MigratedDatabase

QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)
LATE_AFTER = timedelta(minutes=15)
Cadence = Literal["hourly", "daily", "weekly"]
SCHEDULES: tuple[tuple[Cadence, str], ...] = (("hourly", "00:15"), ("daily", "01:45"), ("weekly", "02:15"))
"""On a night when clocks change 01:45 comes twice, or half an hour after itself; 02:15 is skipped."""
OWN_AT = "08:30"
"""The digest time of the channel in Seoul; that digest is posted also when it is empty."""
ZONES = ("Asia/Seoul", "America/New_York", "Australia/Lord_Howe")
CLOCK_ERRORS = [sign * timedelta(minutes=n) for sign in (-1, 1) for n in (2, 20, 45, 200, 2 * 24 * 60)]
AWAY_MINUTES = (20, 50, 130, 600, 1_500, 3_000, 8_000)


class Ended(Exception):
    """the process ended between two transactions"""


# ── the expected slots ─────────────────────────────────────────────────────────────────────────────────────


def slots_of(cadence: Cadence, at: str, zone: str, since: datetime, until: datetime) -> list[datetime]:
    """Every slot in a span. Of a local time that comes twice the first counts; a skipped one is as much later."""
    wanted, slots = time.fromisoformat(at), list[datetime]()
    days: defaultdict[date, dict[time, datetime]] = defaultdict(dict)
    instant = since - 2 * DAY
    while instant < until + 2 * DAY:
        local = instant.astimezone(ZoneInfo(zone))
        if cadence == "hourly" and local.minute == wanted.minute:
            slots.append(instant)
        days[local.date()].setdefault(local.time(), instant)
        instant += QUARTER
    for day, instants in days.items() if cadence != "hourly" else ():
        if cadence == "daily" or day.weekday() == 6:
            begins = next(iter(instants.items()))
            from_midnight = timedelta(hours=wanted.hour - begins[0].hour, minutes=wanted.minute - begins[0].minute)
            slots.append(instants.get(wanted, begins[1] + from_midnight))
    return [slot for slot in sorted(slots) if since < slot <= until]


def name_of(slot: datetime) -> str:
    return slot.strftime("%Y-%m-%dT%H:%MZ")


# ── processes ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Process:
    """A process that enqueues digests, with a wall clock that may be wrong."""

    store: Store
    timeline: Timeline
    clock_error: timedelta = timedelta(0)
    right_at: datetime | None = None
    readings_left: int | None = None
    """It ends after so many readings of its clock; None: never."""

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.readings_left = None
        self.digests = Digests(self.store, self.now)

    def now(self) -> datetime:
        """Its wall clock."""
        if self.readings_left is not None:
            self.readings_left -= 1
            if self.readings_left < 0:
                raise Ended
        return self.timeline.at + self.clock_error

    async def make_due(self) -> None:
        """Enqueue the digests that are due."""
        shown = self.timeline.at + self.clock_error
        self.timeline.note(self.timeline.may, shown)
        with suppress(Ended):
            await correct_waits(self.store, DeliveryPolicy(), self.now())  # as a process does every few seconds
            await self.digests.enqueue_due()
            self.timeline.note(self.timeline.must, shown)
        self.restart()


Slot = tuple[int, str]
"""A destination's id and a slot's name."""


@dataclass
class Timeline:
    """A span of time in which processes run and stories are published."""

    random: Random
    at: datetime
    until: datetime
    channels: list[Destination] = field(default_factory=list)
    schedules: dict[int, list[list[datetime]]] = field(default_factory=dict)
    asked: dict[int, list[tuple[int, Cadence]]] = field(default_factory=dict)
    must: dict[Slot, int] = field(default_factory=dict)
    """Slots that somebody who lived saw due, each with the step in which that was first."""
    may: dict[Slot, int] = field(default_factory=dict)
    """Those, and what somebody who died saw."""
    step: int = 0
    matched: set[tuple[int, int]] = field(default_factory=set)
    """Channel and story."""
    began: datetime = datetime(2000, 1, 1, tzinfo=UTC)

    async def add_channels(self, store: Store) -> None:
        """A channel in each zone with its subscriptions, which began some days before."""
        self.began = self.at - 10 * DAY
        until = self.until + 30 * DAY
        for n, zone in enumerate(ZONES):
            async with store.begin() as c:
                channel = await destinations.get_or_add(c, "T1", f"C{n}", language="en", timezone=zone)
                for cadence, at in SCHEDULES:
                    one = await subscriptions.add(
                        c, team="T1", destination=channel.id, owner="U1", query=cadence, cadence=cadence, at=at,
                        weekday="sun", timezone=zone, created_at=self.began,
                    )  # fmt: skip
                    self.asked.setdefault(channel.id, []).append((one.id, cadence))
                if n == 0:
                    await destinations.set_digest(c, channel.id, OWN_AT)
            own = [slots_of("daily", OWN_AT, zone, self.began, until)] if n == 0 else []
            self.channels.append(channel)
            self.schedules[channel.id] = own + [slots_of(*wish, zone, self.began, until) for wish in SCHEDULES]

    def note(self, seen: dict[Slot, int], now: datetime) -> None:
        """Somebody looks whose clock shows this."""
        for slot in self.latest(now):
            seen.setdefault(slot, self.step)

    def latest(self, now: datetime) -> Iterator[Slot]:
        """The newest slot of every schedule: those that somebody who looks now finds due."""
        for channel, schedules in self.schedules.items():
            for slots in schedules:
                if found := bisect_right(slots, now):
                    yield channel, name_of(slots[found - 1])

    def next_slot(self) -> datetime:
        """The first slot after now, of any channel."""
        every = [slots for schedules in self.schedules.values() for slots in schedules]
        return min(slots[bisect_right(slots, self.at)] for slots in every)

    async def publish(self, store: Store, now: datetime) -> None:
        """A story that some subscriptions of some channels meet."""
        async with store.begin() as c:
            values: dict[str, Any] = dict.fromkeys(("sister_pact", "officials", "sectors"), ())
            texts = {"headline": "Qubits", "url": "https://a.example/1", "outlet": "a", "language": "en"}
            times = {"first_seen_at": now, "last_article_at": now}
            story = await stories.add(c, **texts, **times, revision=1, severity=0, pact=False, marks={}, **values)
            url = f"https://a.example/{story}"
            new = NewArticle("a", url, url, "Qubits", "en", "media", now, now, (url,), state="read", story=story)
            article = await articles.add(c, new)
            for channel in self.random.sample(self.channels, self.random.randint(1, 3)):
                self.matched.add((channel.id, story))
                for number, cadence in self.random.sample(self.asked[channel.id], self.random.randint(1, 3)):
                    await matches.add(c, [NewMatch("T1", number, channel.id, story, article, cadence, now)])

    async def run(self, processes: Sequence[Process]) -> None:
        """To the end of the span, and on until the last weekly digest has come."""
        while self.at < self.until:
            self._pass()
            self.step += 1
            for one in processes:
                self._set_clock(one)
            if self.random.random() < 0.15:
                one = self.random.choice(processes)
                await self.publish(one.store, one.now())
            await self._make_due(self.random.sample(processes, self.random.choice((1, 1, 2))))
            await self._post(processes[0].store)
        for one in processes:
            one.clock_error, one.readings_left = timedelta(0), None
        for _ in range(32):
            self.at += DAY / 2
            self.step += 1
            await processes[0].make_due()

    async def _post(self, store: Store) -> None:
        """Marks what was enqueued as posted, as the outbox does: each digest reads again what is still on its way."""
        async with store.begin() as c:
            waiting = delivery_rows.c.state.in_(("due", "waiting"))
            await c.execute(update(delivery_rows).where(waiting).values(state="sent", sent_at=self.at))

    def _pass(self) -> None:
        """Where clocks change, and now and then, to a little after the next slot; else some hours on, or long away."""
        if self.random.random() < 0.02:
            self.at += timedelta(minutes=self.random.choice(AWAY_MINUTES))
        elif self.at.date().toordinal() % 14 == 0 or self._changes():
            self.at = self.next_slot() + timedelta(seconds=self.random.randint(0, 800))
        else:
            self.at += timedelta(minutes=self.random.randint(30, 1_000))

    def _changes(self) -> bool:
        """Whether clocks change somewhere today."""
        around = (self.at - DAY, self.at + DAY)
        return any(len({at.astimezone(ZoneInfo(zone)).utcoffset() for at in around}) > 1 for zone in ZONES)

    def _set_clock(self, process: Process) -> None:
        if process.right_at is not None and self.at >= process.right_at:
            process.clock_error, process.right_at = timedelta(0), None
        if process.right_at is None and self.random.random() < 0.04:
            process.clock_error = self.random.choice(CLOCK_ERRORS)
            process.right_at = self.at + timedelta(hours=self.random.randint(1, 30))

    async def _make_due(self, processes: Sequence[Process]) -> None:
        for process in processes:
            if self.random.random() < 0.05:
                process.readings_left = self.random.randint(0, 4)
        if self.random.random() < 0.5:
            await asyncio.gather(*(process.make_due() for process in processes))
        else:
            for process in processes:
                await process.make_due()


# ── the outcome ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Outcome:
    """The slots and digests in the rows."""

    taken: dict[Slot, datetime]
    taken_rows: int
    digests: list[Delivery]
    untold: int

    def pages(self) -> Iterator[tuple[Slot, Delivery]]:
        for digest in self.digests:
            *_, day, minute, _page = digest.key.split(":")
            yield (digest.destination, f"{day}:{minute}"), digest


async def outcome(store: Store) -> Outcome:
    async with store.read() as c:
        rows = (await c.execute(select(slot_rows))).all()
        untold = (await c.execute(select(match_rows.c.id).where(match_rows.c.told_by.is_(None)))).all()
        digests = await deliveries.find_all(c, delivery_rows.c.kind == "digest")
    taken = {(row.destination, row.slot): row.taken_at for row in rows}
    return Outcome(taken, len(rows), digests, len(untold))


def check(timeline: Timeline, found: Outcome) -> None:
    assert found.taken_rows == len(found.taken), "a slot has two dates"
    assert timeline.must.keys() - found.taken.keys() == set(), "a slot that was due was not made"
    assert found.taken.keys() - timeline.may.keys() == set(), "a slot was made that never was due"
    firsts = Counter(slot for slot, page in found.pages() if page.payload["page"] == 1)
    assert set(firsts.values()) <= {1}, "a slot was made twice"
    assert firsts.keys() <= found.taken.keys()
    told: Counter[tuple[int, int]] = Counter()
    for _, page in found.pages():
        sections: Any = page.payload["sections"]
        told.update((page.destination, story) for _, story_ids in sections for story in story_ids)
    assert told == Counter(dict.fromkeys(timeline.matched, 1)), "a story was told twice, or never"
    assert found.untold == 0
    check_late(timeline, found)
    check_own_digest(timeline, found, set(firsts))


def check_late(timeline: Timeline, found: Outcome) -> None:
    """A digest says that it is late where the slot before was never made, and only with a reason."""
    before: defaultdict[Slot, set[Slot]] = defaultdict(set)
    instants: dict[Slot, datetime] = {}
    for channel, schedules in timeline.schedules.items():
        for slots in schedules:
            instants.update({(channel, name_of(at)): at for at in slots})
            for old, new in pairwise(slots):
                before[channel, name_of(new)].add((channel, name_of(old)))
    reasons: defaultdict[tuple[int, datetime], bool] = defaultdict(bool)
    for slot, at in found.taken.items():
        missed = any(timeline.must.get(earlier, timeline.step) >= timeline.may[slot] for earlier in before[slot])
        reasons[slot[0], at] |= missed or at - instants[slot] > LATE_AFTER
    for slot, page in found.pages():
        never = any(old not in found.taken for old in before[slot])
        assert page.payload["late"] or not never, "a digest does not say that the one before it was missed"
        assert not page.payload["late"] or reasons[slot[0], found.taken[slot]], (
            "a digest says that it is late, and is not"
        )


def check_own_digest(timeline: Timeline, found: Outcome, made: set[Slot]) -> None:
    """Each slot of the channel's own digest was posted, also when empty, by itself or in one with others."""
    channel = timeline.channels[0].id
    moments = {found.taken[slot] for slot in made if slot[0] == channel}
    own = {(channel, name_of(at)) for at in timeline.schedules[channel][0]} & found.taken.keys()
    assert {found.taken[slot] for slot in own} <= moments


# ── the tests ──────────────────────────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    """Open a process's own store, without disk flushes."""

    def skip_flushes(connection: Any, _record: object) -> None:
        connection.cursor().execute("PRAGMA synchronous=OFF")

    store = Store.open(url)
    if store.embedded:
        event.listen(store._engine.sync_engine, "connect", skip_flushes)
    try:
        yield store
    finally:
        await store.close()


async def prove(url: str, seed: int, since: datetime, days: int) -> Timeline:
    """Run the timeline and check its rows."""
    timeline = Timeline(Random(seed), since, since + days * DAY)
    async with AsyncExitStack() as stack:
        first, second = [await stack.enter_async_context(opened(url)) for _ in range(2)]
        await timeline.add_channels(first)
        await timeline.run([Process(first, timeline), Process(second, timeline)])
        check(timeline, await outcome(first))
    return timeline


@pytest.mark.parametrize(
    ("database", "seed", "since", "days"),
    [
        ("sqlite", 1, "2026-03-06", 6),
        pytest.param("sqlite", 2, "2026-09-25", 14, marks=pytest.mark.long),
        pytest.param("sqlite", 3, "2026-10-24", 14, marks=pytest.mark.long),
        pytest.param("postgresql", 2, "2026-09-25", 14, marks=pytest.mark.long),
    ],
    indirect=["database"],
)
async def test_every_slot_and_story_of_some_days_comes_once(
    database: MigratedDatabase, seed: int, since: str, days: int
) -> None:
    timeline = await prove(database.url, seed, datetime.fromisoformat(since).replace(tzinfo=UTC), days)
    assert len(timeline.must) > 10 * days
    assert len(timeline.matched) >= days


@pytest.mark.long
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_every_slot_and_story_of_two_years_comes_once(database: MigratedDatabase) -> None:
    timeline = await prove(database.url, 7, datetime(2025, 1, 1, tzinfo=UTC), 730)
    assert len(timeline.must) > 6_000
    assert len(timeline.matched) > 600
    every = [slot for schedules in timeline.schedules.values() for slots in schedules for slot in slots]
    passed = bisect_left(sorted(every), timeline.until)
    print(f"{len(timeline.must):,} slots made of {passed:,}, {len(timeline.matched):,} stories")


def test_the_expected_slots_are_right_where_clocks_change() -> None:
    lord_howe = ("Australia/Lord_Howe", datetime(2026, 4, 3, tzinfo=UTC), datetime(2026, 4, 6, tzinfo=UTC))
    assert [name_of(at) for at in slots_of("daily", "01:45", *lord_howe)] == [
        "2026-04-03T14:45Z",
        "2026-04-04T14:45Z",
        "2026-04-05T15:15Z",
    ]
    new_york = ("America/New_York", datetime(2026, 3, 7, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC))
    assert [name_of(at) for at in slots_of("weekly", "02:15", *new_york)] == ["2026-03-08T07:15Z"]
