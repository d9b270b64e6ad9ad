"""A story's counts, its first outlet and its official text come from its rows alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.model import Topics
from bot.stories.facts.coverage import coverage_of, is_date_only
from tests.support.bot_harness import outlet_named
from tests.support.sample_rows import AT, stored_article

OUTLETS = {
    "herald": outlet_named("herald"),
    "times": outlet_named("times", timezone="America/New_York"),
    "ministry": outlet_named("ministry", kind="official"),
    "mirror": outlet_named("mirror", kind="aggregator"),
}
SEOUL_MIDNIGHT = AT + timedelta(hours=15)


def in_minutes(minutes: float) -> dict[str, Any]:
    at = AT + timedelta(minutes=minutes)
    return {"published_at": at, "first_seen_at": at}


def first_of(*articles: Any) -> tuple[str, int] | None:
    first = coverage_of(articles, OUTLETS).first
    return (first.article.outlet, first.lead_minutes) if first else None


def test_no_outlet_is_first_where_none_followed() -> None:
    assert first_of() is None
    assert first_of(stored_article(1), stored_article(2, **in_minutes(50))) is None


def test_coverage_counts_languages_outlets_topics_and_sources_in_the_order_of_publication() -> None:
    articles = [
        stored_article(1, outlet="times", language="ko", kind="opinion", **in_minutes(9)),
        stored_article(2, outlet="times", language="zh", published_at=None, first_seen_at=AT + timedelta(seconds=119)),
        stored_article(3, language="en", topics=Topics(after=("Bloomberg",), sectors=("ai",))),
        stored_article(4, language="ja", topics=Topics(after=("Yonhap", "Bloomberg"), sectors=("space", "ai"))),
        stored_article(5, outlet="ministry", language="de", kind="official", **in_minutes(30)),
        stored_article(6, outlet="ministry", kind="official", topics=Topics(officials=("A", "A")), **in_minutes(31)),
    ]
    coverage = coverage_of(articles, OUTLETS)
    assert [article.id for article in coverage.articles] == [3, 4, 2, 1, 5, 6]
    assert (coverage.ko, coverage.en, coverage.other, coverage.outlets) == (1, 2, 3, 3)
    assert coverage.official_texts == (articles[4], articles[5])
    assert coverage.after == (("Bloomberg", 2), ("Yonhap", 1))
    assert coverage.sectors == (("ai", 2), ("space", 1))
    assert coverage.officials == (("A", 1),)


@pytest.mark.parametrize(("minutes", "first"), [(5, None), (5.5, ("herald", 5)), (6, ("herald", 6))])
def test_nobody_was_first_within_five_minutes(minutes: float, first: Any) -> None:
    assert first_of(stored_article(2, outlet="times", **in_minutes(minutes)), stored_article(1)) == first


def test_a_second_article_of_the_first_outlet_does_not_shorten_its_lead() -> None:
    own = stored_article(2, **in_minutes(2))
    assert first_of(stored_article(1), own, stored_article(3, outlet="times", **in_minutes(8))) == ("herald", 8)


def test_nobody_was_first_where_a_time_is_unknown_or_a_day_alone() -> None:
    late, later = stored_article(1, **in_minutes(18 * 60)), stored_article(2, outlet="times", **in_minutes(20 * 60))
    assert first_of(late, later) == ("herald", 120)
    assert first_of(late, later, stored_article(3, outlet="ministry", published_at=SEOUL_MIDNIGHT)) is None
    assert first_of(late, later, stored_article(3, outlet="ministry", published_at=None)) is None
    assert first_of(stored_article(1, published_at=None), later) is None
    next_midnight = stored_article(4, outlet="ministry", **in_minutes(39 * 60))
    assert first_of(late, next_midnight) is None, "the next report may stand at any hour of its day"
    assert first_of(late, later, next_midnight) == ("herald", 120)


def test_a_time_more_than_an_hour_after_the_article_was_seen_tells_nothing() -> None:
    later = stored_article(2, outlet="times", **in_minutes(200))
    for minutes, is_first in ((60, True), (61, False)):
        first = stored_article(1, published_at=AT + timedelta(minutes=minutes), first_seen_at=AT)
        assert bool(first_of(first, later)) == is_first


def test_a_mirror_is_never_first_nor_the_next_report() -> None:
    first, mirrored = stored_article(1), stored_article(2, outlet="mirror", published_at=None)
    late = stored_article(3, outlet="times", **in_minutes(30))
    assert first_of(first, mirrored, late) == ("herald", 30)
    assert first_of(first, mirrored) is None
    assert first_of(stored_article(4, outlet="mirror", **in_minutes(-9)), first, late) is None


def test_the_official_text_in_the_readers_language_is_linked_else_the_first() -> None:
    english = stored_article(1, kind="official", language="en")
    korean = stored_article(2, kind="official", language="ko", **in_minutes(90))
    again = stored_article(3, kind="official", language="en", **in_minutes(95))
    coverage = coverage_of([again, korean, english], OUTLETS)
    assert coverage.official_texts == (english, korean)
    urls = [coverage.official_url(language) for language in ("ko", "en", "de")]
    assert urls == [korean.url, english.url, english.url]
    assert coverage_of([stored_article(1)], OUTLETS).official_url("en") is None


def test_the_beginning_of_an_outlets_day_is_a_date_alone() -> None:
    assert is_date_only(stored_article(1, published_at=SEOUL_MIDNIGHT), OUTLETS)
    assert not is_date_only(stored_article(1, published_at=SEOUL_MIDNIGHT + timedelta(seconds=1)), OUTLETS)
    assert not is_date_only(stored_article(1, outlet="times", published_at=SEOUL_MIDNIGHT), OUTLETS)
    assert is_date_only(stored_article(1, outlet="gone"), OUTLETS), "an outlet that is read no more counts in UTC"
    assert not is_date_only(stored_article(1, published_at=None), OUTLETS)


def test_an_official_text_is_found_only_where_it_was_read() -> None:
    unread = stored_article(1, kind="official", suspect="short")
    waiting = stored_article(2, kind="official", state="headline")
    partial = stored_article(3, kind="official", partial=True)
    read_again = stored_article(4, kind="official", state="headline", content_hash="00")
    none = coverage_of([stored_article(5), unread, waiting], OUTLETS)
    assert (none.official_texts, none.unread_document) == ((), unread)
    for read in (partial, read_again):
        found = coverage_of([unread, read], OUTLETS)
        assert (found.official_texts, found.unread_document) == ((read,), None)
    assert coverage_of([stored_article(5)], OUTLETS).unread_document is None
