"""An article is read from the JSON of its page's script, by paths that a hostile page cannot turn against us."""

from __future__ import annotations

import json

import pytest

from scrapers.formats.page_script import first_line, json_in_script, lines_at
from scrapers.script_path import MAX_STEPS, is_script_path

ARTICLE = {
    "headlines": {"basic": "제목 &quot;하나&quot;"},
    "credits": {"by": [{"name": "홍길동"}, {"name": "김철수"}]},
    "content_elements": [
        {"type": "text", "content": "첫 문단.<br/>둘째 줄."},
        {"type": "interstitial_link", "content": "다른 기사"},
        {"type": "text", "content": 7},
        "no object",
        {"type": "text", "content": "셋째 문단."},
    ],
}


def _page(value: object) -> str:
    return f"<script>Fusion.x=1;Fusion.globalContent={json.dumps(value)};Fusion.globalContentConfig={{}}</script>"


def test_texts_are_found_through_lists_and_by_a_condition() -> None:
    value = json_in_script(_page(ARTICLE), "Fusion.globalContent=")
    assert first_line(value, ["headlines.mobile", "headlines.basic"]) == '제목 "하나"'
    assert first_line(value, ["credits.by.name"]) == "홍길동"
    assert lines_at(value, ["content_elements[type=text].content"]) == ("첫 문단.", "둘째 줄.", "셋째 문단.")
    assert lines_at(value, ["content_elements[type=quote].content", "headlines.basic"]) == ('제목 "하나"',)


@pytest.mark.parametrize(
    "page",
    [
        "<p>no script</p>",
        "<script>Fusion.globalContent=",
        "<script>Fusion.globalContent=null</script><script>{}</script>",
        '<script>Fusion.globalContent={"headlines": </script>{"headlines": {"basic": "x"}}',
        f"<script>Fusion.globalContent={'[' * 100_000}</script>",
    ],
)
def test_a_page_without_such_json_has_no_text(page: str) -> None:
    value = json_in_script(page, "Fusion.globalContent=")
    assert value is None
    assert first_line(value, ["headlines.basic"]) == ""
    assert lines_at(value, ["headlines.basic"]) == ()


@pytest.mark.parametrize("value", [[], "text", 3, {"headlines": ["a", {"basic": {"deep": 1}}]}])
def test_json_of_another_shape_has_no_text(value: object) -> None:
    assert first_line(value, ["headlines.basic"]) == ""


@pytest.mark.parametrize(
    ("path", "valid"),
    [
        ("a", True),
        ("a.b[c=d].e", True),
        (".".join("a" * MAX_STEPS), True),
        (".".join("a" * (MAX_STEPS + 1)), False),
        ("a..b", False),
        ("a[b]", False),
        ("a[b=c", False),
        (".article p", False),
        ("", False),
    ],
)
def test_a_path_is_keys_with_dots(path: str, valid: bool) -> None:
    assert is_script_path(path) is valid
