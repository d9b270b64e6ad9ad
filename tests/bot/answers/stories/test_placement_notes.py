"""The reason why an article joined its story is told in words by why and story."""

from __future__ import annotations

from typing import Any

import pytest

from bot.answers.stories.placement_notes import Placed, placement_notes, short_placement_note
from handlers.blocks.message import render
from handlers.cards.shown import Shown
from tests.support.bot_harness import BotHarness, outlet_named
from tests.support.sample_rows import stored_article

OUTLETS = {"times": outlet_named("times")}
NEXT = {"runner_up": 9, "missing": ["figures", "names"], "apart": ["days_apart"]}


def notes(explanation: dict[str, Any], **more: Any) -> list[str]:
    placed = Placed(stored_article(1, story=1), explanation, more.get("twin"), more.get("runner_up"))
    return [note.code for note in placement_notes(placed, OUTLETS)]


def test_each_way_into_a_story_has_its_sentences() -> None:
    joined = {"how": "joined", "shared": ["figures", "places"], **NEXT}
    assert notes(joined) == ["placed_joined"]
    assert notes(joined, runner_up=9) == ["placed_joined", "placed_next", "placed_missing", "placed_apart"]
    assert notes(joined, runner_up=1) == ["placed_joined"], "the other story was merged with this one"
    assert notes({"how": "joined", "shared": []}) == ["placed_joined_by_many"]
    assert notes(joined, twin=stored_article(2)) == ["placed_joined", "placed_twin"]
    assert notes(joined, twin=stored_article(2, language="ko")) == ["placed_joined", "placed_twin_other_language"]
    assert notes({"how": "opened"}) == ["placed_opened_alone"]
    assert notes({"how": "opened", **NEXT}, runner_up=9)[:2] == ["placed_opened", "placed_next"]
    assert notes({"how": "opened", **NEXT}, runner_up=1) == ["placed_opened_and_merged"]
    assert notes({"how": "opened", "runner_up": 9}, runner_up=9) == ["placed_opened"]
    assert notes({"how": "same"}) == ["placed_same"]
    headline = {"how": "same", "repeats": "headline"}
    assert notes(headline) == ["placed_same_headline"]
    assert notes(headline, twin=stored_article(2, language="ko")) == ["placed_same_headline", "placed_repeated"]
    assert notes({"how": "same", "repeats": "text"}) == ["placed_same_text"]
    assert short_placement_note(headline) is not None
    assert notes({}) == [], "it was placed before explanations were stored"
    assert short_placement_note({"how": "opened"}) is None


@pytest.mark.parametrize(
    ("line", "words"),
    [("why ST1", ("It started the story",)), ("왜 ST1", ("새 소식으로 시작했습니다",))],
)
async def test_why_says_how_the_story_was_opened(harness: BotHarness, line: str, words: tuple[str, ...]) -> None:
    await harness.publish("herald", "Seoul opens a quantum centre", "Seoul opened a centre for quantum computing.")
    shown = render(Shown(await harness.ask(line), "ko" if line[0] == "왜" else "en")).plain
    assert all(word in shown for word in words)


async def test_an_article_that_joins_says_what_it_shares_and_with_which_article(harness: BotHarness) -> None:
    text = "Hanwha Ocean will build three frigates worth 2.4 trillion won at Geoje for the {who}, on quantum radar."
    await harness.publish("herald", "Hanwha Ocean wins 2.4 trillion won frigate order", text.format(who="navy"))
    item = await harness.publish("times", "Frigates: Hanwha Ocean to build three for 2.4 trillion won", text)
    why = render(Shown(await harness.ask(f"why {item.url}"), "en")).plain
    story = render(Shown(await harness.ask("story ST1"), "en")).plain
    row = await harness.row(item)
    assert row.story == 1
    assert "It shares with the story: " in why or "It carries the text of another article" in why
    assert "shares " in story or "repeats the text of Herald" in story
