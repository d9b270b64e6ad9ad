"""An article is found in the JSON of a page's scripts."""

from __future__ import annotations

import json
from time import process_time

import pytest

from scrapers.formats.script_prose import MAX_SCRIPT_CHARS, prose_in_scripts

LINES = tuple(f"Laboratory {number} shares its results with partners in both countries." for number in range(4))


def _page(*scripts: str) -> str:
    return "<html><body>" + "".join(f"<script>{script}</script>" for script in scripts) + "</body></html>"


def _flight(value: object) -> str:
    return f"self.__next_f.push([1,{json.dumps('5:' + json.dumps(value))}])"


@pytest.mark.parametrize(
    "script",
    [
        json.dumps({"props": {"article": {"body": "".join(f"<p>{line}</p>" for line in LINES), "title": "Labs"}}}),
        "Fusion.globalContent = " + json.dumps({"content_elements": [{"type": "text", "content": x} for x in LINES]}),
        _flight([["$", "p", None, {"children": line}] for line in LINES]),
        "window.__STATE__ = " + json.dumps({"text": "\n".join(LINES), "teaser": LINES[0] + " More."}),
    ],
    ids=["next data", "fusion", "next flight", "assigned"],
)
def test_the_key_with_most_prose_is_the_article(script: str) -> None:
    assert prose_in_scripts(_page("var a = 1;", script)) == LINES


def test_a_text_that_occurs_twice_is_read_once() -> None:
    article = json.dumps({"text": LINES[0]})
    assert prose_in_scripts(_page(article, article)) == LINES[:1]


def test_a_text_has_more_than_forty_characters_with_its_quotes() -> None:
    assert prose_in_scripts(_page(json.dumps({"text": "a" * 38 + "."}))) == ("a" * 38 + ".",)
    assert prose_in_scripts(_page(json.dumps({"text": "a" * 37 + "."}))) == ()


@pytest.mark.parametrize("value", ["https://news.example/a-very-long-address-of-a-page.", "x" * 80, '\\ud800" broken'])
def test_what_is_no_prose_is_left_out(value: str) -> None:
    assert prose_in_scripts(_page(f'{{"text": "{value}"}}')) == ()


def test_a_script_that_is_not_closed_is_read_to_the_end() -> None:
    assert prose_in_scripts("<script>" + json.dumps({"text": LINES[0]})) == LINES[:1]


def test_three_million_characters_of_scripts_are_read() -> None:
    article = json.dumps({"text": LINES[0]})
    assert MAX_SCRIPT_CHARS == 3_000_000
    for spaces, lines in ((MAX_SCRIPT_CHARS - len(article), LINES[:1]), (MAX_SCRIPT_CHARS - len(article) + 2, ())):
        assert prose_in_scripts(_page(" " * spaces, article)) == lines


def test_a_streamed_text_in_several_parts_is_read() -> None:
    text = "".join(f"<p>{line}</p>" for line in LINES)
    value = json.dumps({"contentHtml": "$1f"})
    stream = f"1f:T{len(text):x},{text}{value[:0]}2:{value}\n"
    parts = (stream[:90], stream[90:200], stream[200:])
    assert prose_in_scripts(_page(*(f"self.__next_f.push([1,{json.dumps(part)}])" for part in parts))) == LINES


@pytest.mark.parametrize("end", ["", "\\"])
def test_quotes_that_nothing_closes_cost_no_more_than_their_length(end: str) -> None:
    started = process_time()
    assert prose_in_scripts(_page(json.dumps({"text": LINES[0]}), '\\"' * 100_000 + end)) == LINES[:1]
    assert process_time() - started < 5
