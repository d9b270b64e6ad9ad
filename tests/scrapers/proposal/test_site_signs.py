"""The signs of a site are read from a page, a feed, a sitemap, an index or a JSON Feed, and nothing else passes."""

from __future__ import annotations

import pytest

from scrapers.errors import NotUnderstood
from scrapers.proposal.site_signs import site_signs

URL = "https://www.example.org/"
PAGE = """<!doctype html><html lang="ko-KR"><head><title>첫 화면 - 들꽃신문</title>
<meta property="og:site_name" content="들꽃신문"><base href="/sub/">
<link rel="alternate" type="application/rss+xml; charset=utf-8" title="전체" href="rss">
<link rel="alternate stylesheet" type="text/css" href="/x.css"><link rel="alternate" hreflang="en" href="/en">
<link rel="canonical" href="https://www.example.org/"><link rel="alternate" media="handheld" href="https://m.example.org/">
</head><body><a href="1"> 짧은 </a><a href="1">더 긴 제목의 기사입니다</a><a href="javascript:go(1)">x</a>
<a href="#top">y</a><a href="mailto:a@b.c">z</a></body></html>"""

ITEM = "<item><title>x</title><pubDate>Mon, 30 Nov 2026 10:00:00 EST</pubDate></item>"
ENTRY = "<entry><updated>2026-11-30T10:00:00+09:00</updated></entry>"
ATOM = "xmlns='http://www.w3.org/2005/Atom'"


def test_a_page_names_its_feeds_links_and_variants() -> None:
    signs = site_signs(PAGE.encode(), URL, "text/html; charset=utf-8")
    assert (signs.kind, signs.name, signs.title, signs.language) == ("page", "들꽃신문", "첫 화면 - 들꽃신문", "ko-KR")
    assert signs.feeds == (("https://www.example.org/sub/rss", "전체"),)
    assert ("https://www.example.org/sub/1", "더 긴 제목의 기사입니다") in signs.links
    assert not any("javascript" in url or "mailto" in url for url, _ in signs.links)
    assert signs.variants == ("https://www.example.org/", "https://m.example.org/")
    assert not signs.has_script_links
    assert not signs.is_article


@pytest.mark.parametrize(
    ("path", "is_feed"),
    [
        ("/rss", True), ("/rss/all", True), ("/feed/", True), ("/xml/rss.php", True), ("/news.rss", True),
        ("/rssIndex.html", True), ("/a/feed.json", True), ("/press", False), ("/feedback", False),
        ("/rsscience/1", False), ("https://other.example/rss", False),
    ],
)  # fmt: skip
def test_a_link_to_a_feed_of_the_site_counts_as_its_feed(path: str, is_feed: bool) -> None:
    page = f'<html><body><a href="{path}">RSS</a><p>x</p></body></html>'
    assert bool(site_signs(page.encode(), URL).feeds) is is_feed


@pytest.mark.parametrize(
    ("head", "path", "is_article"),
    [
        ('<meta property="og:type" content="article">', "news/1", True),
        ('<meta property="og:type" content="website">', "news/1", False),
        ('<script type="application/ld+json">{"@type": "NewsArticle"}</script>', "news/1", True),
        ('<script type="application/ld+json">{"@graph": [{"@type": ["Thing"]}]}</script>', "news/1", False),
        ('<meta property="og:type" content="article">', "", False),
    ],
)
def test_a_page_says_that_it_is_an_article_but_the_front_page_is_none(head: str, path: str, is_article: bool) -> None:
    signs = site_signs(f"<html><head>{head}</head><body><p>x</p></body></html>".encode(), URL + path)
    assert signs.is_article is is_article


def test_the_publisher_in_ld_json_is_the_name_where_the_page_has_no_other() -> None:
    script = '{"@type": "NewsArticle", "publisher": {"@type": "NewsMediaOrganization", "name": "The Ledger"}}'
    page = f'<html><head><script type="application/ld+json">{script}</script></head><body><p>x</p></body></html>'
    assert site_signs(page.encode(), URL).name == "The Ledger"


@pytest.mark.parametrize(
    ("text", "kind", "name", "home", "offsets"),
    [
        (
            f"<rss version='2.0'><channel><title>A &amp; B</title><link>https://a.org/</link>{ITEM}</channel></rss>",
            "feed", "A & B", "https://a.org/", ("EST",),
        ),
        (
            f"<?xml version='1.0'?><!-- x --><feed {ATOM}><title>C</title><link href='/c'/>{ENTRY}</feed>",
            "feed", "C", "https://www.example.org/c", ("+09:00",),
        ),
        ('{"title": "D", "home_page_url": "/d", "items": []}', "feed", "D", "https://www.example.org/d", ()),
        ("<urlset><url><loc>https://a.org/1</loc></url></urlset>", "sitemap", "", "", ()),
    ],
)  # fmt: skip
def test_a_feed_names_its_site(text: str, kind: str, name: str, home: str, offsets: tuple[str, ...]) -> None:
    signs = site_signs(text.encode(), URL)
    assert (signs.kind, signs.name, signs.home, signs.offsets) == (kind, name, home, offsets)


def test_an_index_lists_its_sitemaps() -> None:
    text = (
        "<sitemapindex><sitemap><loc><![CDATA[https://a.org/1.xml]]></loc></sitemap><sitemap><loc> https://a.org/2.xml "
    )
    signs = site_signs(f"{text}</loc></sitemap></sitemapindex>".encode(), URL)
    assert (signs.kind, [url for url, _ in signs.feeds]) == ("index", ["https://a.org/1.xml", "https://a.org/2.xml"])


@pytest.mark.parametrize(
    "data",
    [
        b"", b"  ", b"{", b'{"items": 1}', b"plain text", b"\x89PNG\r\n\x1a\n" + b"\0" * 60, b"[1]",
        b'<!DOCTYPE r [<!ENTITY a "ha">]><rss><channel><title>&a;</title></channel></rss>',
    ],
)  # fmt: skip
def test_what_is_neither_page_nor_feed_is_refused(data: bytes) -> None:
    with pytest.raises(NotUnderstood):
        site_signs(data, URL)


def test_what_a_page_lists_is_bounded() -> None:
    links = "".join(f'<a href="/{n}">{"x" * 250}</a>' for n in range(5_000))
    feeds = "".join(f'<link rel="alternate" type="application/rss+xml" href="/f/{n}">' for n in range(5_000))
    signs = site_signs(f"<html><head>{feeds}</head><body>{links}</body></html>".encode(), URL)
    assert (len(signs.feeds), len(signs.links)) == (40, 3_000)
    assert max(len(text) for _, text in signs.links) == 200


@pytest.mark.parametrize(
    "link", ['href="javascript:view(1)"', 'href="#none" onclick="fn_detail(1)"', 'onclick="fn_detail(1)"']
)
def test_articles_that_are_linked_by_scripts_are_noticed(link: str) -> None:
    def page(count: int, text: str = "한미 기술 협정 후속 회의") -> bytes:
        return f"<html><body>{f'<a {link}>{text}</a>' * count}</body></html>".encode()

    assert site_signs(page(5), URL).has_script_links
    assert not site_signs(page(4), URL).has_script_links
    assert not site_signs(page(5, "메뉴"), URL).has_script_links
