"""The shelf's articles, read by the real engine: each has the topics that its file names, and the traps have none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.matching.scan import Scanner
from bot.model import Page
from scrapers.fake_outlets.shelf import ShelfStory, load_shelf
from scrapers.fake_outlets.sites import SITES
from settings.lexicon import load

SITE_OF = {site.key: site for site in SITES}
STORIES = load_shelf()
ON = datetime(2026, 11, 23, 1, tzinfo=UTC).date()


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(load(None))


def topics(scanner: Scanner, story: ShelfStory, headline: str, paragraphs: tuple[str, ...]) -> set[str]:
    site = SITE_OF[story.outlet]
    reading = scanner.read(Page(headline, "\n".join(paragraphs), site.language, ON, site.kind == "official"))
    people = {"officials"} if reading.topics.officials else set()
    pact = {"pact"} if reading.topics.pact else set()
    return {*reading.topics.sectors, *reading.topics.sister_pact, *people, *pact}


@pytest.mark.parametrize("story", STORIES, ids=[story.article.slug for story in STORIES])
def test_a_story_has_its_topics(scanner: Scanner, story: ShelfStory) -> None:
    assert topics(scanner, story, story.article.headline, story.article.paragraphs) == set(story.topics)
    if story.after is not None:
        assert topics(scanner, story, story.after.headline, story.after.paragraphs) == set(story.after_topics)
