"""The shelf's articles, read by the real engine: each has the topics that its file names, and the traps have none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.matching.scan import Scanner
from bot.model import Page, Reading
from bot.stories.clustering import stories_by_date
from bot.stories.features.article_features import features_of
from bot.stories.report import Report
from scrapers.fake_outlets.demo import load_demo
from scrapers.fake_outlets.fake_articles import FakeArticle
from scrapers.fake_outlets.shelf import ShelfStory, load_shelf
from scrapers.fake_outlets.sites import SITES
from settings.lexicon import load

SITE_OF = {site.key: site for site in SITES}
STORIES = load_shelf()
START = datetime(2026, 11, 23, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(load(None))


def read(scanner: Scanner, outlet: str, article: FakeArticle) -> Reading:
    site = SITE_OF[outlet]
    text = "\n".join(article.paragraphs)
    return scanner.read(Page(article.headline, text, site.language, START.date(), site.kind == "official"))


def topics(reading: Reading) -> set[str]:
    people = {"officials"} if reading.topics.officials else set()
    pact = {"pact"} if reading.topics.pact else set()
    return {*reading.topics.sectors, *reading.topics.sister_pact, *people, *pact}


@pytest.mark.parametrize("story", STORIES, ids=[story.article.slug for story in STORIES])
def test_a_story_has_its_topics(scanner: Scanner, story: ShelfStory) -> None:
    assert topics(read(scanner, story.outlet, story.article)) == set(story.topics)
    if story.after is not None:
        assert topics(read(scanner, story.outlet, story.after)) == set(story.after_topics)


def published() -> Iterator[tuple[str, str, FakeArticle, float]]:
    """Each article of the demo and of the shelf: its story, outlet, text, and seconds after the start."""
    for step in load_demo():
        yield step.story, step.outlet, step.article, step.at_seconds
    for number, story in enumerate(STORIES):
        for article in filter(None, (story.article, story.after)):
            yield story.article.slug, story.outlet, article, 400.0 + 150 * number


def test_each_press_of_the_button_makes_a_card_of_its_own(scanner: Scanner) -> None:
    rows = list(published())
    reports = []
    for number, (_, outlet, article, seconds) in enumerate(rows):
        reading, at = read(scanner, outlet, article), START + timedelta(seconds=seconds)
        marks = features_of(article.headline, "\n".join(article.paragraphs))
        reports.append(
            Report(number, article.headline, reading.language, outlet, at, at, topics=reading.topics, fingerprint=marks)
        )
    labels = stories_by_date(reports)
    clusters: defaultdict[str, set[str]] = defaultdict(set)
    for number, (story, *_) in enumerate(rows):
        clusters[labels[number]].add(story)
    assert [stories for stories in clusters.values() if len(stories) > 1] == []
