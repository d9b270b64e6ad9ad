"""The desk's small pure parts, and what it does now and then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.deliveries.cards_from_rows import coverage_of
from bot.deliveries.due_digests import local_times
from bot.deliveries.leads import lead_with_matches
from bot.deliveries.notices import OperatorsChannel
from bot.deliveries.proof import failing_since
from bot.intake.excerpts import kept_mentions, kept_sentences
from bot.intake.source_state import is_churned
from bot.model import Mention
from bot.operations.cleanup import Cleanup
from bot.store import mentions
from bot.store.sources import SourceRow
from handlers.cards.answers import NoticeCard
from scrapers.article import Headline
from scrapers.errors import Unreachable
from tests.support.bot_harness import BotHarness

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def mention(context: str, quote: str, field: Any = "text") -> Mention:
    return Mention("sector", "quantum", quote, field, 0, len(quote), quote, context)


@given(st.text(max_size=500), st.sampled_from(["양자", "quantum", "x"]), st.text(max_size=500))
def test_a_lead_is_short_and_its_bold_is_what_matched(before: str, quote: str, after: str) -> None:
    lead = lead_with_matches(before + quote + after, [mention("", quote)])
    assert len(lead.text) <= 200
    assert all(lead.text[span.start : span.end] == quote for span in lead.bold)
    assert len(lead.bold) == 1


@given(st.lists(st.tuples(st.text(max_size=400), st.sampled_from(["headline", "text"])), max_size=60))
def test_no_more_is_kept_than_may_be(found: list[tuple[str, Any]]) -> None:
    every = [mention(f"{text}quantum{n}", "quantum", field) for n, (text, field) in enumerate(found)]
    kept = kept_mentions(every, text_allowed=True)
    assert len(kept) == len(every)
    assert len({one.context for one in kept if one.field == "text" and one.context}) <= 40
    assert all(len(one.context) <= 300 for one in kept)
    assert all(not one.context for one in kept_mentions(every, text_allowed=False) if one.field == "text")
    assert len(kept_sentences(every)) <= 40


def test_who_was_first_is_said_where_somebody_followed(harness: BotHarness) -> None:
    assert coverage_of((), harness.outlets).first_outlet is None


async def test_a_story_says_who_was_first_and_by_how_long(harness: BotHarness) -> None:
    await harness.subscribe("zeppelin")
    began = harness.at
    for minutes, key in ((0, "herald"), (25, "times")):
        at = began + timedelta(minutes=minutes)
        await harness.publish(
            key, "A zeppelin over the river", f"A zeppelin flew over the Han river, {key} saw.", at=at
        )
    await harness.edits()
    (card,) = harness.cards()
    assert (card.first_outlet, card.first_by_minutes) == ("Herald", 25)


@pytest.mark.parametrize(
    "kind,row,failing",
    [
        ("media", {"last_ok_at": NOW, "newest_at": NOW}, None),
        ("media", {"last_ok_at": NOW, "failing_since": NOW}, NOW),
        ("media", {"last_ok_at": NOW - timedelta(minutes=46)}, None),
        ("media", {"last_ok_at": NOW - timedelta(minutes=48)}, NOW - timedelta(minutes=48)),
        ("media", {"last_ok_at": NOW, "newest_at": NOW - timedelta(days=4)}, NOW - timedelta(days=4)),
        ("official", {"last_ok_at": NOW, "newest_at": NOW - timedelta(days=4)}, None),
    ],
)
def test_when_an_outlet_counts_as_failing(harness: BotHarness, kind: str, row: Any, failing: datetime | None) -> None:
    outlet = replace(harness.outlets["herald"], kind=kind)
    broken = SourceRow("herald", "u", baseline_at=NOW, **row)
    assert failing_since(outlet, [broken], NOW) == failing
    assert failing_since(outlet, [broken, SourceRow("herald", "v", last_ok_at=NOW, newest_at=NOW)], NOW) is None


def test_a_list_is_churned_only_where_dates_do_not_explain_it() -> None:
    row = SourceRow("herald", "u", baseline_at=NOW, last_ok_at=NOW)

    def entries(count: int, at: datetime | None) -> list[Headline]:
        return [Headline("herald", f"u{n}", f"u{n}", (f"url:{n}",), "t", "", at, "en") for n in range(count)]

    old, new, dateless = entries(8, NOW - timedelta(hours=1)), entries(8, NOW + timedelta(minutes=1)), entries(8, None)
    assert [is_churned(row, each, each) for each in (old, new, dateless)] == [True, False, True]
    assert not is_churned(row, old, old[:4])
    assert not is_churned(row, old[:5], old[:5])
    assert not is_churned(SourceRow("herald", "u"), old, old)


async def test_upkeep_tells_the_operators_once_a_failure_and_forgets_old_sentences(harness: BotHarness) -> None:
    cleanup = Cleanup(harness.store, harness.outlets, OperatorsChannel("COPS", "en", "Asia/Seoul"), harness.now)
    item = await harness.publish(
        "herald", "Seoul opens a centre", "Seoul opened a centre for quantum computing on Monday."
    )
    herald = harness.outlets["herald"]
    await harness.intake.source_failed(herald, herald.sources[0], Unreachable(herald.sources[0].url, "no answer"))
    for key in ("times", "ilbo", "shy", "ministry"):
        await harness.announce(key)
    assert await cleanup.run() == 0
    harness.pass_time(minutes=45)
    for key in ("times", "ilbo", "shy", "ministry"):
        await harness.announce(key)
    assert [await cleanup.run(), await cleanup.run()] == [1, 0]
    await harness.deliver()
    (notice,) = harness.shown(NoticeCard, "COPS")
    assert (notice.notes[0].code, notice.notes[0].args["outlet"]) == ("outlet_failing", "Herald")
    number = await harness.number_of(item)
    for days, kept in ((80, True), (11, False)):
        harness.pass_time(days=days)
        await cleanup.run()
        async with harness.store.read() as c:
            found = (await mentions.mentions_of(c, [number]))[number]
            assert bool(await harness.sentences(number)) == kept
        assert any(one.context for one in found if one.field == "text") == kept


async def test_a_subscription_past_its_end_is_ended(harness: BotHarness) -> None:
    cleanup = Cleanup(harness.store, harness.outlets, None, harness.now)
    await harness.ask("subscribe quantum for 1d")
    harness.pass_time(hours=25)
    await cleanup.run()
    assert (await harness.ask("list")).lines == ()


async def test_the_clock_rings_at_every_time_that_is_asked_for(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "weekly", weekday="fri", at="09:15", timezone="America/New_York")
    await harness.subscribe("quantum", "hourly", at="00:20")
    await harness.ask("digest daily 07:05")
    assert set(await local_times(harness.store)) == {(9, 15, "America/New_York", "fri"), (7, 5, "Asia/Seoul", None)}
