"""The text that a feed gives with an entry becomes paragraphs, however it is written; a hostile one costs no time."""

from __future__ import annotations

import time

import pytest

from scrapers.formats.entries import collect, entry_or_problem
from scrapers.formats.entry_text import MAX_SOURCE_CHARS, MAX_TEXT_CHARS, chars, entry_text, is_whole
from scrapers.formats.feeds import read_feed

FIRST = "한국과 미국이 경주에서 기술번영 업무협약에 서명하고 인공지능과 양자 기술을 함께 연구하기로 했다."
SECOND = "두 나라는 실무반을 꾸려 여섯 달 안에 첫 사업을 정한다."


@pytest.mark.parametrize(
    "markup",
    [
        f"<p>{FIRST}</p>\n<p>{SECOND}</p>",
        f"{FIRST}<br /><br>{SECOND}",
        f"{FIRST}\n\n{SECOND}",
        f"&lt;p&gt;{FIRST}&lt;/p&gt;&lt;p&gt;{SECOND}&lt;/p&gt;",
        f"&lt;script&gt;var a = 1&lt;/script&gt;&lt;p&gt;{FIRST}&lt;/p&gt;{chr(10)}&lt;p&gt;{SECOND}&lt;/p&gt;",
        f"<div>{FIRST.replace(' 기술번영', chr(10) + '기술번영')}</div><ul><li>{SECOND}</li></ul>",
        f"<script>if (a < b) alert('x')</script><p>{FIRST}</p><style>p {{color: red}}</style><p>{SECOND}</p>",
        f"<figure><img src='a.jpg'><figcaption>두 장관이 악수한다.</figcaption></figure><p>{FIRST}</p><p>{SECOND}</p>",
        f"<p>서명식</p><p>{FIRST}</p><p>{SECOND}</p><p>저작권자 ⓒ 한강일보 무단전재 및 재배포 금지</p>",
        f"<p>{FIRST}</p><p>{SECOND}</p><p>The post <a href='/a'>서명식</a> appeared first on <a>Site</a>.</p>",
    ],
)
def test_a_text_becomes_paragraphs_without_boilerplate(markup: str) -> None:
    assert entry_text(["요약", markup], "서명식") == (FIRST, SECOND)


@pytest.mark.parametrize(
    "item",
    [
        f"<description>요약이다.</description><content:encoded><![CDATA[<p>{FIRST}</p><p>{SECOND}</p>]]></content:encoded>",
        f"<content:encoded><![CDATA[<p>{FIRST}</p><p>{SECOND}</p>]]></content:encoded><description>요약이다.</description>",
        f"<description><![CDATA[{FIRST}<br/>{SECOND}]]></description>",
    ],
)
def test_the_longest_text_of_an_entry_is_its_text(item: str) -> None:
    feed = (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>t</title>'
        f"<item><title>서명식</title><link>https://news.example/1</link>{item}</item></channel></rss>"
    )
    (entry,) = read_feed(feed.encode(), "https://news.example/feed", None).entries
    assert entry.text == (FIRST, SECOND)


def test_atom_and_json_feed_have_texts_too() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><title>a</title><id>1</id>'
        '<link href="https://news.example/1"/><summary>Short.</summary>'
        f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{FIRST}</p><p>{SECOND}</p></div></content>'
        "</entry></feed>"
    )
    json_feed = f'{{"items": [{{"url": "https://news.example/1", "content_text": "{FIRST}\\n{SECOND}"}}]}}'
    for data in (atom, json_feed):
        (entry,) = read_feed(data.encode(), "https://news.example/feed", None).entries
        assert entry.text == (FIRST, SECOND)


def test_texts_are_bounded_for_an_entry_and_for_a_source() -> None:
    assert (MAX_TEXT_CHARS, MAX_SOURCE_CHARS) == (50_000, 1_000_000)
    for lines in (["가" * 50_001], ["가" * 30_000, "나" * 20_001, "다"], ["가" * 25_000, "나" * 25_000, "다"]):
        text = entry_text(["<br>".join(lines)], "")
        assert (chars(text), len(text)) == (50_000, min(len(lines), 2))
    assert entry_text(["<br>".join(["가" * 49_999, "나"])], "") == ("가" * 49_999, "나")
    text = ("가" * MAX_TEXT_CHARS,)
    fitting = MAX_SOURCE_CHARS // MAX_TEXT_CHARS
    entries = [entry_or_problem(f"https://news.example/{n}", "a", "", None, None, text) for n in range(fitting + 1)]
    assert [entry.text for entry in collect(entries, "").entries] == [text] * fitting + [()]


@pytest.mark.parametrize("markup", ["<script>" * 20_000, "<script>" + "<" * 150_000, "<p" * 90_000, "&lt;" * 50_000])
def test_a_hostile_text_costs_little_time(markup: str) -> None:
    began = time.process_time()
    entry_text([markup], "")
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("last", "whole"),
    [
        (SECOND, True),
        ("첫 사업을 정...", False),
        ("첫 사업을 […]", False),
        ("The working group will … Read more »", False),
        ("더보기", False),
    ],
)
def test_a_text_that_was_cut_is_known_by_its_end(last: str, whole: bool) -> None:
    assert is_whole((FIRST * 5, last)) is whole


def test_a_text_of_two_hundred_characters_may_be_whole() -> None:
    assert [is_whole(("가" * length,)) for length in (200, 199)] == [True, False]
    assert not is_whole(())
