"""Reads the article that one JSON line holds: its page, its outlet, and the facts a query may ask about.

A filter accepts whatever it can: a bad date or a null counts as absent and unknown keys are ignored. Only a line that
holds no article is a BadLine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from bot.cli.json_lines import BadLine
from bot.matching.query.evaluate import ArticleFacts, kind_by_headline
from bot.model import Page
from scrapers.language import guess_language
from scrapers.outlet import Outlet, is_official_host

OutletKind = Callable[[str], str | None]
"""An outlet's key or host → official, media, aggregator; None where no spec names it."""


def unknown_kind(_outlet: str) -> str | None:
    """An OutletKind that knows no outlet."""
    return None


def page_of(line: Mapping[str, Any], outlet_kind: OutletKind = unknown_kind) -> Page:
    """Returns the article of a line. Raises BadLine where it holds none."""
    headline, text = _text(line, "headline"), _text(line, "text")
    if "text" not in line and not headline:
        raise BadLine('"text" is missing', line.get("id"))
    language = _language(line, headline, text)
    is_official = _kind(line, outlet_kind) == "official"
    return Page(headline, text, language, published_on(line.get("date")), is_official)


def about_of(line: Mapping[str, Any], page: Page, outlet_kind: OutletKind = unknown_kind) -> ArticleFacts:
    """Returns what a query may ask about an article beside its text."""
    hosts = tuple(dict.fromkeys(name for name in (_plain(line.get("outlet")), host_of(line.get("url"))) if name))
    kind = kind_by_headline(page.headline, _kind(line, outlet_kind))
    return ArticleFacts(_plain(line.get("outlet")), hosts, page.language or "", kind)


def published_on(value: object) -> date | None:
    """Returns the day of a date or an ISO 8601 instant; of a year or month its first day; else None."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    written = re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", text)
    try:
        if written:
            return date(int(written[1]), int(written[2] or 1), int(written[3] or 1))
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def outlet_of(outlets: Mapping[str, Outlet], named: object, url: object = None) -> Outlet | None:
    """Returns the outlet of this key or host, else the one that has this address."""
    name = _plain(named).lower()
    if name in outlets:
        return outlets[name]
    return _outlet_at(outlets, name) or _outlet_at(outlets, host_of(url))


def _outlet_at(outlets: Mapping[str, Outlet], host: str) -> Outlet | None:
    bare = host.removeprefix("www.").removeprefix("m.")
    if not bare:
        return None
    spellings = {host, bare, f"www.{bare}"}
    return next((outlet for outlet in outlets.values() if spellings & set(outlet.hosts)), None)


def host_of(url: object) -> str:
    """Returns the host of an address in lower case, or nothing."""
    try:
        return (urlsplit(_plain(url)).hostname or "").rstrip(".")
    except ValueError:
        return ""


def outlet_kinds(outlets: Mapping[str, Outlet]) -> OutletKind:
    """Returns the function that knows the kind of these outlets."""

    def kind(name: str) -> str | None:
        outlet = outlet_of(outlets, name)
        return outlet.kind if outlet else None

    return kind


def with_outlet_key(line: Mapping[str, Any], outlets: Mapping[str, Outlet]) -> dict[str, Any]:
    """Returns the line with its outlet's key, where a spec names the outlet, so that ``outlet:`` finds key and host."""
    outlet = outlet_of(outlets, line.get("outlet"), line.get("url"))
    if outlet is None:
        return dict(line)
    return {**line, "outlet": outlet.key, "url": line.get("url") or outlet.home}


def source_names(line: Mapping[str, Any]) -> set[str]:
    """Returns the outlet and the host that a line names, in lower case."""
    names = (_plain(line.get("outlet")), host_of(line.get("url")))
    return {name.casefold() for name in names if name}


def _kind(line: Mapping[str, Any], outlet_kind: OutletKind) -> str:
    names = [name for name in (_plain(line.get("outlet")), host_of(line.get("url"))) if name]
    known = next((kind for name in names if (kind := outlet_kind(name))), None)
    if known:
        return known
    return "official" if any(is_official_host(name.casefold()) for name in names) else "media"


def _language(line: Mapping[str, Any], headline: str, text: str) -> str:
    tag = _plain(line.get("lang")).casefold()
    if re.fullmatch(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*", tag) and tag not in ("mixed", "und", "mul"):
        return re.split(r"[-_]", tag)[0]
    return guess_language(f"{headline}\n{text[:4_000]}")


def _text(line: Mapping[str, Any], key: str) -> str:
    value = line.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadLine(f'"{key}" is no text', line.get("id"))
    return value


def _plain(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
