"""A page's metadata is read within limits."""

from __future__ import annotations

import json

import pytest
from selectolax.lexbor import LexborHTMLParser

from scrapers.formats.page_metadata import PageMetadata, page_metadata


def _metadata(head: str) -> PageMetadata:
    return page_metadata(LexborHTMLParser(f"<html><head>{head}</head></html>"), "https://news.example/1")


def _ld_json(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def _article(**values: object) -> dict[str, object]:
    return {"@type": "NewsArticle", "headline": "title", **values}


def test_twenty_blocks_of_ld_json_are_read() -> None:
    assert _metadata(_ld_json({}) * 19 + _ld_json(_article())).title == "title"
    assert _metadata(_ld_json({}) * 20 + _ld_json(_article())).title == ""


def test_five_hundred_values_of_a_block_are_read() -> None:
    assert _metadata(_ld_json([{}] * 498 + [_article()])).title == "title"  # the list is the first value
    assert _metadata(_ld_json([{}] * 499 + [_article()])).title == ""


def test_three_hundred_meta_tags_are_read() -> None:
    other, title = '<meta name="x" content="y">', '<meta property="og:title" content="title">'
    assert _metadata(other * 299 + title).title == "title"
    assert _metadata(other * 300 + title).title == ""


def test_a_byline_names_ten_authors() -> None:
    authors = [{"name": f"Author {letter}"} for letter in "ABCDEFGHIJK"]
    assert _metadata(_ld_json(_article(author=authors))).byline.split(", ")[-1] == "Author J"


def test_dates_are_shown_by_elements_with_attributes_or_text() -> None:
    exact = '<b itemprop="datePublished" content="2026-01-05">Mon, 2026</b>'
    page = f'</head><body><time class="published">January 6, 2026</time>{exact}</body>'
    assert _metadata(page).shown_dates == ("2026-01-05", "Mon, 2026", "January 6, 2026")


def test_an_authors_name_has_two_hundred_characters() -> None:
    assert _metadata(_ld_json(_article(author="a" * 201))).byline == "a" * 200


def test_five_headings_and_six_dates_are_read() -> None:
    headings = "".join(f"<h1>Headline number {number}</h1>" for number in "123456")
    for number, title in ((5, "Headline number 5"), (6, "Headline number 6 | World")):
        tag = f'<meta property="og:title" content="Headline number {number} | World">'
        assert _metadata(f"{tag}</head><body>{headings}</body>").title == title
    dates = "".join(f"<p class=date>2026 {number}{'x' * 300}</p>" for number in "1234567")
    shown = _metadata(f"</head><body>{dates}</body>").shown_dates
    assert [len(text) for text in shown] == [200] * 6


def test_a_tag_for_each_author_names_all_of_them() -> None:
    tags = "".join(f'<meta name="author" content="{name}">' for name in ("Jane Roe", "Hong Gil-dong", "Jane Roe"))
    assert _metadata(tags).byline == "Jane Roe, Hong Gil-dong"
    addresses = '<meta name="article:author" content="https://news.example/jane">' * 2
    assert _metadata(f'{addresses}<meta name="article:author" content="Jane Roe">{addresses}').byline == "Jane Roe"
    assert _metadata('<meta name="og:title" content="a"><meta name="og:title" content="b">').title == "a"


@pytest.mark.parametrize(
    "tags, published",
    [
        ('<meta name="date" content="soon"><meta name="pubdate" content="2026-01-06">', "2026-01-06"),
        ('<meta name="x-publish-on" content="2026-01-06">', "2026-01-06"),
        ('<meta name="x.date" content="2026-01-06">', "2026-01-06"),
        ('<meta name="date_modified" content="2026-01-06">', ""),
        ('<meta name="generated-time" content="2026-01-06">', ""),
        ('<meta name="candidate" content="2026-01-06">', ""),
    ],
)
def test_the_first_tag_that_holds_a_time_names_it(tags: str, published: str) -> None:
    assert _metadata(tags).published == published


def test_a_page_without_an_h1_shows_its_headline_in_an_element_that_is_named_so() -> None:
    page = '<title>Pact | Unknown</title></head><body><h2 class="entry-title">Seoul signs a pact</h2></body>'
    assert (
        _metadata(f'<meta name="og:title" content="Seoul signs a pact | Unknown">{page}').title == "Seoul signs a pact"
    )
    assert _metadata('</head><body><div itemprop="headline">Pact</div></body>').title == "Pact"


def test_a_page_whose_tags_only_name_the_site_has_the_documents_title() -> None:
    page = '<meta name="title" content="news.example"><title>Seoul signs a pact | Unknown</title>'
    assert _metadata(page).title == "Seoul signs a pact | Unknown"


def test_a_meta_tag_names_the_site() -> None:
    page = '<meta name="application-name" content="Unknown"><title>Seoul signs a pact | Unknown</title>'
    assert _metadata(page).title == "Seoul signs a pact"
