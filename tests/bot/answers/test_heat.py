"""Stories of each sector are counted by day, against the four weeks before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.answers.heat import HeatWindow, baseline_from, heat_of
from bot.model import StoredArticle, Topics
from handlers.cards.status import SectorHeat
from settings.lexicon import load

LEXICON = load(None)
NOW = datetime(2026, 3, 29, 3, 0, tzinfo=UTC)  # noon in Seoul
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def article(story: int | None, at: datetime, *sectors: str) -> StoredArticle:
    return StoredArticle(
        id=1,
        outlet="herald",
        url="",
        canonical_url="",
        headline="",
        language="en",
        kind="media",
        published_at=None,
        first_seen_at=at,
        content_hash="",
        state="read",
        suspect=None,
        flash=False,
        corrected=False,
        baseline=False,
        story=story,
        topics=Topics(sectors=sectors),
        fingerprint=(),
        lexicon_version="",
    )


def heat(*articles: StoredArticle, days: int = 7, read_for: timedelta = timedelta(days=60)) -> tuple[SectorHeat, ...]:
    oldest = max(NOW - read_for, baseline_from(NOW - days * DAY))
    return heat_of(articles, LEXICON, HeatWindow(NOW, days, "Asia/Seoul", oldest))


def test_a_story_counts_once_on_the_local_day_of_its_first_article() -> None:
    first, later = NOW - 2 * DAY - timedelta(hours=13), NOW - DAY
    (quantum,) = heat(article(1, first, "quantum"), article(1, later, "quantum"))
    assert (quantum.sector, quantum.stories, quantum.by_day) == ("quantum", 1, (0, 0, 0, 1, 0, 0, 0))


def test_an_article_without_a_story_is_not_counted() -> None:
    assert heat(article(None, NOW - DAY, "quantum")) == ()


def test_the_window_begins_exactly_its_days_ago() -> None:
    (inside,) = heat(article(1, NOW - 7 * DAY, "quantum"))
    assert (inside.stories, inside.usual) == (1, 0.0)
    (before,) = heat(article(1, NOW - 7 * DAY - SECOND, "quantum"))
    assert before.stories == 0
    assert before.usual == pytest.approx(0.25)


def test_the_baseline_is_four_weeks_for_a_window_of_any_length() -> None:
    stories = [article(number, NOW - 8 * DAY, "quantum") for number in range(8)]
    (week,) = heat(*stories)
    assert week.usual == pytest.approx(8 / 28 * 7)
    (day,) = heat(*stories, days=1)
    assert day.usual == pytest.approx(8 / 28)


@pytest.mark.parametrize(("read_for", "usual"), [(timedelta(days=9), 3.5), (8 * DAY, 7.0), (8 * DAY - SECOND, 0.0)])
def test_the_baseline_counts_only_days_that_were_read_and_needs_one(read_for: timedelta, usual: float) -> None:
    (quantum,) = heat(article(1, NOW - 7.5 * DAY, "quantum"), read_for=read_for)
    assert quantum.usual == pytest.approx(usual)


def test_the_sector_with_the_most_stories_stands_first() -> None:
    rows = heat(article(1, NOW - DAY, "space", "quantum"), article(2, NOW - DAY, "space"))
    assert [(row.sector, row.stories) for row in rows] == [("space", 2), ("quantum", 1)]
