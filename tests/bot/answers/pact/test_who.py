"""``who`` shows an official from rows: offices, spellings, quotes and appearances, newest first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.answers.pact.who import APPEARANCES_A_PAGE, QUOTES_A_PAGE, aliases_of, nearest_name, official_named, quotes_of
from bot.model import Mention
from bot.store import story_links
from handlers.blocks.message import render
from handlers.cards.answers import ErrorCard
from handlers.cards.person import OfficialsCard
from handlers.cards.shown import Shown
from settings.lexicon import Lexicon
from tests.support.bot_harness import TEAM, BotHarness, outlet_named
from tests.support.sample_rows import AT, stored_article

NAME = "Michael Kratsios"
ENGLISH = (
    "White House adviser Michael Kratsios met ministers. “We will build quantum networks,” Kratsios said on Monday."
)
KOREAN = "마이클 크라치오스 백악관 과학기술정책실장은 “6G 표준을 함께 만든다”고 말했다. 회담은 한 시간 이어졌다."


def words(card: Any, language: str) -> str:
    return render(Shown(card, language)).plain


def spoken(article: int, sentence: str) -> Mention:
    return Mention("official", NAME, "kratsios", "text", 0, 8, "Kratsios", sentence)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("kratsios", NAME),
        ("@Kratsios", NAME),
        ("michael kratsios", NAME),
        ("크라치오스 실장", NAME),
        ("배경훈 부총리 겸 장관", "Bae Kyung-hoon"),
        ("크라치오스는", NAME),
        ("크라치오스가 누구?", NAME),
        ("is kratsios?", NAME),
        ("장관 배경훈", None),
        ("kratsois", None),
    ],
)
def test_an_official_is_found_by_name_handle_and_title(lexicon: Lexicon, text: str, name: str | None) -> None:
    official = official_named(lexicon, text)
    assert (official and official.name) == name


@pytest.mark.parametrize(
    ("text", "near"),
    [("kratsois", "kratsios"), ("micheal kratsios", "michael kratsios"), ("크라시오스", "크라치오스"), ("zzz", None)],
)
def test_the_nearest_name_is_in_the_same_script(lexicon: Lexicon, text: str, near: str | None) -> None:
    assert nearest_name(lexicon, text) == near


def test_other_spellings_leave_out_the_name_and_the_office(lexicon: Lexicon) -> None:
    official = official_named(lexicon, "kratsios")
    assert official is not None
    aliases = aliases_of(official)
    assert aliases[:3] == ("@kratsios", "크라치오스", "kratsios")
    ours = [alias.isascii() or "가" <= alias[0] <= "힣" for alias in aliases]
    assert all(ours), "readers know two scripts; the others are only counted"
    assert not {"kratsos", "ostp director", NAME, "마이클 크라치오스"} & set(aliases), "a misspelling is no alias"


def test_words_that_several_articles_have_stand_once_by_the_first() -> None:
    outlets = {key: outlet_named(key) for key in ("herald", "times")} | {"shy": outlet_named("shy", text_allowed=False)}
    rows = [
        stored_article(number, outlet=key, published_at=AT + timedelta(hours=number))
        for number, key in enumerate(("shy", "herald", "times", "times"), 1)
    ]
    said = "“We will build quantum networks,” Kratsios said."
    later = "Kratsios later said the group would meet in autumn."
    of_text = {1: [spoken(1, said)], 2: [spoken(2, said)], 3: [spoken(3, said)], 4: [spoken(4, later)]}
    quotes = quotes_of(list(reversed(rows)), of_text, outlets)
    assert [(quote.sentence.text, quote.report.outlet) for quote in quotes] == [(later, "Times"), (said, "Herald")]
    marked = quotes[1].sentence
    assert [marked.text[span.start : span.end] for span in marked.bold] == ["We will build quantum networks,"]
    other = {3: [spoken(3, "Kratsios said the plan stands.")], 4: [spoken(4, later)]}
    assert len(quotes_of(rows, other, outlets)) == 2, "what is not quoted is told apart by its sentence"
    assert quotes_of(rows, {1: of_text[1]}, {"shy": replace(outlets["shy"], text_allowed=False)}) == ()


async def test_quotes_and_appearances_have_outlet_date_and_language(harness: BotHarness) -> None:
    await harness.subscribe("@kratsios")
    await harness.publish("ilbo", "크라치오스, 6G 협력 강조", KOREAN)
    harness.pass_time(days=2)
    await harness.publish("herald", "Kratsios outlines a quantum plan", ENGLISH)
    await harness.publish("shy", "Kratsios outlines a plan for quantum", "Michael Kratsios said the plan stands.")
    card = await harness.ask("who kratsios")
    assert [quote.report.outlet for quote in card.quotes] == ["Herald", "Ilbo"]
    english, korean = words(card, "en"), words(await harness.ask("인물 크라치오스"), "ko")
    assert "Director of the White House Office of Science and Technology Policy (Mar 2025–)" in english
    assert "Wed 4 Mar 2026, 09:15 KST · Herald · English" in english
    assert "“6G 표준을 함께 만든다”고 말했다" in english
    assert "the plan stands" not in english, "the outlet's terms allow no quote"
    assert "백악관 과학기술정책실장(2025년 3월~)" in korean
    assert "2026년 3월 2일(월) 09:15 KST · Ilbo · 국문" in korean
    assert "ST1" in korean


async def test_a_story_is_one_appearance_as_the_workspace_sees_it(harness: BotHarness) -> None:
    for number in range(APPEARANCES_A_PAGE + 1):
        await harness.publish(
            "herald",
            f"Kratsios visits plant number {number} of maker {number}{number}",
            f"Michael Kratsios saw {number}.",
        )
        harness.pass_time(days=4)
    first, second = await harness.ask("who kratsios"), await harness.ask("who kratsios page 5")
    assert (first.pages, second.page, len(first.appearances), len(second.appearances)) == (2, 2, APPEARANCES_A_PAGE, 1)
    assert first.appearances[0].story == f"ST{APPEARANCES_A_PAGE + 1}"
    async with harness.store.begin() as c:
        await story_links.add(c, team=TEAM, story=1, other=2, person="U1", now=harness.now())
    card = await harness.ask("who kratsios")
    assert (card.pages, card.appearances[-1].story, card.appearances[-1].articles) == (1, "ST1", 2)
    assert "2 articles" in words(card, "en")


async def test_many_quotes_have_pages(harness: BotHarness) -> None:
    said = [
        f"“Plan {number} is the right one for us,” Kratsios said on day {number}."
        for number in range(QUOTES_A_PAGE + 1)
    ]
    await harness.publish("herald", "Kratsios speaks of quantum plans", "Michael Kratsios spoke. " + " ".join(said))
    first, second = await harness.ask("who kratsios"), await harness.ask("who kratsios page 2")
    assert (first.pages, len(first.quotes), len(second.quotes)) == (2, QUOTES_A_PAGE, 1)


async def test_somebody_who_was_never_named_has_no_appearance(harness: BotHarness) -> None:
    english = words(await harness.ask("who krishnan"), "en")
    assert "No article that I read names this person." in english
    assert "No quote was found in the last 90 days." in english


async def test_without_a_name_all_officials_are_listed(harness: BotHarness) -> None:
    card = await harness.ask("who")
    assert isinstance(card, OfficialsCard)
    assert len(card.lines) == len(harness.lexicon.officials)
    assert "배경훈 — 부총리 겸 과학기술정보통신부 장관(2025년 7월~)" in words(card, "ko").replace("*", "")


@pytest.mark.parametrize(
    ("line", "nearest"), [("who kratsois", "who kratsios"), ("인물 크라시오스", "인물 크라치오스"), ("who zzz", None)]
)
async def test_an_unknown_name_is_one_line_with_the_nearest(
    harness: BotHarness, line: str, nearest: str | None
) -> None:
    card = await harness.ask(line)
    assert isinstance(card, ErrorCard)
    assert (card.note.code, card.nearest) == ("person_unknown", nearest)
