"""One line of input as the filters understand it: an Entry, checked, with its outlet found by key, host or address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from bot.cli.lines import BadLine
from bot.desk.periods import period
from bot.model import Page
from scrapers.outlet import Outlet

_TEXTS = ("headline", "lang", "url", "date", "outlet")
_HALF = re.compile("[\ud800-\udfff]")
_ANY_LANGUAGE = ("", "mixed")


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as a line tells it."""

    id: str | int
    headline: str
    text: str
    language: str | None
    url: str | None
    dated: str | None
    outlet_named: str | None
    outlet: Outlet | None

    @property
    def official(self) -> bool:
        """Whether an office published it itself."""
        return self.outlet is not None and self.outlet.kind == "official"

    @property
    def published_on(self) -> date | None:
        """The day it was published, where the line tells one."""
        start, end = period(self.dated)
        return start.date() if start.date() == end.date() else None

    @property
    def hosts(self) -> tuple[str, ...]:
        """Where it lives, as far as the line tells."""
        return tuple(filter(None, (host_of(self.url),)))

    def page(self) -> Page:
        """What the text engine reads of it."""
        return Page(_whole(self.headline), _whole(self.text), self.language, self.published_on, self.official)


def entry_of(line: Mapping[str, Any], outlets: Mapping[str, Outlet]) -> Entry:
    """The entry of a line.

    :raises BadLine: naming the field that cannot be used.
    """
    line_id = line.get("id")
    if isinstance(line_id, bool) or not isinstance(line_id, str | int):
        raise BadLine("id: must be text or a number", None)
    if not isinstance(line.get("text"), str):
        raise BadLine("text: is missing" if line.get("text") is None else "text: must be text", line_id)
    given = {name: _text(line, name, line_id) for name in _TEXTS}
    dated = (given["date"] or "").strip() or None
    if dated is not None and not _is_date(dated):
        raise BadLine(f"date: {dated[:40]!r} is no date; write YYYY-MM-DD or ISO 8601", line_id)
    language = (given["lang"] or "").strip()
    return Entry(
        id=line_id,
        headline=given["headline"] or "",
        text=line["text"],
        language=None if language.lower() in _ANY_LANGUAGE else language,
        url=given["url"] or None,
        dated=dated,
        outlet_named=given["outlet"],
        outlet=outlet_of(outlets, given["outlet"], given["url"]),
    )


def _text(line: Mapping[str, Any], name: str, line_id: object) -> str | None:
    value = line.get(name)
    if value is not None and not isinstance(value, str):
        raise BadLine(f"{name}: must be text or null", line_id)
    return value


def _is_date(written: str) -> bool:
    start, end = period(written)
    if (start, end) != period(None):
        return True
    try:  # the forms of ISO 8601 that a calendar does not print: basic, weeks
        datetime.fromisoformat(written)
    except ValueError:
        return False
    return True


def _whole(text: str) -> str:
    """The same length, with U+FFFD for half a surrogate pair: it is no character, and no UTF-8 can hold it."""
    return _HALF.sub("\ufffd", text)


def outlet_of(outlets: Mapping[str, Outlet], named: str | None, url: str | None) -> Outlet | None:
    """The outlet of this key or host, else the one that lives at this address."""
    name = (named or "").strip().lower()
    if name in outlets:
        return outlets[name]
    return _at_host(outlets, name) or _at_host(outlets, host_of(url))


def _at_host(outlets: Mapping[str, Outlet], host: str) -> Outlet | None:
    bare = host.removeprefix("www.").removeprefix("m.")
    if not bare:
        return None
    return next((one for one in outlets.values() if {host, bare, f"www.{bare}"} & set(one.hosts)), None)


def host_of(url: str | None) -> str:
    """The host of an address in lower case, or nothing."""
    try:
        return (urlsplit(url or "").hostname or "").rstrip(".")
    except ValueError:
        return ""
