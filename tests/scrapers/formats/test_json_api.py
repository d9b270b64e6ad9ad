"""JSON answers become headlines: JSON Feed, lists at a path, and lists in a script of a page."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from scrapers.discover import discover
from scrapers.errors import NotUnderstood
from scrapers.formats.results import Discovered
from scrapers.spec import read_spec

NOW = datetime(2025, 10, 29, 12, tzinfo=UTC)
URL = "https://news.example/rss/all.xml"


def _discovered(source: str, data: bytes | object) -> Discovered:
    """What a source with these lines of TOML reads of an answer."""
    outlet = read_spec(
        "news.toml",
        f"""name = "News"
home = "https://news.example/"
language = "ko"
timezone = "Asia/Seoul"
[[source]]
kind = "json"
url = "{URL}"
{source}""".encode(),
    )
    answer = data if isinstance(data, bytes) else json.dumps(data).encode()
    return discover(answer, URL, outlet, outlet.sources[0], NOW)


def test_a_json_feed_needs_no_paths() -> None:
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {
                "id": 7,
                "url": "/1",
                "title": "AI &amp; 양자",
                "date_published": "2025-10-29T09:00:00+09:00",
                "content_text": "글",
            },
            {"id": "8", "url": "javascript:x", "title": "나쁜 링크"},
            "no object",
            {"id": "9", "url": "/2"},
        ],
    }
    discovered = _discovered("", data)
    headline, untitled = discovered.headlines
    assert (headline.url, headline.title, headline.summary) == ("https://news.example/1", "AI & 양자", "글")
    assert headline.identities[-1] == "guid:news:7"
    assert (untitled.url, untitled.title) == ("https://news.example/2", "")
    assert len(discovered.problems) == 2


def test_json_is_read_by_dotted_paths() -> None:
    source = 'items = "data.0.list"\nlink = "a.href"\ntitle = "a.text"'
    data = {"data": [{"list": [{"a": {"href": "/1", "text": "제목"}}]}]}
    discovered = _discovered(source, data)
    assert [headline.title for headline in discovered.headlines] == ["제목"]


def test_an_answer_may_itself_be_the_list() -> None:
    source = 'items = "."\nlink = "href"\ntitle = "text"'
    data = [{"href": "/1", "text": "제목"}, {"href": "/2", "text": "둘째"}]
    discovered = _discovered(source, data)
    assert [headline.url for headline in discovered.headlines] == ["https://news.example/1", "https://news.example/2"]
    with pytest.raises(NotUnderstood):
        _discovered(source, {"items": []})


def test_a_list_may_stand_in_a_script_of_a_page() -> None:
    source = (
        'script = "__NEXT_DATA__"\nitems = "props.data"\nlink = "url"\ntitle = "title"\n'
        'published = "pubdate"\nsummary = "sub"\ntext = "summary"'
    )
    item = {
        "url": "/it/1",
        "title": "제목",
        "pubdate": "2025-10-29 10:26:00",
        "sub": "둘째 줄",
        "summary": "첫 문단.<br>둘째.",
    }
    page = (
        '<html><p>{"a": 1}</p><script id="__NEXT_DATA__" type="application/json">'
        f"{json.dumps({'props': {'data': [item]}})}</script></html>"
    )
    (headline,) = _discovered(source, page.encode()).headlines
    assert (headline.url, headline.summary, headline.text) == (
        "https://news.example/it/1",
        "둘째 줄",
        ("첫 문단.", "둘째."),
    )
    assert headline.published_at == datetime(2025, 10, 29, 1, 26, tzinfo=UTC)
    with pytest.raises(NotUnderstood):
        _discovered(source, b"<html></html>")


@pytest.mark.parametrize("data", [b"<html>", b"[]", b"{}", b'{"items": {}}', b"[" * 100_000, b"", b"null"])
def test_json_without_the_list_is_not_understood(data: bytes) -> None:
    with pytest.raises(NotUnderstood):
        _discovered("", data)
