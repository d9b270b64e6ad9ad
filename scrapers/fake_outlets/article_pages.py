"""Writes a fake outlet's article pages, with the boilerplate that real pages have around the text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from zoneinfo import ZoneInfo

from scrapers.fake_outlets.fake_articles import PublishedArticle
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


def page_body(site: Site, base: str, published: PublishedArticle, others: Sequence[PublishedArticle]) -> bytes:
    """The page of an article, in the charset that it declares."""
    return _page(site, base, published, others).encode(site.codec, "xmlcharrefreplace")


def _page(site: Site, base: str, published: PublishedArticle, others: Sequence[PublishedArticle]) -> str:
    words, article = _WORDS[site.language], published.article
    body = "\n".join(f'<p class="para">{escape(paragraph)}</p>' for paragraph in article.on_page)
    caption = f"<figcaption>{words['photo']}</figcaption>"
    figure = f'<figure class="photo"><img src="/i/{published.number}.jpg" alt="">{caption}</figure>'
    return f"""<!DOCTYPE html>
<html lang="{site.language}"><head><meta charset="{site.charset}">
<title>{escape(article.headline)} | {escape(site.name)}</title>
<link rel="canonical" href="{escape(base + published.path)}">
<meta property="og:title" content="{escape(article.headline)}">
<meta property="article:published_time" content="{_local(site, published)}">
{_linked_data(site, published)}</head>
<body><header><a href="/">{escape(site.name)}</a><nav>{_menu(site)}</nav></header>
<main><article class="story">
<h1 class="headline">{escape(article.headline)}</h1>
<div class="meta"><span class="when">{_stamp(site, published)}</span><span class="tools">{words["share"]}</span></div>
{figure}
<div class="story-body">
{body}
<p class="byline">{escape(article.byline)}</p>
<p class="licence">{escape(site.licence)}</p>
</div>{_outside(published)}{_documents(published)}</article>
<aside class="related"><h3>{words["related"]}</h3><ul>{_links(others)}</ul></aside>
<aside class="most-read"><h3>{words["most"]}</h3><ol>{_most_read(site)}</ol></aside></main>
<footer>{escape(site.name)} · {escape(site.licence)}</footer></body></html>
"""


def _outside(published: PublishedArticle) -> str:
    """The rest of a text whose outlet has begun to show it in an element of its own."""
    rest = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in published.article.outside)
    return f'<section class="story-rest">{rest}</section>' if rest else ""


def _documents(published: PublishedArticle) -> str:
    """The list of attached documents, each with a link that shows it in the browser beside the one that sends it."""
    items = "".join(
        f'<dd><a href="{escape(published.document_path(kind))}"><img src="/i/{kind}.png" alt="{kind.upper()}파일">'
        f'{escape(published.article.headline)}.{kind}</a> <a href="/viewer.do?n={published.number}">바로보기</a></dd>'
        for kind in published.article.attached
        if kind != "txt"
    )
    return f'<div class="filedown"><dl><dt>첨부파일</dt>{items}</dl></div>' if items else ""


def _local(site: Site, published: PublishedArticle) -> str:
    return published.published_at.astimezone(ZoneInfo(site.timezone)).isoformat(timespec="seconds")


def _stamp(site: Site, published: PublishedArticle) -> str:
    local = published.published_at.astimezone(ZoneInfo(site.timezone))
    return f"입력 {local:%Y.%m.%d %H:%M:%S}" if site.language == "ko" else f"Published: {local:%d %b. %Y, %H:%M}"


def _linked_data(site: Site, published: PublishedArticle) -> str:
    """ld+json, which some outlets have and others lack."""
    if site.source not in ("atom", "json"):
        return ""
    described = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": published.article.headline,
        "datePublished": _local(site, published),
        "author": {"@type": "Person", "name": published.article.byline},
        "isAccessibleForFree": published.article.free_chars is None,
    }
    return f'<script type="application/ld+json">{json.dumps(described).replace("<", chr(92) + "u003c")}</script>'


def _menu(site: Site) -> str:
    sections = (
        ("정치", "경제", "IT·과학", "국제") if site.language == "ko" else ("Politics", "Business", "Tech", "World")
    )
    return " ".join(f'<a href="/section/{number}">{name}</a>' for number, name in enumerate(sections))


def _links(others: Sequence[PublishedArticle]) -> str:
    return "".join(
        f'<li><a href="{escape(published.path)}">{escape(published.article.headline)}</a></li>'
        for published in others[:3]
    )


def _most_read(site: Site) -> str:
    return "".join(
        f'<li><a href="#{number}">{title}</a></li>' for number, title in enumerate(_MOST_READ[site.language])
    )


def spec_of_page() -> str:
    """The ``[[page]]`` table of an outlet's spec."""
    return """[[page]]
title = "h1.headline"
body = ".story-body p.para"
published = ".meta .when"
byline = "p.byline"
drop = ["figure.photo", "p.licence", "aside", ".tools"]
"""
