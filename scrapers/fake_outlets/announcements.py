"""How an outlet announces its articles: RSS, Atom, a news sitemap, a listing page or a JSON answer, as bytes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from email.utils import format_datetime
from html import escape
from zoneinfo import ZoneInfo

from scrapers.fake_outlets.published import Published
from scrapers.fake_outlets.sites import Site

CONTENT_TYPES = {
    "feed": "application/rss+xml",
    "atom": "application/atom+xml",
    "sitemap": "application/xml",
    "listing": "text/html",
    "json": "application/json",
}


def source_body(site: Site, base: str, pieces: Sequence[Published]) -> bytes:
    """The outlet's source with these pieces, newest first, encoded as it declares."""
    write = {"feed": _rss, "atom": _atom, "sitemap": _sitemap, "listing": _listing, "json": _json}[site.source]
    return write(site, base, pieces).encode(site.codec, "xmlcharrefreplace")


def _rss(site: Site, base: str, pieces: Sequence[Published]) -> str:
    zone = ZoneInfo(site.timezone)
    items = "".join(
        f"<item><title><![CDATA[{one.piece.headline}]]></title><link>{escape(base + one.path)}</link>"
        f'<guid isPermaLink="false">{site.key}-{one.number}</guid>'
        f"<description>{escape(one.piece.teaser)}</description>"
        f"<pubDate>{format_datetime(one.published_at.astimezone(zone))}</pubDate></item>\n"
        for one in pieces
    )
    return (
        f'<?xml version="1.0" encoding="{site.charset}"?>\n<rss version="2.0"><channel><title>{escape(site.name)}'
        f"</title><link>{base}/</link><description>{escape(site.name)}</description>"
        f"<language>{site.language}</language>\n{items}</channel></rss>\n"
    )


def _atom(site: Site, base: str, pieces: Sequence[Published]) -> str:
    newest = max((one.changed_at for one in pieces), default=None)
    updated = f"<updated>{newest.isoformat()}</updated>" if newest else "<updated>2025-10-01T00:00:00Z</updated>"
    entries = "".join(
        f'<entry><title type="text">{escape(one.piece.headline)}</title>'
        f'<link rel="alternate" type="text/html" href="{escape(base + one.path)}"/>'
        f"<id>tag:{site.key}.example,2025:{one.number}</id>"
        f"<published>{one.published_at.isoformat()}</published><updated>{one.changed_at.isoformat()}</updated>"
        f'<summary type="html">{escape("<p>" + escape(one.piece.teaser) + "</p>")}</summary></entry>\n'
        for one in pieces
    )
    return (
        f'<?xml version="1.0" encoding="{site.charset}"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{escape(site.name)}</title><id>tag:{site.key}.example,2025:all</id>{updated}"
        f'<link href="{base}/"/>\n{entries}</feed>\n'
    )


def _sitemap(site: Site, base: str, pieces: Sequence[Published]) -> str:
    zone = ZoneInfo(site.timezone)
    urls = "".join(
        f"<url><loc>{escape(base + one.path)}</loc><news:news><news:publication><news:name>{escape(site.name)}"
        f"</news:name><news:language>{site.language}</news:language></news:publication>"
        f"<news:publication_date>{one.published_at.astimezone(zone).isoformat(timespec='seconds')}"
        f"</news:publication_date><news:title>{escape(one.piece.headline)}</news:title></news:news></url>\n"
        for one in pieces
    )
    return (
        f'<?xml version="1.0" encoding="{site.charset}"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{urls}</urlset>\n'
    )


def _listing(site: Site, base: str, pieces: Sequence[Published]) -> str:
    zone = ZoneInfo(site.timezone)
    items = "".join(
        f'<li><a class="headline" href="{escape(one.path)}">{escape(one.piece.headline)}</a>'
        f'<span class="date">{one.published_at.astimezone(zone):%Y.%m.%d %H:%M}</span></li>\n'
        for one in pieces
    )
    return (
        f'<!DOCTYPE html><html lang="{site.language}"><head><meta charset="{site.charset}">'
        f"<title>{escape(site.name)}</title></head><body><header><a href='/'>{escape(site.name)}</a>"
        f'<nav><a href="/about">About</a> <a href="/login">Log in</a></nav></header><main><ul class="list">\n'
        f"{items}</ul></main><footer>{escape(site.licence)}</footer></body></html>\n"
    )


def _json(site: Site, base: str, pieces: Sequence[Published]) -> str:
    items = [
        {
            "id": f"pw{one.number}",
            "url": base + one.path,
            "headline": one.piece.headline,
            "teaser": one.piece.teaser,
            "published_at": one.published_at.isoformat(timespec="seconds"),
        }
        for one in pieces
    ]
    return json.dumps({"service": site.name, "data": {"items": items}}, ensure_ascii=False, indent=1)


def spec_of_source(site: Site, base: str) -> str:
    """The ``[[source]]`` of the outlet's spec."""
    kind = "feed" if site.source == "atom" else site.source
    lines = ["[[source]]", f'kind = "{kind}"', f'url = "{base}{site.source_path}"']
    if site.source == "listing":
        lines.append('links = "a.headline"')
    if site.source == "json":
        lines += ['items = "data.items"', 'link = "url"', 'title = "headline"']
        lines += ['published = "published_at"', 'summary = "teaser"', 'id = "id"']
    return "\n".join(lines) + "\n"
