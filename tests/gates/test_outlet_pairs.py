"""Two articles of one day: releases of an office, editions of an article, events of a pact, an event at two outlets."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from bot.matching.scan import Scanner
from bot.model import Page
from bot.stories.clustering import stories_in_order
from bot.stories.features.article_features import features_of
from bot.stories.report import Report

HERE = Path(__file__).parent
PAIRS = [json.loads(line) for line in (HERE / "outlet_pairs.jsonl").read_text("utf-8").splitlines()]
FLOORS = tomllib.loads((HERE / "stories_floors.toml").read_text("utf-8"))["outlet_pairs.jsonl"]
AT = datetime(2026, 11, 23, 1, tzinfo=UTC)


def report_of(scanner: Scanner, number: int, article: Mapping[str, str]) -> Report:
    headline, text, at = article["headline"], article["text"], AT + timedelta(minutes=40 * number)
    reading = scanner.read(Page(headline, text, article["lang"], AT.date()))
    return Report(
        id=number, headline=headline, language=reading.language, outlet=article["outlet"], published_at=at, seen_at=at,
        topics=reading.topics, fingerprint=features_of(headline, text),
    )  # fmt: skip


def is_right(scanner: Scanner, pair: Mapping[str, Any]) -> bool:
    """Whether a pair is decided as it is labelled, whichever of the two comes first."""
    reports = ([report_of(scanner, *each) for each in enumerate(order)] for order in permutations(pair["articles"]))
    return all((len(set(stories_in_order(each).values())) == 1) is pair["one_event"] for each in reports)


@pytest.mark.parametrize("held", [False, True], ids=["studied", "held"])
def test_what_two_articles_name_in_common_makes_no_story_of_two_events(scanner: Scanner, held: bool) -> None:
    pairs = [pair for pair in PAIRS if pair["held"] is held]
    wrong = [pair["id"] for pair in pairs if not is_right(scanner, pair)]
    share = 1 - len(wrong) / len(pairs)
    print(f"outlet_pairs.jsonl, {'held' if held else 'studied'} half: {share:.3f} of {len(pairs)} right")
    assert share >= FLOORS["held" if held else "studied"], [] if held else wrong
