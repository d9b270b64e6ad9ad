"""A redirect's token gives its address where it holds one; nothing else is taken for an address."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.aggregators.redirect_tokens import address_in

URL = "https://www.yna.co.kr/view/AKR20260226071200017?input=1195m"
LONG = "https://news.example/" + "x" * 300


def token(*fields: bytes) -> str:
    """The token of a record with these texts."""
    record = b"\x08\x13"
    for tag, text in zip((b"\x22", b"\xd2\x01"), fields, strict=False):
        length = bytes([len(text)]) if len(text) < 128 else bytes([len(text) & 0x7F | 0x80, len(text) >> 7])
        record += tag + length + text
    return base64.urlsafe_b64encode(record).decode().rstrip("=")


def link(of_token: str) -> str:
    return f"https://news.google.com/rss/articles/{of_token}?oc=5"


@pytest.mark.parametrize("url", [URL, "http://a.example/한글", LONG])
def test_an_old_token_holds_the_address(url: str) -> None:
    assert address_in(link(token(url.encode()))) == url
    assert address_in(link(token(url.encode(), b"https://amp.example/1"))) == url
    assert address_in(link(token(url.encode())).replace("/rss/articles/", "/read/")) == url


@pytest.mark.parametrize(
    "path",
    [
        token(b"AU_yqLMadeUpTokenThatHoldsNoAddress"),
        token(b"ftp://files.example/1"),
        token(b"javascript:alert(1)//https://a.example"),
        token(b"https://user:secret@a.example/"),
        token(b"https://\xff\xfe"),
        token(URL.encode())[:-9],
        "CBMi",
        "",
        "x" * 5_000,
        "a.b",
        "한글" * 20,
    ],
)
def test_any_other_link_holds_none(path: str) -> None:
    assert address_in(link(path)) is None


def test_a_published_token_gives_its_address() -> None:
    old = "CBMiK2h0dHBzOi8vemRuZXQuY28ua3Ivdmlldy8_bm89MjAyMzA0MTYxMTA1NDnSAQA"
    assert address_in(link(old)) == "https://zdnet.co.kr/view/?no=20230416110549"


@given(st.binary(max_size=200))
def test_no_token_breaks_the_reader(record: bytes) -> None:
    address = address_in(link(base64.urlsafe_b64encode(record).decode()))
    assert address is None or address.startswith(("http://", "https://"))
