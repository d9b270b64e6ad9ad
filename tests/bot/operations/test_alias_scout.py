"""The alias scout reports unknown spellings to the operators: one message a week, each spelling once."""

from __future__ import annotations

import pytest

from bot.deliveries.notices import OperatorsChannel
from bot.matching.query.names import shown_names
from bot.operations.alias_scout import MAX_PROPOSALS, AliasScout
from bot.store.deliveries import table as deliveries
from handlers.blocks.message import render
from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from tests.support.bot_harness import BotHarness


def alias_scout(harness: BotHarness, channel: str | None = "COPS") -> AliasScout:
    operators = OperatorsChannel(channel, "en", "Asia/Seoul") if channel else None
    return AliasScout(harness.store, harness.lexicon, operators, harness.now)


async def notices(harness: BotHarness) -> list[NoticeCard]:
    await harness.deliver()
    return list(harness.shown(NoticeCard, "COPS"))


async def test_a_new_spelling_is_reported_once(harness: BotHarness) -> None:
    await harness.publish("ilbo", "크래치오스 실장 방한", "크래치오스 실장이 서울에 왔다.")
    assert [await alias_scout(harness).run(), await alias_scout(harness).run()] == [1, 0]
    [card] = await notices(harness)
    assert [note.code for note in card.notes] == ["aliases_found", "alias_official"]
    args = card.notes[1].args
    assert (args["spelling"], args["topics"], args["example"]) == (
        "크래치오스", "Michael Kratsios", "크래치오스 실장 방한",
    )  # fmt: skip
    harness.pass_time(days=8)
    assert await alias_scout(harness).run() == 0, "a reported spelling is not reported again"
    assert len(await notices(harness)) == 1


async def test_a_spelling_after_the_report_waits_for_the_next_week(harness: BotHarness) -> None:
    await harness.publish("ilbo", "크래치오스 실장 방한", "")
    await alias_scout(harness).run()
    await harness.publish("ilbo", "크라시오스, 서울 도착", "")
    harness.pass_time(days=3)
    assert await alias_scout(harness).run() == 0, "one message a week"
    harness.pass_time(days=5)
    assert await alias_scout(harness).run() == 1
    first, second = await notices(harness)
    assert [note.args.get("spelling") for note in second.notes[1:]] == ["크라시오스"]
    assert first != second


async def test_a_week_without_a_new_spelling_has_no_report_and_is_not_used_up(harness: BotHarness) -> None:
    await harness.publish("ilbo", "크라치오스 실장 방한", "크라치오스 실장이 왔다.")
    assert await alias_scout(harness).run() == 0
    await harness.publish("ilbo", "크래치오스 실장 방한", "")
    assert await alias_scout(harness).run() == 1


async def test_stored_sentences_of_the_last_thirty_days_are_searched(harness: BotHarness) -> None:
    await harness.publish(
        "herald", "Visitors in Seoul", "Quantum talks followed, and Kratsious spoke of quantum computing."
    )
    harness.pass_time(days=30, seconds=1)
    assert await alias_scout(harness).run() == 0
    await harness.publish("herald", "More visitors", "Quantum talks went on, and Kratsious spoke of quantum computing.")
    assert await alias_scout(harness).run() == 1
    [card] = await notices(harness)
    assert card.notes[1].args["articles"] == "1"


@pytest.mark.parametrize(("seconds", "reports"), [(0, 1), (1, 0)])
async def test_an_article_of_thirty_days_ago_is_still_searched(harness: BotHarness, seconds: int, reports: int) -> None:
    await harness.publish("ilbo", "크래치오스 실장 방한", "")
    harness.pass_time(days=30, seconds=seconds)
    assert await alias_scout(harness).run() == reports


async def test_without_an_operators_channel_nothing_is_reported(harness: BotHarness) -> None:
    await harness.publish("ilbo", "크래치오스 실장 방한", "")
    assert await alias_scout(harness, None).run() == 0


async def test_a_long_list_is_reported_over_weeks(harness: BotHarness) -> None:
    for number in range(MAX_PROPOSALS + 2):
        await harness.publish("ilbo", f"크{chr(0xB77C + number)}치오스 실장 방한, {number}일째", "")
    await alias_scout(harness).run()
    harness.pass_time(days=8)
    await alias_scout(harness).run()
    first, second = await notices(harness)
    assert len(first.notes) == 1 + 15
    spellings = [note.args["spelling"] for card in (first, second) for note in card.notes[1:]]
    assert len(spellings) == len(set(spellings)) > MAX_PROPOSALS


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "near the name of Michael Kratsios, in 1 article of 1 outlet"),
        ("ko", "마이클 크라치오스 이름에 가깝습니다"),
    ],
)
async def test_the_report_is_written_in_both_languages(harness: BotHarness, language: str, expected: str) -> None:
    await harness.publish("ilbo", "크래치오스 <!channel> 실장", "")
    await alias_scout(harness).run()
    async with harness.store.read() as c:
        assert await deliveries.by_key(c, "notice:T1:scout:2026-W10") is not None
    [card] = await notices(harness)
    message = render(Shown(card, language), shown_names(harness.lexicon))
    assert expected in str(message)
    assert "<!channel>" not in message.text
