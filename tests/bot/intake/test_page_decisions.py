"""Decisions about a page, at the boundaries of their rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.intake.candidate import Candidate
from bot.intake.page_decisions import (
    MOST_ATTACHMENTS,
    article_as_read,
    article_given_up,
    as_baseline_if_old,
    keeps_reading,
    language_of,
    needs_no_page,
    pause_after_failure,
    pause_after_page,
    pause_for_text,
    says_the_same,
    stands_without_page,
    words_of,
)
from bot.intake.source_texts import with_source_text
from bot.model import CHURNED, DUPLICATE, NO_TOPICS, Reading, StoredArticle, Topics
from bot.store.feed_texts import NO_FEED_TEXT, FeedText
from bot.stories.report import report_from
from scrapers.article import Article, Attachment
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
from tests.support.bot_harness import outlet_named

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
    suspect = with_source_text(replace(page, suspect="site_title"), NO_FEED_TEXT)
    assert words_of(article, suspect) == ("Seoul opens a centre", "")
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


@pytest.mark.parametrize("suspect", ["short", "no_body", "same_body", "unreachable", "gone"])
def test_an_offices_document_alerts_without_its_text_and_may_be_severe(article: StoredArticle, suspect: str) -> None:
    document = replace(article, kind="official", suspect=suspect)
    assert candidate(document).alerts(NOW)
    assert (report_from(document).topics.severity, report_from(document).lacks_text) == (1, True)


@pytest.mark.parametrize("suspect", [CHURNED, DUPLICATE])
def test_an_offices_document_that_may_be_an_old_one_or_is_a_copy_never_alerts(
    article: StoredArticle, suspect: str
) -> None:
    assert not candidate(replace(article, kind="official", suspect=suspect)).alerts(NOW)


def test_a_told_article_that_lacks_text_is_read_again_three_times(article: StoredArticle) -> None:
    told = replace(article, story=7, state="read", content_hash="00")
    partial, missing = replace(told, partial=True), replace(told, kind="official", suspect="short")
    for lacking in (partial, missing):
        assert [pause_for_text(lacking, tries) for tries in (1, 3, 4)] == [240.0, 3840.0, None]
    assert pause_for_text(told, 1) is None
    assert pause_for_text(replace(told, suspect="short"), 1) is None, "a newspaper's suspect page is left"
    assert pause_for_text(replace(missing, suspect=CHURNED), 1) is None


def test_only_an_offices_unread_document_is_told_before_its_page_is_given_up(article: StoredArticle) -> None:
    document = replace(article, kind="official")
    assert stands_without_page(document)
    assert not stands_without_page(article)
    assert not stands_without_page(replace(document, suspect="unreachable")), "it was told"
    assert not stands_without_page(replace(document, content_hash="00")), "it was read"


def test_a_missing_page_of_an_office_corrects_nothing_and_a_removed_one_does(article: StoredArticle) -> None:
    told = replace(article, kind="official", story=7, suspect="gone")
    gone = Gone(URL, 404)
    assert (article_given_up(told, gone).corrected, article_given_up(told, gone).flash) == (False, False)
    assert article_given_up(replace(told, content_hash="00"), gone).corrected
    assert not article_given_up(told, Unreachable(URL, "no answer")).flash, "it needs no mark to be told"
    assert article_given_up(replace(article, story=7), gone).corrected


def test_an_article_that_its_source_gives_whole_needs_no_page(article: StoredArticle) -> None:
    whole, away, gone = FeedText("Seoul opened it.", True), Unreachable(URL, "no answer"), Gone(URL, 410)
    assert needs_no_page(article, away, whole)
    assert not needs_no_page(article, away, FeedText("Seoul opened it."))
    assert not needs_no_page(replace(article, content_hash="00"), away, whole), "it was read before"
    assert not needs_no_page(article, gone, whole), "a newspaper has withdrawn it"
    assert needs_no_page(replace(article, kind="official"), gone, whole)


def test_the_same_page_says_the_same_until_anything_of_it_differs(article: StoredArticle, page: Article) -> None:
    outlet = outlet_named("herald")
    told = replace(article, story=7)
    stored = article_as_read(told, replace(page, partial=True), outlet, "en")
    again = replace(stored, state="read", story=None)
    assert says_the_same(stored, again)
    assert not says_the_same(stored, replace(again, partial=False))
    assert not says_the_same(stored, replace(again, topics=NO_TOPICS))
    assert not says_the_same(replace(stored, story=None), again), "nobody was told"


def test_an_article_keeps_a_partial_reading_but_no_missing_text(article: StoredArticle) -> None:
    read = replace(article, content_hash="00", partial=True)
    assert keeps_reading(read)
    assert not keeps_reading(replace(read, kind="official", suspect="short"))
    assert not keeps_reading(replace(read, state="read"))


@pytest.mark.parametrize("documents", [MOST_ATTACHMENTS - 1, MOST_ATTACHMENTS, MOST_ATTACHMENTS + 1])
def test_the_first_three_documents_of_a_page_are_kept(article: StoredArticle, page: Article, documents: int) -> None:
    attached = tuple(Attachment(f"{n}.hwp", f"{URL}/{n}", "hwp") for n in range(documents))
    read = article_as_read(article, replace(page, attachments=attached), outlet_named("herald"), "en")
    assert [each["name"] for each in read.attachments] == [each.name for each in attached[:3]]


def test_a_suspect_page_gives_neither_hash_nor_language_nor_a_better_date(
    article: StoredArticle, page: Article
) -> None:
    outlet, late = outlet_named("herald"), NOW + timedelta(hours=2)
    note = replace(page, suspect="short", language="ko", published_at=late)
    read = article_as_read(article, note, outlet, language_of(article, note))
    assert (read.content_hash, read.language, read.published_at) == ("", "en", NOW)
    assert article_as_read(replace(article, published_at=None), note, outlet, "en").published_at == late
    believed = replace(note, suspect=None)
    read = article_as_read(article, believed, outlet, language_of(article, believed))
    assert (read.content_hash, read.language, read.published_at) == ("00", "ko", late)
