"""A story's card names the outlet that was first and the topics, and is headed in the reader's language."""

from __future__ import annotations

from datetime import timedelta

from bot.deliveries.cards_from_rows import coverage_of
from tests.support.bot_harness import BotHarness


def test_no_outlet_is_first_where_none_followed(harness: BotHarness) -> None:
    assert coverage_of((), harness.outlets).first_outlet is None


async def test_a_card_says_which_outlet_was_first_and_by_how_long(harness: BotHarness) -> None:
    await harness.subscribe("zeppelin")
    started_at = harness.at
    for minutes, key in ((0, "herald"), (25, "times")):
        at = started_at + timedelta(minutes=minutes)
        await harness.publish(
            key, "A zeppelin over the river", f"A zeppelin flew over the Han river, {key} saw.", at=at
        )
    await harness.edits()
    (card,) = harness.cards()
    assert (card.first_outlet, card.first_by_minutes) == ("Herald", 25)


async def test_a_card_is_headed_by_a_readable_article_in_the_channels_language(harness: BotHarness) -> None:
    await harness.subscribe("topic:pact")
    korean = "한미 기술번영 업무협약(MOU) 체결"
    await harness.publish(
        "ilbo",
        korean,
        "한국과 미국이 월요일 경주에서 인공지능, 양자, 우주를 아우르는 한미 기술번영 업무협약에 서명했다.",
    )
    await harness.deliver()
    assert [card.headline for card in harness.cards()] == [korean]
    english = "Korea and the United States sign Technology Prosperity Deal"
    await harness.publish(
        "herald", english, "South Korea and the United States signed the U.S.-ROK Technology Prosperity Deal on Monday."
    )
    await harness.edits()
    assert [card.headline for card in harness.cards()] == [english]
