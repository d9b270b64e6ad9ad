"""``story 7d`` compares the stories that began in some days, as the workspace sees them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.answers.stories import story_board
from bot.store import story_links
from handlers.blocks.message import render
from handlers.cards.answers import ErrorCard
from handlers.cards.shown import Shown
from tests.support.bot_harness import TEAM, BotHarness
from tests.support.merging import EVENTS


def words(card: Any, language: str) -> str:
    return render(Shown(card, language)).plain


KOREAN = ("대전 연구소 양자컴퓨터 공개", "대전의 한 연구소가 양자컴퓨터를 공개했다. 연구진은 내년부터 기업에 빌려준다.")


async def publish(harness: BotHarness, event: int, *reports: tuple[str, int]) -> None:
    """Publishes an event: an article of each outlet, so many minutes after the first; a day passes."""
    began_at = harness.at
    for key, minutes in reports:
        title, text = KOREAN if harness.outlets[key].language == "ko" else EVENTS[event]
        await harness.publish(key, title, text, at=began_at + timedelta(minutes=minutes))
    harness.pass_time(days=1)


async def test_firsts_differences_and_languages_are_counted(harness: BotHarness) -> None:
    await publish(harness, 0, ("herald", 0), ("times", 30))
    await publish(harness, 1, ("times", 0), ("herald", 4))
    await publish(harness, 2, ("ilbo", 0))
    started_at = harness.at
    for minutes, (key, price) in enumerate((("herald", 20), ("times", 30))):
        text = f"A quantum zeppelin worth ${price} million flew over the Han river. Crowds cheered it all day long."
        await harness.publish(key, "A zeppelin over the river", text, at=started_at + timedelta(minutes=minutes))
    card = await harness.ask("story 7d")
    assert (card.stories, card.several, card.decided, card.is_whole) == (4, 3, 1, True)
    assert card.firsts == (("Herald", 1, 1),)
    assert (card.both, card.ko_alone, card.en_alone) == (0, 1, 3)
    assert [line.story for line in card.ko_lines] == ["ST3"]
    assert [(line.story, line.notes[0].code) for line in card.differences] == [("ST4", "story_differ_amount")]
    english, korean = words(card, "en"), words(await harness.ask("기사묶음 7일"), "ko")
    assert "First to report: known for 1 of 3 stories" in english
    assert "Herald first in 1 of 1" in english
    assert "Outlets differ on 1 story" in english
    assert "$20 million (1), $30 million (1)" in english
    assert "국문·영문 모두 0건, 국문만 1건, 영문만 3건" in korean


async def test_only_stories_that_began_in_the_days_count(harness: BotHarness) -> None:
    await publish(harness, 0, ("herald", 0))
    harness.pass_time(days=6)
    await publish(harness, 0, ("ilbo", 0))
    assert (await harness.ask("story 7d")).stories == 1
    assert (await harness.ask("story 9d")).stories == 2
    assert (await harness.ask("story 1w")).days == 7


async def test_a_workspace_counts_the_stories_that_it_made_one_once(harness: BotHarness) -> None:
    await publish(harness, 0, ("herald", 0))
    await publish(harness, 1, ("ilbo", 0))
    assert (await harness.ask("story 7d")).both == 0
    async with harness.store.begin() as c:
        await story_links.add(c, team=TEAM, story=1, other=2, person="U1", now=harness.now())
    card = await harness.ask("story 7d")
    assert (card.stories, card.several, card.both, card.decided) == (1, 1, 1, 1)


async def test_of_too_many_stories_the_newest_are_compared_and_that_is_said(
    harness: BotHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish(harness, 0, ("herald", 0), ("times", 30))
    await publish(harness, 1, ("times", 0), ("herald", 30))
    monkeypatch.setattr(story_board, "MOST_COMPARED", 1)
    card = await harness.ask("story 7d")
    assert (card.stories, card.several, card.firsts, card.is_whole) == (2, 1, (("Times", 1, 1),), False)
    assert "Only the newest" in words(card, "en")
    monkeypatch.setattr(story_board, "MOST_COMPARED", 2)
    assert (await harness.ask("story 7d")).is_whole


async def test_nothing_is_compared_where_nothing_began(harness: BotHarness) -> None:
    card = await harness.ask("story 1d")
    assert words(card, "en") == "Stories of the last 1 day\nNo story began in this period."
    assert words(card, "ko") == "최근 1일 소식 비교\n이 기간에 새로 시작된 소식이 없습니다."


@pytest.mark.parametrize(
    ("line", "nearest"), [("story 91d", "story 90d"), ("기사묶음 0일", "기사묶음 90일"), ("story 99999d", "story 90d")]
)
async def test_days_out_of_range_are_one_line(harness: BotHarness, line: str, nearest: str) -> None:
    card = await harness.ask(line)
    assert isinstance(card, ErrorCard)
    assert (card.note.code, card.nearest) == ("board_span_wrong", nearest)
