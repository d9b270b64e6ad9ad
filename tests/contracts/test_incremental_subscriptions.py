"""After any changes by any writer the subscription index equals one that was built from nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import delete, event, update
from sqlalchemy.engine import Engine

from bot.deliveries import subscription_index
from bot.deliveries.subscription_index import SubscriptionIndex
from bot.deliveries.subscription_lookup import IndexedSubscription
from bot.matching.query.evaluate import ArticleFacts
from bot.model import Page
from bot.store import channel_ids, destinations, installations, person_rows, purge, subscriptions, table_versions
from bot.store.engine import Connection, Store
from bot.store.schema import subscriptions as table
from settings.lexicon import load

WORDS = ("책상", "의자", "문고리", "창틀", "망고", "연필")
QUERIES = (
    *WORDS,
    "pact",
    "lang:ko",
    "-책상",
    "책상 -망고",
    "의자 OR 연필",
    '"창틀 문고리"',
    "sector:quantum 책상",
    "outlet:((",
)
TEAMS = ("T1", "T2", "T3")
CHANNELS = ("C1", "C2", "C3")
PEOPLE = ("U1", "U2", None)
PAGES = [Page(f"{first}와 {second}을 옮겼다", "", "ko") for first in WORDS for second in WORDS]
PAGES += [Page("창틀 문고리", "", "ko"), Page("Nothing is named here", "", "en"), Page("양자 책상", "", "ko")]
CHANGES = 30

Writer = Callable[[Connection], Awaitable[object]]


class Writers:
    """Changes subscriptions at random, as each part of the bot, a hand at the database, or an older process does."""

    def __init__(self, random: Random, now: datetime) -> None:
        self._random = random
        self.now = now

    def any_of_them(self) -> Writer:
        """One of them; the first are likelier, so that rows are left."""
        often = (self._add, self._add, self._add, self._add, self._edit, self._edit, self._end, self._reactivate)
        return self._random.choice(
            (*often, self._edit_many, self._write, self._delete, self._move, self._erase, self._purge)
        )

    async def _id(self, c: Connection) -> int:
        ids = [each.id for team in TEAMS for each in await subscriptions.active(c, team)]
        return self._random.choice(ids or [0])

    def _end_of_time(self) -> datetime | None:
        return self._random.choice((None, None, self.now + timedelta(hours=self._random.randint(-1, 3))))

    async def _add(self, c: Connection) -> None:
        pick = self._random.choice
        team = pick(TEAMS)
        await installations.put(c, team, self.now)
        channel = await destinations.get_or_add(c, team, pick(CHANNELS), language="ko", timezone="Asia/Seoul")
        await subscriptions.add(
            c, team=team, destination=channel.id, owner=pick(PEOPLE), query=pick(QUERIES), cadence="daily", at="09:00",
            weekday="", timezone="Asia/Seoul", created_at=self.now, ends_at=self._end_of_time(),
        )  # fmt: skip

    async def _edit(self, c: Connection) -> None:
        changed = self._random.choice(
            (
                {"query": self._random.choice(QUERIES)},
                {"ends_at": self._end_of_time()},
                {"cadence": "weekly"},
                {"min_outlets": 2},
            )
        )
        number = await self._id(c)
        for team in TEAMS:
            await subscriptions.change(c, team, number, changed, self.now)

    async def _edit_many(self, c: Connection) -> None:
        for _ in range(4):
            await self._edit(c)

    async def _end(self, c: Connection) -> None:
        number = await self._id(c)
        for team in TEAMS:
            await subscriptions.end(c, team, number, self.now)

    async def _reactivate(self, c: Connection) -> None:
        for number in range(self._random.randint(1, 20)):
            await subscriptions.reactivate(c, self._random.choice(TEAMS), number)

    async def _write(self, c: Connection) -> None:
        """A statement of somebody else's, who keeps the promise to renew the version and no other."""
        values = {"query": self._random.choice(QUERIES), "timezone": "Europe/Berlin", "at": "10:00"}
        await c.execute(update(table).where(table.c.id == await self._id(c)).values(**values))
        await table_versions.renew_version(c, table)

    async def _delete(self, c: Connection) -> None:
        await c.execute(delete(table).where(table.c.id == await self._id(c)))
        await table_versions.renew_version(c, table)

    async def _move(self, c: Connection) -> None:
        old, new = self._random.sample(CHANNELS, 2)
        await channel_ids.move(c, self._random.choice(TEAMS), old, new, self.now)

    async def _erase(self, c: Connection) -> None:
        for step in person_rows.steps_of(await person_rows.find_person(c, self._random.choice(TEAMS), "U1")):
            await step.delete(c, self.now, self.now)

    async def _purge(self, c: Connection) -> None:
        await installations.stop(c, "T3", installations.UNINSTALLED, self.now, None)
        while await purge.forget_some(c, "T3", self.now):
            pass


async def check(index: SubscriptionIndex, store: Store, now: datetime) -> None:
    """The index has what the tables say, and finds the same as one that was built from nothing."""
    fresh = SubscriptionIndex(index.lexicon)
    async with store.read() as c:
        kept, built = await index.load(c, now), await fresh.load(c, now)
        rows = [each for team in TEAMS for each in await subscriptions.active(c, team)]
    assert kept == built
    running = {each.id: each for each in rows if each.ends_at is None or each.ends_at > now}
    understood = [each for _, each in sorted(running.items()) if fresh.query_of(each) is not None]
    assert [each.subscription for each in kept] == understood
    readings = await index.read(kept, PAGES)
    assert readings == await fresh.read(built, PAGES)
    for reading in readings:
        hits = index.hits(kept, reading, ArticleFacts())
        assert hits == index.hits((*kept[:1], *kept[1:]), reading, ArticleFacts()), "of another tuple each is compared"
        assert hits == fresh.hits(built, reading, ArticleFacts())


@pytest.mark.parametrize("most_at_once", [2, 500])
async def test_an_index_that_follows_changes_equals_a_new_one(
    store: Store, second_store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch, most_at_once: int
) -> None:
    monkeypatch.setattr(subscription_index, "CHANGES_AT_ONCE", most_at_once)
    random = Random(most_at_once)
    writers, index = Writers(random, now), SubscriptionIndex(load(None))
    for _ in range(CHANGES):
        writers.now += timedelta(minutes=random.randint(-20, 60))
        if random.random() < 0.2:
            async with store.read() as c:  # nothing that is written here is kept
                await writers.any_of_them()(c)
                await index.load(c, writers.now)
        for _ in range(random.randint(0, 3)):
            async with second_store.begin() as c:
                await writers.any_of_them()(c)
        await check(index, store, writers.now)


async def subscribe(store: Store, now: datetime, *queries: str) -> None:
    """Writes subscriptions of U1's in a channel."""
    async with store.begin() as c:
        await installations.put(c, "T1", now)
        channel = await destinations.get_or_add(c, "T1", "C1", language="ko", timezone="Asia/Seoul")
        for query in queries:
            await subscriptions.add(
                c, team="T1", destination=channel.id, owner="U1", query=query, cadence="daily", at="09:00",
                weekday="", timezone="Asia/Seoul", created_at=now,
            )  # fmt: skip


async def loaded(index: SubscriptionIndex, store: Store, now: datetime) -> tuple[IndexedSubscription, ...]:
    async with store.read() as c:
        return await index.load(c, now)


@contextmanager
def readings_of_rows() -> Iterator[list[str]]:
    """The statements that read the rows of all subscriptions."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "FROM subscriptions" in statement:
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def test_only_a_changed_row_is_made_and_parsed(store: Store, now: datetime) -> None:
    index = SubscriptionIndex(load(None))
    await subscribe(store, now, "책상", "의자", "망고")
    before = await loaded(index, store, now)
    async with store.begin() as c:
        assert await subscriptions.change(c, "T1", before[1].subscription.id, {"query": "연필"}, now)
    after = await loaded(index, store, now)
    assert [new is old for new, old in zip(after, before, strict=True)] == [True, False, True]
    await check(index, store, now)


async def test_an_erased_person_owns_no_subscription_of_the_index(store: Store, now: datetime) -> None:
    index = SubscriptionIndex(load(None))
    await subscribe(store, now, "책상")
    (before,) = await loaded(index, store, now)
    async with store.begin() as c:
        for step in person_rows.steps_of(await person_rows.find_person(c, "T1", "U1")):
            await step.delete(c, now, now)
    (after,) = await loaded(index, store, now)
    assert before.subscription.owner == "U1"
    assert after.subscription.owner != "U1"


async def test_callers_that_wait_at_the_same_time_read_the_rows_once(store: Store, now: datetime) -> None:
    index = SubscriptionIndex(load(None))
    await subscribe(store, now, *WORDS)
    with readings_of_rows() as seen:
        async with store.read() as c, store.read() as other:
            first, second = await asyncio.gather(index.load(c, now), index.load(other, now))
    assert first is second
    assert len(seen) == 1


async def test_a_lexicon_that_is_replaced_during_a_reading_of_the_rows_is_not_used_after_it(
    store: Store, now: datetime
) -> None:
    index = SubscriptionIndex(load(None))
    await subscribe(store, now, *WORDS)
    with readings_of_rows() as seen:
        loading = asyncio.create_task(loaded(index, store, now))
        while not seen:  # noqa: ASYNC110 - the database is asked in its own thread
            await asyncio.sleep(0)
        await index.replace_lexicon(index.lexicon)
    before = await loading
    after = await loaded(index, store, now)
    assert before == after
    assert before[0] is not after[0]
