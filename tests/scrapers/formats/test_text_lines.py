"""An element is split into lines, up to a limit."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from scrapers.formats.text_lines import lines_of


def _lines(body: str) -> list[str]:
    element = LexborHTMLParser(f"<html><body>{body}</body></html>").body
    assert element is not None
    return lines_of(element)


def test_block_elements_and_breaks_end_a_line() -> None:
    assert _lines("<p>a <b>b</b></p>c<br>d<div>e<span>f</span></div>") == ["a b", "c", "d", "ef"]


def test_three_thousand_lines_are_read() -> None:
    assert len(_lines("<p>a</p>" * 3_001)) == 3_000
