"""Finds an article in the JSON of a page's scripts, where scripts build the page: the key with most prose."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from scrapers.formats.next_stream import STREAM, streamed_values
from scrapers.formats.text_lines import MAX_TEXT_CHARS, bounded
from scrapers.plain_text import plain_lines

MIN_TEXT_CHARS = 40
MAX_SCRIPT_CHARS = 3_000_000
_SCRIPT = re.compile(r"<script\b[^<>]{0,500}>", re.IGNORECASE)
_SCRIPT_END = re.compile("</script", re.IGNORECASE)
_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_TEXT_OF_KEY = re.compile(rf'"(\w{{1,40}})"\s{{0,4}}:\s{{0,4}}({_STRING})', re.DOTALL)
_TEXT = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
"""A JSON string, or the rest of a script after a quote that nothing closes: no other string begins in it."""
_SENTENCE_END = re.compile(r"(?:[.!?。！？]|다)[\"'”’)]{0,2}(?:[\s<]|$)")


def prose_in_scripts(page: str) -> tuple[str, ...]:
    """The lines of all texts under the key that holds most prose, each once, in the order of the page.

    Texts are JSON strings, also those in JSON that is itself a string (``self.__next_f.push``); they may hold markup.
    """
    texts: dict[str, dict[str, None]] = {}
    for script in (*_scripts(page), *_streamed(page)):
        for key, text in _texts_of_keys(script):
            texts.setdefault(key, {}).setdefault(text)
    best: dict[str, None] = max(texts.values(), key=lambda values: sum(map(len, values)), default={})
    return bounded(line for text in best for line in plain_lines(text))


def _scripts(page: str) -> Iterator[str]:
    """The texts of scripts; a start tag within a script is its text, so that each character is read once."""
    position, left_chars = 0, MAX_SCRIPT_CHARS
    while left_chars > 0 and (start := _SCRIPT.search(page, position)):
        end = _SCRIPT_END.search(page, start.end())
        position = end.start() if end else len(page)
        yield page[start.end() : min(position, start.end() + left_chars)]
        left_chars -= position - start.end()


def _streamed(page: str) -> Iterator[str]:
    """The values that a page of Next.js streams to itself, with the texts that they refer to."""
    if STREAM in page:
        yield json.dumps(streamed_values(page), ensure_ascii=False)


def _texts_of_keys(script: str) -> Iterator[tuple[str, str]]:
    yield from _prose(script)
    if '\\"' in script:
        strings = (_unquoted(match[0]) for match in _TEXT.finditer(script) if '\\":' in match[0])
        yield from _prose("".join(strings))


def _prose(script: str) -> Iterator[tuple[str, str]]:
    for match in _TEXT_OF_KEY.finditer(script):
        if len(match[2]) > MIN_TEXT_CHARS:
            text = _unquoted(match[2])[:MAX_TEXT_CHARS]
            if _SENTENCE_END.search(text) and not text.startswith(("http://", "https://")):
                yield match[1], text


def _unquoted(text: str) -> str:
    try:
        value = json.loads(text, strict=False)
    except ValueError:
        return ""
    return value if isinstance(value, str) else ""
