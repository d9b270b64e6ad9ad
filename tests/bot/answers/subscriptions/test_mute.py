"""Muting a story or an outlet, and ending a mute."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text as sql_text

from bot.answers.subscriptions.show_mutes import HEADLINE_CHARS
from handlers.blocks.message import render
from handlers.cards.answers import ErrorCard
from handlers.cards.shown import Shown
from tests.support.bot_harness import BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT


@pytest.mark.parametrize("name", ["herald", "HERALD", "Herald", "Her ald", "herald.example"])
async def test_an_outlet_is_known_by_key_name_or_host(harness: BotHarness, name: str) -> None:
    await harness.subscribe("quantum")
    await harness.ask(f"mute outlet {name} 4h")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert harness.cards() == []
    await harness.ask(f"unmute outlet {name}")
    await harness.deliver()
    assert len(harness.cards()) == 1


@pytest.mark.parametrize(("typed", "key"), [("her", "herald"), ("Tim", "times"), ("h", None), ("erald", None)])
async def test_the_beginning_of_one_outlets_name_is_that_outlet(
    harness: BotHarness, typed: str, key: str | None
) -> None:
    card = await harness.ask(f"mute outlet {typed} for 4h")
    assert isinstance(card, ErrorCard) is (key is None)
    if key:
        assert key in (await harness.ask("mute")).notes[0].args["target"].lower()


async def test_a_mistyped_outlet_is_offered_with_a_caret_below_it(harness: BotHarness) -> None:
    card = await harness.ask("mute outlet heralt for 4h")
    assert (card.position, card.length, card.nearest) == (12, 6, "mute outlet herald for 4h")
    english, korean = (render(Shown(card, language)).plain for language in ("en", "ko"))
    assert "There is no outlet heralt. Nothing was changed." in english
    assert "^^^^^^" in english
    assert "heralt라는 매체가 없습니다." in korean or "heralt이라는 매체가 없습니다." in korean


async def test_a_muted_story_is_listed_by_a_headline_in_the_readers_language(harness: BotHarness) -> None:
    korean = "서울에 양자컴퓨팅 센터 개소, " + "세계 최대 규모의 연구 시설로 " * 4
    text = "서울에 양자컴퓨팅 센터가 문을 열었다. 크라치오스 실장과 이재명 대통령이 참석했다."
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.publish("ilbo", korean, text, language="ko")
    async with harness.store.begin() as c:
        await c.execute(sql_text("UPDATE articles SET story = 1"))
    await harness.ask("mute ST1 2h")
    (english, *_), (in_korean, *_) = (await harness.ask("mute")).notes, (await harness.ask("음소거")).notes
    assert english.args["target"] == f"ST1 {QUANTUM}"
    shown = in_korean.args["target"].removeprefix("ST1 ")
    assert shown.endswith("…")
    assert korean.startswith(shown.removesuffix("…"))
    assert len(shown) <= HEADLINE_CHARS + 1


async def test_a_muted_story_is_held_and_posted_at_the_end_of_its_mute(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.ask("mute ST1 2h")
    await harness.deliver()
    assert harness.cards() == []
    harness.pass_time(hours=2, minutes=1)
    await harness.deliver()
    assert len(harness.cards()) == 1


async def test_an_unknown_outlet_is_answered_with_the_known_ones(harness: BotHarness) -> None:
    card = await harness.ask("mute outlet nothing-like-it 1d")
    assert card.note.args["known"] == "herald, ilbo, ministry, shy, times"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("mute story ST999 1d", "no_such_story"),
        ("mute outlet nothing-like-it 1d", "no_such_outlet"),
        ("mute quantum 1d", "no_such_outlet"),
        ("unmute ST999", "no_such_story"),
        ("unmute outlet herald", "not_muted"),
    ],
)
async def test_what_cannot_be_muted_or_unmuted_is_named(harness: BotHarness, line: str, code: str) -> None:
    card = await harness.ask(line)
    assert isinstance(card, ErrorCard)
    assert card.note.code == code


@pytest.mark.parametrize(
    ("lines", "hours"),
    [
        (("mute ST1 1h", "mute outlet herald 3h"), 3),
        (("mute ST1 5h", "mute outlet herald 3h"), 5),
        (("mute ST1 5h", "mute ST1 2h"), 2),
    ],
)
async def test_a_story_is_held_by_the_longest_of_its_mutes_and_a_new_mute_replaces_the_old(
    harness: BotHarness, lines: tuple[str, ...], hours: int
) -> None:
    await harness.subscribe("quantum")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    for line in lines:
        await harness.ask(line)
    began_at = harness.at
    harness.at = began_at + timedelta(hours=hours, minutes=-1)
    await harness.deliver()
    assert harness.cards() == []
    harness.at = began_at + timedelta(hours=hours, minutes=1)
    await harness.deliver()
    assert len(harness.cards()) == 1


async def test_the_verb_alone_shows_what_is_muted_and_how_it_ends(harness: BotHarness) -> None:
    assert "Nothing is muted here." in render(Shown(await harness.ask("mute"), "en")).plain
    await harness.subscribe("quantum")
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.ask("mute story ST1 3d")
    await harness.ask("mute outlet times 4h")
    await harness.ask("mute S1 1d")
    for line, language, words in (
        ("unmute", "en", ("Times: muted until", f"ST1 {item.title[:60]}: muted until", "S1: muted until",
                          "/pact unmute outlet times")),
        ("음소거", "ko", ("Times: ", "까지 음소거", "음소거를 미리 끝내려면: /pact 해제 매체 times")),
    ):  # fmt: skip
        shown = render(Shown(await harness.ask(line), language)).plain
        assert all(word in shown for word in words), shown
    harness.pass_time(days=4)
    assert "음소거한 것이 없습니다." in render(Shown(await harness.ask("해제"), "ko")).plain
    assert "times" not in render(Shown(await harness.ask("mute", channel="C2"), "en")).plain.casefold()
