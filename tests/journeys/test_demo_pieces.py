"""The demo's pieces, read by the real engine: the stories are what they are meant to be, the traps are not."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from bot.matching.scan import Scanner
from bot.model import Page, Reading
from bot.stories.clustering import Report, fingerprint, group
from scrapers.fake_outlets.demo import DemoStep, load_demo
from scrapers.fake_outlets.sites import SITES
from settings.lexicon import load

START = datetime(2026, 11, 23, 1, tzinfo=UTC)
HOUSE = {journey.key: journey for journey in SITES}
CUES = load_demo()


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    scanner = Scanner(load(None))
    return [scanner.read(_page(cue)) for cue in CUES]


def _page(cue: DemoStep) -> Page:
    journey = HOUSE[cue.outlet]
    text = "\n".join(cue.piece.paragraphs)
    return Page(cue.piece.headline, text, journey.language, START.date(), journey.kind == "official")


def _topics(reading: Reading) -> set[str]:
    people = {"officials"} if reading.topics.officials else set()
    pact = {"pact"} if reading.topics.pact else set()
    return {*reading.topics.sectors, *reading.topics.sister_pact, *people, *pact}


@pytest.mark.parametrize("at", range(len(CUES)), ids=[f"{cue.outlet}-{cue.piece.slug}" for cue in CUES])
def test_a_piece_is_about_what_it_is_meant_to_be_about(readings: list[Reading], at: int) -> None:
    assert _topics(readings[at]) == set(CUES[at].topics)


def test_only_the_signing_breaks_through_quiet_hours(readings: list[Reading]) -> None:
    severe = {cue.story for cue, reading in zip(CUES, readings, strict=True) if reading.topics.severity == 1}
    assert severe == {"plan-signed"}


def test_the_pieces_fall_into_the_stories_they_tell(readings: list[Reading]) -> None:
    reports = [_report(at, cue, reading) for at, (cue, reading) in enumerate(zip(CUES, readings, strict=True))]
    labels = group(reports)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for at, cue in enumerate(CUES):
        found[labels[at]].add(cue.story)
    assert sorted(found.values(), key=str) == sorted(({story} for story in {cue.story for cue in CUES}), key=str)


def _report(at: int, cue: DemoStep, reading: Reading) -> Report:
    seen_at = START + timedelta(seconds=cue.at_seconds)
    return Report(
        id=at,
        headline=cue.piece.headline,
        language=reading.language,
        outlet=cue.outlet,
        published_at=seen_at,
        seen_at=seen_at,
        topics=reading.topics,
        fingerprint=fingerprint(cue.piece.headline, "\n".join(cue.piece.paragraphs)),
    )
