"""Reads an article from the JSON in a script of its page, where a layout names the text in front of that JSON.

A path is a list of keys with dots between them; a list on the way means each of its items, and ``name[key=value]`` only
those with this value: ``content_elements[type=text].content``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scrapers.formats.ld_json import json_value
from scrapers.formats.text_lines import MAX_LINES, bounded
from scrapers.plain_text import plain, plain_lines
from scrapers.script_path import STEP


def json_in_script(page: str, marker: str) -> object:
    """The first JSON value after a text in a page, within the same script; None when there is none."""
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
    values = [value]
    for step in path.split("."):
        values = list(_step(values, step))[:MAX_LINES]
    return (text for text in values if isinstance(text, str))


def _step(values: list[object], step: str) -> Iterator[object]:
    """The items that one step of a path leads to from any of these values."""
    match = STEP.fullmatch(step)
    if match is None:
        return
    name, key, wanted = match.groups()
    for value in values:
        inner = value.get(name) if isinstance(value, dict) else None
        for item in inner if isinstance(inner, list) else [inner]:
            if key is None or (isinstance(item, dict) and item.get(key) == wanted):
                yield item
