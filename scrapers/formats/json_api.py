"""Reads JSON answers: JSON Feed, or a list whose fields the spec names as dotted paths."""

from __future__ import annotations

import json
from typing import Any

from scrapers.canonical_url import absolute_url
from scrapers.errors import NotUnderstood
from scrapers.formats.dates import parse_date
from scrapers.formats.entries import MAX_SUMMARY_CHARS, MAX_TITLE_CHARS, Entries, FeedEntry, collect, entry_or_problem
from scrapers.formats.source_text import source_text
from scrapers.outlet import Source
from scrapers.plain_text import plain

_JSON_FEED = Source(
    kind="json",
    url="",
    items="items",
    link="url",
    title="title",
    published="date_published",
    summary="summary",
    id="id",
)


def read_json(data: bytes, url: str, source: Source, zone: str, content_type: str | None = None) -> Entries:
    """The entries of a JSON answer.

    :raises NotUnderstood: when it is no JSON, or has no list at the spec's path.
    """
    try:
        answer = json.loads(source_text(data, url, content_type))
    except (ValueError, RecursionError):
        raise NotUnderstood(url, "is no JSON") from None
    paths = source if source.items else _JSON_FEED
    items = _value_at(answer, paths.items)
    if not isinstance(items, list):
        raise NotUnderstood(url, f"holds no list at {paths.items}")
    return collect([_entry(item, url, paths, zone) for item in items], url)


def _entry(item: object, url: str, paths: Source, zone: str) -> FeedEntry | str:
    link = absolute_url(url, _text(item, paths.link))
    title = plain(_text(item, paths.title), MAX_TITLE_CHARS)
    summary = plain(_text(item, paths.summary) or _text(item, "content_text"), MAX_SUMMARY_CHARS)
    published = parse_date(_text(item, paths.published), zone)
    return entry_or_problem(link, title, summary, published, _text(item, paths.id))


def _value_at(value: object, path: str | None) -> Any:
    """The value at a dotted path, of which a number picks from a list; None when there is no such value."""
    for step in (path or "").split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _text(item: object, path: str | None) -> str:
    value = _value_at(item, path) if path else None
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).strip()
