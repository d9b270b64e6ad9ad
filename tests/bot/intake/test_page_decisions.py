"""Decisions about a page, at the boundaries of their rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.intake.candidate import Candidate
from bot.intake.page_decisions import (
    as_baseline_if_old,
    pause_after_failure,
    pause_after_page,
    words_of,
)
from bot.model import NO_TOPICS, Reading, StoredArticle, Topics
from bot.stories.report import report_from
from scrapers.article import Article
from scrapers.errors import (
    BadStatus,
    FetchRateLimited,
    FetchRefused,
    Forbidden,
    Gone,
    NotAsked,
    ScrapeError,
    TitlesOnly,
    Unreachable,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
URL = "https://herald.example/1"
SEVERE = Topics(pact=True, severity=1)


@pytest.fixture
def article() -> StoredArticle:
    return StoredArticle(
        id=1, outlet="herald", url=URL, canonical_url=URL, headline="Seoul opens a centre", language="en", kind="media",
        published_at=NOW, first_seen_at=NOW, content_hash="", state="headline", suspect=None, flash=False,
        corrected=False, baseline=False, story=None, topics=SEVERE, fingerprint=b"", lexicon_version="v",
    )  # fmt: skip


@pytest.fixture
def page() -> Article:
    return Article("herald", URL, URL, (f"url:{URL}",), "A centre opens", ("Seoul opened it.",), NOW, None, "en", "00")


def candidate(article: StoredArticle) -> Candidate:
    return Candidate(article, (), Reading(NO_TOPICS, "en", (), (), ()), ())


@pytest.mark.parametrize(
    ("error", "tries", "pause_minutes"),
    [
        (Unreachable(URL, "no answer"), 1, 4),
        (Unreachable(URL, "no answer"), 2, 16),
        (Unreachable(URL, "no answer"), 3, 64),
        (Unreachable(URL, "no answer"), 4, None),
        (FetchRateLimited(URL, "HTTP 429", 90.0), 1, 1.5),
        (FetchRateLimited(URL, "HTTP 429", 7 * 3600.0), 1, 360),
        (Gone(URL, 404), 1, 4),
        (Gone(URL, 404), 4, None),
        (Gone(URL, 410), 1, None),
        (BadStatus(URL, 500), 1, 4),
        (TitlesOnly(URL, "no pages"), 1, None),
        (Forbidden(URL, 403), 1, None),
        (FetchRefused(URL, "not a public address"), 1, None),
        (NotAsked(URL, "robots.txt forbids it"), 1, None),
    ],
)
def test_a_page_is_asked_for_four_times_and_one_that_is_refused_or_gone_for_good_once(
    error: ScrapeError, tries: int, pause_minutes: float | None
) -> None:
    pause = pause_after_failure(error, tries)
    assert pause == (None if pause_minutes is None else pause_minutes * 60)


def test_a_flash_waits_for_its_text_three_times(article: StoredArticle, page: Article) -> None:
    flash, empty = replace(article, flash=True), replace(page, suspect="short")
    assert [pause_after_page(flash, empty, tries) for tries in (1, 3, 4)] == [240.0, 3840.0, None]
    assert pause_after_page(article, empty, 1) is None
    assert pause_after_page(flash, page, 1) is None


def test_of_a_suspect_page_only_the_listed_headline_is_read(article: StoredArticle, page: Article) -> None:
    assert words_of(article, page) == ("A centre opens", "Seoul opened it.")
    assert words_of(article, replace(page, suspect="site_title")) == ("Seoul opens a centre", "")
    assert words_of(article, replace(page, title=""))[0] == "Seoul opens a centre"


@pytest.mark.parametrize(("age", "alerts"), [(timedelta(hours=24), True), (timedelta(hours=24, seconds=1), False)])
def test_an_article_alerts_until_it_is_a_day_old(article: StoredArticle, age: timedelta, alerts: bool) -> None:
    assert candidate(replace(article, published_at=NOW - age)).alerts(NOW) == alerts
    assert candidate(replace(article, published_at=None)).alerts(NOW)


@pytest.mark.parametrize(("age", "baseline"), [(timedelta(days=30), False), (timedelta(days=30, seconds=1), True)])
def test_an_article_older_than_thirty_days_is_a_baseline(
    article: StoredArticle, age: timedelta, baseline: bool
) -> None:
    old = replace(article, published_at=NOW - age)
    assert as_baseline_if_old(old, NOW).baseline == baseline
    assert not as_baseline_if_old(replace(old, story=7), NOW).baseline


def test_a_suspect_text_neither_alerts_nor_makes_its_story_severe(article: StoredArticle) -> None:
    suspect = replace(article, suspect="short")
    assert (candidate(article).alerts(NOW), report_from(article).topics.severity) == (True, 1)
    assert (candidate(suspect).alerts(NOW), report_from(suspect).topics) == (False, Topics(pact=True))
    flash = replace(suspect, flash=True)
    assert (candidate(flash).alerts(NOW), report_from(flash).topics.severity) == (True, 1)
