"""Every label is whole: ids are unique, kinds and targets are known, and no field is missing or misspelled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from settings import lexicon
from settings.lexicon import Lexicon

HERE = Path(__file__).parent
NAMES = sorted(path.name for path in HERE.glob("*.jsonl"))
DECISIONS = ("sense.jsonl", "sentences.jsonl")
KEYS = {"id": str, "text": str, "target": str, "kind": str, "expect": bool, "trap": str}
GOOD = {"id": "o9001", "text": "양자컴퓨터", "target": "quantum", "kind": "sector", "expect": True, "trap": "bilateral"}


def targets_of(lexicon: Lexicon) -> dict[str, set[str]]:
    """Returns the known targets by kind; a ``keyword`` may be any query."""
    return {
        "sector": {sector.id for sector in lexicon.sectors},
        "official": {official.name for official in lexicon.officials},
        "sister": {sister.id for sister in lexicon.sisters},
        "pact": {"pact"},
    }


def faults_of(name: str, text: str, lexicon: Lexicon) -> Iterator[str]:
    """Yields a line with file, line number and cure for everything that is wrong in a file of labels."""
    line_of_id: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        place = f"tests/gates/{name}:{number}"
        try:
            row = json.loads(line)
        except ValueError:
            yield f"{place} is no JSON; write one object on each line"
            continue
        if row.get("id") in line_of_id:
            yield f"{place} repeats the id {row['id']!r} of line {line_of_id[row['id']]}; use one that is free"
        line_of_id.setdefault(str(row.get("id")), number)
        if name in DECISIONS:
            yield from (f"{place} {fault}" for fault in _faults_of_decision(row, targets_of(lexicon)))


def _faults_of_decision(row: dict[str, object], targets: dict[str, set[str]]) -> Iterator[str]:
    for key, kind in KEYS.items():
        if not isinstance(row.get(key), kind):
            example = json.dumps({key: GOOD[key]}, ensure_ascii=False).strip("{}")
            yield f"has no {key!r}, or one of the wrong type; write it as {example}"
    if unknown := sorted(set(row) - set(KEYS) - {"lang"}):
        yield f"has the unknown key {unknown[0]!r}; the keys are {', '.join(KEYS)}"
    target, kind_of_row = str(row.get("target")), str(row.get("kind"))
    if kind_of_row not in (*targets, "keyword"):
        yield f"has the unknown kind {kind_of_row!r}; use one of {', '.join((*targets, 'keyword'))}"
    elif kind_of_row != "keyword" and target not in targets[kind_of_row]:
        yield f"has the target {target!r}, which is no {kind_of_row} of the lexicon; use one of its own or add it"


@pytest.mark.parametrize("name", NAMES)
def test_the_labels_are_whole(name: str) -> None:
    faults = list(faults_of(name, (HERE / name).read_text("utf-8"), lexicon.load(None)))
    assert faults == [], "\n".join(faults)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"target": "quantun"}, "'quantun', which is no sector"),
        ({"kind": "topic"}, "unknown kind 'topic'"),
        ({"expect": "true"}, "'expect', or one of the wrong type"),
        ({"trap": None}, "no 'trap'"),
        ({"expected": True}, "unknown key 'expected'"),
        ({"kind": "pact"}, "no pact of the lexicon"),
    ],
)
def test_a_mistake_is_named_with_its_line(change: dict[str, object], fault: str) -> None:
    lines = [json.dumps(GOOD), json.dumps({**GOOD, "id": "o9002", **change})]
    (found,) = faults_of("sentences.jsonl", "\n".join(lines), lexicon.load(None))
    assert found.startswith("tests/gates/sentences.jsonl:2 ")
    assert fault in found


def test_a_repeated_id_and_a_broken_line_are_named() -> None:
    text = "\n".join([json.dumps(GOOD), json.dumps(GOOD), "{"])
    assert list(faults_of("sentences.jsonl", text, lexicon.load(None))) == [
        "tests/gates/sentences.jsonl:2 repeats the id 'o9001' of line 1; use one that is free",
        "tests/gates/sentences.jsonl:3 is no JSON; write one object on each line",
    ]
