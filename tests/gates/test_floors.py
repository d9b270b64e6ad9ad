"""The engine's quality on labelled text is printed and has floors."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest

from bot.cli.article_line import published_on
from bot.matching.query.evaluate import ArticleFacts, hits
from bot.matching.query.nodes import literals
from bot.matching.query.parse_query import parse
from bot.matching.scan import Scanner
from bot.model import Page, Reading

HERE = Path(__file__).parent
Rows = Callable[[str], list[dict[str, Any]]]
CheckWrong = Callable[[str, Collection[str]], None]


class Score:
    """True positives, false positives, false negatives."""

    def __init__(self) -> None:
        self.right = self.extra = self.missed = 0

    def add(self, wanted: set[str], got: set[str]) -> None:
        self.right += len(wanted & got)
        self.extra += len(got - wanted)
        self.missed += len(wanted - got)

    @property
    def f1(self) -> float:
        total = 2 * self.right + self.extra + self.missed
        return 2 * self.right / total if total else 1.0


def _page(row: dict[str, Any]) -> Page:
    return Page(row.get("headline") or "", row["text"], row.get("lang"), published_on(row.get("date")))


def _measure(pairs: list[tuple[dict[str, Any], Reading]]) -> dict[str, Score]:
    scores = {name: Score() for name in ("pact", "officials", "sectors", "sister_pact")}
    for label, reading in pairs:
        scores["pact"].add({"pact"} if label["pact"] else set(), {"pact"} if reading.topics.pact else set())
        for name in ("officials", "sectors", "sister_pact"):
            scores[name].add(set(label[name]), set(getattr(reading.topics, name)))
    return scores


def _report(title: str, scores: dict[str, Score], floors: dict[str, float]) -> list[str]:
    print(f"\n{title}")
    low = []
    for name, score in scores.items():
        print(f"  {name:12} F1 {score.f1:.3f} (floor {floors[name]:.2f})  {score.right} {score.extra} {score.missed}")
        if score.f1 < floors[name]:
            low.append(name)
    return low


def test_articles(rows: Rows, scanner: Scanner, floors: dict[str, Any]) -> None:
    labels = {row["id"]: row for row in rows("labels.jsonl")}
    pairs = [(labels[row["id"]], scanner.read(_page(row))) for row in rows("articles.jsonl")]
    scores = _measure(pairs)
    sectors = {s for label, _ in pairs for s in label["sectors"]}
    each = {sector: Score() for sector in sectors}
    for label, reading in pairs:
        for sector, score in each.items():
            score.add({sector} & set(label["sectors"]), {sector} & set(reading.topics.sectors))
    macro = sum(score.f1 for score in each.values()) / len(each)
    assert _report("articles", scores, floors["articles"]) == []
    print(f"  sectors macro F1 {macro:.3f}")
    assert macro >= floors["articles"]["sectors_macro"]


def test_own_digests(rows: Rows, scanner: Scanner, floors: dict[str, Any]) -> None:
    pairs = [(row, scanner.read(_page(row))) for row in rows("digests.jsonl")]
    assert _report("own digests", _measure(pairs), floors["digests"]) == []
    wrong = [row["id"] for row, reading in pairs if row["severity"] not in (None, reading.topics.severity)]
    wrong += [row["id"] for row, reading in pairs if row["after"] not in (None, list(reading.topics.after))]
    print(f"  severity and source-of-source wrong: {wrong}")
    assert len(wrong) <= floors["digests"]["most_wrong_severity_or_after"]


@pytest.mark.parametrize("name", ["sense.jsonl", "sentences.jsonl"])
def test_one_sentence_decisions(
    name: str, rows: Rows, scanner: Scanner, floors: dict[str, Any], check_wrong: CheckWrong
) -> None:
    sentences = rows(name)
    wrong = [row["id"] for row in sentences if _decides(row, scanner) != row["expect"]]
    share = 1 - len(wrong) / len(sentences)
    print(f"\n{name}: {share:.3f} of {len(sentences)} (floor {floors['sentences'][name]:.2f}); wrong: {wrong}")
    check_wrong(name, wrong)
    assert share >= floors["sentences"][name]


def _decides(row: dict[str, Any], scanner: Scanner) -> bool:
    page = Page("", row["text"], row.get("lang"))
    target = row["target"]
    match row["kind"]:
        case "keyword":
            query = parse(target, scanner.lexicon)
            own = Scanner(scanner.lexicon, literals(query)) if literals(query) else scanner
            return hits(query, own.read(page), ArticleFacts()) is not None
        case "pact":
            return scanner.read(page).topics.pact
        case kind:
            names = {"sector": "sectors", "official": "officials", "sister": "sister_pact"}
            return target in getattr(scanner.read(page).topics, names[kind])


def test_the_first_preview_is_read_right(scanner: Scanner) -> None:
    """The article never uses the pact's name, follows Bloomberg, and ends in page noise."""
    text = (HERE / "preview-page.txt").read_text(encoding="utf-8")
    reading = scanner.read(Page("", text, "ko", published_on("2025-10-29")))
    assert reading.topics.pact
    assert set(reading.topics.sectors) == {
        "ai", "telecom", "quantum", "bio", "space", "research-security", "data", "export-control",
    }  # fmt: skip
    assert reading.topics.after == ("Bloomberg",)
    assert reading.topics.officials == ("Michael Kratsios",)
    assert reading.topics.severity == 1
    assert not scanner.read(Page("", text, "ko", published_on("2024-10-29"))).topics.pact
