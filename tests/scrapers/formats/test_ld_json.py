"""The article's object is found in a page's ld+json, however the script is wrapped."""

from __future__ import annotations

import json

import pytest
from selectolax.lexbor import LexborHTMLParser

from scrapers.formats.ld_json import article_in_ld_json

PAGE = "https://news.example/article/1"


def _headline(*nodes: object, titles: tuple[str, ...] = (), canonical: str | None = None) -> str | None:
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)
    article = article_in_ld_json(LexborHTMLParser(scripts), (PAGE, canonical), titles)
    headline: str | None = article.get("headline")
    return headline


def _node(headline: str, **fields: object) -> dict[str, object]:
    return {"@type": "NewsArticle", "headline": headline, **fields}


def test_an_object_that_names_this_page_goes_first() -> None:
    other, none = _node("other", url="/article/9"), _node("none")
    for fields in ({"url": PAGE}, {"mainEntityOfPage": {"@id": f"{PAGE}?utm_source=x"}}, {"@id": f"{PAGE}#article"}):
        assert _headline(other, none, _node("this", **fields)) == "this"
        assert _headline([other, none, _node("this", **fields)]) == "this"
        assert _headline({"@graph": [other, none, _node("this", **fields)]}) == "this"
    assert _headline(other, _node("this", url="/c"), canonical="https://news.example/c") == "this"
    assert _headline(other, none) == "none"


def test_an_object_of_another_page_counts_with_a_headline_that_the_page_shows() -> None:
    other = _node("장미 축제 개막", url="https://news.example/article/9")
    assert _headline(other, titles=("업무협약 서명 - 예시일보",)) is None
    assert _headline(other, titles=("“장미 축제” 개막 - 예시일보", "!!")) == "장미 축제 개막"


def test_an_object_of_the_front_page_names_no_page() -> None:
    assert _headline(_node("a", mainEntityOfPage="https://news.example/")) == "a"
    assert _headline(_node("a", mainEntityOfPage="https://news.example/?no=9")) is None


def test_of_several_that_name_no_page_the_shown_one_is_taken() -> None:
    assert _headline(_node("first"), _node("second"), titles=("Second | News",)) == "second"
    assert _headline(_node("first"), _node("second"), titles=("Third",)) == "first"


@pytest.mark.parametrize("kind", ["schema:NewsArticle", "https://schema.org/NewsArticle", ["Thing", "newsarticle"]])
def test_a_type_may_have_a_prefix(kind: object) -> None:
    assert _headline({"@type": kind, "headline": "x"}) == "x"


def _article(*nodes: object) -> dict[str, object]:
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)
    return article_in_ld_json(LexborHTMLParser(scripts), (PAGE,), ())


@pytest.mark.parametrize("kind", ["LiveBlogPosting", "AdvertiserContentArticle", "Report", "ClaimReview"])
def test_every_kind_of_article_counts(kind: str) -> None:
    assert _article({"@type": kind, "headline": "a"})["headline"] == "a"


def test_time_and_author_may_stand_in_the_object_of_the_page() -> None:
    page = {"@type": "WebPage", "datePublished": "2026-01-06", "author": {"name": "Jane Roe"}, "headline": "site"}
    assert _article(page, _node("a")) == {**_node("a"), "datePublished": "2026-01-06", "author": {"name": "Jane Roe"}}
    assert _article(page, _node("a", datePublished="2026-01-05"))["datePublished"] == "2026-01-05"
    assert _article(page) == {"datePublished": "2026-01-06", "author": {"name": "Jane Roe"}}


def test_time_and_author_of_a_comment_or_of_another_page_are_not_the_articles() -> None:
    other = {"@type": "WebPage", "url": "https://news.example/2", "datePublished": "2026-01-06"}
    for node in (other, {"@type": "Comment", "author": "Reader"}, {"@type": "ImageObject", "author": "Photographer"}):
        assert _article(node, _node("a")) == _node("a")


def test_references_to_authors_and_publisher_are_followed() -> None:
    jane = {"@type": "Person", "@id": "#jane", "name": "Jane Roe"}
    daily = {"@type": "Organization", "@id": "#daily", "name": "The Daily"}
    article = _article({"@graph": [_node("a", author=[{"@id": "#jane"}], publisher={"@id": "#daily"}), jane, daily]})
    assert (article["author"], article["publisher"]) == ([jane], daily)
    assert _article(_node("a", author={"@id": "#nobody"}))["author"] == {"@id": "#nobody"}


def test_an_object_without_a_type_is_an_article_when_it_has_a_headline() -> None:
    assert _article({"headline": "a"}) == {"headline": "a"}
    assert _article({"name": "a", "datePublished": "2026-01-06"}) == {}
