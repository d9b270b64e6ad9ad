"""Declared feeds and sitemaps are tried in the order of being worth it, and not at all where they are of comments."""

from __future__ import annotations

from time import monotonic

from scrapers.proposal.candidates import (
    declared_feeds,
    is_of_section,
    lasting_news,
    news_first,
    sitemaps_of_robots,
    usual_feeds,
)

HOME = "https://www.example.org"


def test_the_sections_feed_comes_first_then_the_complete_one_and_comments_never() -> None:
    feeds = [
        (f"{HOME}/rss/politics", "정치"),
        (f"{HOME}/comments/feed/", "Comments Feed"),
        (f"{HOME}/feed/2", "댓글 피드"),
        (f"{HOME}/rss/total", "전체기사"),
        (f"{HOME}/tech/feed", "Tech"),
        (f"{HOME}/rss/politics", "again"),
    ]
    assert declared_feeds(feeds, f"{HOME}/") == [f"{HOME}/rss/total", f"{HOME}/rss/politics", f"{HOME}/tech/feed"]
    assert declared_feeds(feeds, f"{HOME}/tech/")[0] == f"{HOME}/tech/feed"
    assert declared_feeds([(f"{HOME}/", "itself")], HOME) == []


def test_a_source_is_of_a_section_only_under_its_path() -> None:
    assert is_of_section(f"{HOME}/tech/feed", f"{HOME}/tech/")
    assert not is_of_section(f"{HOME}/technology/feed", f"{HOME}/tech")
    assert not is_of_section(f"{HOME}/feed", f"{HOME}/")
    assert not is_of_section("https://other.example/tech/feed", f"{HOME}/tech")


def test_sitemaps_of_robots_are_absolute_and_news_come_first() -> None:
    text = "User-agent: *\r\nSitemap: /sitemap.xml\r\n  sitemap : https://a.example/sitemap-news.xml # x\r\nSitemap:\n"
    found = sitemaps_of_robots(text, f"{HOME}/robots.txt")
    assert found == ["https://a.example/sitemap-news.xml", f"{HOME}/sitemap.xml"]
    assert sitemaps_of_robots("", f"{HOME}/robots.txt") == []
    assert (
        news_first(["https://news.example/pages.xml", "https://a.example/latest.xml"])[0]
        == "https://a.example/latest.xml"
    )


def test_a_sitemap_of_news_lasts_where_its_address_names_no_day() -> None:
    assert lasting_news([f"{HOME}/pages.xml", f"{HOME}/news-2026-11.xml", f"{HOME}/news.xml"]) == f"{HOME}/news.xml"
    assert lasting_news([f"{HOME}/news-2026-11.xml", f"{HOME}/pages.xml"]) is None
    assert lasting_news([]) is None


def test_a_robots_txt_of_sitemaps_alone_takes_no_time() -> None:
    began = monotonic()
    assert len(sitemaps_of_robots("Sitemap: /a\n" * 40_000 + "sitemap" * 20_000, f"{HOME}/robots.txt")) == 1
    assert len(sitemaps_of_robots("".join(f"Sitemap: /{n}\n" for n in range(40_000)), f"{HOME}/robots.txt")) == 500
    assert monotonic() - began < 1


def test_usual_feeds_are_few() -> None:
    assert usual_feeds(f"{HOME}/") == [f"{HOME}/rss", f"{HOME}/feed", f"{HOME}/rss.xml", f"{HOME}/rss/allArticle.xml"]
