"""JSON is read as pages write it, with the faults that no browser shows."""

from __future__ import annotations

import pytest

from scrapers.formats.json_text import json_value, json_values


@pytest.mark.parametrize(
    "script",
    [
        '{"a": 1}',
        '<!-- {"a": 1} -->',
        '//<![CDATA[\n{"a": 1}\n//]]>',
        '/* <![CDATA[ */ {"a": 1} /* ]]> */',
        '{"a": 1};',
        '\ufeff{"a": 1}',
        'var data = {"a": 1}',
        '{"a": 1,}',
        "{&quot;a&quot;: 1}",
    ],
)
def test_the_value_is_found_in_any_wrapping(script: str) -> None:
    assert json_value(script) == {"a": 1}


@pytest.mark.parametrize("script", ["", "x", "{", "[" * 100_000, '{"a": nothing}'])
def test_what_holds_no_value_is_none(script: str) -> None:
    assert json_value(script) is None


@pytest.mark.parametrize(
    "script",
    [
        '{"a": "b"}',
        '<!-- {"a": "b"} -->',
        '//<![CDATA[\n{"a": "b"}\n//]]>',
        '{"a": "b"};',
        '{"a": "b",\n}',
        "{&quot;a&quot;: &quot;b&quot;,}",
        '{\n// the letters\n"a": "b" /* the second */\n}',
    ],
)
def test_a_script_of_one_value_is_that_value(script: str) -> None:
    assert json_values(script) == [{"a": "b"}]


def test_control_characters_and_wrong_escapes_are_kept_as_text() -> None:
    assert json_values('{"a": "one\n\ttwo \\\'three\\\'"}') == [{"a": "one\n\ttwo 'three'"}]


def test_entities_in_a_value_with_a_trailing_comma_stay_as_they_are() -> None:
    assert json_values('{"a": "said &quot;no&quot;",}') == [{"a": "said &quot;no&quot;"}]


def test_values_may_follow_each_other() -> None:
    assert json_values('{"a": 1}\n{"b": 2}') == [{"a": 1}, {"b": 2}]


BROKEN = """{"@context": "https://schema.org", "@type": "NewsArticle",
  "headline": "Seoul says "no" to a pact, again",
  "author": [{"@type": "Person", "name": "Jane Roe"}, {"@type": "Person", "name": "Hong Gil-dong"}],
  "datePublished": "2026-01-06T10:54:00+09:00", "image": {"@type": "ImageObject", "url": "/1.png"}, wrong }"""


def test_the_fields_of_a_broken_article_are_read_before_its_parts() -> None:
    article, *parts = json_values(BROKEN)
    assert article == {
        "@type": "NewsArticle",
        "headline": 'Seoul says "no" to a pact, again',
        "author": ["Jane Roe", "Hong Gil-dong"],
        "datePublished": "2026-01-06T10:54:00+09:00",
    }
    assert {"@type": "ImageObject", "url": "/1.png"} in parts


def test_the_author_of_a_broken_article_may_be_an_object_or_a_text() -> None:
    for author in ('{"name": "Jane Roe"}', '"Jane Roe"'):
        article = json_values(f'{{"headline": "a", "author": {author}, wrong}}')[0]
        assert article["author"] in (["Jane Roe"], "Jane Roe")


@pytest.mark.parametrize("script", ["", "x", "{", "[" * 100_000, '{"a": nothing}', '"headline": nothing'])
def test_a_script_without_a_value_or_a_headline_holds_nothing(script: str) -> None:
    assert json_values(script) == []


def test_eight_values_of_a_script_are_read() -> None:
    assert len(json_values('{"a": 1}' * 9)) == 8


def test_half_of_a_script_is_its_value_and_less_is_a_part() -> None:
    whole = '{"name": "' + "b" * 60 + '"}'
    half = '{"headline": "' + "b" * 60 + '"}'
    assert json_values(half + "x" * len(half)) == [{"headline": "b" * 60}]
    assert len(json_values(half + "x" * len(half) + "x")) == 2
    part = '{"headline": "a", "image": ' + whole + ", " + "x" * len(whole)
    assert json_values(part) == [{"headline": "a"}, {"name": "b" * 60}]
