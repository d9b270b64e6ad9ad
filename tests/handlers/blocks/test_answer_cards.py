"""Answers to one person: errors, why, senses, confirmations, help, notices."""

from __future__ import annotations

import pytest

from handlers.blocks.message import render
from handlers.cards.answers import ConfirmCard, ErrorCard, HelpCard, NoticeCard, SenseCard, WhyCard, WhyStage
from handlers.cards.shown import Shown
from handlers.cards.texts import Lead, Note
from handlers.verbs.registry import all_verbs
from tests.support.example_cards import AT, elements


def test_an_error_offers_the_meant_line_and_runs_nothing() -> None:
    card = ErrorCard("statsu", 0, 6, Note("verb_unknown"), nearest="status")
    message = render(Shown(card, "ko"))
    assert message.text == "모르는 명령입니다. 바뀐 것은 없습니다."
    assert "혹시 이 명령인가요? /pact status" in message.plain
    (button,) = elements(message.blocks, "button")
    assert (button["action_id"], button["value"]) == ("pact:run", "status")


def test_why_shows_each_stage() -> None:
    stages = (WhyStage("fetched", True, (Note("internal"),), at=AT), WhyStage("posted", None, ()))
    message = render(Shown(WhyCard("ST91", "제목", "https://a.kr/1", "Asia/Seoul", stages, ()), "ko"))
    assert "✓ 수집" in message.plain
    assert message.plain.count("제목") == 1
    assert "– 게시  진행 전" in message.plain


def test_stages_that_were_not_reached_are_one_line() -> None:
    ends = [(name, WhyStage(name, None, ())) for name in ("story", "queued", "posted")]
    muted = WhyStage("muted", None, (Note("not_muted_now"),))
    stages = (WhyStage("matched", False, (Note("names_nothing"),)), ends[0][1], muted, ends[1][1], ends[2][1])
    plain = render(Shown(WhyCard("ST91", "Title", "https://a.kr/1", "Asia/Seoul", stages, ()), "en")).plain
    lines = [line.replace("*", "") for line in plain.splitlines()]
    assert [line for line in lines if line.endswith("not reached")] == [
        "– Story  not reached", "– Queued · Posted  not reached",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "“science minister” – another sense: “vice” precedes it"),
        ("ko", "“science minister” – 다른 뜻: 바로 앞에 “vice”"),
    ],
)
def test_why_names_the_words_that_a_rejection_is_about(language: str, line: str) -> None:
    notes = (Note("names_nothing"), Note("sense.left", {"word": "vice", "quote": "science minister"}))
    stages = (WhyStage("matched", False, notes),)
    assert line in render(Shown(WhyCard("ST91", None, None, "Asia/Seoul", stages, ()), language)).plain


def test_senses_and_questions_have_buttons_that_carry_lines() -> None:
    sense = render(
        Shown(SenseCard("양자", (("quantum", 'subscribe "양자컴퓨터"'), ("bilateral", "subscribe x"))), "ko")
    )
    assert [each["value"] for each in elements(sense.blocks, "button")] == ['subscribe "양자컴퓨터"', "subscribe x"]
    question = render(Shown(ConfirmCard(Note("x"), "unsubscribe all sure"), "ko"))
    (yes,) = elements(question.blocks, "button")
    assert (yes["value"], yes["style"]) == ("unsubscribe all sure", "danger")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_help_lists_every_verb_once(language: str) -> None:
    message = render(Shown(HelpCard(None, "/pact-dev"), language), command="/pact-dev")
    assert message.plain.count("• /pact-dev ") == len(all_verbs())
    assert "/pact " not in message.plain


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("en", ["Most used", "status", "subscribe quantum", "list", "why https"]),
        ("ko", ["자주 쓰는 명령", "상태", "구독 양자컴퓨터", "목록", "왜 https"]),
    ],
)
def test_help_begins_with_the_most_used_verbs(language: str, first: list[str]) -> None:
    lines = render(Shown(HelpCard(None, "/pact"), language)).plain.splitlines()[1:6]
    assert all(part in line for part, line in zip(first, lines, strict=True)), lines


def test_notes_are_localized_for_their_reader() -> None:
    args = {"outlet": "아시아경제", "why": "503", "since": "2025-10-28T23:30:00+00:00"}
    assert "10월 29일(수) 08:30 KST" in render(Shown(NoticeCard((Note("outlet_failing", args),)), "ko")).text
    away = render(Shown(NoticeCard((Note("channel_away", {"channel": "C123", "why": "is_archived"}),)), "en"))
    assert elements(away.blocks, "channel") == [{"type": "channel", "channel_id": "C123"}]
    names = render(Shown(NoticeCard((Note("names", {"topics": "pact, ai"}),)), "ko"))
    assert "한미 협약 · 인공지능" in names.text


def test_ten_senses_eight_notes_and_five_quotes_are_shown() -> None:
    choices = tuple((f"sense-{number}", f"subscribe {number}") for number in range(11))
    buttons = elements(render(Shown(SenseCard("AI", choices), "en")).blocks, "button")
    assert [each["value"] for each in buttons] == [f"subscribe {number}" for number in range(10)]
    notes = tuple(Note(f"note-{number}") for number in range(9))
    quotes = tuple(Lead(f"quote-{number}", ()) for number in range(6))
    stage = WhyStage("matched", True, notes, quotes)
    plain = render(Shown(WhyCard("ST91", None, None, "Asia/Seoul", (stage,), notes), "en")).plain
    assert plain.count("note-7") == 2
    assert "note-8" not in plain
    assert "quote-4" in plain
    assert "quote-5" not in plain


def test_twenty_sentences_of_a_notice_are_shown() -> None:
    plain = render(Shown(NoticeCard(tuple(Note(f"note-{number}") for number in range(21))), "en")).plain
    assert "note-19" in plain
    assert "note-20" not in plain


@pytest.mark.parametrize(("language", "line"), [("en", "/pact help subscribe"), ("ko", "/pact 도움말 구독")])
def test_an_error_in_a_query_says_that_nothing_changed_and_where_queries_are_explained(
    language: str, line: str
) -> None:
    for code in ("query.dangling", "option.bad_time"):
        plain = render(
            Shown(ErrorCard("subscribe x", 10, 1, Note(code, {"token": "x"}), "subscribe y"), language)
        ).plain
        assert line in plain
        assert {"en": "Nothing was changed", "ko": "바뀐 것은 없습니다"}[language] in plain


@pytest.mark.parametrize(
    ("language", "options"),
    [
        (
            "en",
            ("as instant|hourly|daily|weekly", "on friday", "tz ", "min 2 outlets", "in #", "for 3d", "for me"),
        ),
        ("ko", ("즉시|매시간|매일|매주", "매주 금요일 08:30", "tz ", "min 2 매체", "in #채널", "for 3일", "나에게")),
    ],
)
def test_the_page_of_subscribe_names_every_option(language: str, options: tuple[str, ...]) -> None:
    plain = render(Shown(HelpCard("subscribe", "/pact"), language)).plain
    assert [option for option in options if option not in plain] == []


def test_a_list_that_is_offered_is_not_said_to_be_meant() -> None:
    card = ErrorCard("edit foo", 5, 3, Note("edit_needs"), "list")
    english, korean = (render(Shown(card, language)) for language in ("en", "ko"))
    assert "/pact list shows them." in english.plain
    assert "/pact list에서 번호를 볼 수 있습니다." in korean.plain
    assert "Did you mean" not in english.plain
    assert [each["value"] for each in elements(english.blocks, "button")] == ["list"]
