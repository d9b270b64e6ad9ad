"""Canonical URLs: one form of an article's address."""

from __future__ import annotations

import pytest

from scrapers.canonical_url import absolute_url, canonical_url
from scrapers.catalogue import load_catalogue
from scrapers.outlet import Outlet, Source


def _outlet(*hosts: str, keep: tuple[str, ...] = (), article_id: str | None = None, home: str = "") -> Outlet:
    return Outlet(
        key="o",
        name="O",
        home=home or f"https://{hosts[0]}/",
        language="ko",
        timezone="Asia/Seoul",
        every_minutes=15,
        kind="media",
        hosts=hosts,
        sources=(Source("feed", "https://x.example/"),),
        article_id=article_id,
        keep_params=keep,
    )


@pytest.mark.parametrize(
    "url, expected",
    [
        ("HTTPS://WWW.Trtworld.com:443/article/1", "https://www.trtworld.com/article/1"),
        ("http://a.example:80/x#part", "http://a.example/x"),
        ("https://zdnet.co.kr/view/?no=20260221121847&utm_source=chatgpt.com", "https://zdnet.co.kr/view/?no=20260221121847"),
        ("https://www.segye.com/newsView/2026?OutUrl=google", "https://www.segye.com/newsView/2026"),
        ("https://m1.etoday.co.kr/v?idxno=12&trc=view", "https://m1.etoday.co.kr/v?idxno=12"),
        ("https://imnews.example/a?xtr_cate=x&xtr_ref=y", "https://imnews.example/a"),
        ("https://www.yna.co.kr/view/AKR1?section=news&site=rss", "https://www.yna.co.kr/view/AKR1"),
        ("https://a.example/list?section=news", "https://a.example/list?section=news"),
        ("https://a.example/x?m=1&b=2&a=1", "https://a.example/x?a=1&b=2"),
        ("https://a.example/x?m=2", "https://a.example/x?m=2"),
        ("https://biz.chosun.com/it/2025/10/29/ABC/?outputType=amp", "https://biz.chosun.com/it/2025/10/29/ABC/"),
        ("https://www.newstheai.com/news/articleViewAmp.html?idxno=9524", "https://www.newstheai.com/news/articleView.html?idxno=9524"),
        ("https://www.fnnews.com/ampNews/202510290937", "https://www.fnnews.com/news/202510290937"),
        ("https://www.sedaily.com/NewsViewAmp/2GRC", "https://www.sedaily.com/NewsView/2GRC"),
        ("https://www.news1.kr/amp/politics/123", "https://www.news1.kr/politics/123"),
        ("https://a.example/2025/story/amp/", "https://a.example/2025/story"),
        ("https://a.example/view.asp?arcid=0923047201&code=1", "https://a.example/view.asp?arcid=0923047201&code=1"),
        ("https://한글.example/기사/1", "https://xn--bj0bj06e.example/%EA%B8%B0%EC%82%AC/1"),
        ("not an address", "not an address"),
        ("https://[broken", "https://[broken"),
        ("mailto:a@b.c", "mailto:a@b.c"),
    ],
)  # fmt: skip
def test_an_address_has_one_canonical_form(url: str, expected: str) -> None:
    assert canonical_url(url) == expected


@pytest.mark.parametrize("url", ["http://a.example:99999/", "http://a.example:x/"])
def test_an_address_that_cannot_be_parsed_is_returned_unchanged(url: str) -> None:
    assert canonical_url(url) == url


@pytest.mark.parametrize("variant", ["m", "mobile", "amp", "prod", "m1"])
def test_a_mobile_host_becomes_one_of_the_outlets_hosts(variant: str) -> None:
    outlet = _outlet("biz.chosun.com", "www.sedaily.com")
    assert canonical_url(f"http://{variant}.biz.chosun.com/x", outlet) == "https://biz.chosun.com/x"
    assert canonical_url(f"https://{variant}.sedaily.com/x", outlet) == "https://www.sedaily.com/x"
    assert canonical_url(f"https://{variant}.other.com/x", outlet) == f"https://{variant}.other.com/x"


def test_a_host_without_www_becomes_the_outlets_host_unless_the_outlet_has_it() -> None:
    outlet = _outlet("www.sedaily.com", "zdnet.co.kr", "www.zdnet.co.kr")
    assert canonical_url("http://sedaily.com/x", outlet) == "https://www.sedaily.com/x"
    assert canonical_url("https://zdnet.co.kr/x", outlet) == "https://zdnet.co.kr/x"
    assert canonical_url("https://other.com/x", outlet) == "https://other.com/x"


def test_a_host_of_two_labels_is_no_mobile_host() -> None:
    assert canonical_url("https://m.kr/x", _outlet("kr.example")) == "https://m.kr/x"


def test_a_parameter_that_the_spec_keeps_stays() -> None:
    outlet = _outlet("m.edaily.co.kr", keep=("source", "mediaCodeNo"))
    assert (
        canonical_url("https://m.edaily.co.kr/Read?source=a&plink=b", outlet) == "https://m.edaily.co.kr/Read?source=a"
    )


@pytest.mark.parametrize(
    ("keep", "article_id", "query", "kept"),
    [
        (("no",), None, "no=1&view=list&utm_source=x", "?no=1"),
        (("cat",), None, "cat=3&idxno=1&view=list", "?cat=3&idxno=1"),  # an id that the spec forgets stays
        (("cat",), r"[?&]view=(\w+)", "cat=3&view=list", "?cat=3&view=list"),  # and so does one of its own article_id
        ((), r"/article/(\d+)", "view=list&no=1", ""),
        ((), r"[?&]no=(\d+)", "no=1&view=list&utm_source=x", "?no=1&view=list"),
        ((), None, "view=list&utm_source=x", "?view=list"),
    ],
)
def test_an_unknown_parameter_goes_where_the_spec_says_what_names_the_article(
    keep: tuple[str, ...], article_id: str | None, query: str, kept: str
) -> None:
    outlet = _outlet("www.a.example", keep=keep, article_id=article_id)
    assert canonical_url(f"https://www.a.example/article/7?{query}", outlet) == f"https://www.a.example/article/7{kept}"


def test_a_port_other_than_the_standard_one_stays() -> None:
    outlet = _outlet("127.0.0.1", home="http://127.0.0.1:8731/")
    assert canonical_url("http://127.0.0.1:8731/a", outlet) == "http://127.0.0.1:8731/a"


def test_a_canonical_url_is_canonical_again() -> None:
    canonical = canonical_url("http://m.a.example/x?b=2&a=%20&utm_source=x", _outlet("www.a.example"))
    assert canonical_url(canonical, _outlet("www.a.example")) == canonical


@pytest.mark.parametrize(
    "link, expected",
    [
        ("/a", "https://b.example/a"),
        ("//c.example/a", "https://c.example/a"),
        (" https://c.example/\n a#x", "https://c.example/a"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://u:p@c.example/", None),
        ("https://[x", None),
        ("https://c.example/" + "a" * 3000, None),
    ],
)
def test_a_link_is_resolved_or_none(link: str, expected: str | None) -> None:
    assert absolute_url("https://b.example/feed/", link) == expected


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (" \n https://a.example/1\t\n", "https://a.example/1"),
        ("\u200b\u3000https://a.example/1\ufeff", "https://a.example/1"),
        ("https://a.example/big deal.html", "https://a.example/big%20deal.html"),
        ("/a\u00a0b", "https://b.example/a%C2%A0b"),
        ("https://a.example/news\n    /1", "https://a.example/news/1"),
        ("/a\ud83d", "https://b.example/a"),
        ("/a  \t \r\n  b   c \n\t d", "https://b.example/ab%20%20%20cd"),
    ],
)
def test_blanks_in_an_address_are_read_as_a_browser_does(link: str, expected: str) -> None:
    assert absolute_url("https://b.example/feed/", link) == expected


def test_an_address_has_two_thousand_characters_at_most() -> None:
    base = "https://b.example/"
    assert absolute_url(base, "x" * (2_000 - len(base))) is not None
    assert absolute_url(base, "x" * (2_001 - len(base))) is None
    assert absolute_url(base, " /x" + "\n" * 1_997 + "x ") == base + "xx"
    assert absolute_url(base, " /x" + "\n" * 1_998 + "x ") is None


def test_http_on_port_80_of_an_https_outlet_is_https() -> None:
    outlet = _outlet("www.a.example")
    assert canonical_url("http://www.a.example:80/x", outlet) == "https://www.a.example/x"
    assert canonical_url("http://www.a.example:81/x", outlet) == "http://www.a.example:81/x"


def test_an_address_that_is_no_article_by_the_spec_keeps_its_parameters() -> None:
    board = load_catalogue().outlets()["msit-board"]
    document = "https://www.msit.go.kr/ssm/file/fileDown.do?atchFileNo=54751&fileOrd=1"
    assert canonical_url(document, board) == document
