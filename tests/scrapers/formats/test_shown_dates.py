"""The times that a page shows are collected from the elements that are named for them."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from scrapers.formats.shown_dates import shown_dates


@pytest.mark.parametrize(
    "element",
    [
        "<time>January 6, 2026</time>",
        '<span class="post-date">January 6, 2026</span>',
        '<span class="newsDatum">January 6, 2026</span>',
        '<p id="publish-date"><b>January</b> 6, 2026</p>',
        '<div class="tool_datetime">January 6, 2026</div>',
    ],
)
def test_a_word_of_an_elements_name_says_that_it_shows_a_date(element: str) -> None:
    assert shown_dates(LexborHTMLParser(element)) == ("January 6, 2026",)


@pytest.mark.parametrize(
    "element",
    [
        '<span class="date-updated">January 6, 2026</span>',
        '<span class="candidates">January 6, 2026</span>',
        '<ol class="comments"><li><time>January 6, 2026</time></ol>',
        '<nav><span class="date">January 6, 2026</span></nav>',
        '<span class="date">two hours ago</span>',
    ],
)
def test_the_time_of_a_change_or_of_something_else_is_none(element: str) -> None:
    assert shown_dates(LexborHTMLParser(element)) == ()


def test_a_time_in_an_attribute_goes_before_a_text() -> None:
    page = '<i class="date">January 2026</i><time datetime="2026-01-06T10:54+09:00">today</time>'
    assert shown_dates(LexborHTMLParser(page)) == ("2026-01-06T10:54+09:00", "January 2026")
