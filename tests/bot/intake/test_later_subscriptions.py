"""An article that is read again owes a later subscription only what its new text adds."""

from __future__ import annotations

import pytest

from scrapers.article import Headline
from tests.support.bot_harness import BotHarness

FLASH = "[속보] 한미, 기술번영 업무협약 이행계획 서명"
TEXT = (
    "한국과 미국은 23일 서울에서 기술번영 업무협약 이행계획에 서명했다. "
    "두 나라는 양자컴퓨터 공동연구소를 세우기로 했다. 연구소는 내년 봄 대전에서 문을 연다."
)


async def told_flash(harness: BotHarness) -> Headline:
    item = harness.headline("ilbo", FLASH, language="ko")
    await harness.announce("ilbo", item)
    await harness.deliver()
    return item


@pytest.mark.parametrize(("query", "cards"), [("pact", 1), ("quantum", 2), ("pact quantum", 2), ("pact -quantum", 1)])
async def test_the_text_of_a_told_flash_is_news_only_to_what_its_headline_did_not_meet(
    harness: BotHarness, query: str, cards: int
) -> None:
    await harness.subscribe("pact")
    item = await told_flash(harness)
    assert len(harness.cards()) == 1
    harness.pass_time(hours=3)
    await harness.subscribe(query, channel="C2")
    await harness.take(item, TEXT)
    await harness.deliver()
    assert len(harness.cards()) + len(harness.cards("C2")) == cards


async def test_a_subscription_that_began_before_the_flash_is_owed_its_text(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    item = await told_flash(harness)
    assert harness.cards() == []
    await harness.take(item, TEXT)
    await harness.deliver()
    assert len(harness.cards()) == 1


async def test_an_article_whose_page_comes_after_the_subscription_is_owed(harness: BotHarness) -> None:
    item = harness.headline("ilbo", FLASH.removeprefix("[속보] "), language="ko")
    await harness.announce("ilbo", item)
    harness.pass_time(minutes=1)
    await harness.subscribe("pact")
    await harness.take(item, TEXT)
    await harness.deliver()
    assert len(harness.cards()) == 1
