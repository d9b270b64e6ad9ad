"""Orders the places where a site may announce its articles: declared feeds, sitemaps of robots.txt, usual addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urljoin, urlsplit

from scrapers.canonical_url import absolute_url

MAX_FEEDS = 4
MAX_SITEMAPS = 3
USUAL_FEEDS = ("/rss", "/feed", "/rss.xml", "/rss/allArticle.xml")
"""Addresses that are tried where a site declares nothing; the last is that of many Korean publishing systems."""
_COMMENTS = re.compile(r"comment|댓글|/author/|/tag/|podcast", re.IGNORECASE)
_WHOLE = re.compile(r"\ball|전체|total|latest|최신|newest|recent", re.IGNORECASE)
_NEWS = re.compile(r"news|google|latest|article|recent", re.IGNORECASE)
_SITEMAP_LINE = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2000})", re.IGNORECASE | re.MULTILINE)


def declared_feeds(feeds: Iterable[tuple[str, str]], page: str) -> list[str]:
    """Returns the addresses of feeds that may announce articles, without those of comments.

    A feed of the section that the page belongs to comes first, then one that names itself complete.
    """
    titles: dict[str, str] = {}
    for address, title in feeds:
        if not _COMMENTS.search(f"{address} {title}") and address.rstrip("/") != page.rstrip("/"):
            titles.setdefault(address, title)
    return sorted(
        titles,
        key=lambda address: (not is_of_section(address, page), not _WHOLE.search(f"{address} {titles[address]}")),
    )


def is_of_section(source: str, page: str) -> bool:
    """Returns whether a source stands under the address of a section of the site."""
    section, source_parts, page_parts = urlsplit(page).path.rstrip("/"), urlsplit(source), urlsplit(page)
    return bool(section) and source_parts.netloc == page_parts.netloc and source_parts.path.startswith(f"{section}/")


def sitemaps_of_robots(text: str, robots_url: str) -> list[str]:
    """Returns the sitemaps that a robots.txt names, those of news first."""
    named = [absolute_url(robots_url, line) for line in _SITEMAP_LINE.findall(text)[:500]]
    return news_first([address for address in named if address])


def news_first(sitemaps: Sequence[str]) -> list[str]:
    """Returns sitemaps in the order of being worth a try: those whose name says news, then the others as they stand."""
    return sorted(dict.fromkeys(sitemaps), key=lambda address: not _NEWS.search(urlsplit(address).path))


def lasting_news(sitemaps: Sequence[str]) -> str | None:
    """Returns the sitemap of news whose address names no day or number, and so stays the one with the newest."""
    paths = {address: urlsplit(address).path for address in sitemaps}
    return next((url for url, path in paths.items() if _NEWS.search(path) and not re.search(r"\d", path)), None)


def usual_feeds(home: str) -> list[str]:
    """Returns the addresses where a site's feed often stands."""
    return [urljoin(home, path) for path in USUAL_FEEDS]
