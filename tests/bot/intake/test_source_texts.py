"""The text that is read of an article whose source gives text, too."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.intake.source_texts import text_in_source, with_source_text
from bot.store.feed_texts import NO_FEED_TEXT, FeedText
from scrapers.article import Article, Headline

URL = "https://ministry.example/1"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def headline() -> Headline:
    return Headline("ministry", URL, URL, (f"url:{URL}",), "협정 서명", "", NOW, "ko")


@pytest.fixture
def page() -> Article:
    return Article("ministry", URL, URL, (f"url:{URL}",), "협정 서명", ("양국이 서명했다.",), NOW, None, "ko", "00")


def test_the_longer_of_text_and_summary_is_the_sources_text(headline: Headline) -> None:
    text = ("양국이 서명했다.", "부처가 밝혔다.")
    assert text_in_source(headline) == NO_FEED_TEXT
    assert text_in_source(replace(headline, summary="요약", text=text)) == FeedText("\n".join(text))
    assert text_in_source(replace(headline, summary="요약", text=text, text_is_whole=True)).whole
    longer = replace(headline, summary="가" * 40, text=text, text_is_whole=True)
    assert text_in_source(longer) == FeedText("가" * 40)
    assert not text_in_source(replace(headline, text_is_whole=True)).whole


@pytest.mark.parametrize(
    ("source_text", "read"),
    [
        ("양국이 서명했다!", "양국이 서명했다."),
        ("양국이\n서 명 했 다 .", "양국이 서명했다."),
        ("양국이 서명했다.!", "양국이 서명했다.!"),
    ],
)
def test_the_sources_text_is_read_where_it_has_more_letters(page: Article, source_text: str, read: str) -> None:
    chosen = with_source_text(page, FeedText(source_text))
    assert (chosen.text, chosen.text_from) == (read, "page" if read == page.text else "feed")
    assert (chosen.content_hash, chosen.partial) == (page.content_hash, False)


def test_of_a_suspect_page_no_text_is_read_but_the_sources(page: Article) -> None:
    suspect = replace(page, suspect="short")
    assert with_source_text(suspect, NO_FEED_TEXT).text == ""
    chosen = with_source_text(suspect, FeedText("요약"))
    assert (chosen.text, chosen.text_from, chosen.suspect) == ("요약", "feed", "short")


def test_a_source_that_gives_the_whole_article_makes_up_for_a_suspect_or_partial_page(page: Article) -> None:
    whole = FeedText("양국이 서명했다.\n부처가 밝혔다.", True)
    for lacking in (replace(page, suspect="no_body"), replace(page, partial=True)):
        chosen = with_source_text(lacking, whole)
        assert (chosen.text, chosen.suspect, chosen.partial) == (whole.text, None, False)
        assert chosen.content_hash not in ("", page.content_hash)
    partial = with_source_text(replace(page, partial=True), FeedText(whole.text))
    assert (partial.text, partial.partial) == (whole.text, True), "a teaser may be longer and is not the whole"
