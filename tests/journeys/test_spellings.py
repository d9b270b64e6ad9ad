"""An admin adds a proposed spelling in the home tab: the running bot counts it, and alerts nobody of older news."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

import pytest

from bot.deliveries.notices import OperatorsChannel
from bot.operations.alias_scout import AliasScout
from bot.store.engine import Store
from scrapers.fake_outlets.fake_articles import FakeArticle
from settings.lexicon import load
from tests.support.journey import PATIENCE_SECONDS, Journey, elements_of, words_of

MISSED = FakeArticle("missed", "크래치오스 실장 방한", ("크래치오스 실장이 오늘 서울에 도착해 사흘 동안 머문다.",))
LATER = FakeArticle(
    "later",
    "크래치오스, 다시 서울로",
    (
        "크래치오스 실장이 26일 다시 서울에 와서 과학기술정보통신부 장관을 만나고 기술 협력의 다음 일정을 논의했다.",
        "두 사람은 양자컴퓨터 부품 시험 시설을 함께 쓰기로 하고, 분야별 소위원회의 올해 일정과 책임자를 정하였다.",
        "회의 결과는 부처 누리집에 올리고, 기업과 연구자를 위한 설명회도 다음 달에 따로 열 계획이라고 덧붙였다.",
    ),
)


async def scout(journey: Journey, channel: str) -> int:
    """Runs the weekly job, for which nobody waits."""
    store = Store.open(f"sqlite:///{journey.database}")
    try:
        operators = OperatorsChannel(channel, "ko", "Asia/Seoul")
        return await AliasScout(store, load(None), operators, lambda: datetime.now(UTC)).run()
    finally:
        await store.close()


async def read_by_the_new_spelling(caplog: pytest.LogCaptureFixture) -> None:
    """Waits until the running bot has the new lexicon, which only its log says."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while "lexicon_changed" not in caplog.messages:
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.02)


async def test_a_proposed_spelling_is_added_at_home_and_counts_at_once(
    journey: Journey, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "pactbot.lexicon")
    slack, ops = journey.slack, journey.slack.add_channel("ops")
    journey.look_seconds = 0.1
    journey.given["operators_channel"] = ops
    journey.read_only("hanbit")
    await journey.start()
    await journey.ask("subscribe who:kratsios")
    journey.fake_outlets.publish("hanbit", MISSED)
    await journey.settled(f"SELECT 1 FROM articles WHERE headline = '{MISSED.headline}' AND state = 'read'")
    assert await scout(journey, ops) == 1
    await slack.open_home("seoyeon")
    await slack.wait_for(lambda: "“크래치오스” 추가" in words_of(slack.home("seoyeon")), PATIENCE_SECONDS)
    buttons = [each["value"] for each in elements_of(slack.home("seoyeon")) if "lexicon:add" in each["action_id"]]
    assert buttons == ["lexicon add 크래치오스"]
    assert "관리자" in await journey.ask("사전 추가 크래치오스", user="junho")
    await slack.click("pact:run:lexicon:add:0", "seoyeon", where="home")
    await slack.wait_for(lambda: "놓친 기사는 1건" in words_of(slack.modal("seoyeon")), PATIENCE_SECONDS)
    assert MISSED.headline in words_of(slack.modal("seoyeon"))
    await journey.post("크래치오스", "표기를 사전에 추가했습니다", channel="ops")
    await slack.wait_for(lambda: "“크래치오스” 삭제" in words_of(slack.home("seoyeon")), PATIENCE_SECONDS)
    assert "사전에 제안된 표기" not in words_of(slack.home("seoyeon")), "a proposal that was added is settled"
    await read_by_the_new_spelling(caplog)
    journey.fake_outlets.publish("hanbit", LATER)
    matched = await journey.settled("SELECT headline FROM matches JOIN articles ON articles.id = matches.article")
    assert {row[0] for row in matched} == {LATER.headline}
    journey.assert_nothing_twice()
