"""The title, the time and the authors are found however an outlet marks them, beside those of other things.

Each page has another article, a reader's comment and the site's name around its own.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from scrapers.formats.extract import read_page
from scrapers.formats.results import PageReading

HEADLINE = "Seoul and Washington sign a pact on quantum computing"
JANE, HONG = "Jane Roe", "Hong Gil-dong"
NOW, AT = datetime(2026, 11, 30, tzinfo=UTC), datetime(2026, 1, 6, 1, 54, tzinfo=UTC)
IN_SEOUL, LATER = "2026-01-06T10:54:00+09:00", "2026-02-06T10:54:00+09:00"
NAVIGATION = '<header class="site-header"><nav><a href="/authors">Our authors</a></nav></header>'
OTHERS = """<section class="related"><div class="card"><span class="author">Other Person</span>
<time datetime="2025-05-05T00:00Z">May</time><h3>Another article</h3></div></section>
<div class="comments"><p class="author">Reader One</p><time datetime="2026-03-03T00:00Z">x</time><p>I do not like this
pact at all, said the reader.</p></div>
<footer><p class="date">© 2026</p><span class="author">The Daily</span></footer>"""


def _ld(*nodes: object) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)


def _article(**fields: object) -> dict[str, object]:
    return {"@type": "NewsArticle", "headline": HEADLINE, **fields}


def _meta(name: str, *contents: str) -> str:
    return "".join(f'<meta name="{name}" content="{content}">' for content in contents)


def _read(head: str, top: str, heading: str = f"<h1>{HEADLINE}</h1>") -> PageReading:
    prose = "".join(
        f"<p>The two governments agreed on point {number}, officials said on Tuesday.</p>" for number in range(12)
    )
    site = '<meta property="og:site_name" content="The Daily">'
    body = f"{NAVIGATION}<article>{heading}{top}<div>{prose}</div></article>{OTHERS}"
    page = f"<html><head>{site}{head}</head><body>{body}</body></html>"
    return read_page(page.encode(), "https://www.thedaily.example/world/pact", None, NOW, "text/html")


JANE_AND_HONG = [{"name": JANE}, {"name": HONG}]
AUTHORS_IN_HEAD = {
    "a list of objects": _ld(_article(author=JANE_AND_HONG)),
    "a list of texts": _ld(_article(author=[JANE, HONG])),
    "one text": _ld(_article(author=f"{JANE} and {HONG}")),
    "a list in a list": _ld(_article(author=[JANE_AND_HONG])),
    "a list of names": _ld(_article(author={"name": [JANE, HONG]})),
    "creator": _ld(_article(creator=[JANE, HONG])),
    "references in a graph": _ld(
        {"@graph": [_article(author=[{"@id": "#j"}, {"name": HONG}]), {"@type": "Person", "@id": "#j", "name": JANE}]}
    ),
    "a reference to another script": _ld(
        _article(author=[{"@id": "/#j"}, {"name": HONG}]), {"@type": "Person", "@id": "/#j", "name": JANE}
    ),
    "the page's object": _ld({"@type": "WebPage", "author": JANE_AND_HONG}, _article()),
    "an address, then a tag": _ld(_article(author={"name": "https://daily.example/j"})) + _meta("author", JANE, HONG),
    "an object without a name, then a tag": _ld(_article(author={"url": "/jane"})) + _meta("byl", f"By {JANE}, {HONG}"),
    "a tag for each": _meta("parsely-author", JANE, HONG),
    "a tag of Dublin Core": _meta("DC.creator", f"{JANE}; {HONG}"),
    "a tag with a prefix": _meta("DCSext.author", f"{JANE} &amp; {HONG}"),
    "citations": _meta("citation_author", JANE, HONG),
    "the first label": _meta("twitter:label1", "Written by") + _meta("twitter:data1", f"{JANE}, {HONG}"),
    "the second label": _meta("twitter:label2", "Written by") + _meta("twitter:data2", f"{JANE}, {HONG}"),
}
AUTHORS_SHOWN = {
    "rel": f'<p>By <a rel="author" href="/j">{JANE}</a> and <a rel="author" href="/h">{HONG}</a></p>',
    "itemprop": f'<span itemprop="author">{JANE}; {HONG}</span>',
    "itemprop in itemprop": "".join(
        f'<div itemprop="author"><meta itemprop="name" content="{name}"></div>' for name in (JANE, HONG)
    ),
    "one word": f'<span class="authorname">{JANE}, {HONG}</span>',
    "a list": f'<ul class="metaInfoAuthorList"><li>{JANE}</li><li>{HONG}</li></ul>',
    "links": f'<div class="intro-author-name-list"><a href="/j">{JANE}</a>, <a href="/h">{HONG}</a></div>',
    "a link and a text": f'<div class="authors">von <a class="authors__list-link">{JANE}</a> <b>und {HONG}</b></div>',
    "a number behind": f'<div class="info"><div class="author-2">{JANE} &amp; {HONG}</div><i>12 May</i></div>',
    "a header": f'<header><span class="meta-author">By {JANE} and {HONG}</span></header>',
    "capitals": f'<p class="c-byline">BY {JANE.upper()} AND {HONG.upper()}</p>',
    "roles beside": "".join(
        f'<div class="byline"><b class="byline__name">{name}</b><i class="byline__title">Correspondent</i></div>'
        for name in (JANE, HONG)
    ),
    "a generated class": f'<div class="Header_Author__x1y2"><a>{JANE}</a><a>{HONG}</a></div>',
    "a test id": f'<div data-testid="byline-contributors"><span>{JANE}</span> <span>and {HONG}</span></div>',
    "reporters": f'<span class="reporter">{JANE}·{HONG} 기자</span>',
    "cards": "".join(
        f'<div class="author-card"><p class="author-card__name">{name}</p><p class="author-bio">Writes.</p></div>'
        for name in (JANE, HONG)
    ),
    "links to authors": f'<p><a href="/author/jane">{JANE}</a>, <a href="/author/hong">{HONG}</a></p>',
    "a line": f"<p>By {JANE} and {HONG}</p>",
    "a line with roles": f'<div class="name">By {JANE} and {HONG} / Staff reporters</div>',
    "a line with a time": f"<p>Von {JANE} und {HONG}, 6. Januar 2026</p>",
}
TIMES = {
    "ld+json": _ld(_article(datePublished=IN_SEOUL, dateModified=LATER)),
    "a value with a type": _ld(_article(datePublished={"@type": "Date", "@value": IN_SEOUL})),
    "only the creation": _ld(_article(dateCreated=IN_SEOUL)),
    "no time, then a tag": _ld(_article(datePublished="today")) + _meta("article:published_time", IN_SEOUL),
    "a trailing comma": _ld(_article(datePublished=IN_SEOUL)).replace("}<", ",}<"),
    "quotes in the headline": _ld(_article(datePublished=IN_SEOUL)).replace("a pact", '"a pact"'),
    "the page's object": _ld({"@type": "WebPage", "datePublished": IN_SEOUL}),
    "tags": _meta("article:modified_time", LATER) + _meta("article:published_time", IN_SEOUL),
    "a tag of its own": _meta("x-article-publish-time", IN_SEOUL),
    "an attribute": '<header><time datetime="2026-01-06T01:54:00Z">3 days ago</time></header>',
    "two times by class": f'<time class="updated" datetime="{LATER}">x</time><time datetime="{IN_SEOUL}">y</time>',
    "two times by label": f'Updated: <time datetime="{LATER}">x</time> Published: <time datetime="{IN_SEOUL}">y</time>',
    "a text": "<time>January 6, 2026 1:54 am</time>",
    "a class": '<span class="article__publish-date">06.01.2026 01:54</span>',
    "parts": '<div class="metaInfoDateTime"><span>6. Januar 2026</span> <span>01:54</span></div>',
    "a label in it": '<span class="meta_date">Data: <strong>06 gennaio 2026, 01:54</strong></span>',
    "seconds": '<span class="timestamp" data-timestamp="1767664440">3 days ago</span>',
    "Korean": "<ul><li>입력 2026.01.06. 오전 10:54</li><li>수정 2026.02.06. 오전 10:54</li></ul>",
    "Korean, the change first": "<p>수정 2026.02.06 10:54 등록 2026.01.06 10:54</p>",
}
LOGO = "<h1>The Daily</h1>"
TITLES = {
    "og": (_meta("og:title", HEADLINE), f"<h1>{HEADLINE}</h1>"),
    "a site behind": (_meta("og:title", f"{HEADLINE} - The Daily"), ""),
    "two parts behind": (
        f"<title>{HEADLINE} | World | The Daily</title>",
        f'{LOGO}<h2 class="headline">{HEADLINE}</h2>',
    ),
    "a site in front": (f"<title>The Daily | {HEADLINE}</title>", f"<h1>{HEADLINE}</h1>"),
    "a kicker": (_meta("og:title", HEADLINE), f"<h1><span>Exclusive</span> {HEADLINE}</h1>"),
    "entities": (_meta("og:title", HEADLINE.replace("sign", "&amp;#115;ign")), ""),
    "only ld+json": (_ld(_article()) + "<title>The Daily</title>", f"<h2>{HEADLINE}</h2>"),
    "tags": (_ld(_article(headline=f"<b>{HEADLINE}</b>")), ""),
    "a logo": (_meta("og:title", HEADLINE), LOGO),
    "itemprop": ("", f'<div itemprop="headline">{HEADLINE}</div>'),
    "a tag of its own": (_meta("headline", HEADLINE) + "<title>The Daily</title>", ""),
    "one cut short": (
        _meta("og:title", f"{HEADLINE[:30]}...") + f"<title>{HEADLINE} - The Daily</title>",
        f"<h1>{HEADLINE}</h1>",
    ),
    "quotes": (_meta("og:title", f"“{HEADLINE}”"), f"<h1>'{HEADLINE}'</h1>"),
}


@pytest.mark.parametrize("way", AUTHORS_IN_HEAD)
def test_authors_in_the_head_are_named(way: str) -> None:
    byline = _read(AUTHORS_IN_HEAD[way], "").byline or ""
    assert JANE in byline
    assert HONG in byline
    assert len(byline) < 30


@pytest.mark.parametrize("way", AUTHORS_SHOWN)
def test_authors_beside_the_heading_are_named(way: str) -> None:
    byline = (_read("", AUTHORS_SHOWN[way]).byline or "").casefold()
    assert JANE.casefold() in byline
    assert HONG.casefold() in byline
    assert len(byline) < 50


@pytest.mark.parametrize("way", TIMES)
def test_the_time_of_publication_is_read(way: str) -> None:
    said = TIMES[way]
    reading = _read(said, "") if said.startswith(("<script", "<meta")) else _read("", said)
    korean = "Korean" in way
    assert reading.published_at is not None
    assert reading.published_at.replace(hour=AT.hour if korean else reading.published_at.hour) == AT


@pytest.mark.parametrize("way", TITLES)
def test_the_headline_is_the_title(way: str) -> None:
    head, heading = TITLES[way]
    assert _read(head, "", heading).title.strip("“”'") == HEADLINE


def test_what_others_wrote_is_not_the_articles() -> None:
    reading = _read("", "")
    assert (reading.byline, reading.published_at, reading.title) == (None, None, HEADLINE)
