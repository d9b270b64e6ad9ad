"""A page's reading or refusal says how an outlet's pages can be read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scrapers.article import Article, Headline
from scrapers.errors import BadStatus, FetchRefused, Gone, NotAsked, ScrapeError, Unreachable
from scrapers.http.robots import FORBIDDEN
from scrapers.proposal.page_trials import is_closed, is_in_source, is_whole, note_on

URL = "https://www.example.org/news/1"
WHOLE = Article("x", URL, URL, (f"url:{URL}",), "A title", ("A paragraph.",), None, None, "en", "hash")


@pytest.mark.parametrize(
    ("error", "closed"),
    [
        (NotAsked(URL, FORBIDDEN), True),
        (BadStatus(URL, 401), True),
        (BadStatus(URL, 403), True),
        (BadStatus(URL, 451), True),
        (BadStatus(URL, 500), False),
        (Gone(URL, 404), False),
        (Unreachable(URL, "no answer"), False),
        (FetchRefused(URL, "is not asked for: 16 requests are enough for one site"), False),
        (FetchRefused(URL, "10.0.0.1 is not a public address"), False),
    ],
)
def test_a_refusal_on_purpose_is_told_from_one_that_may_pass(error: ScrapeError, closed: bool) -> None:
    assert is_closed(error) is closed


def test_an_article_is_whole_where_nothing_speaks_against_it() -> None:
    assert is_whole(WHOLE)
    assert not is_whole(replace(WHOLE, partial=True))
    assert not is_whole(replace(WHOLE, suspect="short"))


def test_a_source_has_whole_texts_from_nine_tenths_on() -> None:
    article = replace(WHOLE, paragraphs=("x" * 60, "y" * 40))
    headline = Headline("x", URL, URL, (), "A title", "", None, "en", text=("z" * 90,))
    assert is_in_source(article, [headline])
    assert not is_in_source(article, [replace(headline, text=("z" * 89,))])
    assert not is_in_source(article, [replace(headline, url=URL + "2")])
    assert not is_in_source(replace(article, partial=True), [headline])


@pytest.mark.parametrize(
    ("article", "note"),
    [
        (replace(WHOLE, paragraphs=(), suspect="site_title"), "no text was found in its pages"),
        (replace(WHOLE, suspect="short"), "a page gave hardly any text, which may be all of it"),
        (replace(WHOLE, suspect="site_title"), "a page gave no headline of its own"),
        (replace(WHOLE, partial=True), "a page was read in part only"),
    ],
)
def test_a_note_says_what_is_wrong(article: Article, note: str) -> None:
    assert note_on(article) == note
