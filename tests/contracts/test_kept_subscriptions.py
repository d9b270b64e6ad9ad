"""The subscription index keeps the active subscriptions until they change, whoever changes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.deliveries.subscription_index import SubscriptionIndex
from bot.store import channel_ids, destinations, installations, purge, subscriptions
from bot.store.engine import Connection, Store
from settings.lexicon import load

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


async def subscribe(c: Connection, query: str, channel: str = "C1", ends_at: datetime | None = None) -> int:
    destination = await destinations.get_or_add(c, "T", channel, language="ko", timezone="Asia/Seoul")
    added = await subscriptions.add(
        c, team="T", destination=destination.id, owner=None, query=query, cadence="daily", at="09:00", weekday="",
        timezone="Asia/Seoul", created_at=NOW, ends_at=ends_at,
    )  # fmt: skip
    return added.id


async def queries(index: SubscriptionIndex, store: Store, now: datetime = NOW) -> list[str]:
    async with store.read() as c:
        return [each.subscription.query for each in await index.load(c, now)]


@pytest.fixture
async def index(store: Store) -> SubscriptionIndex:
    async with store.begin() as c:
        await installations.put(c, "T", NOW)
        await subscribe(c, "책상")
    return SubscriptionIndex(load(None))


async def test_unchanged_subscriptions_are_not_read_again(store: Store, index: SubscriptionIndex) -> None:
    assert await queries(index, store) == ["책상"]
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert await queries(index, store, LATER) == ["책상"]
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert not [statement for statement in seen if "FROM subscriptions" in statement]
    assert [statement for statement in seen if "FROM table_versions" in statement]


async def test_every_change_of_another_process_is_live_at_once(store: Store, index: SubscriptionIndex) -> None:
    assert await queries(index, store) == ["책상"]
    async with store.begin() as c:
        number = await subscribe(c, "의자")
    assert await queries(index, store) == ["책상", "의자"]
    async with store.begin() as c:
        assert await subscriptions.end(c, "T", number, NOW)
    assert await queries(index, store) == ["책상"]
    async with store.begin() as c:
        assert await subscriptions.reactivate(c, "T", number)
    assert await queries(index, store) == ["책상", "의자"]


async def test_a_subscription_ends_by_itself_at_its_time(store: Store, index: SubscriptionIndex) -> None:
    async with store.begin() as c:
        await subscribe(c, "의자", ends_at=LATER)
    assert await queries(index, store) == ["책상", "의자"]
    assert await queries(index, store, LATER - timedelta(seconds=1)) == ["책상", "의자"]
    assert await queries(index, store, LATER) == ["책상"]
    assert await queries(index, store, NOW) == ["책상", "의자"], "the machine's clock was put back"


async def test_what_was_rolled_back_is_not_kept(store: Store, index: SubscriptionIndex) -> None:
    async with store.read() as c:  # what is written here is not kept
        await subscribe(c, "의자")
        assert len(await index.load(c, NOW)) == 2
    async with store.begin() as c:
        await subscribe(c, "문")
    assert await queries(index, store) == ["책상", "문"]


async def test_a_channel_with_a_new_id_keeps_its_subscriptions(store: Store, index: SubscriptionIndex) -> None:
    async with store.begin() as c:
        await subscribe(c, "의자", "C2")
    async with store.read() as c:
        before = {each.subscription.destination for each in await index.load(c, NOW)}
    async with store.begin() as c:
        await channel_ids.move(c, "T", "C1", "C2", NOW)
    async with store.read() as c:
        after = {each.subscription.destination for each in await index.load(c, NOW)}
    assert (len(before), len(after)) == (2, 1)


async def test_purged_subscriptions_are_gone(store: Store, index: SubscriptionIndex) -> None:
    assert await queries(index, store) == ["책상"]
    async with store.begin() as c:
        await installations.stop(c, "T", installations.UNINSTALLED, NOW, None)
    more = True
    while more:
        async with store.begin() as c:
            more = await purge.forget_some(c, "T", LATER)
    assert await queries(index, store) == []


async def test_an_edited_subscription_is_read_again_and_begins_anew(store: Store, index: SubscriptionIndex) -> None:
    assert await queries(index, store) == ["책상"]
    async with store.begin() as c:
        assert await subscriptions.change(c, "T", 1, {"query": "의자", "cadence": "weekly"}, LATER)
        assert not await subscriptions.change(c, "OTHER", 1, {"query": "x"}, LATER), "it is another workspace's"
        (changed,) = await subscriptions.some(c, "T", (1,))
    assert (changed.query, changed.cadence, changed.at, changed.created_at) == ("의자", "weekly", "09:00", LATER)
    assert await queries(index, store) == ["의자"]
    async with store.begin() as c:
        assert await subscriptions.end(c, "T", 1, LATER)
        assert not await subscriptions.change(c, "T", 1, {"query": "x"}, LATER), "it is ended"
