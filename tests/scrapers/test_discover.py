"""Feeds, sitemaps, listings and JSON answers become headlines, or one of our errors."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from scrapers.discover import discover
from scrapers.errors import NotUnderstood, TooBig
from scrapers.formats.entries import FeedEntry, entry_or_problem
from scrapers.formats.feeds import read_feed
from scrapers.outlet import Outlet
from scrapers.spec import read_spec

NOW = datetime(2025, 10, 29, 12, tzinfo=UTC)
URL = "https://news.example/rss/all.xml"


def _outlet(source: str, more: str = "") -> Outlet:
    return read_spec(
        "news.toml",
        f"""name = "News"
home = "https://news.example/"
language = "ko"
timezone = "Asia/Seoul"
{more}
[[source]]
url = "{URL}"
{source}""".encode(),
    )


def _rss(items: str, head: str = "") -> bytes:
    return f'{head}<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode()


def test_a_feed_has_fifty_thousand_elements_at_most() -> None:
    item = "<item><link>https://news.example/1</link></item>"  # two elements
    assert len(_feed_entries(_rss(item + "<a/>" * 49_995), URL)) == 1
    with pytest.raises(TooBig, match="50001 elements"):
        read_feed(_rss(item + "<a/>" * 49_996), URL, None)


def _feed_entries(data: bytes, url: str, zone: str | None = None) -> list[FeedEntry]:
    return list(read_feed(data, url, zone).entries)


def test_a_feed_entry_is_plain_text_with_a_time() -> None:
    entries = _feed_entries(
        _rss(
            "<item><title><![CDATA[韓·美 <b>서명</b>]]></title><link>/a/1</link><guid>g1</guid>"
            "<pubDate><![CDATA[Wed, 29 Oct 2025 08:30:15 KST]]></pubDate>"
            "<description>&lt;p&gt;요약&lt;/p&gt;</description></item>"
        ),
        URL,
        "Asia/Seoul",
    )
    (entry,) = entries
    assert (entry.url, entry.title, entry.summary, entry.id) == ("https://news.example/a/1", "韓·美 서명", "요약", "g1")
    assert entry.published_at == datetime(2025, 10, 28, 23, 30, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "url, title, hour",
    [
        ("https://biz.heraldcorp.com/rss", "경제 소식", 0),
        ("https://www.korea.kr/rss", "News", 0),
        ("https://www.koreaherald.com/rss", "News", 0),
        ("https://www.whitehouse.gov/feed/", "News", 9),
    ],
)
def test_a_date_without_zone_is_in_seoul_when_the_feed_is_korean(url: str, title: str, hour: int) -> None:
    data = _rss(f"<item><title>{title}</title><link>/1</link><pubDate>2025-10-29 09:00:00</pubDate></item>")
    assert _feed_entries(data, url)[0].published_at == datetime(2025, 10, 29, hour, tzinfo=UTC)


@pytest.mark.parametrize("label", ["utf-8", "euc-kr", None])
@pytest.mark.parametrize("encoding", ["utf-8", "euc-kr", "cp949"])
def test_a_feed_is_decoded_under_any_label(encoding: str, label: str | None) -> None:
    head = f'<?xml version="1.0" encoding="{label}"?>' if label else ""
    title = "한미 기술번영 업무협약에 서명" + ("" if encoding == "euc-kr" else " 똠방")
    data = (
        _rss(f"<item><title>{title}</title><link>https://news.example/1</link></item>", head).decode().encode(encoding)
    )
    assert [entry.title for entry in _feed_entries(data, URL)] == [title]


def test_a_feed_with_bare_ampersands_is_read() -> None:
    data = _rss("<item><title>R&D & 양자 <협정></title><link>https://news.example/1?a=1&b=2</link></item>")
    (entry,) = _feed_entries(data, URL)
    assert entry.url == "https://news.example/1?a=1&b=2"
    assert entry.title.startswith("R&D & 양자")


def test_a_date_without_zone_is_the_outlets_and_an_unreadable_one_is_none() -> None:
    outlet = _outlet('kind = "feed"')
    data = _rss(
        "<item><title>가</title><link>/1</link><pubDate>2025-10-29 09:00:00</pubDate></item>"
        "<item><title>나</title><link>/2</link><pubDate>soon</pubDate></item>"
        "<item><title>다</title><link>/3</link></item>"
        "<item><title>라</title><link>/4</link><pubDate>Thu, 30 Oct 2098 09:00:00 GMT</pubDate></item>"
    )
    discovered = discover(data, URL, outlet, outlet.sources[0], NOW)
    assert [headline.published_at for headline in discovered.headlines] == [
        datetime(2025, 10, 29, tzinfo=UTC),
        None,
        None,
        NOW,
    ]
    assert [headline.dated_ahead for headline in discovered.headlines] == [False, False, False, True]
    assert discovered.newest_at == datetime(2025, 10, 29, tzinfo=UTC)


@pytest.mark.parametrize(
    "data, problem",
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "is a web page"),
        (b"<html><head></head></html>", "is a web page"),
        (b"{}", "holds no list at items"),
        (b"{", "is no JSON"),
        (b"[]", "is no XML"),
        (b"<note><to>you</to></note>", "is no feed: its root is <note>"),
        (b"<" + b"x" * 41 + b"/>", "is no feed: its root is <x{40}>"),
        (b"<sitemapindex><sitemap><loc>https://a.example/</loc></sitemap></sitemapindex>", "index of sitemaps"),
        (b'<!DOCTYPE r [<!ENTITY a "b">]><rss version="2.0"><channel/></rss>', "declares a DTD"),
        (bytes(range(256)) * 20, "is no XML|unknown charset"),
    ],
)
def test_an_answer_that_is_no_feed_has_a_reason(data: bytes, problem: str) -> None:
    with pytest.raises(NotUnderstood, match=problem):
        _feed_entries(data, URL)


JSON_LIST = 'kind = "json"\nitems = "articles"\nlink = "url"\ntitle = "title"'


@pytest.mark.parametrize(
    ("answer", "titles"),
    [
        ("{}", []),
        ('{"articles": []}', []),
        (r'{"articles": [{"url": "/1", "title": "R\&D \"up\" C:\new \d"}]}', ['R\\&D "up" C: ew \\d']),
        ('{"articles": [{"url": "/1", "title": "one\nline\ttab"}]}', ["one line tab"]),
        (r'{"articles": [{"url": "/1", "title": "a\\b"}]}', [r"a\b"]),
    ],
)
def test_a_search_may_find_nothing_and_escape_nothing(answer: str, titles: list[str]) -> None:
    outlet = _outlet(JSON_LIST)
    discovered = discover(answer.encode(), URL, outlet, outlet.sources[0], NOW)
    assert [headline.title for headline in discovered.headlines] == titles


@pytest.mark.parametrize(
    "answer", ['{"error": "x"}', "[]", "Please limit requests to one every 5 seconds", '{"a": "\\u12"}']
)
def test_an_answer_without_the_list_of_a_spec_is_not_understood(answer: str) -> None:
    outlet = _outlet(JSON_LIST)
    with pytest.raises(NotUnderstood):
        discover(answer.encode(), URL, outlet, outlet.sources[0], NOW)


def test_a_feed_without_entries_is_a_feed() -> None:
    assert _feed_entries(_rss(""), URL) == []


def test_the_newest_two_thousand_entries_are_kept() -> None:
    items = "".join(
        f"<item><title>t{n}</title><link>/{n}</link><pubDate>{2000 + n % 25}-01-01</pubDate></item>"
        for n in range(2_500)
    )
    outlet = _outlet('kind = "feed"')
    discovered = discover(_rss(items), URL, outlet, outlet.sources[0], NOW)
    assert len(discovered.headlines) == 2_000
    assert min(headline.published_at for headline in discovered.headlines if headline.published_at).year == 2004
    assert discovered.problems[0].startswith("2500 entries")


def test_at_most_ten_problems_are_reported() -> None:
    outlet = _outlet('kind = "feed"')
    discovered = discover(_rss("<item><title>x</title></item>" * 50), URL, outlet, outlet.sources[0], NOW)
    assert discovered.headlines == ()
    assert discovered.problems == ("an entry without a link: x",) * 10


def test_a_plain_sitemap_has_entries_but_no_headlines() -> None:
    data = (
        b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://news.example/1</loc>'
        b"<lastmod>2025-10-29T00:00:00Z</lastmod></url></urlset>"
    )
    (entry,) = _feed_entries(data, URL)
    assert (entry.url, entry.title) == ("https://news.example/1", "")
    outlet = _outlet('kind = "sitemap"')
    assert discover(data, URL, outlet, outlet.sources[0], NOW).headlines == ()


def test_a_sitemap_without_titles_lists_the_addresses_with_an_article_id() -> None:
    outlet = _outlet('kind = "sitemap"', r"article_id = '/article/(\d+)'")
    address = "<url><loc>https://news.example{}</loc><lastmod>2025-10-29</lastmod></url>".format
    data = f"<urlset>{address('/article/1')}{address('/about')}{address('/article/2')}</urlset>"
    discovered = discover(data.encode(), URL, outlet, outlet.sources[0], NOW)
    assert [(headline.url, headline.title, headline.published_at) for headline in discovered.headlines] == [
        (f"https://news.example/article/{number}", "", datetime(2025, 10, 28, 15, tzinfo=UTC)) for number in (1, 2)
    ]
    assert discovered.problems == ("an entry without a title: https://news.example/about",)


@pytest.mark.parametrize("prefix", ["", "sm:"])
@pytest.mark.parametrize(
    "image",
    [
        "<image:image><image:loc>https://i.example/1.jpg</image:loc><image:title>그림</image:title></image:image>",
        "<image:loc>https://i.example/1.jpg</image:loc><image:lastmod>2001-01-01</image:lastmod>",
    ],
    ids=["nested", "flat"],
)
def test_an_image_before_the_address_of_a_sitemap_is_not_the_address(image: str, prefix: str) -> None:
    news = "<news:news><news:title>서명</news:title></news:news>"
    own = f"<{prefix}loc>https://news.example/1</{prefix}loc>"
    data = f"<{prefix}urlset><{prefix}url>{image}{own}{news}</{prefix}url></{prefix}urlset>"
    (entry,) = _feed_entries(data.encode(), URL)
    assert (entry.url, entry.title, entry.published_at) == ("https://news.example/1", "서명", None)


def test_an_answer_that_is_no_sitemap_is_not_understood() -> None:
    outlet = _outlet('kind = "sitemap"')
    for data in (_rss(""), b"<urlset><url>", b"<html/>"):
        with pytest.raises(NotUnderstood):
            discover(data, URL, outlet, outlet.sources[0], NOW)


def test_a_listing_is_read_by_its_selector() -> None:
    outlet = _outlet('kind = "listing"\nlinks = "h2.headline"')
    page = (
        '<h2 class="headline"><a href="/a/1">첫 기사</a></h2><a href="/b/2"><h2 class="headline">둘째 기사</h2></a>'
        '<a href="/about">회사</a>'
    )
    discovered = discover(page.encode(), URL, outlet, outlet.sources[0], NOW)
    assert [(headline.url, headline.title) for headline in discovered.headlines] == [
        ("https://news.example/a/1", "첫 기사"),
        ("https://news.example/b/2", "둘째 기사"),
    ]


def test_a_listing_of_scripts_is_read_by_the_template_of_its_addresses() -> None:
    source = 'kind = "listing"\nlinks = "li"\naddress = "https://news.example/view.do?no={id}"'
    outlet = _outlet(source, r"article_id = 'no=(\d{3,9})'")
    page = """<ul><li><a href="javascript:;" onclick="fn_detail(1234);"><p class="title">첫 기사</p></a></li>
<li><a href="javascript:article.view( '5678', 'x')">둘째 기사</a></li>
<li><a href="javascript:void(0)" onclick="">갈 곳 없는 줄</a></li>
<li><a href="#" onclick="fn_paging(2)">다음</a></li>
<li><a href="/plain">보통 링크</a></li><li>링크 없는 줄</li>
<li><a href="#" onclick="fn_detail('../../evil?no=1111')">엉뚱한 주소</a></li>
<li><a href="#" onclick="{}fn_detail(9999)">너무 긴 스크립트</a></li></ul>""".replace("{}", ";" * 500)
    discovered = discover(page.encode(), URL, outlet, outlet.sources[0], NOW)
    assert [(headline.url, headline.title) for headline in discovered.headlines] == [
        ("https://news.example/view.do?no=1234", "첫 기사"),
        ("https://news.example/view.do?no=5678", "둘째 기사"),
    ]


def test_a_listing_without_articles_is_not_understood() -> None:
    outlet = _outlet('kind = "listing"', r"article_id = '/article/(\d+)'")
    with pytest.raises(NotUnderstood, match="lists no article"):
        discover(b"<a href='/about'>x</a>", URL, outlet, outlet.sources[0], NOW)


def test_a_listing_that_is_nested_too_deep_is_refused() -> None:
    outlet = _outlet('kind = "listing"\nlinks = "a"')
    with pytest.raises(TooBig):
        discover(b"<div>" * 1000, URL, outlet, outlet.sources[0], NOW)


def test_a_json_feed_is_a_feed() -> None:
    items = [
        {"id": "https://news.example/1", "title": "서명", "content_html": "<p>글</p>", "date_modified": "2025-10-29"},
        {"id": "2", "title": "갈 곳 없는 글"},
    ]
    data = "\ufeff \n" + json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}, ensure_ascii=False)
    (entry,) = _feed_entries(data.encode(), URL)
    published_at = datetime(2025, 10, 28, 15, tzinfo=UTC)  # Korean text: the zone is Seoul's
    assert entry == FeedEntry("https://news.example/1", "서명", "글", published_at, "https://news.example/1", ("글",))


def test_a_listings_base_resolves_its_links() -> None:
    outlet = _outlet('kind = "listing"\nlinks = "a"')
    page = '<base href="https://news.example/section/"><a href="1">기사 하나</a>'
    assert (
        discover(page.encode(), URL, outlet, outlet.sources[0], NOW).headlines[0].url
        == "https://news.example/section/1"
    )


def test_an_entry_without_a_link_is_a_problem() -> None:
    outlet = _outlet('kind = "feed"')
    items = '<item><title>a</title><guid isPermaLink="false">g1</guid></item><item><title>b</title></item>'
    discovered = discover(_rss(items), URL, outlet, outlet.sources[0], NOW)
    assert discovered.headlines == ()
    assert len(discovered.problems) == 2
    permalink = _rss("<item><title>c</title><guid>https://news.example/c</guid></item>")
    assert _feed_entries(permalink, URL)[0].url == "https://news.example/c"


def test_an_entry_has_limits() -> None:
    items = (
        f"<item><title>{'t' * 501}</title><link>/1</link><guid>{'g' * 501}</guid>"
        f"<description>{'s' * 2_001}</description></item>"
    )
    (entry,) = _feed_entries(_rss(items), URL)
    assert (len(entry.title), len(entry.id or ""), len(entry.summary)) == (500, 500, 2_000)


def test_a_problem_has_two_hundred_characters_at_most() -> None:
    problem = entry_or_problem(None, "t" * 500, "", None, None)
    assert isinstance(problem, str)
    assert len(problem) == 200


def test_a_path_of_numbers_reaches_any_value() -> None:
    outlet = _outlet('kind = "json"\nitems = "10000"\nlink = "a"\ntitle = "b"')
    data = json.dumps([0] * 10_000 + [[{"a": "/1", "b": "제목"}]]).encode()
    assert discover(data, URL, outlet, outlet.sources[0], NOW).headlines[0].title == "제목"


def test_a_guid_of_several_articles_names_none() -> None:
    outlet = _outlet('kind = "feed"')
    item = "<item><title>{0}</title><link>/{0}</link><guid>{1}</guid></item>".format
    data = _rss(item("a", "N/A") + item("b", "N/A") + item("c", "g3") + item("c", "g3"))
    headlines = discover(data, URL, outlet, outlet.sources[0], NOW).headlines
    assert [headline.identities[-1] for headline in headlines] == [
        "url:https://news.example/a",
        "url:https://news.example/b",
        "guid:news:g3",
    ]


def test_an_entry_with_the_address_of_another_is_reported() -> None:
    item = "<item><title>{0}</title><link>/#/news/{0}</link></item>".format
    outlet = _outlet('kind = "feed"')
    discovered = discover(_rss(item("a") + item("b") + item("c") + item("a")), URL, outlet, outlet.sources[0], NOW)
    assert [headline.title for headline in discovered.headlines] == ["a"]
    assert discovered.problems == ("2 with the address of another entry: https://news.example/",)


def test_a_title_is_judged_by_itself() -> None:
    outlet = _outlet('kind = "feed"')
    item = b"<item><title>%s</title><link>/%d</link></item>"
    readable = "한국과 미국의 과학기술 협력".encode()
    data = b"<rss version='2.0'><channel>%s%s</channel></rss>" % (item % (readable, 1) * 9, item % (b"\xff" * 9, 2))
    discovered = discover(data, URL, outlet, outlet.sources[0], NOW)
    assert [headline.url for headline in discovered.headlines] == ["https://news.example/1"]
    assert discovered.problems == ("an entry with an unreadable title: https://news.example/2",)
    alone = b"<rss version='2.0'><channel>" + item % (b"\xff" * 4, 2) + b"</channel></rss>"
    with pytest.raises(NotUnderstood, match="no title can be read"):
        discover(alone, URL, outlet, outlet.sources[0], NOW)


def test_a_fault_in_a_sitemap_costs_one_entry() -> None:
    outlet = _outlet('kind = "sitemap"')
    url = "<url><loc>https://news.example/{0}</loc><news:news><news:title>{0}</news:{1}></news:news></url>".format
    data = "<?xml version='1.0'?><urlset>" + url(1, "title") + url(2, "titel") + url(3, "title")
    headlines = discover(data.encode(), URL, outlet, outlet.sources[0], NOW).headlines
    assert [headline.title for headline in headlines] == ["1", "", "3"]


def test_an_empty_date_is_no_date() -> None:
    outlet = _outlet('kind = "feed"')
    data = _rss("<item><title>x</title><link>/1</link><pubDate> </pubDate></item>")
    assert discover(data, URL, outlet, outlet.sources[0], NOW).headlines[0].published_at is None


def test_a_feed_that_breaks_feedparser_is_not_understood() -> None:
    outlet = _outlet('kind = "feed"')
    data = b'<r v=""><channel<item<link></item></link>'
    with pytest.raises(NotUnderstood, match="feedparser cannot read it"):
        discover(data, URL, outlet, outlet.sources[0], NOW)
