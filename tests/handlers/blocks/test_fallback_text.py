"""Blocks as one text: a text that is too long loses URLs first, then the ends of its runs, and last whole lines."""

from __future__ import annotations

from handlers.blocks.blockkit import link_run, paragraph, rich_text_block, text_run
from handlers.blocks.fallback_text import MAX_TEXT_CHARS, fallback_text


def text_of(line_count: int, chars: int) -> str:
    """Returns the fallback text of so many lines of one long run."""
    lines = [paragraph(text_run(f"{number:03} " + "x" * (chars - 4))) for number in range(line_count)]
    return fallback_text([rich_text_block("pact:x", *lines)])


def test_a_text_that_fits_is_whole() -> None:
    assert [len(line) for line in text_of(10, 389).splitlines()] == [389] * 10


def test_runs_are_cut_to_160_letters_and_then_to_80() -> None:
    assert [len(line) for line in text_of(20, 389).splitlines()] == [160] * 20
    assert [len(line) for line in text_of(30, 389).splitlines()] == [80] * 30


def test_lines_are_left_out_last() -> None:
    text = text_of(100, 389)
    assert text.endswith("\n…")
    assert MAX_TEXT_CHARS - 500 < len(text) <= MAX_TEXT_CHARS


def test_the_longest_urls_are_left_out_first() -> None:
    lengths = (1_000, 1_000, 1_000, 1_000, 300, 100)
    runs = [link_run("https://a.example/" + "a" * length, f"label {length}") for length in lengths]
    text = fallback_text([rich_text_block("pact:x", *[paragraph(run) for run in runs])])
    assert text.splitlines()[:4] == ["label 1000"] * 4
    assert [line.startswith("<https://") for line in text.splitlines()[4:]] == [True, True]
