"""Prints what each rule file gives on texts that nobody studied: the scores with it, and without it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.cli.article_line import published_on
from bot.matching.pact import by_circumstances, by_event, by_name, decide
from bot.matching.scan import Scanner
from bot.model import Page
from settings import lexicon

pytestmark = pytest.mark.bench

GATES = Path(__file__).parents[2] / "gates"
DIGESTS = ("blind_digests.jsonl", "blind_digests2.jsonl", "blind_digests3.jsonl")
SISTERS = ("uk", "japan")


def _nothing(*_: object, **__: object) -> None:
    return None


def _none(*_: object, **__: object) -> Iterator[Any]:
    return iter(())


RULES: dict[str, list[tuple[object, str, Callable[..., Any]]]] = {
    "all rules": [],
    "without by_event": [(by_event.EventSearch, "run", _nothing)],
    "without by_circumstances": [(by_circumstances, "by_circumstances", _nothing)],
    "without coreference": [(decide, "references", _none), (by_name, "joined_with", lambda _, c, *__: frozenset({c}))],
    "without other_deals": [(by_event, "objection_to", _nothing), (by_event, "headline_of_another", _nothing)],
}


def _rows(name: str) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, (GATES / name).read_text("utf-8").splitlines())


def _f1(cells: list[tuple[bool, bool]]) -> str:
    right, either = sum(w and g for w, g in cells), sum(w + g for w, g in cells)
    wrong = [sum(g and not w for w, g in cells), sum(w and not g for w, g in cells)]
    return f"{2 * right / either if either else 1:.3f} ({wrong[0]} too many, {wrong[1]} missed)"


@pytest.mark.parametrize("rules", RULES)
def test_what_a_rule_file_gives(rules: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for owner, name, instead in RULES[rules]:
        monkeypatch.setattr(owner, name, instead)
    scanner = Scanner(lexicon.load(None))
    pact, sisters, alarms = [], [], 0
    for row in (row for name in DIGESTS for row in _rows(name) if row["held"]):
        topics = scanner.read(Page(row["headline"] or "", row["text"], row["lang"], published_on(row["date"]))).topics
        pact.append((row["pact"], topics.pact))
        sisters += [(sister in row["sister_pact"], sister in topics.sister_pact) for sister in SISTERS]
    for row in _rows("ordinary.jsonl"):
        topics = scanner.read(Page(row["headline"] or "", row["text"], None, published_on(row["date"]))).topics
        alarms += topics.pact or bool(topics.sister_pact)
    print(f"\n{rules}: pact {_f1(pact)}, sisters {_f1(sisters)}, ordinary articles taken for one {alarms}")
    assert pact
