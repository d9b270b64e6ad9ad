"""Every digest slot exactly once, and every story once: the real clockwork over real rows, on a clock that is played.

Two processes look now and then, together or one of them; they restart, die half way, are away for minutes or days, and
each sees the wall clock wrong for a while. Which slots there are is counted here anew, by walking over every quarter
of an hour and reading the local clock.
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
from sqlalchemy import event, select

from bot.deliveries.digest import Digests
from bot.model import Delivery, Destination
from bot.store import articles, destinations, matches, stories, subscriptions
from bot.store.articles import NewArticle
from bot.store.deliveries import table as deliveries
from bot.store.engine import Store
from bot.store.schema import deliveries as delivery_rows
from bot.store.schema import matches as match_rows
from bot.store.schema import slots as slot_rows
from tests.support.databases import MigratedDatabase

QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)
LATE_AFTER = timedelta(minutes=15)
Cadence = Literal["hourly", "daily", "weekly"]
WISHES: tuple[tuple[Cadence, str], ...] = (("hourly", "00:15"), ("daily", "01:45"), ("weekly", "02:15"))
"""On a night when clocks change 01:45 is told twice, or half an hour after itself; 02:15 is skipped."""
OWN = "08:30"
"""When the channel in Seoul has a digest of its own, which speaks also when there is nothing."""
ZONES = ("Asia/Seoul", "America/New_York", "Australia/Lord_Howe")
WRONG = [sign * timedelta(minutes=n) for sign in (-1, 1) for n in (2, 20, 45, 200, 2 * 24 * 60)]
AWAY_MINUTES = (20, 50, 130, 600, 1_500, 3_000, 8_000)


class Died(Exception):
    """the process ended between two transactions"""


# ── which slots there are ──────────────────────────────────────────────────────────────────────────────────


def slots_of(cadence: Cadence, at: str, zone: str, since: datetime, until: datetime) -> list[datetime]:
    """Every slot in a span: of a time that is told twice the first, of one that is skipped as much later."""
    wanted, found = time.fromisoformat(at), list[datetime]()
    days: defaultdict[date, dict[time, datetime]] = defaultdict(dict)
    instant = since - 2 * DAY
    while instant < until + 2 * DAY:
        local = instant.astimezone(ZoneInfo(zone))
        if cadence == "hourly" and local.minute == wanted.minute:
            found.append(instant)
        days[local.date()].setdefault(local.time(), instant)
        instant += QUARTER
    for day, instants in days.items() if cadence != "hourly" else ():
        if cadence == "daily" or day.weekday() == 6:
            begins = next(iter(instants.items()))
            from_midnight = timedelta(hours=wanted.hour - begins[0].hour, minutes=wanted.minute - begins[0].minute)
            found.append(instants.get(wanted, begins[1] + from_midnight))
    return [one for one in sorted(found) if since < one <= until]


def name_of(slot: datetime) -> str:
    return slot.strftime("%Y-%m-%dT%H:%MZ")


# ── who looks ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Process:
    """One that makes digests, with a wall clock that may be wrong."""

    store: Store
    play: Play
    wrong: timedelta = timedelta(0)
    right_at: datetime | None = None
    looks_left: int | None = None
    """How often it looks at the clock before it dies; None: it lives."""

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.looks_left = None
        self.digests = Digests(self.store, self.now)

    def now(self) -> datetime:
        """What its clock shows."""
        if self.looks_left is not None:
            self.looks_left -= 1
            if self.looks_left < 0:
                raise Died
        return self.play.at + self.wrong

    async def look(self) -> None:
        """Makes what is due."""
        shown = self.play.at + self.wrong
        self.play.note(self.play.may, shown)
        with suppress(Died):
            await self.digests.enqueue_due()
            self.play.note(self.play.must, shown)
        self.restart()


Slot = tuple[int, str]
"""A channel's number and a slot's name."""


@dataclass
class Play:
    """A span of time in which this and that happens."""

    random: Random
    at: datetime
    until: datetime
    places: list[Destination] = field(default_factory=list)
    schedules: dict[int, list[list[datetime]]] = field(default_factory=dict)
    asked: dict[int, list[tuple[int, Cadence]]] = field(default_factory=dict)
    must: dict[Slot, int] = field(default_factory=dict)
    """Slots that somebody who lived saw due, each with the step in which that was first."""
    may: dict[Slot, int] = field(default_factory=dict)
    """Those, and what somebody who died saw."""
    step: int = 0
    owed: set[tuple[int, int]] = field(default_factory=set)
    """Channel and story."""
    began: datetime = datetime(2000, 1, 1, tzinfo=UTC)

    async def furnish(self, store: Store) -> None:
        """A channel in each zone with its subscriptions, which began some days before."""
        self.began = self.at - 10 * DAY
        until = self.until + 30 * DAY
        for n, zone in enumerate(ZONES):
            async with store.begin() as c:
                place = await destinations.get_or_add(c, "T1", f"C{n}", language="en", timezone=zone)
                for cadence, at in WISHES:
                    one = await subscriptions.add(
                        c, team="T1", destination=place.id, owner="U1", query=cadence, cadence=cadence, at=at,
                        weekday="sun", timezone=zone, created_at=self.began,
                    )  # fmt: skip
                    self.asked.setdefault(place.id, []).append((one.id, cadence))
                if n == 0:
                    await destinations.set_digest(c, place.id, OWN)
            own = [slots_of("daily", OWN, zone, self.began, until)] if n == 0 else []
            self.places.append(place)
            self.schedules[place.id] = own + [slots_of(*wish, zone, self.began, until) for wish in WISHES]

    def note(self, seen: dict[Slot, int], now: datetime) -> None:
        """Somebody looks whose clock shows this."""
        for slot in self.latest(now):
            seen.setdefault(slot, self.step)

    def latest(self, now: datetime) -> Iterator[Slot]:
        """The newest slot of every schedule: those that somebody who looks now finds due."""
        for place, schedules in self.schedules.items():
            for slots in schedules:
                if found := bisect_right(slots, now):
                    yield place, name_of(slots[found - 1])

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
            for place in self.random.sample(self.places, self.random.randint(1, 3)):
                self.owed.add((place.id, story))
                for number, cadence in self.random.sample(self.asked[place.id], self.random.randint(1, 3)):
                    await matches.add(
                        c, team="T1", subscription=number, destination=place.id, story=story, article=article,
                        cadence=cadence, matched_at=now,
                    )  # fmt: skip

    async def run(self, processes: Sequence[Process]) -> None:
        """To the end of the span, and on until the last weekly digest has come."""
        while self.at < self.until:
            self._pass()
            self.step += 1
            for one in processes:
                self._trouble(one)
            if self.random.random() < 0.15:
                one = self.random.choice(processes)
                await self.publish(one.store, one.now())
            await self._look(self.random.sample(processes, self.random.choice((1, 1, 2))))
        for one in processes:
            one.wrong, one.looks_left = timedelta(0), None
        for _ in range(32):
            self.at += DAY / 2
            self.step += 1
            await processes[0].look()

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

    def _trouble(self, one: Process) -> None:
        if one.right_at is not None and self.at >= one.right_at:
            one.wrong, one.right_at = timedelta(0), None
        if one.right_at is None and self.random.random() < 0.04:
            one.wrong = self.random.choice(WRONG)
            one.right_at = self.at + timedelta(hours=self.random.randint(1, 30))

    async def _look(self, processes: Sequence[Process]) -> None:
        for one in processes:
            if self.random.random() < 0.05:
                one.looks_left = self.random.randint(0, 4)
        if self.random.random() < 0.5:
            await asyncio.gather(*(one.look() for one in processes))
        else:
            for one in processes:
                await one.look()


# ── what came of it ────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Outcome:
    """What stands in the rows."""

    taken: dict[Slot, datetime]
    taken_rows: int
    digests: list[Delivery]
    untold: int

    def pages(self) -> Iterator[tuple[Slot, Delivery]]:
        for one in self.digests:
            *_, day, minute, _page = one.key.split(":")
            yield (one.destination, f"{day}:{minute}"), one


async def outcome(store: Store) -> Outcome:
    async with store.read() as c:
        rows = (await c.execute(select(slot_rows))).all()
        untold = (await c.execute(select(match_rows.c.id).where(match_rows.c.told_by.is_(None)))).all()
        digests = await deliveries.find_all(c, delivery_rows.c.kind == "digest")
    taken = {(row.destination, row.slot): row.taken_at for row in rows}
    return Outcome(taken, len(rows), digests, len(untold))


def check(play: Play, found: Outcome) -> None:
    assert found.taken_rows == len(found.taken), "a slot stands there under two dates"
    assert play.must.keys() - found.taken.keys() == set(), "a slot that somebody saw was not made"
    assert found.taken.keys() - play.may.keys() == set(), "a slot that is none was made"
    firsts = Counter(slot for slot, one in found.pages() if one.payload["page"] == 1)
    assert set(firsts.values()) <= {1}, "a slot was made twice"
    assert firsts.keys() <= found.taken.keys()
    told: Counter[tuple[int, int]] = Counter()
    for _, one in found.pages():
        sections: Any = one.payload["sections"]
        told.update((one.destination, story) for _, numbers in sections for story in numbers)
    assert told == Counter(dict.fromkeys(play.owed, 1)), "a story was told twice, or never"
    assert found.untold == 0
    check_late(play, found)
    check_spoken(play, found, set(firsts))


def check_late(play: Play, found: Outcome) -> None:
    """Where the slot before was never made, the digest says so; who says so has a reason."""
    before: defaultdict[Slot, set[Slot]] = defaultdict(set)
    instants: dict[Slot, datetime] = {}
    for place, schedules in play.schedules.items():
        for slots in schedules:
            instants.update({(place, name_of(at)): at for at in slots})
            for old, new in pairwise(slots):
                before[place, name_of(new)].add((place, name_of(old)))
    reasons: defaultdict[tuple[int, datetime], bool] = defaultdict(bool)
    for slot, at in found.taken.items():
        missed = any(play.must.get(one, play.step) >= play.may[slot] for one in before[slot])
        reasons[slot[0], at] |= missed or at - instants[slot] > LATE_AFTER
    for slot, one in found.pages():
        never = any(old not in found.taken for old in before[slot])
        assert one.payload["late"] or not never, "it does not say that one before it was missed"
        assert not one.payload["late"] or reasons[slot[0], found.taken[slot]], "it says that it is late, and is not"


def check_spoken(play: Play, found: Outcome, spoken: set[Slot]) -> None:
    """The channel's own digest speaks also when there is nothing: each was said, by itself or in one with others."""
    place = play.places[0].id
    moments = {found.taken[slot] for slot in spoken if slot[0] == place}
    own = {(place, name_of(at)) for at in play.schedules[place][0]} & found.taken.keys()
    assert {found.taken[slot] for slot in own} <= moments


# ── the proof ──────────────────────────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    """A process's own way to the database; nothing here is to survive the machine's end."""

    def hurry(connection: Any, _record: object) -> None:
        connection.cursor().execute("PRAGMA synchronous=OFF")

    store = Store.open(url)
    if store.embedded:
        event.listen(store._engine.sync_engine, "connect", hurry)
    try:
        yield store
    finally:
        await store.close()


async def prove(url: str, seed: int, since: datetime, days: int) -> Play:
    """Plays it and looks at the rows."""
    play = Play(Random(seed), since, since + days * DAY)
    async with AsyncExitStack() as stack:
        one, two = [await stack.enter_async_context(opened(url)) for _ in range(2)]
        await play.furnish(one)
        await play.run([Process(one, play), Process(two, play)])
        check(play, await outcome(one))
    return play


@pytest.mark.parametrize("seed,since", [(1, "2026-03-06"), (2, "2026-09-25"), (3, "2026-10-24")])
async def test_every_slot_of_some_weeks_comes_once_and_every_story(
    database: MigratedDatabase, seed: int, since: str
) -> None:
    play = await prove(database.url, seed, datetime.fromisoformat(since).replace(tzinfo=UTC), 14)
    assert len(play.must) > 150
    assert len(play.owed) > 10


@pytest.mark.long
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_every_slot_of_two_years_comes_once_and_every_story(database: MigratedDatabase) -> None:
    play = await prove(database.url, 7, datetime(2025, 1, 1, tzinfo=UTC), 730)
    assert len(play.must) > 6_000
    assert len(play.owed) > 600
    every = [slot for schedules in play.schedules.values() for slots in schedules for slot in slots]
    print(f"{len(play.must):,} slots made of {bisect_left(sorted(every), play.until):,}, {len(play.owed):,} stories")


def test_the_slots_are_counted_by_another_way_than_they_are_made() -> None:
    lord_howe = ("Australia/Lord_Howe", datetime(2026, 4, 3, tzinfo=UTC), datetime(2026, 4, 6, tzinfo=UTC))
    assert [name_of(at) for at in slots_of("daily", "01:45", *lord_howe)] == [
        "2026-04-03T14:45Z",
        "2026-04-04T14:45Z",
        "2026-04-05T15:15Z",
    ]
    new_york = ("America/New_York", datetime(2026, 3, 7, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC))
    assert [name_of(at) for at in slots_of("weekly", "02:15", *new_york)] == ["2026-03-08T07:15Z"]
