"""Clustering has floors of pairwise precision and recall on labelled digests, over all stories and over each half.

The topics of an article come from its labels, so that this gate measures clustering alone.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from zlib import crc32

import pytest

from bot.model import Topics
from bot.stories.clustering import group
from bot.stories.periods import period
from bot.stories.same_event import Report
from bot.stories.similarity import fingerprint

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Score:
    """Numbers of pairs that were joined rightly, joined wrongly, and missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed)


def digests() -> list[dict[str, str]]:
    return [json.loads(line) for line in (HERE / "stories_digests.jsonl").read_text("utf-8").splitlines()]


def report_from(digest: Mapping[str, str]) -> Report:
    start, end = period(digest["date"])
    headline = digest["headline"] or ""
    return Report(
        id=digest["id"],
        headline=headline,
        language=digest["lang"],
        outlet=digest["outlet"],
        published_at=start,
        published_until=end,
        seen_at=datetime(2026, 3, 1, tzinfo=UTC),
        topics=Topics(
            pact=bool(digest["pact"]),
            sister_pact=tuple(digest["sister_pact"]),
            officials=tuple(digest["officials"]),
            sectors=tuple(digest["sectors"]),
        ),
        fingerprint=fingerprint(headline, digest["text"]),
    )


def score(true: Mapping[str, str], found: Mapping[object, str], ids: Iterable[str]) -> Score:
    right = wrong = missed = 0
    for first, second in combinations(ids, 2):
        together, meant = found[first] == found[second], true[first] == true[second]
        right += together and meant
        wrong += together and not meant
        missed += meant and not together
    return Score(right, wrong, missed)


@pytest.fixture(scope="module")
def true() -> dict[str, str]:
    return {digest["id"]: digest["story"] for digest in digests()}


@pytest.fixture(scope="module")
def found() -> dict[object, str]:
    return dict(group(report_from(digest) for digest in digests()))


def floor(name: str) -> dict[str, float]:
    loaded: dict[str, dict[str, float]] = tomllib.loads((HERE / "stories_floors.toml").read_text("utf-8"))
    return loaded[name]


def test_stories_over_all_digests(true: dict[str, str], found: dict[object, str]) -> None:
    reached = score(true, found, true)
    print(f"stories: precision {reached.precision:.3f}, recall {reached.recall:.3f}, {reached}")
    assert reached.precision >= floor("all")["precision"]
    assert reached.recall >= floor("all")["recall"]


@pytest.mark.parametrize("half", [0, 1])
def test_stories_of_each_half(true: dict[str, str], found: dict[object, str], half: int) -> None:
    ids = [digest_id for digest_id, story in true.items() if crc32(story.encode()) % 2 == half]
    reached = score(true, found, ids)
    print(f"stories, half {half}: precision {reached.precision:.3f}, recall {reached.recall:.3f}, {reached}")
    assert reached.precision >= floor("halves")["precision"]
    assert reached.recall >= floor("halves")["recall"]


def test_no_story_holds_the_korean_pact_and_a_sister(found: dict[object, str]) -> None:
    pacts_of: dict[str, set[str]] = {}
    for report in map(report_from, digests()):
        if report.pact_id:
            pacts_of.setdefault(found[report.id], set()).add(report.pact_id)
    assert pacts_of
    assert [pacts for pacts in pacts_of.values() if len(pacts) > 1] == []
