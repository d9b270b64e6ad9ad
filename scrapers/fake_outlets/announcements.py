"""Writes a fake outlet's source as bytes: RSS, Atom, a news sitemap, a listing page or a JSON answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from email.utils import format_datetime
from html import escape
from zoneinfo import ZoneInfo

from scrapers.fake_outlets.fake_articles import PublishedArticle
from scrapers.fake_outlets.sites import Site

CONTENT_TYPES = {
    "feed": "application/rss+xml",
    "atom": "application/atom+xml",
    "sitemap": "application/xml",
    "listing": "text/html",
    "json": "application/json",
}


def source_body(site: Site, base: str, articles: Sequence[PublishedArticle]) -> bytes:
    """The outlet's source with these articles, newest first, in the charset that it declares."""
    write = {"feed": _rss, "atom": _atom, "sitemap": _sitemap, "listing": _listing, "json": _json}[site.source]
    return write(site, base, articles).encode(site.codec, "xmlcharrefreplace")


def _rss(site: Site, base: str, articles: Sequence[PublishedArticle]) -> str:
    zone = ZoneInfo(site.timezone)
    items = "".join(
        f"<item><title><![CDATA[{published.article.headline}]]></title><link>{escape(base + published.path)}</link>"
        f'<guid isPermaLink="false">{site.key}-{published.number}</guid>'
        f"<description>{escape(published.article.summary)}</description>"
        f"<pubDate>{format_datetime(published.published_at.astimezone(zone))}</pubDate></item>\n"
        for published in articles
    )
    return (
        f'<?xml version="1.0" encoding="{site.charset}"?>\n<rss version="2.0"><channel><title>{escape(site.name)}'
        f"</title><link>{base}/</link><description>{escape(site.name)}</description>"
        f"<language>{site.language}</language>\n{items}</channel></rss>\n"
    )


def _atom(site: Site, base: str, articles: Sequence[PublishedArticle]) -> str:
    newest = max((published.changed_at for published in articles), default=None)
    updated = f"<updated>{newest.isoformat()}</updated>" if newest else "<updated>2025-10-01T00:00:00Z</updated>"
    entries = "".join(
        f'<entry><title type="text">{escape(published.article.headline)}</title>'
        f'<link rel="alternate" type="text/html" href="{escape(base + published.path)}"/>'
        f"<id>tag:{site.key}.example,2025:{published.number}</id>"
        f"<published>{published.published_at.isoformat()}</published><updated>{published.changed_at.isoformat()}</updated>"
        f'<summary type="html">{escape("<p>" + escape(published.article.summary) + "</p>")}</summary></entry>\n'
        for published in articles
    )
    return (
        f'<?xml version="1.0" encoding="{site.charset}"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{escape(site.name)}</title><id>tag:{site.key}.example,2025:all</id>{updated}"
        f'<link href="{base}/"/>\n{entries}</feed>\n'
    )


def _sitemap(site: Site, base: str, articles: Sequence[PublishedArticle]) -> str:
    zone = ZoneInfo(site.timezone)
    urls = "".join(
        f"<url><loc>{escape(base + published.path)}</loc><news:news><news:publication><news:name>{escape(site.name)}"
        f"</news:name><news:language>{site.language}</news:language></news:publication>"
        f"<news:publication_date>{published.published_at.astimezone(zone).isoformat(timespec='seconds')}"
        f"</news:publication_date><news:title>{escape(published.article.headline)}</news:title></news:news></url>\n"
        for published in articles
    )
    return (
        f'<?xml version="1.0" encoding="{site.charset}"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{urls}</urlset>\n'
    )


def _listing(site: Site, base: str, articles: Sequence[PublishedArticle]) -> str:
    zone = ZoneInfo(site.timezone)
    items = "".join(
        f'<li><a class="headline" href="{escape(published.path)}">{escape(published.article.headline)}</a>'
        f'<span class="date">{published.published_at.astimezone(zone):%Y.%m.%d %H:%M}</span></li>\n'
        for published in articles
    )
    return (
        f'<!DOCTYPE html><html lang="{site.language}"><head><meta charset="{site.charset}">'
        f"<title>{escape(site.name)}</title></head><body><header><a href='/'>{escape(site.name)}</a>"
        f'<nav><a href="/about">About</a> <a href="/login">Log in</a></nav></header><main><ul class="list">\n'
        f"{items}</ul></main><footer>{escape(site.licence)}</footer></body></html>\n"
    )


def _json(site: Site, base: str, articles: Sequence[PublishedArticle]) -> str:
    items = [
        {
            "id": f"pw{published.number}",
            "url": base + published.path,
            "headline": published.article.headline,
            "teaser": published.article.summary,
            "published_at": published.published_at.isoformat(timespec="seconds"),
            "plain_url": base + published.document_path("txt") if "txt" in published.article.attached else None,
        }
        for published in articles
    ]
    return json.dumps({"service": site.name, "data": {"items": items}}, ensure_ascii=False, indent=1)


def spec_of_source(site: Site, base: str) -> str:
    """The ``[[source]]`` table of the outlet's spec."""
    kind = "feed" if site.source == "atom" else site.source
    lines = ["[[source]]", f'kind = "{kind}"', f'url = "{base}{site.source_path}"']
    if site.source == "listing":
        lines.append('links = "a.headline"')
    if site.source == "json":
        lines += ['items = "data.items"', 'link = "url"', 'title = "headline"']
        lines += ['published = "published_at"', 'summary = "teaser"', 'id = "id"', 'text_url = "plain_url"']
    return "\n".join(lines) + "\n"
