"""An article is read from the JSON of its page's script, by paths that a hostile page cannot turn against us."""

from __future__ import annotations

import json

import pytest

from scrapers.formats.page_script import MAX_VALUES, first_line, json_in_script, lines_at
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


def test_an_object_is_found_on_any_way() -> None:
    value = ["$", "div", None, {"a": [{"detail": {"html": "첫째"}}], "b": {"detail": {"html": ["둘째", 3]}}}]
    assert lines_at(value, ["**.detail.html"]) == ("첫째", "둘째")
    assert lines_at(value, ["**.html"]) == ("첫째", "둘째")
    assert lines_at(value, ["**.b.detail.html"]) == ("둘째",)


def _stream(rows: str, parts: int = 3) -> str:
    size = len(rows) // parts + 1
    pushes = (f"self.__next_f.push([1,{json.dumps(rows[at : at + size])}])" for at in range(0, len(rows), size))
    return "<script>(self.__next_f=self.__next_f||[]).push([0])</script>" + "".join(
        f"<script>{push}</script>" for push in pushes
    )


def test_the_values_of_a_stream_hold_its_texts() -> None:
    html = "<p>첫 문단.</p><p>b:둘째, 문단.</p>"
    rows = (
        '1:"$Sreact.fragment"\n2:I[123,["static/a.js"],"default"]\n:HL["/a.css","style"]\n'
        '5:["$","$L2",null,{"detail":{"title":"제목","html":"$a","other":"$ff","again":"$a"}}]\n'
        f"a:T{len(html.encode()):x},{html}6:null\n"
    )
    for parts in (1, 3, 40):
        value = json_in_script(_stream(rows, parts), "self.__next_f")
        assert first_line(value, ["**.detail.title"]) == "제목"
        assert lines_at(value, ["**.detail.html"]) == ("첫 문단.", "b:둘째, 문단.")
        assert lines_at(value, ["**.detail.other"]) == ("$ff",)
        assert lines_at(value, ["**.detail.again"]) == ("$a",)


@pytest.mark.parametrize(
    "rows",
    [
        "",
        "no row",
        "a:Tffffffff,short",
        "a:T3,x\nb:{",
        "a:" + "[" * 50_000,
        "1:T2,ab" + "".join(f'{n:x}:["$1"]\n' for n in range(2, 20_000)),
        "".join(f'{n:x}:T{{"a":1}}\n' for n in range(20_000)),
    ],
)
def test_a_damaged_or_hostile_stream_has_few_values(rows: str) -> None:
    assert lines_at(json_in_script(_stream(rows), "self.__next_f"), ["**.html"]) == ()
    assert lines_at(json_in_script("self.__next_f.push([1,7])self.__next_f.push([", "self.__next_f"), ["a"]) == ()


def test_a_part_that_is_damaged_or_has_no_text_is_left_out() -> None:
    parts = ["[0]", '[1,"a:{', "[1,2]", '[2,"x:1",3]', '[1,"ab:T3,xyz"]', '[1,"c:{\\"html\\":\\"$ab\\"}\\n"]']
    page = "".join(f"<script>self.__next_f.push({part})</script>" for part in parts)
    assert lines_at(json_in_script(page, "self.__next_f"), ["html"]) == ("xyz",)


def test_ten_thousand_parts_are_read() -> None:
    page = "".join(f'self.__next_f.push([1,"{number:x}:1\\n"])' for number in range(10_001))
    values = json_in_script(page, "self.__next_f")
    assert values == [1] * 10_000


def test_a_deep_and_wide_value_is_looked_at_within_bounds() -> None:
    value: object = {"html": "x"}
    for _ in range(50_000):
        value = {"a": [value, 1, 2]}
    assert lines_at(value, ["**.html"]) == ("x",)
    assert lines_at([{"a": n} for n in range(MAX_VALUES)] + [{"html": "x"}], ["**.html"]) == ()


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
        ("**.a[b=c]", True),
        ("a.**.**", False),
        ("a..b", False),
        ("a[b]", False),
        ("a[b=c", False),
        (".article p", False),
        ("", False),
    ],
)
def test_a_path_is_keys_with_dots(path: str, valid: bool) -> None:
    assert is_script_path(path) is valid
