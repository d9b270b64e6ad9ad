"""Matched sentences: bold spans, and the part that is shown of a long one."""

from __future__ import annotations

from handlers.blocks.blockkit import highlighted_runs
from handlers.cards.texts import Lead, Span


def texts(lead: Lead, max_chars: int) -> list[tuple[str, bool]]:
    """Returns text and boldness of each run."""
    return [(run["text"], "style" in run) for run in highlighted_runs(lead, max_chars)]


def test_a_long_sentence_is_cut_a_third_before_its_first_match() -> None:
    lead = Lead("a" * 20 + "match" + "b" * 20, (Span(20, 25),))
    assert texts(lead, 15) == [("…", False), ("a" * 5, False), ("match", True), ("b" * 5, False), ("…", False)]


def test_a_sentence_that_fits_is_whole() -> None:
    lead = Lead("a match", (Span(2, 7),))
    assert texts(lead, 7) == [("a ", False), ("match", True)]
    assert texts(lead, 6) == [("a ", False), ("matc", True), ("…", False)]


def test_overlapping_spans_are_bold_once() -> None:
    assert texts(Lead("abcdef", (Span(1, 4), Span(2, 5))), 10) == [
        ("a", False),
        ("bcd", True),
        ("e", True),
        ("f", False),
    ]
