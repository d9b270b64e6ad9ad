"""A page's metadata is read within limits."""

from __future__ import annotations

import json

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
    exact = '<b itemprop="datePublished" content="2026-01-05">Mon</b>'
    page = f'</head><body><time class="published">January 6, 2026</time>{exact}</body>'
    assert _metadata(page).shown_dates == ("2026-01-05", "Mon", "January 6, 2026")


def test_an_authors_name_has_a_hundred_and_twenty_characters() -> None:
    assert _metadata(_ld_json(_article(author="a" * 121))).byline == "a" * 120


def test_five_headings_and_three_dates_are_read() -> None:
    headings = "".join(f"<h1>Headline number {number}</h1>" for number in "123456")
    for number, title in ((5, "Headline number 5"), (6, "Headline number 6 | World")):
        tag = f'<meta property="og:title" content="Headline number {number} | World">'
        assert _metadata(f"{tag}</head><body>{headings}</body>").title == title
    dates = "".join(f"<p class=date>{number}{'x' * 200}</p>" for number in "1234")
    shown = _metadata(f"</head><body>{dates}</body>").shown_dates
    assert [len(text) for text in shown] == [200, 200, 200]
