"""The demo's articles, read by the real engine: the stories are what they are meant to be, the traps are not."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from bot.matching.scan import Scanner
from bot.model import Page, Reading
from bot.stories.clustering import stories_by_date
from bot.stories.features.article_features import features_of
from bot.stories.report import Report
from scrapers.fake_outlets.demo import DemoStep, load_demo
from scrapers.fake_outlets.sites import SITES
from settings.lexicon import load

START = datetime(2026, 11, 23, 1, tzinfo=UTC)
HOUSE = {journey.key: journey for journey in SITES}
STEPS = load_demo()


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    scanner = Scanner(load(None))
    return [scanner.read(_page(step)) for step in STEPS]


def _page(step: DemoStep) -> Page:
    journey = HOUSE[step.outlet]
    text = "\n".join(step.article.paragraphs)
    return Page(step.article.headline, text, journey.language, START.date(), journey.kind == "official")


def _topics(reading: Reading) -> set[str]:
    people = {"officials"} if reading.topics.officials else set()
    pact = {"pact"} if reading.topics.pact else set()
    return {*reading.topics.sectors, *reading.topics.sister_pact, *people, *pact}


@pytest.mark.parametrize("at", range(len(STEPS)), ids=[f"{step.outlet}-{step.article.slug}" for step in STEPS])
def test_an_article_has_the_topics_of_its_step(readings: list[Reading], at: int) -> None:
    assert _topics(readings[at]) == set(STEPS[at].topics)


def test_only_the_signing_breaks_through_quiet_hours(readings: list[Reading]) -> None:
    severe = {step.story for step, reading in zip(STEPS, readings, strict=True) if reading.topics.severity == 1}
    assert severe == {"plan-signed"}


def test_the_articles_cluster_into_the_stories_of_their_steps(readings: list[Reading]) -> None:
    reports = [_report(at, step, reading) for at, (step, reading) in enumerate(zip(STEPS, readings, strict=True))]
    labels = stories_by_date(reports)
    clusters: defaultdict[str, set[str]] = defaultdict(set)
    for at, step in enumerate(STEPS):
        clusters[labels[at]].add(step.story)
    assert sorted(clusters.values(), key=str) == sorted(({story} for story in {step.story for step in STEPS}), key=str)


def _report(at: int, step: DemoStep, reading: Reading) -> Report:
    seen_at = START + timedelta(seconds=step.at_seconds)
    return Report(
        id=at,
        headline=step.article.headline,
        language=reading.language,
        outlet=step.outlet,
        published_at=seen_at,
        seen_at=seen_at,
        topics=reading.topics,
        fingerprint=features_of(step.article.headline, "\n".join(step.article.paragraphs)),
    )
