"""What is let through to a parser, and that deciding it takes time in proportion to size."""

from __future__ import annotations

import time

import pytest

from scrapers.errors import NotUnderstood, TooBig
from scrapers.http.markup_gate import (
    MAX_DEPTH,
    check_depth,
    check_page_size,
    checked_xml,
    deepest,
    is_page,
    is_page_type,
)

BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]>
<rss version="2.0"><channel><title>&lol2;</title></channel></rss>"""


@pytest.mark.parametrize(
    "page, depth",
    [
        ("<div><div><p>x</p></div></div>", 2),
        ("<p>a<p>b<p>c" * 300, 0),
        ("<ul><li>a<li>b<li>c</ul>" * 300, 1),
        ("<br><img src=x><hr>" * 600, 0),
        ("<script>" + "<div>" * 900 + "</script><div>x</div>", 1),
        ("<!--" + "<div>" * 900 + "--><div>x</div>", 1),
        ("<div></x></x></x>" * 20, 20),
        ("</div>" * 20 + "<div>", 1),
        ("<DIV><Div></DIV></div>", 2),
        ("a < b and <3", 0),
        ("<svg><g><path d='M0 0'/><circle r='1' /><use href='#a'/></g></svg>" * 300, 2),
        ("<div/>" * 30, 30),
        ("<svg>" + "<path>" * 30, 31),
        ("<SCRIPT>'<div>'</SCRIPT><div>", 1),
    ],
)
def test_depth(page: str, depth: int) -> None:
    assert deepest(page, 10_000) == depth


def test_a_megabyte_of_div_is_refused_at_once() -> None:
    page = "<div>" * 200_000
    began = time.process_time()
    with pytest.raises(TooBig, match=f"more than {MAX_DEPTH} deep"):
        check_depth(page, "u")
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "piece", ["<!--", "<script>", "<a", "<", "<div></x>", "<!-- -->", "<title><", "</", "<p <p ", "<svg><path "]
)
def test_the_scan_is_linear(piece: str) -> None:
    def seconds(times: int) -> float:
        page = piece * times
        began = time.process_time()
        deepest(page, 10**9)
        return time.process_time() - began

    seconds(1_000)
    assert seconds(160_000) < 40 * (seconds(20_000) + 0.005)


def test_page_size() -> None:
    check_page_size(b"x" * 2 * 1024 * 1024, "u")
    with pytest.raises(TooBig, match="2097153 bytes"):
        check_page_size(b"x" * (2 * 1024 * 1024 + 1), "u")


@pytest.mark.parametrize(
    "text, problem",
    [
        (BOMB, "declares a DTD"),
        ('<!DOCTYPE rss SYSTEM "http://evil.example/x.dtd"><rss/>', "declares a DTD"),
        ("<!-- c -->\n<!DOCTYPE html><html><body>x</body></html>", "is a web page"),
        ("<html><body>x</body></html>", "is a web page"),
        ("<HTML><BODY>x", "is a web page"),
        ('{"a": 1}', "is no XML"),
        ("", "is no XML"),
        ("<<<!DOCTYPE x [<!ENTITY a 'b'>]><rss/>", "is no XML"),
    ],
)
def test_xml_that_is_not_let_through(text: str, problem: str) -> None:
    with pytest.raises(NotUnderstood, match=problem):
        checked_xml(text, "u")


def test_a_dtd_behind_a_broken_start_is_not_let_through() -> None:
    """A lenient parser behind the gate must never meet a DTD that a strict one did not get to."""
    for trick in ("<?xml version='1.0'?><?xml version='1.0'?>", "&", "x", "<!-- -- -->", "<?php ?><!"):
        with pytest.raises(NotUnderstood):
            checked_xml(trick + BOMB.split("?>", 1)[1], "u")


def test_xml_that_breaks_later_is_let_through() -> None:
    text = "<rss><channel><item><title>a & b</title></item></channel></rss>"
    assert checked_xml("\ufeff\n  <?xml version='1.0' encoding='euc-kr'?>\n" + text, "u") == text.replace("&", "&amp;")


def test_a_bare_ampersand_is_mended_outside_of_cdata() -> None:
    text = "<rss><a>R&D &amp; &#38; &nbsp;</a><![CDATA[a & b]]><b>&</b></rss>"
    mended = "<rss><a>R&amp;D &amp; &#38; &nbsp;</a><![CDATA[a & b]]><b>&amp;</b></rss>"
    assert checked_xml(text, "u") == mended


def test_deep_xml() -> None:
    with pytest.raises(TooBig, match="nested"):
        checked_xml("<a>" * 100_000, "u")


@pytest.mark.parametrize(
    "kind, page",
    [
        ("text/html; charset=utf-8", True),
        (None, True),
        ("application/xhtml+xml", True),
        ("application/pdf", False),
        ("image/png", False),
    ],
)
def test_content_types(kind: str | None, page: bool) -> None:
    assert is_page_type(kind) == page
    assert is_page(b"<p>x", kind) == page


def test_bytes_that_are_no_page() -> None:
    assert not is_page(b"\x89PNG\r\n\x1a\n\0\0\0\0<", "text/html")
    assert not is_page(b"plain words", "text/html")
