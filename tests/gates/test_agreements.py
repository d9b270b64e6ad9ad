"""The engine tells the pact from agreements of other subjects, years and parties."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from bot.cli.article_line import published_on
from bot.matching.scan import Scanner
from bot.model import Page

NAME = "agreements.jsonl"
Rows = Callable[[str], list[dict[str, Any]]]
CheckWrong = Callable[[str, Collection[str]], None]


def test_the_agreement_is_told_from_others(
    rows: Rows, scanner: Scanner, floors: dict[str, Any], check_wrong: CheckWrong
) -> None:
    texts = rows(NAME)
    wrong = []
    for row in texts:
        reading = scanner.read(Page(row["headline"], row["text"], None, published_on(row["date"])))
        if (reading.topics.pact, sorted(reading.topics.sister_pact)) != (row["pact"], sorted(row["sister_pact"])):
            wrong.append(row["id"])
    share = 1 - len(wrong) / len(texts)
    print(f"\n{share:.3f} of {len(texts)}; wrong: {wrong}")
    check_wrong(NAME, wrong)
    assert share >= floors["agreements"][NAME]
