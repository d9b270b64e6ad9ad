"""Reads JSON as pages write it: wrapped in comments, with entities, with faults that a browser never sees."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

_MAX_STARTS = 8
_MAX_FIELD_CHARS = 500
_MAX_NAMES = 10
_MAX_SCANNED_CHARS = 200_000
_VALUE_START = re.compile(r"[{\[]")
_TRAILING_COMMA = re.compile(r",(?=\s{0,200}[}\]])")
_COMMENT = re.compile(r"/\*[^*]{0,500}\*/|(?m:^\s{0,99}//[^\n]{0,500}$)")
_WRONG_ESCAPE = re.compile(r"""\\(?=[^"\\/bfnrtu])""")
_END = r"\s{0,20}(?:,\s{0,200}[\"}]|[}\]])"
_FIELD = re.compile(
    rf'"(@type|headline|datePublished)"\s{{0,9}}:\s{{0,9}}\[?\s{{0,9}}"(.{{1,{_MAX_FIELD_CHARS}}}?)"(?={_END})'
)
_AUTHOR = re.compile(r'"author"\s{0,9}:\s{0,9}(\[[^\]]{1,2000}\]|\{[^}]{1,500}\}|"[^"]{1,500}")')
_NAME = re.compile(rf'"name"\s{{0,9}}:\s{{0,9}}"(.{{1,200}}?)"(?={_END})')
_DECODER = json.JSONDecoder(strict=False)


def json_value(text: str) -> Any:
    """The first JSON value in a script; comments, CDATA marks and a semicolon around it do no harm. None: no value."""
    for mended in _mended(text):
        for start in islice(_VALUE_START.finditer(mended), _MAX_STARTS):
            try:
                return _DECODER.raw_decode(mended, start.start())[0]
            except (ValueError, RecursionError):
                continue
    return None


def json_values(text: str) -> list[Any]:
    """All JSON values of a script that holds nothing else; where its JSON is broken, what can be read of it.

    A part of a broken value is no value: it is read only when nothing larger can be.
    """
    best: tuple[int, list[Any]] = (0, [])
    for mended in _mended(text):
        chars, values = _decoded(mended)
        if 2 * chars >= len(mended.strip()):
            return values
        best = max(best, (chars, values), key=lambda read: read[0])
    return [*_fields(text), *best[1]]


def _mended(text: str) -> Iterator[str]:
    """The text, and then with one kind of fault after the other mended."""
    for base in (text, html.unescape(text)) if "&" in text else (text,):
        yield base
        yield _TRAILING_COMMA.sub("", base)
        yield _TRAILING_COMMA.sub("", _WRONG_ESCAPE.sub("", _COMMENT.sub("", base)))


def _decoded(text: str) -> tuple[int, list[Any]]:
    """The values one after the other, and the number of characters that they take."""
    values: list[Any] = []
    chars, at = 0, 0
    for _ in range(_MAX_STARTS):
        if (start := _VALUE_START.search(text, at)) is None:
            break
        try:
            value, end = _DECODER.raw_decode(text, start.start())
        except (ValueError, RecursionError):
            at = start.end()
            continue
        values.append(value)
        chars, at = chars + end - start.start(), end
    return chars, values


def _fields(text: str) -> list[dict[str, Any]]:
    """An object with the type, headline, time and authors that a broken one seems to have; none without a headline."""
    text = text[:_MAX_SCANNED_CHARS]
    found: dict[str, Any] = {}
    for match in _FIELD.finditer(text):
        found.setdefault(match[1], match[2])
    if (author := _AUTHOR.search(text)) is not None:
        names = [match[1] for match in islice(_NAME.finditer(author[1]), _MAX_NAMES)]
        found["author"] = names or author[1].strip('"')
    return [found] if "headline" in found else []
