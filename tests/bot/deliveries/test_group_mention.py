"""A user group is mentioned once for a severe story: by its card, or by the reply with which it became severe."""

from __future__ import annotations

from tests.support.bot_harness import BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT, SIGNED, SIGNED_TEXT

GROUP = "S0ABCDE"
BACKGROUND = "Quantum computing and space in the U.S.-ROK Technology Prosperity Deal"
BACKGROUND_TEXT = "The U.S.-ROK Technology Prosperity Deal, signed last October, covers quantum computing and space."


async def test_a_channel_that_asked_for_it_gets_its_group_mentioned_by_severe_cards_alone(harness: BotHarness) -> None:
    await harness.subscribe("topic:pact OR quantum")
    await harness.subscribe("topic:pact", channel="C2")
    await harness.ask(f"settings mention @{GROUP}")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.publish("herald", SIGNED, SIGNED_TEXT)
    await harness.deliver()
    assert {card.severity: card.mention_group for card in harness.cards()} == {0: None, 1: GROUP}
    assert [card.mention_group for card in harness.cards("C2")] == [None]


async def test_a_story_that_becomes_severe_mentions_the_group_in_its_thread(harness: BotHarness) -> None:
    await harness.subscribe("topic:pact")
    await harness.ask(f"settings mention @{GROUP}")
    item = await harness.publish("herald", BACKGROUND, BACKGROUND_TEXT)
    await harness.deliver()
    assert [(card.severity, card.mention_group) for card in harness.cards()] == [(0, None)]
    await harness.take(item, SIGNED_TEXT, title=SIGNED, published_at=harness.at)
    await harness.edits()
    (reply,) = harness.replies()
    assert reply.mention_group == GROUP, "an edit of the card notifies nobody"
    korean = "한국과 미국이 월요일 경주에서 인공지능, 양자, 우주를 아우르는 한미 기술번영 업무협약에 서명했다."
    await harness.publish("ilbo", "한미 기술번영 업무협약(MOU) 체결", korean, language="ko")
    await harness.edits()
    assert [each.mention_group for each in harness.replies()] == [GROUP, None]


async def test_a_channel_without_threads_is_still_told_that_a_story_has_become_severe(harness: BotHarness) -> None:
    await harness.subscribe("topic:pact")
    await harness.ask("settings threads off")
    item = await harness.publish("herald", BACKGROUND, BACKGROUND_TEXT)
    await harness.deliver()
    await harness.take(item, SIGNED_TEXT, title=SIGNED, published_at=harness.at)
    await harness.edits()
    assert len(harness.replies()) == 1
    korean = "한국과 미국이 월요일 경주에서 인공지능, 양자, 우주를 아우르는 한미 기술번영 업무협약에 서명했다."
    await harness.publish("ilbo", "한미 기술번영 업무협약(MOU) 체결", korean, language="ko")
    await harness.edits()
    assert len(harness.replies()) == 1, "another language is not severe news"
