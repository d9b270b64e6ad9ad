"""The outlets' article pages, with the noise that real pages have around the text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from zoneinfo import ZoneInfo

from scrapers.fake_outlets.published import Published
from scrapers.fake_outlets.sites import Site

_MOST_READ = {
    "ko": (
        "“AI가 내 일자리를?” 직장인 설문 결과",
        "주말 나들이 명소 열 곳",
        "반도체 대장주, 오늘의 특징은",
        "[포토] 우주를 닮은 밤하늘 축제",
    ),
    "en": (
        "Ten quiet parking spaces downtown",
        "How chips became the snack of the year",
        "AI wrote my wedding speech",
        "Photos: a night under the stars",
    ),
}
_WORDS = {
    "ko": {
        "most": "많이 본 뉴스",
        "related": "관련기사",
        "photo": "사진은 기사와 관련 없음",
        "share": "기사듣기 공유하기 글자크기설정",
    },
    "en": {"most": "Most read", "related": "Related", "photo": "File photo", "share": "Listen Share Print"},
}


def page_body(site: Site, base: str, one: Published, others: Sequence[Published]) -> bytes:
    """The page of one article, encoded as it declares."""
    return _page(site, base, one, others).encode(site.codec, "xmlcharrefreplace")


def _page(site: Site, base: str, one: Published, others: Sequence[Published]) -> str:
    words, piece = _WORDS[site.language], one.piece
    body = "\n".join(f'<p class="para">{escape(paragraph)}</p>' for paragraph in piece.paragraphs)
    caption = f"<figcaption>{words['photo']}</figcaption>"
    figure = f'<figure class="photo"><img src="/i/{one.number}.jpg" alt="">{caption}</figure>'
    return f"""<!DOCTYPE html>
<html lang="{site.language}"><head><meta charset="{site.charset}">
<title>{escape(piece.headline)} | {escape(site.name)}</title>
<link rel="canonical" href="{escape(base + one.path)}">
<meta property="og:title" content="{escape(piece.headline)}">
<meta property="article:published_time" content="{_local(site, one)}">
{_linked_data(site, one)}</head>
<body><header><a href="/">{escape(site.name)}</a><nav>{_menu(site)}</nav></header>
<main><article class="story">
<h1 class="headline">{escape(piece.headline)}</h1>
<div class="meta"><span class="when">{_stamp(site, one)}</span><span class="tools">{words["share"]}</span></div>
{figure}
<div class="story-body">
{body}
<p class="byline">{escape(piece.byline)}</p>
<p class="licence">{escape(site.licence)}</p>
</div></article>
<aside class="related"><h3>{words["related"]}</h3><ul>{_links(others)}</ul></aside>
<aside class="most-read"><h3>{words["most"]}</h3><ol>{_most_read(site)}</ol></aside></main>
<footer>{escape(site.name)} · {escape(site.licence)}</footer></body></html>
"""


def _local(site: Site, one: Published) -> str:
    return one.published_at.astimezone(ZoneInfo(site.timezone)).isoformat(timespec="seconds")


def _stamp(site: Site, one: Published) -> str:
    local = one.published_at.astimezone(ZoneInfo(site.timezone))
    return f"입력 {local:%Y.%m.%d %H:%M:%S}" if site.language == "ko" else f"Published: {local:%d %b. %Y, %H:%M}"


def _linked_data(site: Site, one: Published) -> str:
    """Some outlets describe their articles for machines, some do not."""
    if site.source not in ("atom", "json"):
        return ""
    described = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": one.piece.headline,
        "datePublished": _local(site, one),
        "author": {"@type": "Person", "name": one.piece.byline},
    }
    return f'<script type="application/ld+json">{json.dumps(described).replace("<", chr(92) + "u003c")}</script>'


def _menu(site: Site) -> str:
    sections = (
        ("정치", "경제", "IT·과학", "국제") if site.language == "ko" else ("Politics", "Business", "Tech", "World")
    )
    return " ".join(f'<a href="/section/{at}">{name}</a>' for at, name in enumerate(sections))


def _links(others: Sequence[Published]) -> str:
    return "".join(f'<li><a href="{escape(one.path)}">{escape(one.piece.headline)}</a></li>' for one in others[:3])


def _most_read(site: Site) -> str:
    return "".join(f'<li><a href="#{at}">{title}</a></li>' for at, title in enumerate(_MOST_READ[site.language]))


def spec_of_page() -> str:
    """The ``[[page]]`` of an outlet's spec."""
    return """[[page]]
title = "h1.headline"
body = ".story-body p.para"
published = ".meta .when"
byline = "p.byline"
drop = ["figure.photo", "p.licence", "aside", ".tools"]
"""
