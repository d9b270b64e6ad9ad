"""The shortcut *Track this link* says what became of the story's card here: posted, held until when, or told before."""

from __future__ import annotations

import pytest

from handlers.blocks.message import render
from handlers.cards.shown import Shown
from handlers.requests import Asker, Request
from handlers.views.asks import AboutMessage
from tests.support.bot_harness import TEAM, BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT


async def track(harness: BotHarness, link: str, channel: str = "C1") -> tuple[str, str]:
    """What the person who tracks a link reads in English and in Korean."""
    asker = Asker(TEAM, "U1", channel, direct=False, standing="member")
    request = Request(f"track{next(harness.numbers)}", asker, AboutMessage("track", "1.000001", link), "track 1.000001")
    shown = await harness.answers.answer(request)
    assert shown is not None
    said = Shown(shown.card, "en"), Shown(shown.card, "ko")
    return render(said[0]).plain, render(said[1]).plain


async def test_a_card_is_posted_and_then_it_is_here(harness: BotHarness) -> None:
    await harness.subscribe("quantum", channel="C9")
    story = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    assert "Posted here: ST1" in (await track(harness, story.url))[0]
    assert "is already here" in (await track(harness, story.url))[0]
    assert len(harness.cards()) == 1


@pytest.mark.parametrize(
    ("holding", "until"),
    [("quiet 00:00-23:00", ("23:00", "23:00")), ("mute story ST1 3d", ("Thu 5 Mar", "3월 5일"))],
)
@pytest.mark.parametrize("is_subscribed", [True, False])
async def test_a_held_card_is_said_to_be_held_and_until_when(
    harness: BotHarness, holding: str, until: tuple[str, str], is_subscribed: bool
) -> None:
    await harness.subscribe("quantum", channel="C9")
    await harness.ask("quiet 00:00-23:00")
    harness.pass_time(seconds=2)
    if is_subscribed:
        await harness.subscribe("quantum")
    story = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    if holding.startswith("mute"):
        await harness.ask(holding)
    harness.pass_time(seconds=2)
    for _ in ("first", "again"):
        english, korean = await track(harness, story.url)
        assert "is held back for now" in english
        assert "보류 중입니다" in korean
        assert (until[0] in english, until[1] in korean) == (True, True), (english, korean)
    assert harness.cards() == []


async def test_a_channel_without_the_bot_needs_an_invitation(harness: BotHarness) -> None:
    await harness.subscribe("quantum", channel="C9")
    story = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    harness.slack.closed = {"C1"}
    for _ in ("first", "again"):
        assert "/invite @pactbot" in (await track(harness, story.url))[0]
