"""Old rows are deleted a few at a time; what guards against a second post, and what is still owed, stays."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update

from bot.operations.retention import KEEP_DELIVERIES, count_old, delete_old
from bot.store import destinations, old_rows, old_stories, once
from bot.store.engine import Store
from bot.store.old_rows import ALL, TOLD
from bot.store.schema import articles, metadata
from tests.support.bot_harness import BotHarness, outlet_named
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT, SIGNED, SIGNED_TEXT

OLD, LATER = timedelta(days=60), timedelta(days=40)


@pytest.fixture
async def bot(store: Store) -> BotHarness:
    """A channel with an alert and a daily digest, and outlets that were read for the first time."""
    harness = BotHarness(store, {key: outlet_named(key) for key in ("herald", "times")})
    await harness.subscribe("quantum OR pact")
    for key in harness.outlets:
        await harness.announce(key, harness.headline(key, f"The {key} is read for the first time"))
    harness.pass_time(hours=1)
    return harness


async def rows(store: Store) -> dict[str, int]:
    async with store.read() as c:
        return {
            table.name: (await c.execute(select(func.count()).select_from(table))).scalar_one()
            for table in metadata.sorted_tables
        }


async def delete(bot: BotHarness, age: timedelta = LATER) -> bool:
    return await delete_old(bot.store, ALL, bot.now() - age, bot.now())


async def test_what_is_old_goes_and_what_is_young_stays(bot: BotHarness) -> None:
    await bot.publish("herald", QUANTUM, QUANTUM_TEXT)
    await bot.publish("herald", "Daegu opens a museum", "A museum of umbrellas opened in Daegu on Monday.")
    await bot.deliver()
    bot.at += OLD
    young = await bot.publish("times", SIGNED, SIGNED_TEXT)
    await bot.deliver()
    counted = await count_old(bot.store, bot.now() - LATER, bot.now())
    assert {table: of_table for table, of_table in counted.items() if of_table} == {
        "matches": 1, "deliveries": 1, "stories": 1, "articles": 4,
    }  # fmt: skip
    assert await delete(bot)
    after = await rows(bot.store)
    assert (after["stories"], after["articles"], after["matches"], after["deliveries"]) == (1, 1, 1, 1)
    assert (await bot.row(young)).story is not None
    assert len(bot.cards()) == 2
    assert await delete(bot), "a second run finds nothing"
    assert await rows(bot.store) == after


async def test_a_list_that_still_shows_a_purged_article_makes_no_new_one(bot: BotHarness) -> None:
    item = await bot.publish("herald", QUANTUM, QUANTUM_TEXT, published_at=None)
    await bot.deliver()
    bot.at += OLD
    await delete(bot)
    before = await rows(bot.store)
    assert before["purged_names"] >= len(item.identities)
    new = bot.headline("herald", "A second quantum computer comes to Seoul", published_at=None)
    assert await bot.announce("herald", item, new)
    assert (await rows(bot.store))["articles"] == before["articles"] + 1
    assert (await bot.row(new)).id > 3, "numbers never come again"
    await bot.deliver()
    assert len(bot.cards()) == 1


async def test_a_channel_that_is_away_keeps_what_it_is_owed(bot: BotHarness) -> None:
    channel = await bot.channel()
    async with bot.store.begin() as c:
        await destinations.set_state(c, channel.id, "away", "not_in_channel", bot.now())
    await bot.publish("herald", QUANTUM, QUANTUM_TEXT)
    await bot.deliver()
    bot.at += timedelta(days=200)
    await delete(bot)
    after = await rows(bot.store)
    assert (after["stories"], after["matches"], after["deliveries"]) == (1, 1, 1)


@pytest.mark.parametrize(("days", "left"), [(99, 1), (100, 1), (101, 0)])
async def test_a_match_that_waits_for_more_outlets_goes_after_the_longest_mute(
    bot: BotHarness, days: int, left: int
) -> None:
    await bot.subscribe("bio", min_outlets=3, channel="C2")
    await bot.publish("herald", "Biotechnology fair opens in Incheon", "A biotechnology fair opened in Incheon today.")
    bot.at += timedelta(days=days)
    await delete(bot)
    assert (await rows(bot.store))["matches"] == left


async def test_cleanup_deletes_deliveries_and_leaves_stories(bot: BotHarness) -> None:
    await bot.publish("herald", QUANTUM, QUANTUM_TEXT)
    await bot.deliver()
    for left in (1, 0):
        await delete_old(bot.store, TOLD, bot.now() - KEEP_DELIVERIES, bot.now())
        after = await rows(bot.store)
        assert (after["deliveries"], after["matches"], after["stories"], after["articles"]) == (left, left, 1, 3)
        bot.at += KEEP_DELIVERIES + timedelta(seconds=1)


async def test_a_run_that_is_killed_anywhere_is_whole_and_goes_on(
    bot: BotHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in ((old_rows, "ROWS_A_STEP"), (old_stories, "STORIES_A_STEP"), (old_stories, "ARTICLES_A_STEP")):
        monkeypatch.setattr(module, name, 1)
    for number in range(3):
        await bot.publish("herald", f"{QUANTUM}, number {number}", f"{QUANTUM_TEXT} It is number {number}.")
        await bot.ask(f"mute outlet times for {number + 1}h")
        bot.pass_time(days=3)
    await bot.deliver()
    bot.at += OLD
    runs = 0
    while not await delete_old(bot.store, ALL, bot.now() - LATER, bot.now(), most_transactions=2):
        runs += 1
        assert runs < 100
        if bot.store.embedded:
            async with bot.store.read() as c:
                assert (await c.execute(text("PRAGMA foreign_key_check"))).all() == []
    assert runs > 5
    after = await rows(bot.store)
    left = {"deliveries", "matches", "stories", "articles", "mentions", "mutes", "article_identities"}
    assert {name: after[name] for name in left if after[name]} == {}
    assert after["changes"] == 1, "the last change says that somebody has set the channel up"


async def test_a_running_bot_writes_meanwhile(
    bot: BotHarness, second_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old_stories, "ARTICLES_A_STEP", 1)
    texts = [bot.headline("herald", f"Street number {number} gets a lamp") for number in range(30)]
    await bot.announce("herald", *texts)
    async with bot.store.begin() as c:
        await c.execute(update(articles).values(wants_page=False))
    bot.at += OLD
    deleting = asyncio.create_task(delete(bot))
    writes = 0
    while not deleting.done():
        async with second_store.begin() as c:
            assert await once.take(c, "T1", f"write {writes}", bot.now())
        writes += 1
        await asyncio.sleep(0)
    assert await deleting
    assert writes > 5
    assert (await rows(bot.store))["articles"] == 0
