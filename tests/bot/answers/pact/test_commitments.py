"""``commitments`` shows the pact's clauses; their state is what a person of the workspace set, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.answers.pact.commitments import CLAUSES_A_PAGE, clauses_named, evidence_of
from bot.store import commitments
from bot.store.commitments import CommitmentState
from handlers.blocks.message import render
from handlers.cards.answers import ErrorCard
from handlers.cards.commitments import CommitmentsCard
from handlers.cards.shown import Shown
from handlers.cards.subscriptions import ChangeCard
from handlers.requests import Asker
from handlers.verbs.parse import parse
from settings.lexicon import Lexicon
from settings.pact_calendar import Clause, load
from tests.support.bot_harness import TEAM, BotHarness
from tests.support.example_cards import elements
from tests.support.sample_articles import SIGNED, SIGNED_TEXT

SPACE = next(clause for clause in load().clauses if clause.id == "space")
COMMITTEE = next(clause for clause in load().clauses if clause.id == "joint-committee")


def words(card: Any, language: str) -> str:
    return render(Shown(card, language)).plain


async def states(harness: BotHarness, team: str = TEAM) -> dict[str, tuple[str, str | None]]:
    async with harness.store.read() as c:
        return {clause: (row.state, row.person) for clause, row in (await commitments.of_team(c, team)).items()}


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("space", ["space"]),
        ("우주", ["space"]),
        ("Joint-Committee", ["joint-committee"]),
        ("6g", ["6g"]),
        ("telecom", ["6g"]),
        ("research security", ["research-security"]),
        ("ai", ["ai-adoption", "ai-exports", "lighter-burdens"]),
        ("quantum innovation", ["quantum"]),
        ("shipbuilding", []),
        ("kratsios", []),
    ],
)
def test_a_clause_is_named_by_its_id_its_sector_or_its_title(lexicon: Lexicon, name: str, ids: list[str]) -> None:
    assert [clause.id for clause in clauses_named(load(), lexicon, name)] == ids


def test_without_a_name_all_clauses_are_meant(lexicon: Lexicon) -> None:
    assert clauses_named(load(), lexicon, "") == load().clauses


@pytest.mark.parametrize(
    ("clause", "told", "kind", "on"),
    [
        (SPACE, {}, "follow-up", date(2025, 10, 30)),
        (SPACE, {"space": (7, date(2025, 10, 30))}, "follow-up", date(2025, 10, 30)),
        (SPACE, {"space": (7, date(2025, 10, 31))}, "story", date(2025, 10, 31)),
        (SPACE, {"quantum": (7, date(2025, 10, 31))}, "follow-up", date(2025, 10, 30)),
        (COMMITTEE, {"space": (7, date(2026, 3, 1))}, "working-group", date(2026, 2, 21)),
    ],
)
def test_the_latest_evidence_counts(clause: Clause, told: dict[str, tuple[int, date]], kind: str, on: date) -> None:
    evidence = evidence_of(clause, load(), told, {})
    assert evidence is not None
    assert (evidence.kind, evidence.on) == (kind, on)


def test_a_clause_may_have_no_evidence() -> None:
    quantum = next(clause for clause in load().clauses if clause.id == "quantum")
    assert evidence_of(quantum, load(), {}, {}) is None


async def test_every_clause_has_owner_next_date_evidence_and_state(harness: BotHarness) -> None:
    await harness.subscribe("pact")
    await harness.publish("herald", SIGNED, SIGNED_TEXT)
    first, last = await harness.ask("commitments"), await harness.ask("commitments page 9")
    assert (first.page, first.pages, last.page, last.lines[-1].id) == (1, 3, 3, "joint-committee")
    assert len(first.lines) == CLAUSES_A_PAGE
    assert first.next_event.until == date(2026, 12, 31)
    (line,) = (await harness.ask("commitments quantum")).lines
    assert (line.evidence.story, line.evidence.text, line.state) == ("ST1", {"en": SIGNED}, None)
    english, korean = words(first, "en"), words(await harness.ask("이행 우주"), "ko")
    assert "Owner: MSIT / OSTP" in english
    assert "State: nobody has set one." in english
    assert "담당: 우주항공청 / NASA" in korean
    assert "아직 표시한 사람이 없습니다" in korean


async def test_no_next_date_is_said_once_the_last_has_passed(harness: BotHarness) -> None:
    assert "No next date" not in words(await harness.ask("commitments space"), "en")
    harness.pass_time(days=305)
    card = await harness.ask("commitments space")
    assert "No next date is known." in words(card, "en")
    assert "아직 알려지지 않았습니다" in words(card, "ko")


async def test_every_clause_of_a_page_fits_with_its_menu(harness: BotHarness) -> None:
    await harness.subscribe("pact")
    await harness.publish("herald", f"{SIGNED}, {'and much more of the same ' * 8}", SIGNED_TEXT)
    for clause in load().clauses:
        await harness.ask(f"commitments {clause.id} underway")
    for page in (1, 2, 3):
        card = await harness.ask(f"commitments page {page}")
        for language in ("en", "ko"):
            menus = elements(render(Shown(card, language)).blocks, "static_select")
            assert len(menus) == len(card.lines) == (CLAUSES_A_PAGE if page < 3 else 3)


async def test_a_state_is_set_said_undone_and_set_again(harness: BotHarness) -> None:
    await harness.ask("commitments space underway")
    (posted,) = harness.shown(ChangeCard)
    assert "“Space” was set to: under way" in words(posted, "en")
    assert "‘우주’ 조항의 이행 상태: 진행 중" in words(posted, "ko")
    at = harness.now()
    harness.pass_time(hours=2)
    await harness.ask("이행 우주 완료", user="U2")
    assert await states(harness) == {"space": ("done", "U2")}
    card = await harness.ask("commitments space")
    assert "done" in words(card, "en")
    assert "<@U2>" in words(card, "en")
    assert "<@U2>" not in render(Shown(card, "en", shared_by="U1")).plain, "a mention in the channel notifies"
    await harness.ask("undo 2")
    assert await states(harness) == {"space": ("underway", "U1")}
    async with harness.store.read() as c:
        assert (await commitments.of_team(c, TEAM))["space"].set_at == at, "who set it when comes back too"
    await harness.ask("undo 1")
    assert await states(harness) == {}
    await harness.ask("undo 4")
    assert await states(harness) == {"space": ("underway", "U1")}
    await harness.ask("commitments space clear")
    assert await states(harness) == {}


async def test_a_state_is_the_workspaces_own(harness: BotHarness) -> None:
    async with harness.store.begin() as c:
        await commitments.put(c, CommitmentState("T2", "space", "done", "U9", harness.now()))
    (line,) = (await harness.ask("commitments space")).lines
    assert (line.state, line.set_by) == (None, None)
    await harness.ask("commitments space stalled")
    assert await states(harness, "T2") == {"space": ("done", "U9")}


@pytest.mark.parametrize(
    ("line", "code", "nearest"),
    [
        ("commitments spaec", "commitment_unknown", "commitments space"),
        ("commitments zzz", "commitment_unknown", None),
        ("commitments ai done", "commitment_several", None),
        ("commitments done", "commitment_needs", "commitments space done"),
        ("commitments space clear", "commitment_as_before", None),
        ("이행 우쥬", "commitment_unknown", "이행 우주"),
        ("commitments space doen", "commitment_state_unknown", "commitments space done"),
        ("commitments research-security finished", "commitment_state_unknown", None),
        ("이행 우주 완로", "commitment_state_unknown", "이행 우주 완료"),
        ("이행 우주 끝남", "commitment_state_unknown", None),
    ],
)
async def test_what_changes_nothing_is_one_line(harness: BotHarness, line: str, code: str, nearest: str | None) -> None:
    card = await harness.ask(line)
    assert isinstance(card, ErrorCard)
    assert (card.note.code, card.nearest) == (code, nearest)
    assert await states(harness) == {}
    assert harness.shown(ChangeCard) == []


async def test_an_unknown_state_or_clause_names_those_that_exist_in_the_readers_words(harness: BotHarness) -> None:
    korean = await harness.ask("이행 우주 끝남")
    assert (korean.position, korean.length) == (6, 2)
    assert "계획, 진행, 완료, 지연, 지우기 가운데" in words(korean, "ko")
    assert "one of planned, underway, done, stalled, clear." in words(await harness.ask("commitments space over"), "en")
    assert "연구안보, 첨단 무선접속망과 6G" in words(await harness.ask("이행 없는것"), "ko")
    several = await harness.ask("이행 인공지능 완료")
    assert "인공지능 도입과 혁신 가속, " in words(several, "ko")
    assert "research-security, 6g" in words(await harness.ask("commitments nothing"), "en")


async def test_guests_read_and_set_nothing(harness: BotHarness) -> None:
    assert isinstance(await harness.ask("commitments space", standing="guest"), CommitmentsCard)
    card = await harness.ask("commitments space done", standing="guest")
    assert (card.note.code, await states(harness)) == ("guests_read", {})


async def test_each_option_of_the_menu_is_a_line_that_sets_the_state(harness: BotHarness) -> None:
    for language, verb in (("en", "commitments"), ("ko", "이행")):
        (menu,) = elements(render(Shown(await harness.ask("commitments space"), language)).blocks, "static_select")
        values = [option["value"] for option in menu["options"]]
        asks = [parse(value, Asker(TEAM, "U1", "C1", direct=False))[0] for value in values]
        assert [getattr(ask, "state", None) for ask in asks] == ["planned", "underway", "done", "stalled"]
        assert all(value.startswith(f"{verb} space ") for value in values)
        assert all(ask.changes_channel for ask in asks)
    await harness.ask("commitments space done")
    (menu,) = elements(render(Shown(await harness.ask("commitments space"), "en")).blocks, "static_select")
    assert menu["options"][-1]["value"] == "commitments space clear"
