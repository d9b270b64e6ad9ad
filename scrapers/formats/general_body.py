"""Finds the article's text of a page without selectors: by prose, in ld+json, in the JSON of scripts."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scrapers.formats.boilerplate import article_lines
from scrapers.formats.density import ProseBody
from scrapers.formats.page_metadata import PageMetadata
from scrapers.formats.results import MIN_TEXT_CHARS
from scrapers.formats.script_prose import prose_in_scripts
from scrapers.formats.text_lines import MAX_TEXT_CHARS
from scrapers.plain_text import plain_lines

_SYLLABLE = re.compile(r"[가-힣぀-ヿ㐀-鿿豈-﫿]")
MUCH_LONGER = 1.5
"""A text beside the page's own goes before it when it is so many times as long."""


def general_lines(prose: ProseBody, metadata: PageMetadata, page: str, title: str) -> tuple[str, ...]:
    """The lines of the article: the page's prose, unless its ld+json or its scripts hold a much longer text."""
    lines = article_lines(prose.lines, title, repeats=True)
    in_metadata = article_lines(plain_lines(metadata.body[:MAX_TEXT_CHARS]), title)
    if _letters(in_metadata) > MUCH_LONGER * _letters(lines):
        lines = in_metadata
    if chars(lines) >= MIN_TEXT_CHARS:
        return lines
    in_scripts = article_lines(prose_in_scripts(page), title)
    return in_scripts if chars(in_scripts) >= MIN_TEXT_CHARS else max((lines, in_scripts, in_metadata), key=_letters)


def chars(lines: Iterable[str]) -> int:
    """The number of characters of these lines."""
    return sum(map(len, lines))


def width(lines: Iterable[str]) -> int:
    """The length of these lines in Latin letters: a Hangul syllable or a Han character says as much as two."""
    return sum(len(line) + len(_SYLLABLE.findall(line)) for line in lines)


def _letters(lines: Iterable[str]) -> int:
    """The number of characters without blanks: the same text in fewer lines is not longer."""
    return sum(len(line.replace(" ", "")) for line in lines)
