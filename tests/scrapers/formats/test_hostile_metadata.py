"""Metadata that means harm costs little, fails nothing, and gives no more than its limits."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime

import pytest

from scrapers.formats.extract import MAX_BYLINE_CHARS, MAX_TITLE_CHARS, read_page

MANY = 30_000
HEADING = "Seoul and Washington sign a pact"
CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
NOW = datetime(2026, 1, 6, tzinfo=UTC)


def _ld(script: object) -> str:
    text = (
        script
        if isinstance(script, str)
        else json.dumps({"@type": "NewsArticle", "headline": HEADING, "author": script})
    )
    return f'<script type="application/ld+json">{text}</script>'


HOSTILE = {
    "lists without end": _ld("[" * 900_000),
    "deep authors": _ld('{"headline": "a", "author": ' + '{"name": ' * 900 + '"x"' + "}" * 901),
    "authors that are no names": _ld([1, None, True, [["x"]], {"name": 5}, {"name": [1, {}]}, {"givenName": [1]}]),
    "a long name": _ld("A " * 400_000),
    "many names": _ld([{"name": f"Name {number}"} for number in range(MANY)]),
    "control characters": _ld('{"headline": "a\x00\x1b\ufffe", "author": "\\ud800 \u202e\x07Jane"}'),
    "numbers": _ld('{"@type": [3, null], "headline": 5, "datePublished": NaN, "author": ' + "9" * 5_000 + "}"),
    "a broken name": _ld('{"headline": "' + 'x" ' * MANY * 5),
    "broken names": _ld('{"headline": "a" , "author": [' + '"name": "' * MANY),
    "comments": _ld("{" + "/*" * MANY * 5),
    "many tags": '<meta name="author" content="Jane Roe">' * MANY,
    "a long tag": f'<meta name="{"author" * 100}" content="{"A " * 1_000}">',
    "many elements": '<p class="author">12 people</p>' * MANY,
    "nested elements": '<div class="author">' * 200 + "x " * 100 + "</div>" * 200,
    "a long class": f'<p class="{"author-x " * 1_000}">Jane Roe</p>',
    "many links": f'<div class="byline">{"<a>more</a>" * MANY}</div>',
    "many dates": '<p class="date">2026 2026 2026 no</p>' * MANY,
    "a long title": f"<title>{'a - ' * MANY * 5}</title>",
    "many headings": "<h1>a - b</h1>" * MANY,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_metadata_is_read_in_a_second(kind: str) -> None:
    prose = "".join(f"<p>The governments agreed on point {number}, officials said.</p>" for number in range(20))
    page = f"<html><body>{HOSTILE[kind]}<article><h1>{HEADING}</h1>{prose}</article></body></html>"
    began = time.process_time()
    reading = read_page(page.encode("utf-8", "surrogatepass"), "https://news.example/1", None, NOW, "text/html")
    assert time.process_time() - began < 1.0
    assert 0 < len(reading.title) <= MAX_TITLE_CHARS
    assert len(reading.byline or "") <= MAX_BYLINE_CHARS
    assert not CONTROLS.search(reading.title + (reading.byline or ""))
