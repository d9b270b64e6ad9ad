"""lexicon explain: the places of a term in a text, with reasons in either language."""

from __future__ import annotations

import re

import pytest

from tests.support.command_line import Call

TALKS = "두 정상은 양자 회담을 열었다."


def test_a_place_has_its_reason_and_what_would_change_it(call: Call) -> None:
    done = call("lexicon", "explain", "양자", TALKS)
    assert (done.code, done.err) == (0, "")
    assert re.sub(r"form \d+", "form N", done.out).splitlines() == [
        "a form of the lexicon: “양자”",
        "1. 6–8 두 정상은 [양자] 회담을 열었다.: does not count (sector quantum.form N)",
        "   another sense: “회담” follows",
        "   → what would change it: without “회담” it would be the same",
        "   → what would change it: by rule 1, if one of these followed: 기술, 컴퓨, 정보, 센서 …",
    ]


def test_the_language_is_that_of_the_settings_or_of_the_option(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "다른 뜻: 바로 뒤에 “회담”" in call("lexicon", "explain", "양자", TALKS, "--language", "ko").out
    monkeypatch.setenv("PACT_LANGUAGE", "ko")
    assert "해당 없음" in call("lexicon", "explain", "quantum", TALKS).out
    assert "마이클 크라치오스" in call("lexicon", "explain", "kratsios", "백악관 크라시오스").out


def test_a_text_from_standard_input_prints_no_control_characters(call: Call) -> None:
    done = call("lexicon", "explain", "양자", "-", stdin="\x1b[31m양자 회담\n둘째 줄".encode() + b"\xff")
    assert done.code == 0
    assert "[양자] 회담" in done.out
    assert "\x1b" not in done.out


def test_a_call_without_a_text_is_wrong(call: Call) -> None:
    wrong = call("lexicon", "explain", "양자")
    assert (wrong.code, wrong.out, wrong.err.count("\n")) == (2, "", 1)
