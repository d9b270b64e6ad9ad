"""Elements are split into lines, up to a number of lines and of characters."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from scrapers.formats.text_lines import MAX_TEXT_CHARS, bounded, lines_of


def _lines(body: str) -> tuple[str, ...]:
    element = LexborHTMLParser(f"<html><body>{body}</body></html>").body
    assert element is not None
    return lines_of([element])


def test_block_elements_and_breaks_end_a_line() -> None:
    assert _lines("<p>a <b>b</b></p>c<br>d<div>e<span>f</span></div>") == ("a b", "c", "d", "ef")


def test_three_thousand_lines_are_read() -> None:
    assert len(_lines("<p>a</p>" * 3_001)) == 3_000


def test_two_hundred_thousand_characters_are_read() -> None:
    assert _lines("<p>ab</p>" + "x" * MAX_TEXT_CHARS) == ("ab", "x" * (MAX_TEXT_CHARS - 2))
    assert _lines("x" * (MAX_TEXT_CHARS - 1) + "<p>ab</p><p>c</p>") == ("x" * (MAX_TEXT_CHARS - 1), "a")


def test_the_limits_hold_for_all_elements_together() -> None:
    tree = LexborHTMLParser("<div><p>" + "x" * MAX_TEXT_CHARS + "</p><p>a</p></div>" * 2)
    assert lines_of(tree.css("div, p")) == ("x" * MAX_TEXT_CHARS,)
    assert len(lines_of(LexborHTMLParser("<i>a</i><i>b</i>" * 2_000).css("i"))) == 3_000


def test_empty_lines_do_not_count() -> None:
    assert bounded(["", "a", "", "b"]) == ("a", "b")
