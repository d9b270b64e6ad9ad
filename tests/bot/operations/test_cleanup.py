"""Cleanup ends subscriptions, deletes old rows, and reports a failing outlet once, each at its boundary."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.deliveries.notices import OperatorsChannel
from bot.operations.cleanup import Cleanup
from bot.store import articles, feed_texts, inbound, mentions
from handlers.cards.answers import NoticeCard
from scrapers.errors import Unreachable
from tests.support.bot_harness import BotHarness

SECOND = timedelta(seconds=1)


@pytest.fixture
def cleanup(harness: BotHarness) -> Cleanup:
    operators = OperatorsChannel("COPS", "en", "Asia/Seoul")
    return Cleanup(harness.store, harness.outlets, operators, harness.now)


async def read_the_others(harness: BotHarness) -> None:
    for key in ("times", "ilbo", "shy", "ministry"):
        await harness.announce(key)


async def test_an_outlet_that_fails_for_three_intervals_is_reported_once(harness: BotHarness, cleanup: Cleanup) -> None:
    herald = harness.outlets["herald"]
    await harness.intake.source_failed(herald, herald.sources[0], Unreachable(herald.sources[0].url, "no answer"))
    harness.pass_time(minutes=45, seconds=-1)
    await read_the_others(harness)
    assert await cleanup.run() == 0
    harness.pass_time(seconds=1)
    assert [await cleanup.run(), await cleanup.run()] == [1, 0]
    await harness.deliver()
    (notice,) = harness.shown(NoticeCard, "COPS")
    assert (notice.notes[0].code, notice.notes[0].args["outlet"]) == ("outlet_failing", "Herald")


async def test_stored_sentences_are_deleted_after_ninety_days(harness: BotHarness, cleanup: Cleanup) -> None:
    text = "Seoul opened a centre for quantum computing on Monday."
    item = await harness.publish("herald", "Seoul opens a centre", text)
    article_id = await harness.number_of(item)
    for span, stored in ((timedelta(days=90), True), (SECOND, False)):
        harness.at += span
        await cleanup.run()
        async with harness.store.read() as c:
            of_article = (await mentions.mentions_of(c, [article_id]))[article_id]
        assert bool(await harness.sentences(article_id)) == stored
        assert any(mention.context for mention in of_article if mention.field == "text") == stored


async def test_a_text_whose_page_is_not_wanted_any_more_is_deleted(harness: BotHarness, cleanup: Cleanup) -> None:
    item = harness.headline("herald", "Seoul opens a centre", summary="It is for quantum computing.")
    await harness.announce("herald", item)
    article_id = await harness.number_of(item)
    for wants_page in (True, False):
        async with harness.store.begin() as c:
            await articles.update(c, article_id, wants_page=wants_page)
        await cleanup.run()
        async with harness.store.read() as c:
            assert bool((await feed_texts.of_article(c, article_id)).text) == wants_page


async def test_handled_requests_are_deleted_after_a_day(harness: BotHarness, cleanup: Cleanup) -> None:
    async with harness.store.begin() as c:
        assert await inbound.add(c, "T1", "r1", "request", {}, harness.at)
        await inbound.mark_handled(c, "T1", "r1", harness.at)
    for span, stored in ((timedelta(days=1), True), (SECOND, False)):
        harness.at += span
        await cleanup.run()
        async with harness.store.begin() as c:
            assert await inbound.add(c, "T1", "r1", "request", {}, harness.at) != stored


async def test_a_subscription_past_its_end_is_ended(harness: BotHarness, cleanup: Cleanup) -> None:
    await harness.ask("subscribe quantum for 1d")
    harness.pass_time(hours=25)
    await cleanup.run()
    assert (await harness.ask("list")).lines == ()
