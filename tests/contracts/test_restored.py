"""A restored copy skips the numbers that were given since, and looks for its unsent messages before it sends them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select

from bot.outbox.policy import metadata_key
from bot.store import once, restored
from bot.store.engine import Store
from bot.store.restored import COPIED, NUMBERS_SKIPPED, UNDATED_FOR, Gap, is_of_gap
from bot.store.schema import changes, deliveries
from tests.support.bot_harness import BotHarness, outlet_named
from tests.support.outbox_harness import NOW, Message, OutboxHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT

HOUR = timedelta(hours=1)


async def mark(store: Store, made_at: datetime) -> None:
    async with store.begin() as c:
        assert await once.take(c, "", f"{COPIED}{made_at.isoformat()}", made_at)


async def prepare(store: Store, now: datetime) -> tuple[datetime, int] | None:
    async with store.begin() as c:
        return await restored.prepare(c, now)


async def test_a_database_that_is_no_copy_is_left_alone(store: Store, now: datetime) -> None:
    assert await prepare(store, now) is None
    async with store.read() as c:
        assert await restored.last_gap(c) is None


async def test_a_copy_is_prepared_once_and_a_copy_of_it_again(store: Store, now: datetime) -> None:
    await mark(store, now - HOUR)
    assert await prepare(store, now) == (now - HOUR, 0)
    assert await prepare(store, now + HOUR) is None
    async with store.read() as c:
        assert await restored.last_gap(c) == Gap(now - HOUR, now)
    await mark(store, now + HOUR)
    assert await prepare(store, now + 2 * HOUR) == (now + HOUR, 0)
    async with store.read() as c:
        assert await restored.last_gap(c) == Gap(now + HOUR, now + 2 * HOUR)


async def test_numbers_of_the_gap_never_come_again(store: Store, now: datetime) -> None:
    async def change() -> int:
        async with store.begin() as c:
            new = insert(changes).values(team="T1", what="x", before={}, after={}, made_at=now).returning(changes.c.id)
            number: int = (await c.execute(new)).scalar_one()
            return number

    first = await change()
    await mark(store, now)
    await prepare(store, now)
    assert await change() == first + NUMBERS_SKIPPED + 1


async def test_what_the_copy_has_as_unsent_is_looked_for_and_sent_only_if_it_is_not_there(
    harness: OutboxHarness, store: Store, now: datetime
) -> None:
    for channel in ("C1", "C2"):
        await harness.enqueue(await harness.channel(channel), f"notice:{channel}")
    key = metadata_key("notice:C1")
    harness.slack.channels["C1"] = [Message("1.0", key, None, False, False)]  # the original posted it after the copy
    await mark(store, now - HOUR)
    assert await prepare(store, now) == (now - HOUR, 2)
    await harness.rounds(120, harness.outbox())
    assert harness.slack.keys("C1") == [key]
    assert harness.slack.keys("C2") == [metadata_key("notice:C2")]
    assert min(since for since, _ in harness.slack.windows) <= now - HOUR


@pytest.mark.parametrize(("minutes", "looked_for"), [(-61, False), (-60, True), (0, True), (1, False)])
async def test_a_digest_that_fell_due_in_the_gap_is_looked_for(
    harness: OutboxHarness, store: Store, now: datetime, minutes: int, looked_for: bool
) -> None:
    await mark(store, now - HOUR)
    await prepare(store, now)
    ids = await harness.enqueue(await harness.channel("C1"), "digest:1")
    async with store.begin() as c:
        await restored.look_for_new(c, ids, now + timedelta(minutes=minutes), now)
    assert ((await harness.get("digest:1")).state == "unknown") is looked_for


async def test_a_page_waits_until_its_first_page_has_been_looked_for(
    harness: OutboxHarness, store: Store, now: datetime
) -> None:
    channel = await harness.channel("C1")
    (first,) = await harness.enqueue(channel, "digest:1")
    await harness.enqueue(channel, "digest:2", after=first)
    await mark(store, now - HOUR)
    await prepare(store, now)
    assert (await harness.get("digest:1")).not_before == now
    assert (await harness.get("digest:2")).not_before == now + restored.AFTER_ITS_PARENT


GAP = Gap(NOW - HOUR, NOW)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("gap", "published_at", "seen_at", "may_repeat"),
    [
        (None, NOW - HOUR, NOW + HOUR, False),
        (GAP, NOW - MOMENT, NOW, True),
        (GAP, NOW, NOW + MOMENT, False),
        (GAP, NOW - MOMENT, NOW - MOMENT, False),
        (GAP, None, NOW, True),
        (GAP, None, NOW + UNDATED_FOR - MOMENT, True),
        (GAP, None, NOW + UNDATED_FOR, False),
    ],
)
def test_what_was_out_before_the_restore_may_have_been_posted(
    gap: Gap | None, published_at: datetime | None, seen_at: datetime, may_repeat: bool
) -> None:
    assert is_of_gap(gap, published_at, seen_at) is may_repeat


async def test_a_digest_of_the_gap_and_an_article_of_it_are_no_news(store: Store, now: datetime) -> None:
    """The original may have posted both: the digest is looked for first, and the article waits for the next one."""
    bot = BotHarness(store, {"herald": outlet_named("herald")})
    await bot.subscribe("quantum", "daily")
    await bot.subscribe("quantum", channel="C2")
    await bot.announce("herald")
    bot.pass_time(hours=1)
    await bot.publish("herald", QUANTUM, QUANTUM_TEXT)
    await bot.deliver()
    assert len(bot.cards("C2")) == 1
    await mark(store, bot.now())
    bot.pass_time(days=1)
    await prepare(store, bot.now())
    await bot.digests.enqueue_due()
    async with store.read() as c:
        states = await c.execute(select(deliveries.c.state).where(deliveries.c.kind == "digest"))
        assert list(states.scalars()) == ["unknown"]
    title, text = "Quantum computers come to Busan", "Two quantum computers were moved to Busan on Tuesday night."
    await bot.publish("herald", title, text, published_at=bot.now() - timedelta(minutes=1))
    bot.pass_time(minutes=1)
    await bot.publish("herald", f"{title}, says the mayor of Daegu", "The mayor spoke of quantum computing in Daegu.")
    await bot.deliver()
    assert len(bot.cards("C2")) == 2, "only what was published since is alerted"
