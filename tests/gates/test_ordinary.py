"""Ordinary news that shares words with the pact raises no alarm: Gyeongju, working groups, firms' deals, London, Tokyo.

None of it is about the pact or a sister; ``may`` lists the sectors that an article may have.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from bot.cli.article_line import published_on
from bot.matching.scan import Scanner
from bot.model import Page

NAME = "ordinary.jsonl"
Rows = Callable[[str], list[dict[str, Any]]]
CheckWrong = Callable[[str, Collection[str]], None]


def test_ordinary_news_is_not_the_pact(
    rows: Rows, scanner: Scanner, floors: dict[str, Any], check_wrong: CheckWrong
) -> None:
    wrong: dict[str, list[str]] = {"pact": [], "sister_pact": [], "sectors": []}
    for row in rows(NAME):
        reading = scanner.read(Page(row["headline"] or "", row["text"], None, published_on(row["date"])))
        decided = {
            "pact": reading.topics.pact,
            "sister_pact": bool(reading.topics.sister_pact),
            "sectors": not set(reading.topics.sectors) <= set(row["may"]),
        }
        for kind, is_wrong in decided.items():
            wrong[kind] += [row["id"]] if is_wrong else []
    print(f"\nof {len(rows(NAME))}, wrong: {wrong}")
    check_wrong(NAME, [article_id for ids in wrong.values() for article_id in ids])
    assert {kind: ids for kind, ids in wrong.items() if len(ids) > floors["ordinary"][kind]} == {}
