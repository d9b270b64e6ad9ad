"""lexicon check: a finding is a line with its place and its cure; the exit code says whether one is an error."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support.command_line import Call

TEN_LINES = """\
extends = "built-in"

[[sector]]
id = "batteries"
ko = "이차전지"
en = "batteries"
sources = ["[M]"]

[[sector.form]]
texts = ["이차~전지", "전"]
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(TEN_LINES, "utf-8")
    return path


def test_the_built_in_lexicon_is_checked_without_a_file(call: Call) -> None:
    done = call("lexicon", "check")
    assert (done.code, done.out) == (0, "")
    assert done.err.endswith("lexicon.toml: nothing is wrong\n")


def test_a_finding_is_a_line_with_its_place_and_its_cure(call: Call, own: Path) -> None:
    wrong = call("lexicon", "check", "own.toml")
    assert wrong.code == 1
    assert wrong.out == (
        "own.toml:10: [error] sector batteries.form 1: “전” is so short that it occurs in much that is not meant, and "
        "it has no rules: write meant = false and rules that say where it is meant\n"
    )
    assert wrong.err == "pactbot lexicon check: own.toml: 1 error, 0 warnings\n"
    korean = call("lexicon", "check", str(own), "--language", "ko")
    assert f"{own}:10: [error] sector batteries.form 1: “전” 표기는 너무 짧아" in korean.out


def test_the_added_entry_is_blamed_and_not_the_one_of_its_base(call: Call, own: Path) -> None:
    own.write_text('extends = "built-in"\n[[sector]]\nid = "ai"\n[[sector.form]]\ntexts = ["micro-chips"]\n', "utf-8")
    wrong = call("lexicon", "check", "own.toml")
    assert (wrong.code, wrong.out.count("\n")) == (1, 1)
    at_fault = r"own\.toml:5: \[error\] sector ai\.form \d+: the form “micro-chips” is written like “microchip\(s\)”"
    assert re.match(at_fault, wrong.out)


def test_an_entry_without_a_name_is_found_by_its_number(call: Call, own: Path) -> None:
    own.write_text(TEN_LINES + '[[sector]]\nid = "ai"\n\n[[sector]]\nko = "전고체"\n', "utf-8")
    assert call("lexicon", "check", "own.toml").out.startswith("own.toml:14: [error] sector 14.")


def test_the_file_in_use_is_checked_and_printed_as_json(call: Call, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACT_LEXICON", str(own))
    monkeypatch.setenv("PACT_LANGUAGE", "ko")
    wrong = call("lexicon", "check", "--json")
    assert wrong.code == 1
    [line] = wrong.lines
    assert (line["file"], line["line"], line["severity"]) == (str(own), 10, "error")
    assert (line["entry"], line["code"]) == ("sector batteries.form 1", "lexicon.form_too_short")
    assert "규칙" in line["what"]
    assert line["cure"]


def test_a_warning_alone_is_no_error(call: Call, own: Path) -> None:
    own.write_text(TEN_LINES.replace('"전"', '"이차 전지"'), "utf-8")
    done = call("lexicon", "check", "own.toml")
    assert (done.code, done.out.count("[warning]"), done.out.count("\n")) == (0, 1, 1)


def test_a_wrong_shape_is_a_finding_with_its_line(call: Call, own: Path) -> None:
    own.write_text(TEN_LINES.replace("texts =", "text ="), "utf-8")
    wrong = call("lexicon", "check", "own.toml")
    assert wrong.code == 1
    assert wrong.out.startswith("own.toml:9: [error] sector batteries.form 1.text: no such key: did you mean texts?")
    own.write_text(TEN_LINES.replace('"전"', '"반도체"'), "utf-8")
    assert call("lexicon", "check", "own.toml").out.startswith(
        "own.toml:10: [error] sector batteries: the form '반도체'"
    )


@pytest.mark.parametrize("raw", [None, b"\xff\xfe\x00", b"[pact"])
def test_an_unreadable_file_is_a_wrong_call(call: Call, own: Path, raw: bytes | None) -> None:
    own.unlink() if raw is None else own.write_bytes(raw)
    wrong = call("lexicon", "check", "own.toml")
    assert (wrong.code, wrong.out, wrong.err.count("\n")) == (2, "", 1)
    assert wrong.err.startswith("own.toml: ")


def test_control_characters_of_the_file_are_not_printed(call: Call, own: Path) -> None:
    own.write_text(TEN_LINES.replace('"전"', '"\\u001b"'), "utf-8")
    wrong = call("lexicon", "check", "own.toml")
    assert wrong.code == 1
    assert "\x1b" not in wrong.out
    json.loads(call("lexicon", "check", "own.toml", "--json").out.splitlines()[0])


def test_lexicon_has_commands_of_its_own(call: Call) -> None:
    helped = call("lexicon", "--help")
    assert (helped.code, helped.err) == (0, "")
    assert all(f"lexicon {name}" in helped.out for name in ("check", "explain", "scout"))
    for words, said in (((), "say which"), (("chekc",), "did you mean check?")):
        wrong = call("lexicon", *words)
        assert (wrong.code, wrong.out, wrong.err.count("\n")) == (2, "", 1)
        assert said in wrong.err
