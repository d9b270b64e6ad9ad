"""Reads the values that a page of Next.js streams to itself: ``self.__next_f.push([1, "…"])``.

The parts make one stream of rows. ``a:{"detail": …}`` is a value in JSON, ``b:T1f,…`` a text of so many bytes (in
hexadecimal), which a value before or after it holds as ``"$b"``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

STREAM = "self.__next_f"
"""The marker of such a page's values in a layout's ``script``."""
MAX_PARTS = 10_000
_PUSH = re.compile(r"self\.__next_f\.push\(\s{0,9}(?=\[)")
_ROW = re.compile(rb"\s{0,9}([0-9a-f]{0,8}):(?:T([0-9a-f]{1,8}),)?")
_REFERENCE = re.compile(rb'"\$([0-9a-f]{1,8})"')
_DECODER = json.JSONDecoder(strict=False)


def streamed_values(page: str) -> list[object]:
    """The values in the stream of a page, with their texts; rows that are no JSON are code, and left out."""
    stream = "".join(_parts(page)).encode("utf-8", "replace")
    values: list[bytes] = []
    texts: dict[bytes, bytes] = {}
    position = 0
    while row := _ROW.match(stream, position):
        start, chars = row.end(), row[2]
        if chars is not None:
            position = start + int(chars, 16)
            texts[row[1]] = stream[start:position]
        else:
            end = stream.find(b"\n", start)
            position = end + 1 if end >= 0 else len(stream)
            values.append(stream[start:position])
    read = (_value(_REFERENCE.sub(lambda reference: _quoted(reference, texts), value)) for value in values)
    return [value for value in read if value is not None]


def _parts(page: str) -> Iterator[str]:
    for _, push in zip(range(MAX_PARTS), _PUSH.finditer(page), strict=False):
        try:
            part, _ = _DECODER.raw_decode(page, push.end())
        except (ValueError, RecursionError):
            continue
        if len(part) == 2 and isinstance(part[1], str):
            yield part[1]


def _quoted(reference: re.Match[bytes], texts: dict[bytes, bytes]) -> bytes:
    """The text that a reference names, in JSON; each is put in once, so that a page cannot grow by its references."""
    text = texts.pop(reference[1], None)
    return reference[0] if text is None else json.dumps(text.decode("utf-8", "replace")).encode()


def _value(row: bytes) -> object:
    try:
        value: object = json.loads(row)
    except (ValueError, RecursionError):
        return None
    return value
