"""A person says why a story is not relevant: one reason a person and story is kept, and nothing else changes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.store import feedback
from bot.store.schema import feedback as feedback_table
from handlers.blocks.message import render
from handlers.cards.answers import ErrorCard, NoticeCard
from handlers.cards.choice import ChoiceCard
from handlers.cards.shown import Shown
from handlers.verbs.feedback import REASONS
from tests.support.bot_harness import TEAM, BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT


async def kept(harness: BotHarness) -> list[tuple[int, str, str]]:
    row = feedback_table.c
    async with harness.store.read() as c:
        found = await c.execute(select(row.story, row.person, row.what).order_by(row.person))
        return [(each.story, each.person, each.what) for each in found]


@pytest.fixture
async def told(harness: BotHarness) -> BotHarness:
    await harness.subscribe("quantum")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    return harness


async def test_a_story_alone_asks_for_one_of_three_reasons(told: BotHarness) -> None:
    card = await told.ask("feedback ST1")
    assert isinstance(card, ChoiceCard)
    assert [choice.line for choice in card.choices] == [f"feedback ST1 {reason}" for reason in REASONS]
    assert await kept(told) == []
    plain = render(Shown(card, "ko"))
    labels = [element["text"]["text"] for element in plain.blocks[1]["elements"]]
    assert labels == ["다른 협약", "스쳐 간 언급", "소식 아님"]


async def test_a_reason_is_kept_and_a_second_one_of_the_same_person_replaces_it(told: BotHarness) -> None:
    card = await told.ask("feedback ST1 passing")
    assert isinstance(card, NoticeCard)
    assert "“Only a passing mention”" in render(Shown(card, "en")).plain
    assert "ST1, “스쳐 간 언급”" in render(Shown(card, "ko")).plain
    await told.ask("의견 ST1 소식아님", user="U2")
    assert await kept(told) == [(1, "U1", "passing"), (1, "U2", "not-news")]
    await told.ask("feedback story ST1 other-pact")
    assert await kept(told) == [(1, "U1", "other-pact"), (1, "U2", "not-news")]
    assert len(told.cards()) == 1, "the channel is told nothing"


@pytest.mark.parametrize(("standing", "code"), [("guest", "guests_read"), ("outsider", "outsiders_read")])
async def test_who_only_reads_gives_no_reason(told: BotHarness, standing: str, code: str) -> None:
    card = await told.ask("feedback ST1 passing", standing=standing)
    assert isinstance(card, ErrorCard)
    assert card.note.code == code
    assert await kept(told) == []


async def test_an_unknown_story_keeps_nothing(told: BotHarness) -> None:
    card = await told.ask("feedback ST999 passing")
    assert isinstance(card, ErrorCard)
    assert card.note.code == "no_such_story"
    assert await kept(told) == []


async def test_a_workspace_keeps_its_own(told: BotHarness) -> None:
    async with told.store.begin() as c:
        await feedback.say(c, team="T2", story=1, person="U1", what="passing", now=told.at)
        await feedback.say(c, team=TEAM, story=1, person="U1", what="not-news", now=told.at)
    assert sorted(what for _, _, what in await kept(told)) == ["not-news", "passing"]
