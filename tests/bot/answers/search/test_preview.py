"""A preview counts what a subscription would have found, marks the matches, and says what was missed and why."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from handlers.blocks.message import render
from handlers.cards.preview import PreviewCard
from handlers.cards.shown import Shown
from tests.support.bot_harness import BotHarness
from tests.support.example_cards import elements
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT

BILATERAL = "한·베트남 외교장관 양자 회담"
BILATERAL_TEXT = "한국과 베트남 외교장관이 월요일 서울에서 양자 회담을 열고 관광 비자를 논의했다."


def marked(card: PreviewCard) -> list[list[str]]:
    """The marked words of each hit's headline, or of its sentence."""
    leads = [line.sentence or line.headline for line in card.hits]
    return [[lead.text[span.start : span.end] for span in lead.bold] for lead in leads]


async def test_hits_are_counted_and_marked_and_another_sense_is_a_near_miss(harness: BotHarness) -> None:
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.publish("ilbo", BILATERAL, BILATERAL_TEXT, language="ko")
    card = await harness.ask("preview quantum")
    assert (card.stories, card.query, card.days) == (1, "quantum", 7)
    assert marked(card) == [["quantum"]]
    (miss,) = card.misses
    assert (miss.headline.text, miss.why.code, miss.why.args["quote"]) == (BILATERAL, "sense.right", "양자")
    english, korean = (render(Shown(card, language)) for language in ("en", "ko"))
    assert "1 story in the last 7 days." in english.plain
    assert "“양자” – another sense: “회담” follows" in english.plain
    assert "아깝게 빠진 기사" in korean.plain
    assert [each["value"] for each in elements(english.blocks, "button")] == ["subscribe quantum"]
    assert [each["value"] for each in elements(korean.blocks, "button")] == ["구독 quantum"]


async def test_a_word_that_a_hit_shows_in_another_spelling_is_not_called_unknown(harness: BotHarness) -> None:
    await harness.publish("ilbo", BILATERAL, BILATERAL_TEXT, language="ko")
    card = await harness.ask("preview 양자회담")
    assert marked(card) == [["양자 회담"]]
    assert "preview_unknown" not in {note.code for note in card.notes}
    (unknown,) = [note for note in (await harness.ask("preview 양자회담장")).notes if note.code == "preview_unknown"]
    assert unknown.args["words"] == "양자회담장"


async def test_a_preview_counts_what_the_subscription_counts(harness: BotHarness) -> None:
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    preview = await harness.ask("preview quantum as daily at 09:00")
    subscribed = await harness.ask("subscribe quantum as daily at 09:00")
    assert {note.code: note.args.get("n") for note in subscribed.notes}["week_count"] == str(preview.stories) == "1"
    assert await harness.ask("preview quantum") == await harness.ask("preview quantum")


async def test_a_preview_reaches_as_far_back_as_is_asked(harness: BotHarness) -> None:
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    harness.pass_time(days=8)
    assert (await harness.ask("preview quantum")).stories == 0
    card = await harness.ask("preview quantum 14d")
    assert (card.stories, card.days) == (1, 14)
    assert "About 1 a week." in render(Shown(card, "en")).plain
    harness.pass_time(days=6, seconds=1)
    assert (await harness.ask("preview quantum 14d")).stories == 0


async def test_a_story_at_the_turn_of_a_day_is_counted_once(harness: BotHarness) -> None:
    for number in range(4):
        words = ["".join(Random(100 * number + word).sample("abcdefghijklmnop", 8)) for word in range(12)]
        await harness.publish("herald", f"{' '.join(words[:6])} qubit", f"{' '.join(words)} a quantum computer.")
        harness.pass_time(days=1)
    card = await harness.ask("preview quantum 4d")
    assert (card.stories, len(card.hits)) == (4, 4)
    assert (await harness.ask("preview quantum 3d")).stories == 3


async def test_exclusions_and_missing_words_are_said(harness: BotHarness) -> None:
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    excluded = await harness.ask("preview quantum -universities")
    assert (excluded.stories, [line.why.code for line in excluded.misses]) == (0, ["miss_excluded"])
    assert "“universities” – left out by -universities" in render(Shown(excluded, "en")).plain
    lacking = await harness.ask("미리보기 quantum zeppelin")
    assert "zeppelin이 없음" in render(Shown(lacking, "ko")).plain
    assert "No story of the last 7 days matches." in render(Shown(lacking, "en")).plain


async def test_a_typo_and_a_wide_query_have_buttons(harness: BotHarness) -> None:
    for number in range(6):
        words = ["".join(Random(100 * number + word).sample("abcdefghijklmnop", 8)) for word in range(12)]
        await harness.publish("herald", f"{' '.join(words[:6])} qubit", f"{' '.join(words)} a quantum computer.")
    typo = await harness.ask("preview quantom 14d")
    assert typo.offers == (("quantum", "preview quantum 14d"), ("subscribe_this", "subscribe quantom"))
    wide = await harness.ask("preview quantum zeppelin")
    assert ("any_of_these", "preview quantum OR zeppelin") in wide.offers
    assert "Stories with all of these words: 0. With any of them: 6." in render(Shown(wide, "en")).plain


async def test_every_hit_is_reached_by_its_pages(harness: BotHarness) -> None:
    for number in range(8):
        words = ["".join(Random(100 * number + word).sample("abcdefghijklmnop", 8)) for word in range(12)]
        await harness.publish("herald", f"{' '.join(words[:6])} qubit", f"{' '.join(words)} a quantum computer.")
        harness.at += timedelta(minutes=1)
    first, second, behind = [await harness.ask(f"preview quantum{page}") for page in ("", " page 2", " page 9")]
    stories = [line.story for card in (first, second) for line in card.hits]
    assert len(set(stories)) == len(stories) == first.stories == 8
    assert stories[0] == "ST8", "the newest stands first"
    assert (first.pages, second.page, behind.page) == (2, 2, 2)
    assert "page 2" in str(render(Shown(first, "en")).blocks)


async def test_a_story_of_too_few_outlets_is_counted_apart(harness: BotHarness) -> None:
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    card = await harness.ask("preview quantum min 2 outlets")
    assert (card.stories, [note.code for note in card.notes]) == (0, ["preview_waiting"])


async def test_a_preview_changes_nothing_and_shows_its_mistakes(harness: BotHarness) -> None:
    assert (await harness.ask("preview (quantum")).note.code == "query.unclosed_paren"
    assert (await harness.ask("preview quantum as dayly")).nearest == "preview quantum as daily"
    assert await harness.active_subscriptions() == []


@pytest.mark.parametrize("verb", ["미리보기", "검색", "상태"])
async def test_a_korean_title_says_the_query_as_one_types_it(harness: BotHarness, verb: str) -> None:
    card = await harness.ask(f"{verb} topic:pact OR 양자컴퓨터")
    assert "주제:협약 또는 양자컴퓨터" in render(Shown(card, "ko")).text
    assert "topic:pact OR 양자컴퓨터" in render(Shown(card, "en")).text
