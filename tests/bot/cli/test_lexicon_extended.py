"""A short file in PACT_LEXICON adds a person and a sector: match and query know both, and all that was known before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command_line import Call
from tests.support.extending_lexicon import EXTENDING_LEXICON

LINES = [
    {"id": "new", "text": "제인 리베라 특사는 이차 전지와 양자컴퓨터를 둘러보았다."},
    {"id": "english", "text": "Jane Rivera toured a plant for battery cells in Ochang."},
    {"id": "old", "text": "크라치오스 실장은 반도체를 말했다."},
]


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "own.toml"
    path.write_text(EXTENDING_LEXICON, "utf-8")
    monkeypatch.setenv("PACT_LEXICON", str(path))


def test_the_extending_lexicon_has_no_findings(call: Call) -> None:
    assert (call("lexicon", "check").code, call("lexicon", "check").out) == (0, "")


def test_match_finds_added_and_built_in_entries(call: Call) -> None:
    new, english, old = call("match", stdin="\n".join(map(json.dumps, LINES))).lines
    assert (new["officials"], new["sectors"]) == (["Jane Rivera"], ["batteries", "quantum"])
    assert (english["officials"], english["sectors"]) == (["Jane Rivera"], ["batteries"])
    assert (old["officials"], old["sectors"]) == (["Michael Kratsios"], ["semiconductors"])


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("who:rivera", ["new", "english"]),
        ("@rivera -quantum", ["english"]),
        ("sector:batteries", ["new", "english"]),
        ("이차전지", ["new"]),
        ("sector:이차전지 sector:quantum", ["new"]),
        ("topic:officials", ["new", "english", "old"]),
    ],
)
def test_query_finds_added_entries_by_name(call: Call, query: str, hits: list[str]) -> None:
    done = call("query", query, stdin="\n".join(map(json.dumps, LINES)))
    assert (done.code, done.err) == (0, "")
    assert [line["id"] for line in done.lines if line["hit"]] == hits


@pytest.mark.usefixtures("fake_outlets")
def test_check_counts_added_entries(call: Call) -> None:
    assert "17 officials, 13 sectors" in call("check").out
