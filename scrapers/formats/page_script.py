"""Reads an article from the JSON in a script of its page, where a layout names the text in front of that JSON.

A path is a list of keys with dots between them; a list on the way means each of its items, and ``name[key=value]`` only
those with this value: ``content_elements[type=text].content``. ``**`` stands for any way: ``**.detail.content``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from scrapers.formats.json_text import json_value
from scrapers.formats.next_stream import STREAM, streamed_values
from scrapers.formats.text_lines import bounded
from scrapers.plain_text import plain, plain_lines
from scrapers.script_path import ANY_WAY, STEP

MAX_VALUES = 100_000
"""So many values at most are looked at for one step of a path."""


def json_in_script(page: str, marker: str) -> object:
    """The first JSON value after a text in a page, within the same script; None when there is none.

    The text ``self.__next_f`` stands for all values that a page of Next.js streams.
    """
    if marker == STREAM:
        return streamed_values(page)
    start = page.find(marker)
    if start < 0:
        return None
    start += len(marker)
    end = page.find("</script", start)
    return json_value(page[start : end if end >= 0 else len(page)])


def first_line(value: object, paths: Iterable[str]) -> str:
    """The first text at the first path that has any, as one line."""
    return next((line for path in paths for text in _texts(value, path) if (line := plain(text))), "")


def lines_at(value: object, paths: Iterable[str]) -> tuple[str, ...]:
    """The lines of all texts at the first path that has any, bounded like a page's."""
    for path in paths:
        lines = bounded(line for text in _texts(value, path) for line in plain_lines(text))
        if lines:
            return lines
    return ()


def _texts(value: object, path: str) -> Iterator[str]:
    values = value if isinstance(value, list) else [value]
    for step in path.split("."):
        values = list(islice(_step(values, step), MAX_VALUES))
    return (text for text in values if isinstance(text, str))


def _step(values: list[object], step: str) -> Iterator[object]:
    """The items that one step of a path leads to from any of these values."""
    match = STEP.fullmatch(step)
    if match is None:
        return iter(())
    name, key, wanted = match.groups()
    items = _objects_in(values) if name == ANY_WAY else _items_at(values, name)
    return (item for item in items if key is None or (isinstance(item, dict) and item.get(key) == wanted))


def _items_at(values: Iterable[object], name: str) -> Iterator[object]:
    for value in values:
        inner = value.get(name) if isinstance(value, dict) else None
        yield from inner if isinstance(inner, list) else [inner]


def _objects_in(values: list[object]) -> Iterator[object]:
    """The objects among these values and in them, in the order of the document."""
    waiting = list(reversed(values))
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting += reversed(value.values())
        elif isinstance(value, list):
            waiting += reversed(value)
