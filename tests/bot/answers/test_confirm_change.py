"""The answer to a change says what there is now, the line that undoes it, and where it is posted."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.blocks.message import render
from handlers.cards.shown import Shown
from handlers.cards.subscriptions import ChangeCard
from handlers.requests import Asker, Request
from handlers.verbs.parse import parse
from tests.support.bot_harness import TEAM, BotHarness


def words(card: Any, language: str = "en") -> str:
    """What a person reads of it."""
    return render(Shown(card, language)).plain


CHANGES = (
    (
        "mute outlet herald 4h",
        ("Muted: Herald — until Mon 2 Mar", "held back, not lost"),
        ("Herald를 음소거했습니다 — 3월 2일(월)", "모아 둡니다"),
    ),
    (
        "quiet 22:00-07:00",
        ("Quiet hours 22:00–07:00 (Asia/Seoul)",),
        ("22:00~07:00(Asia/Seoul)에는 방해하지 않습니다",),
    ),
    ("settings threads off", ("its thread stays silent",), ("카드에만 반영하고",)),
    ("lang ko channel", ("Posts here are in Korean now",), ("이제 한국어로 알립니다",)),
    ("digest daily 09:00", ("Daily digest at 09:00 — Next digest",), ("매일 09:00에 요약을 보냅니다 — 다음 요약",)),
)


@pytest.mark.parametrize(("line", "english", "korean"), CHANGES)
async def test_a_change_of_settings_is_answered_with_the_state_its_undo_and_the_count(
    harness: BotHarness, line: str, english: tuple[str, ...], korean: tuple[str, ...]
) -> None:
    for first in ("subscribe quantum", "subscribe space"):
        await harness.ask(first)
        harness.pass_time(seconds=2)
    card = await harness.ask(line)
    for language, parts in (("en", english), ("ko", korean)):
        shown = words(card, language)
        assert all(part in shown for part in parts), shown
        assert "undo 3" in shown or "되돌리기 3" in shown
        glance = 4 if line.startswith("digest") else 3
        assert len(shown.splitlines()) == glance, "the state, where it is posted, what a digest covers, undo and count"
    assert "To undo it: /pact undo 3 · 2 subscriptions here: /pact list" in words(card)
    assert "되돌리려면: /pact 되돌리기 3 · 구독 2개: /pact 목록" in words(card, "ko")
    assert "I posted it in the channel." in words(card)


async def test_an_unmute_is_answered_with_its_state(harness: BotHarness) -> None:
    await harness.ask("mute outlet herald 4h")
    harness.pass_time(seconds=2)
    assert "No longer muted: Herald" in words(await harness.ask("unmute outlet herald"))


async def test_the_end_of_a_subscription_lists_what_is_left(harness: BotHarness) -> None:
    for line in ("subscribe quantum", "subscribe space"):
        await harness.ask(line)
        harness.pass_time(seconds=2)
    left = words(await harness.ask("unsubscribe S1"))
    assert "Unsubscribed S1: quantum" in left
    assert "This channel now gets\n• S2 space" in left
    assert "/pact undo 3" in left
    harness.pass_time(seconds=2)
    nothing = await harness.ask("unsubscribe S2")
    assert "This channel now gets nothing." in words(nothing)
    assert "이제 이 채널로 오는 소식이 없습니다." in words(nothing, "ko")


@pytest.mark.parametrize("line", ["mute outlet herald 4h", "subscribe space"])
async def test_a_post_that_has_not_come_yet_is_announced_and_not_repeated(harness: BotHarness, line: str) -> None:
    await harness.ask("subscribe quantum")
    card = await harness.ask(line)  # within the second in which a channel gets one post
    assert len(harness.shown(ChangeCard)) == 1, "the post has not come"
    shown = words(card)
    assert "The post appears in a moment." in shown
    assert "글은 곧 올라갑니다." in words(card, "ko")
    assert ("S1 quantum" in shown) == ("subscribe" in line), "a mute lists no subscriptions"
    assert not [block for block in render(Shown(card, "en")).blocks if block["type"] == "actions"]
    await harness.deliver()
    assert len(harness.shown(ChangeCard)) == 2


@pytest.mark.parametrize(
    ("is_member", "english", "korean"),
    [
        (True, "I posted it in the channel.", "채널에도"),
        (False, "/invite @pactbot", "/invite @pactbot"),
    ],
)
async def test_an_answer_is_replaced_when_its_post_has_an_outcome(
    harness: BotHarness, is_member: bool, english: str, korean: str
) -> None:
    await harness.ask("subscribe quantum")
    ask, asker = parse("subscribe space", Asker(TEAM, "U1", "C1", direct=False))
    request = Request("later", asker, ask, "subscribe space")
    assert await harness.answers.remember(request)
    shown = await harness.answers.answer(request)
    assert shown is not None
    assert shown.later is not None, "the channel gets one post a second"
    harness.slack.closed = set() if is_member else {"C1"}
    later = await shown.later()
    assert later is not None
    assert "in a moment" not in words(later.card)
    assert english in words(later.card)
    assert korean in words(later.card, "ko")
    assert "Subscribed S2: space" in words(later.card)


UNDONE = (
    ("quiet 22:00-07:00", "Quiet hours: off", "방해금지 시간: 꺼짐"),
    ("settings threads off", "Updates in a card's thread: on", "후속 소식을 스레드로: 켜짐"),
    ("digest daily 09:00", "Digest: off", "요약: 꺼짐"),
)


@pytest.mark.parametrize(("line", "english", "korean"), UNDONE)
async def test_an_undoing_says_what_is_set_now(harness: BotHarness, line: str, english: str, korean: str) -> None:
    await harness.ask(line)
    harness.pass_time(seconds=2)
    card = await harness.ask("undo")
    assert english in words(card)
    assert korean in words(card, "ko")
    harness.pass_time(seconds=2)
    again = await harness.ask("undo 2")
    assert english.split(":")[0] + ":" in words(again)
    assert english not in words(again), "the undoing was undone, and the setting is as the change set it"


async def test_an_undone_undoing_of_a_subscription_lists_what_there_is(harness: BotHarness) -> None:
    for line in ("subscribe quantum", "undo", "undo 2"):
        card = await harness.ask(line)
        harness.pass_time(seconds=2)
    assert "This channel now gets\n• S1 quantum" in words(card)


async def test_an_answer_elsewhere_names_the_channel_and_leaves_the_undo_to_its_post(harness: BotHarness) -> None:
    harness.channels = {("U1", False): {"C1", "C22"}}
    await harness.channel("C22")
    card = await harness.ask("subscribe space in #C22")
    assert "Subscribed S1: space — instant" in words(card)
    assert "I posted it in <#C22>." in words(card)
    assert "<#C22> 채널에도 알렸습니다." in words(card, "ko")
    assert "undo" not in words(card), "it is undone in the channel of its post"
    assert "nothing" not in words(card)
