"""An admin adds a proposed spelling by a button: new articles count by it, older ones are listed and alert nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.answers.workspace.lexicon import LOOK_BACK, STORIES_SHOWN
from bot.deliveries.notices import OperatorsChannel
from bot.lexicon_reload import LexiconReload
from bot.operations.alias_scout import AliasScout
from bot.store import lexicon_additions, sentences
from bot.store.lexicon_additions import LexiconAddition
from handlers.blocks.message import render
from handlers.cards.answers import ErrorCard, NoticeCard
from handlers.cards.home import HomeAdmin
from handlers.cards.shown import Shown
from handlers.requests import Asker, Home, Request
from handlers.text.words import LANGUAGES
from handlers.verbs.parse import parse
from handlers.views.home_tab import home_view
from tests.support.bot_harness import TEAM, BotHarness
from tests.support.journey import elements_of

SPELLING = "크래치오스"
HEADLINE = "크래치오스 실장 방한"


@pytest.fixture
async def proposed(harness: BotHarness) -> BotHarness:
    """A workspace whose operators got the proposal of a spelling."""
    await harness.subscribe("who:kratsios")
    await harness.publish("ilbo", HEADLINE, "크래치오스 실장이 서울에 왔다.", language="ko")
    scout = AliasScout(harness.store, harness.lexicon, OperatorsChannel("COPS", "en", "Asia/Seoul"), harness.now)
    assert await scout.run() == 1
    await harness.deliver()
    assert harness.cards() == []
    return harness


def reload_of(harness: BotHarness) -> LexiconReload:
    return LexiconReload(harness.subscription_index, None, harness.store)


async def add(harness: BotHarness, spelling: str = SPELLING, standing: Any = "admin") -> Any:
    return await harness.ask(f"lexicon add {spelling}", standing=standing)


async def stored(harness: BotHarness) -> list[str]:
    async with harness.store.read() as c:
        return [row.spelling for row in await lexicon_additions.present(c)]


async def home_of(harness: BotHarness) -> tuple[HomeAdmin, list[str]]:
    """What the home tab holds for admins, and the lines of its buttons about spellings."""
    request = Request(f"h{next(harness.numbers)}", Asker(TEAM, "U1", "D1", True, standing="admin"), Home())
    await harness.answers.remember(request)
    shown: Any = await harness.answers.answer(request)
    elements = elements_of(home_view(shown)["blocks"])
    return shown.card.admin, [each["value"] for each in elements if each["action_id"].startswith("pact:run:lexicon")]


async def test_an_added_spelling_counts_for_new_articles_and_lists_what_was_missed(proposed: BotHarness) -> None:
    harness = proposed
    assert (await home_of(harness))[1] == [f"lexicon add {SPELLING}"]
    card = await add(harness)
    assert isinstance(card, NoticeCard)
    codes = [note.code for note in card.notes]
    assert codes == ["lexicon_added", "lexicon_soon", "lexicon_missed", "lexicon_missed_article", "own_undo"]
    assert card.notes[3].args["headline"] == HEADLINE
    for language in LANGUAGES:
        assert SPELLING in render(Shown(card, language)).plain
    await reload_of(harness).look()
    await harness.deliver()
    assert harness.cards() == [], "older articles alert nobody"
    await harness.publish("ilbo", "크래치오스, 반도체 공장 시찰", "크래치오스 실장이 공장을 둘러봤다.", language="ko")
    await harness.deliver()
    assert ["Michael Kratsios" in story.topics for story in harness.cards()] == [True]


async def test_an_added_spelling_is_taken_back_by_the_line_that_the_answer_names(proposed: BotHarness) -> None:
    harness, reload = proposed, reload_of(proposed)
    undo = (await add(harness)).notes[-1].args["line"]
    await reload.look()
    admin, lines = await home_of(harness)
    assert (admin.added, lines) == ((SPELLING,), [undo])
    removed = await harness.ask(undo, standing="admin")
    assert [note.code for note in removed.notes] == ["lexicon_removed", "own_undo"]
    assert await stored(harness) == []
    await reload.look()
    await harness.publish("ilbo", "크래치오스, 다시 서울로", "크래치오스 실장이 다시 왔다.", language="ko")
    await harness.deliver()
    assert harness.cards() == []
    admin, lines = await home_of(harness)
    assert [(each.what, each.channel) for each in admin.changes[:2]] == [
        ("spelling_removed", ""),
        ("spelling_added", ""),
    ]
    assert lines == [f"lexicon add {SPELLING}"]
    await add(harness)
    assert await stored(harness) == [SPELLING]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("lexicon add 아무말", "lexicon_not_proposed"),
        (f"lexicon add {SPELLING}x", "lexicon_not_proposed"),
        (f"lexicon remove {SPELLING}", "lexicon_not_added"),
        ("lexicon", "lexicon_needs"),
        ("lexicon add", "lexicon_needs"),
        ("lexicon drop 크래치오스", "lexicon_needs"),
        ("lexicon add " + "가" * 101, "lexicon_needs"),
        ("사전 추가 " + "가" * 100, "lexicon_not_proposed"),
    ],
)
async def test_what_was_not_proposed_changes_nothing(proposed: BotHarness, line: str, code: str) -> None:
    card = await proposed.ask(line, standing="admin")
    assert isinstance(card, ErrorCard)
    assert card.note.code == code
    assert await stored(proposed) == []


async def test_a_spelling_is_added_once_and_only_by_admins_of_the_workspace_that_got_the_proposal(
    proposed: BotHarness,
) -> None:
    for standing in ("member", "guest", "outsider"):
        assert isinstance(await add(proposed, standing=standing), ErrorCard)
    ask, _ = parse(f"lexicon add {SPELLING}", Asker("T2", "U1", "C1", direct=False))
    request = Request("foreign", Asker("T2", "U1", "C1", direct=False, standing="admin"), ask)
    await proposed.answers.remember(request)
    other: Any = await proposed.answers.answer(request)
    assert other.card.note.code == "lexicon_not_proposed"
    assert await stored(proposed) == []
    await add(proposed)
    assert (await add(proposed)).note.code == "lexicon_known"


async def test_seven_days_are_read_again_and_five_stories_are_named(proposed: BotHarness) -> None:
    harness = proposed
    harness.at += LOOK_BACK + timedelta(seconds=1)
    assert [note.code for note in (await add(harness)).notes[2:-1]] == ["lexicon_missed_none"]
    await harness.ask(f"lexicon remove {SPELLING}", standing="admin")
    for number in range(STORIES_SHOWN + 1):
        await harness.publish("ilbo", f"크래치오스 실장, {number}번째 공장 시찰", "", language="ko")
    await harness.publish("ilbo", "크라치오스 크래치오스 동행", "크라치오스 실장이 왔다.", language="ko")
    notes = (await add(harness)).notes
    assert (notes[2].code, notes[2].args) == ("lexicon_missed", {"n": "6"}), "one was known by another spelling"
    assert len(notes[3:-2]) == STORIES_SHOWN
    assert (notes[-2].code, notes[-2].args) == ("lexicon_missed_more", {"n": "1"})


async def test_sentences_that_are_kept_are_read_again(proposed: BotHarness) -> None:
    harness = proposed
    await harness.publish("ilbo", "서울에 온 손님", "양자컴퓨터 회의에 크래치오스 실장이 왔다.", language="ko")
    async with harness.store.read() as c:
        texts = await sentences.texts_since(c, harness.at - LOOK_BACK)
    kept = [text for text in texts if text.sentences[0] == "서울에 온 손님"]
    assert any(SPELLING in sentence for sentence in kept[0].sentences[1:])
    notes = (await add(harness)).notes
    assert notes[2].args == {"n": "2"}
    assert [note.args["headline"] for note in notes[3:-1] if note.code == "lexicon_missed_story"] == ["서울에 온 손님"]


async def test_an_addition_that_fits_no_more_is_left_out_and_the_others_count(proposed: BotHarness) -> None:
    harness = proposed
    await add(harness)
    async with harness.store.begin() as c:
        broken = LexiconAddition("x", "y", '[[official]]\nname = "Nobody"\nform = [{ texts = 3 }]', None, harness.at)
        await lexicon_additions.save(c, broken)
    reload, before = reload_of(harness), harness.subscription_index.lexicon
    await reload.look()
    after = harness.subscription_index.lexicon
    assert after.version != before.version
    assert after.official("Nobody") is None
    await reload.look()
    assert harness.subscription_index.lexicon is after, "rows that did not change build no lexicon"
