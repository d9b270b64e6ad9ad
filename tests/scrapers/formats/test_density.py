"""The densest element of a page is found by its prose, its links and its name."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from scrapers.formats.density import densest_lines


def _lines(body: str) -> tuple[str, ...]:
    return densest_lines(LexborHTMLParser(f"<html><body>{body}</body></html>"))


def _p(letter: str, chars: int) -> str:
    return f"<p>{letter * chars}</p>"


def test_text_without_paragraphs_counts_above_forty_characters() -> None:
    assert _lines("<div>" + "a" * 41 + "</div>") == ("a" * 41,)
    assert _lines("<div>" + "a" * 40 + "</div>") == ()


def test_a_paragraph_counts_above_twenty_characters() -> None:
    assert _lines(f"<div>{_p('a', 21)}</div>") == ("a" * 21,)
    assert _lines(f"<div>{_p('a', 20)}</div>") == ()


def test_linked_characters_count_twice_against_a_paragraph() -> None:
    assert _lines(f"<div><p>{'a' * 41}<a>{'b' * 19}</a></p></div>")
    assert not _lines(f"<div><p>{'a' * 40}<a>{'b' * 20}</a></p></div>")


def test_a_paragraph_counts_seven_tenths_for_the_element_around_its_parent() -> None:
    both = f"<div><div>{_p('a', 100)}</div><div>{_p('b', 44)}</div></div>"
    first = f"<div><div>{_p('a', 100)}</div><div>{_p('b', 42)}</div></div>"
    assert len(_lines(both)) == 2
    assert len(_lines(first)) == 1


def test_a_paragraph_counts_for_three_elements() -> None:
    third = "<div>" + f"<div><div>{_p('a', 100)}</div></div>" * 3 + "</div>"
    fourth = "<div>" + f"<div><div><div>{_p('a', 100)}</div></div></div>" * 9 + "</div>"
    assert len(_lines(third)) == 3
    assert len(_lines(fourth)) == 1


def test_a_comment_counts_three_tenths() -> None:
    comment = f'<div class="comment">{_p("a", 100)}</div>'
    assert _lines(f"{comment}<div>{_p('b', 31)}</div>") == ("b" * 31,)
    assert _lines(f"{comment}<div>{_p('b', 29)}</div>") == ("a" * 100,)


def test_an_article_counts_thirteen_tenths() -> None:
    article = f'<div id="story">{_p("a", 100)}</div>'
    assert _lines(f"{article}<div>{_p('b', 131)}</div>") == ("b" * 131,)
    assert _lines(f"{article}<div>{_p('b', 129)}</div>") == ("a" * 100,)


def test_three_thousand_paragraphs_are_counted() -> None:
    article = f"<div>{_p('a', 30)}</div>"
    assert _lines("<p></p>" * 2_999 + article)
    assert not _lines("<p></p>" * 3_000 + article)
