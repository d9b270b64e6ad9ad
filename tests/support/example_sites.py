"""Small web sites on loopback, one of each kind that an operator may add: what they serve, and what was asked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

from aiohttp import web

Answer = tuple[int, str, str]
"""Status, Content-Type, body."""
Content = Callable[[str], Mapping[str, Answer]]
"""What a site answers by path and query, given its own address without a slash at the end."""
Serve = Callable[[Content], "ExampleSite"]
"""Starts a site of this content."""
HTML, XML, JSON, TEXT = "text/html", "application/xml", "application/json", "text/plain"
ALLOW_ALL: Answer = (200, TEXT, "User-agent: *\nAllow: /\n")


@dataclass
class ExampleSite:
    """One site while it runs."""

    content: Content
    host: str = "127.0.0.1"
    base: str = ""
    asked: list[str] = field(default_factory=list)
    """Path and query of every request, in order."""
    _runner: web.AppRunner | None = None

    @property
    def trusted(self) -> str:
        """``host:port``, for PACT_TRUSTED_ADDRESSES."""
        return self.base.removeprefix("http://")

    async def start(self) -> None:
        """Starts the server on a free port."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, 0).start()
        self.base = f"http://{self.host}:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        """Stops the server."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.Response:
        self.asked.append(request.path_qs)
        answers = {"/robots.txt": ALLOW_ALL, **self.content(self.base)}
        status, kind, body = answers.get(request.path_qs, (404, TEXT, "404"))
        return web.Response(status=status, content_type=kind, charset="utf-8", text=body)


def hours_ago(hours: float) -> datetime:
    """An instant before now, without microseconds."""
    return (datetime.now(UTC) - timedelta(hours=hours)).replace(microsecond=0)


KOREAN = (
    "한미 기술번영 협정 후속 실무회의 서울서 열려",
    "반도체 장비 수출 통제 완화 논의 시작",
    "정부, 양자컴퓨터 공동연구 예산 편성",
    "6세대 이동통신 표준 협력 방안 공개",
    "우주 발사체 기술이전 협상 재개",
    "원전 연료 공급망 점검 결과 발표",
)
ENGLISH = (
    "Seoul and Washington open talks on trusted chip exports",
    "Lawmakers question the budget of the quantum programme",
    "A new standard for sixth generation networks is proposed",
    "Launch vehicle negotiations resume after a long pause",
    "Nuclear fuel supply review finds three weak links",
    "Harbour festival draws a record number of visitors",
)
KOREAN_TEXT = (
    "정부는 이날 서울에서 회의를 열고 두 나라가 합의한 기술 협력의 다음 단계를 논의했다고 밝혔다.",
    "참석자들은 공동연구의 범위와 예산, 인력 교류의 일정을 차례로 점검했으며 회의에는 관계 부처와 연구기관이 참석했다.",
    "담당자는 구체적인 분야별 계획을 다음 달까지 마련하고 기업이 참여할 수 있는 길도 넓히겠다고 덧붙였다.",
    "업계는 이번 논의가 실제 투자로 이어질지 지켜보고 있으며, 전문가들은 실행 계획이 관건이라고 평가했다.",
)
ENGLISH_TEXT = (
    "Officials from both governments met on Monday to discuss the next steps of the programme that was agreed upon.",
    "They reviewed the scope of joint research, its budget and a calendar for the exchange of scientists.",
    "A spokesperson said that detailed plans for each field would be ready within a month.",
    "Companies would be invited to take part, and analysts said that the plan would be judged by what is built.",
)


def article_page(title: str, text: tuple[str, ...], at: datetime, head: str = "", byline: str = "") -> Answer:
    """A page with its article, a menu and a footer."""
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in text)
    page = (
        f'<!doctype html><html lang="{"ko" if "가" <= title[0] <= "힣" else "en"}"><head><title>{title}</title>'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{title}">'
        f'<meta property="article:published_time" content="{at.isoformat()}">'
        f'<meta name="author" content="{byline}">{head}</head><body><nav><a href="/">Home</a></nav>'
        f"<article><h1>{title}</h1>{paragraphs}</article><footer>Contact</footer></body></html>"
    )
    return 200, HTML, page


def rss(base: str, title: str, items: list[tuple[str, str, datetime]], text: str = "") -> Answer:
    """An RSS feed of (path, title, time), each with this text."""
    content = f"<content:encoded><![CDATA[{text}]]></content:encoded>" if text else ""
    entries = "".join(
        f"<item><title>{name}</title><link>{base}{path}</link><description>{name}.</description>{content}"
        f"<pubDate>{format_datetime(at)}</pubDate></item>"
        for path, name, at in items
    )
    feed = (
        f'<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>{title}</title><link>{base}/</link>{entries}'
        "</channel></rss>"
    )
    return 200, "application/rss+xml", feed


def korean_publisher(base: str) -> dict[str, Answer]:
    """A Korean publishing system: a declared feed of everything, another of politics, articles by ``idxno``."""
    items = [(f"/news/articleView.html?idxno={41207 - n}", title, hours_ago(n + 1)) for n, title in enumerate(KOREAN)]
    head = (
        '<meta property="og:site_name" content="새솔경제"><link rel="alternate" type="application/rss+xml" '
        'title="새솔경제 - 정치" href="/rss/S1N1.xml"><link rel="alternate" type="application/rss+xml" '
        'title="새솔경제 - 전체기사" href="/rss/allArticle.xml">'
    )
    pages = {path: article_page(title, KOREAN_TEXT, at, head, "김가람 기자") for path, title, at in items}
    return {
        "/": (200, HTML, f"<html lang=ko><head><title>새솔경제</title>{head}</head><body></body></html>"),
        "/rss/allArticle.xml": rss(base, "새솔경제 - 전체기사", items),
        "/rss/S1N1.xml": rss(base, "새솔경제 - 정치", items[::3]),
        **pages,
    }


def wordpress(base: str) -> dict[str, Answer]:
    """WordPress: the feed of posts and that of comments are declared, posts stand under their day."""
    at = [hours_ago(5 * n + 2) for n in range(len(ENGLISH))]
    paths = [f"/{day:%Y/%m/%d}/{title.lower().replace(' ', '-')}/" for day, title in zip(at, ENGLISH, strict=True)]
    head = (
        '<meta property="og:site_name" content="The Harbour Ledger"><link rel="alternate" type="application/rss+xml" '
        f'title="The Harbour Ledger &raquo; Comments Feed" href="{base}/comments/feed/"><link rel="alternate" '
        f'type="application/rss+xml" title="The Harbour Ledger &raquo; Feed" href="{base}/feed/">'
    )
    text = [f"<p>{paragraph}</p>" for paragraph in ENGLISH_TEXT]
    comments = [(f"{paths[0]}#comment-{n}", f"By: reader {n}", hours_ago(0.1)) for n in range(9)]
    return {
        "/": (200, HTML, f"<html lang=en-US><head><title>The Harbour Ledger</title>{head}</head><body></body></html>"),
        "/feed/": rss(base, "The Harbour Ledger", list(zip(paths, ENGLISH, at, strict=True)), "".join(text)),
        "/comments/feed/": rss(base, "Comments for The Harbour Ledger", comments),
        **{
            path: article_page(title, ENGLISH_TEXT, time, head, "Mina Cole")
            for path, title, time in zip(paths, ENGLISH, at, strict=True)
        },
    }


def news_sitemap(base: str) -> dict[str, Answer]:
    """A site that names a news sitemap in robots.txt, after a general one, and nothing on its pages."""
    items = [(f"/view/SSN2026{n:013d}", title, hours_ago(n + 1)) for n, title in enumerate(KOREAN)]
    urls = "".join(
        f"<url><loc>{base}{path}</loc><news:news><news:publication><news:name>솔바람일보</news:name></news:publication>"
        f"<news:publication_date>{at.isoformat()}</news:publication_date><news:title>{title}</news:title></news:news></url>"
        for path, title, at in items
    )
    namespaces = (
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    )
    robots = f"User-agent: *\nDisallow: /admin\nSitemap: {base}/sitemap.xml\nSitemap: {base}/sitemap/news.xml\n"
    return {
        "/robots.txt": (200, TEXT, robots),
        "/": (200, HTML, "<html lang=ko><head><title>솔바람일보</title></head><body></body></html>"),
        "/sitemap/news.xml": (200, XML, f'<?xml version="1.0"?><urlset {namespaces}>{urls}</urlset>'),
        "/sitemap.xml": (200, XML, f"<urlset {namespaces}><url><loc>{base}/about</loc></url></urlset>"),
        **{path: article_page(title, KOREAN_TEXT, at) for path, title, at in items},
    }


def json_feed(base: str) -> dict[str, Answer]:
    """A site with a JSON Feed."""
    items = [(f"/stories/{900 + n}", title, hours_ago(3 * n + 1)) for n, title in enumerate(ENGLISH)]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Pacific Desk",
        "home_page_url": f"{base}/",
        "items": [
            {"id": path, "url": f"{base}{path}", "title": title, "date_published": at.isoformat()}
            for path, title, at in items
        ],
    }
    link = '<link rel="alternate" type="application/feed+json" title="Pacific Desk" href="/feed.json">'
    return {
        "/": (200, HTML, f"<html lang=en><head><title>Pacific Desk | Home</title>{link}</head><body></body></html>"),
        "/feed.json": (200, JSON, json.dumps(feed)),
        **{path: article_page(title, ENGLISH_TEXT, at) for path, title, at in items},
    }


def listing_only(base: str) -> dict[str, Answer]:
    """A site whose pages alone show its articles, among menus with numbers in their addresses."""
    items = [(f"/{'economy' if n % 2 else 'politics'}/{20260 + n}", t, hours_ago(n + 1)) for n, t in enumerate(KOREAN)]
    menu = "".join(f'<a href="/section/{n}">섹션 {n}</a>' for n in range(10, 18))
    rows = "".join(f'<li><a href="{path}"><strong>{title}</strong></a></li>' for path, title, _ in items)
    page = f"<html lang=ko><head><title>들꽃신문 - 홈</title></head><body>{menu}<ul>{rows}</ul></body></html>"
    return {"/": (200, HTML, page), **{path: article_page(title, KOREAN_TEXT, at) for path, title, at in items}}


def refused(base: str) -> dict[str, Answer]:
    """A site that answers everything but robots.txt with 403."""
    return dict.fromkeys(["/", "/rss", "/feed", "/rss.xml", "/rss/allArticle.xml"], (403, TEXT, "forbidden"))


def pages_refused(base: str) -> dict[str, Answer]:
    """A site whose feed is open and whose pages answer 403."""
    answers = korean_publisher(base)
    return {path: (403, TEXT, "no") if "idxno" in path else answer for path, answer in answers.items()}


def robots_closed(base: str) -> dict[str, Answer]:
    """A site that closes all of itself to bots."""
    return {"/robots.txt": (200, TEXT, "User-agent: *\nDisallow: /\n"), "/": (200, HTML, "<html></html>")}


def script_only(base: str) -> dict[str, Answer]:
    """A site that a browser alone can show."""
    return {"/": (200, HTML, '<html><head><title>App</title></head><body><div id="root"></div></body></html>')}


def hostile(base: str) -> dict[str, Answer]:
    """A site whose texts try to end a line of the spec, to change the terminal, and to be asked for ever."""
    name = "Evil&quot;&#10;enabled = false&#10;# &#27;[31m''' \\"
    feeds = "".join(f'<link rel="alternate" type="application/rss+xml" href="/feed/{n}">' for n in range(5_000))
    head = f'<title>{name}</title><meta property="og:site_name" content="{name}">{feeds}'
    items = [
        (f"/a/{n}0000?x=\u202e\u2028", f"{title}&#27;]0;x&#7;&#10;", hours_ago(n)) for n, title in enumerate(ENGLISH)
    ]
    robots = "User-agent: *\nAllow: /\n" + "".join(f"Sitemap: {base}/map/{n}\n" for n in range(20_000))
    pages = {f"/a/{n}0000": article_page(title, ENGLISH_TEXT, hours_ago(n)) for n, title in enumerate(ENGLISH)}
    return {
        "/robots.txt": (200, TEXT, robots),
        "/": (200, HTML, f"<html lang='x\ny'><head>{head}</head><body></body></html>"),
        "/feed/3": rss(base, name, items),
        **pages,
    }


def section(base: str) -> dict[str, Answer]:
    """A section of the Korean publisher, with a feed of its own under its address."""
    answers = korean_publisher(base)
    link = '<link rel="alternate" type="application/rss+xml" title="{}" href="{}">'
    feeds = link.format("전체기사", "/rss/allArticle.xml") + link.format("정치", "/politics/rss.xml")
    page = f"<html lang=ko><head><title>정치 | 새솔경제</title>{feeds}</head><body></body></html>"
    return {**answers, "/politics/": (200, HTML, page), "/politics/rss.xml": answers["/rss/S1N1.xml"]}


def linked_feeds(base: str) -> dict[str, Answer]:
    """The Korean publisher without declarations: a link leads to a page that lists its feeds."""
    answers = {path.replace("/rss/", "/xml/rss/"): answer for path, answer in korean_publisher(base).items()}
    pages = {path: article_page(title, KOREAN_TEXT, hours_ago(1)) for path, title in articles_of_publisher()}
    front = '<html lang=ko><head><title>새솔경제</title></head><body><a href="/rssIndex.html">RSS</a></body></html>'
    links = '<a href="/xml/rss/S1N1.xml">정치</a><a href="/xml/rss/allArticle.xml">전체기사</a>'
    index = f"<html lang=ko><head><title>RSS | 새솔경제</title></head><body>{links}</body></html>"
    return {**answers, **pages, "/": (200, HTML, front), "/rssIndex.html": (200, HTML, index)}


def articles_of_publisher() -> list[tuple[str, str]]:
    """Path and title of the Korean publisher's articles."""
    return [(f"/news/articleView.html?idxno={41207 - n}", title) for n, title in enumerate(KOREAN)]


def dates_without_zone(base: str) -> dict[str, Answer]:
    """The Korean publisher with local times that name no zone."""
    answers = korean_publisher(base)
    status, kind, body = answers["/rss/allArticle.xml"]

    def local(date: re.Match[str]) -> str:
        return f"<pubDate>{parsedate_to_datetime(date[1]) + timedelta(hours=9):%Y-%m-%d %H:%M:%S}</pubDate>"

    return {**answers, "/rss/allArticle.xml": (status, kind, re.sub("<pubDate>(.*?)</pubDate>", local, body))}


def pages_closed(base: str) -> dict[str, Answer]:
    """The Korean publisher, whose robots.txt closes its articles."""
    return {**korean_publisher(base), "/robots.txt": (200, TEXT, "User-agent: *\nDisallow: /news/\n")}


def pages_by_script(base: str) -> dict[str, Answer]:
    """The Korean publisher with pages that a browser alone can show."""
    empty = (200, HTML, '<html><head><title>새솔경제</title></head><body><div id="root"></div></body></html>')
    return {path: empty if "idxno" in path else answer for path, answer in korean_publisher(base).items()}


def stale_feed(base: str) -> dict[str, Answer]:
    """A site whose declared feed ended a year ago and whose news sitemap is alive."""
    old = [(f"/view/SSN2025{n:013d}", title, hours_ago(9_000 + n)) for n, title in enumerate(KOREAN)]
    head = '<link rel="alternate" type="application/rss+xml" href="/rss.xml"><title>솔바람일보</title>'
    page = f"<html lang=ko><head>{head}</head><body></body></html>"
    return {**news_sitemap(base), "/": (200, HTML, page), "/rss.xml": rss(base, "솔바람일보", old)}


def dated_index(base: str) -> dict[str, Answer]:
    """A site whose robots.txt names an index of sitemaps by month, with addresses and their last change alone."""
    items = [(f"/news/{80_000 + n}", title, hours_ago(n + 1)) for n, title in enumerate(KOREAN)]
    urls = "".join(f"<url><loc>{base}{path}</loc><lastmod>{at.isoformat()}</lastmod></url>" for path, _, at in items)
    children = "".join(f"<sitemap><loc>{base}/map/2026-{month:02d}.xml</loc></sitemap>" for month in range(1, 13))
    old = f"<url><loc>{base}/news/100</loc><lastmod>2026-01-02</lastmod></url>"
    return {
        "/robots.txt": (200, TEXT, f"Sitemap: {base}/sitemap_index.xml\n"),
        "/": (200, HTML, "<html lang=ko><head><title>들꽃신문 :: 홈</title></head><body></body></html>"),
        "/sitemap_index.xml": (200, XML, f"<sitemapindex>{children}</sitemapindex>"),
        **{f"/map/2026-{month:02d}.xml": (200, XML, f"<urlset>{old}</urlset>") for month in range(1, 12)},
        "/map/2026-12.xml": (200, XML, f"<urlset>{urls}</urlset>"),
        **{path: article_page(title, KOREAN_TEXT, at) for path, title, at in items},
    }


def links_by_script(base: str) -> dict[str, Answer]:
    """A ministry's board whose links run a script."""
    rows = "".join(f'<a href="#none" onclick="fn_detail({n})">{title}</a>' for n, title in enumerate(KOREAN))
    return {"/": (200, HTML, f"<html lang=ko><head><title>보도자료</title></head><body>{rows}</body></html>")}


def empty_feed(base: str) -> dict[str, Answer]:
    """A site with a declared feed that holds nothing."""
    link = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    return {"/": (200, HTML, f"<html><head>{link}</head><body></body></html>"), "/feed": rss(base, "X", [])}


def robots_fail(base: str) -> dict[str, Answer]:
    """A site whose robots.txt is an error of its server."""
    return {**korean_publisher(base), "/robots.txt": (500, TEXT, "")}


def first_page_gone(base: str) -> dict[str, Answer]:
    """The Korean publisher, whose newest article was withdrawn and whose second is short."""
    answers = korean_publisher(base)
    (newest, title), (second, second_title), *_ = articles_of_publisher()
    short = article_page(second_title, ("사진 기사입니다.",), hours_ago(2))
    return {**answers, newest: (410, TEXT, f"{title}: gone"), second: short}


def undeclared_feed(base: str) -> dict[str, Answer]:
    """A site whose robots.txt names a sitemap of addresses, and whose feed is declared nowhere."""
    items = [(f"/news/{80_000 + n}", title, hours_ago(n + 1)) for n, title in enumerate(KOREAN)]
    return {**dated_index(base), "/feed": rss(base, "들꽃신문", items)}


def closed_front(base: str) -> dict[str, Answer]:
    """A site whose front page answers 403 and whose feed and pages are open."""
    answers = korean_publisher(base)
    return {**answers, "/": (403, TEXT, "forbidden"), "/rss": answers["/rss/allArticle.xml"]}
