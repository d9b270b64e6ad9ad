"""Reads JSON answers: JSON Feed, or a list whose fields the spec names as dotted paths."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from scrapers.canonical_url import absolute_url
from scrapers.errors import NotUnderstood, TooBig
from scrapers.formats.dates import parse_date
from scrapers.formats.entries import MAX_SUMMARY_CHARS, MAX_TITLE_CHARS, Entries, FeedEntry, collect, entry_or_problem
from scrapers.formats.entry_text import entry_text
from scrapers.formats.source_text import source_text
from scrapers.further_pages import numbered_after
from scrapers.hub_links import HubLinks, hub_links
from scrapers.outlet import WHOLE_ANSWER, Source
from scrapers.plain_text import plain

MAX_ITEMS = 50_000
_STRAY_BACKSLASH = re.compile(r'(?<!\\)\\(?!["\\/bfnrtu])')
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
    """The entries of a JSON answer, or of the JSON in a script of a web page.

    An empty object instead of the spec's list is the answer of searches that found nothing.

    :raises NotUnderstood: when it is no JSON, or has no list at the spec's path.
    :raises TooBig: when the list has too many items.
    """
    paths = source if source.items else _JSON_FEED
    text = source_text(data, url, content_type)
    answer = _parsed(text, url) if source.script is None else _in_script(text, source.script)
    return Entries(()) if source.items and answer == {} else _entries(answer, url, paths, zone)


def json_feed_entries(text: str, url: str, zone: str) -> Entries:
    """The entries of a JSON Feed.

    :raises NotUnderstood: when it is no JSON, or no JSON Feed.
    :raises TooBig: when it has too many items.
    """
    feed = _parsed(text, url)
    return replace(_entries(feed, url, _JSON_FEED, zone), hub_links=_hub_links(feed, url))


def _hub_links(feed: object, url: str) -> HubLinks:
    """The hubs of kind WebSub that a JSON Feed names, and its own address."""
    hubs = _value_at(feed, "hubs")
    named = [_text(hub, "url") for hub in hubs if _text(hub, "type") == "WebSub"] if isinstance(hubs, list) else []
    return hub_links([*(("hub", hub) for hub in named), ("self", _text(feed, "feed_url"))], url)


def _in_script(page: str, marker: str) -> object:
    from scrapers.formats.page_script import json_in_script

    return json_in_script(page, marker)


def _entries(answer: object, url: str, paths: Source, zone: str) -> Entries:
    items = answer if paths.items == WHOLE_ANSWER else _value_at(answer, paths.items)
    if not isinstance(items, list):
        raise NotUnderstood(url, f"holds no list at {paths.items}")
    if len(items) > MAX_ITEMS:
        raise TooBig(url, f"the list has {len(items)} items, we read {MAX_ITEMS}")
    return collect([_entry(item, url, paths, zone) for item in items], url, _next_page(answer, url, paths))


def _next_page(answer: object, url: str, paths: Source) -> tuple[str, ...]:
    if paths.page is not None:
        return (numbered_after(url, paths.page),)
    address = absolute_url(url, _text(answer, paths.next)) if paths.next else None
    return (address,) if address else ()


def _parsed(text: str, url: str) -> object:
    """The parsed answer. Some servers do not escape titles: a break is text then, and so is a stray backslash."""
    for attempt in (text, _STRAY_BACKSLASH.sub(r"\\\\", text)):
        try:
            answer: object = json.loads(attempt, strict=False)
            return answer
        except RecursionError:
            break
        except ValueError:
            continue
    raise NotUnderstood(url, "is no JSON")


def _entry(item: object, url: str, paths: Source, zone: str) -> FeedEntry | str:
    link = absolute_url(url, _text(item, paths.link)) or _permalink(item, paths)
    title = plain(_text(item, paths.title), MAX_TITLE_CHARS)
    summary = plain(_first_text(item, (paths.summary, paths.text, "content_text", "content_html")), MAX_SUMMARY_CHARS)
    published = parse_date(_first_text(item, (paths.published, "date_modified")), zone)
    texts = (_text(item, path) for path in (paths.summary, paths.text, "content_text", "content_html"))
    entry = entry_or_problem(link, title, summary, published, _text(item, paths.id), entry_text(texts, title))
    text_url = absolute_url(url, _text(item, paths.text_url))
    return replace(entry, text_url=text_url) if text_url and isinstance(entry, FeedEntry) else entry


def _permalink(item: object, paths: Source) -> str | None:
    """The id of an item without a link, where it is an address, as JSON Feed advises."""
    entry_id = _text(item, paths.id)
    return entry_id if entry_id.startswith(("http://", "https://")) else None


def _first_text(item: object, paths: Sequence[str | None]) -> str:
    return next(filter(None, (_text(item, path) for path in paths)), "")


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
