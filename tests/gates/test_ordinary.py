"""Ordinary news beside the pact's words: Gyeongju, working groups, firms' deals, London, Tokyo, other senses.

None of it is about the pact or a sister; ``may`` says which sectors an article may have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.cli.article_line import published_on
from bot.matching.scan import Scanner
from bot.model import Page

NAME = "ordinary.jsonl"
Rows = Callable[[str], list[dict[str, Any]]]


def test_it_is_silent_about_ordinary_news(rows: Rows, scanner: Scanner, floors: dict[str, Any]) -> None:
    wrong: dict[str, list[str]] = {"pact": [], "sister_pact": [], "sectors": []}
    for row in rows(NAME):
        reading = scanner.read(Page(row["headline"] or "", row["text"], None, published_on(row["date"])))
        told = {
            "pact": reading.topics.pact,
            "sister_pact": bool(reading.topics.sister_pact),
            "sectors": not set(reading.topics.sectors) <= set(row["may"]),
        }
        for kind, heard in told.items():
            wrong[kind] += [row["id"]] if heard else []
    print(f"\nof {len(rows(NAME))}, wrong: {wrong}")
    assert {kind: ids for kind, ids in wrong.items() if len(ids) > floors["ordinary"][kind]} == {}
