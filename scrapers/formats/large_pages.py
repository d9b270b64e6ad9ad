"""Cuts scripts, styles, comments and embedded files out of a page that is too large to be parsed whole."""

from __future__ import annotations

import re

from scrapers.errors import TooBig
from scrapers.http.markup_gate import MAX_PAGE_BYTES

_START = re.compile(r"<(?:!--|(script|style)\b([^<>]{0,500})>)", re.IGNORECASE)
_ENDS = {
    name: re.compile(end, re.IGNORECASE) for name, end in (("", "-->"), ("script", "</script"), ("style", "</style"))
}
_EMBEDDED = re.compile(r"data:[\w/+.-]{1,60};base64,[A-Za-z0-9+/=%]+")


def parsable(page: str, url: str) -> str:
    """The page itself, or what is left of a larger one without scripts (but JSON), styles, comments and base64.

    JSON goes as well where the rest is still too large, apart from ld+json.

    :raises TooBig: when more than 2 MiB are left even so.
    """
    for kept_scripts in ("json", "ld+json"):
        if len(page) <= MAX_PAGE_BYTES:
            return page
        page = _EMBEDDED.sub("", _without(page, kept_scripts))
    if len(page) > MAX_PAGE_BYTES:
        raise TooBig(url, f"the page has {len(page)} characters beside its scripts, we read {MAX_PAGE_BYTES}")
    return page


def _without(page: str, kept_scripts: str) -> str:
    """The page without comments, styles, and scripts of other types; what is not closed reaches to the end."""
    kept: list[str] = []
    position = 0
    while (start := _START.search(page, position)) is not None:
        name = (start[1] or "").lower()
        end = _ENDS[name].search(page, start.end())
        is_kept = name == "script" and kept_scripts in start[2].lower()
        kept.append(page[position : end.start() if end and is_kept else start.start()])
        if end is None:
            return "".join(kept)
        position = end.start() if is_kept else _after(page, end)
    return "".join((*kept, page[position:]))


def _after(page: str, end: re.Match[str]) -> int:
    """The position after an end tag, or after a comment."""
    return end.end() if end[0] == "-->" else page.find(">", end.end()) + 1 or len(page)
