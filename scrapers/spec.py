"""The strict reader of one spec: TOML bytes → Outlet, or one line that names file, key and cure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scrapers.outlet import Outlet, PageLayout, Source
from settings.errors import BadSpec

SOURCE_KINDS = ("feed", "sitemap", "listing", "json")
OUTLET_KINDS = ("media", "official", "aggregator")
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
_LANGUAGE = re.compile(r"[a-z]{2}(?:-[A-Za-z]{2,4})?")
_DOTTED = re.compile(r"[^\s.]+(?:\.[^\s.]+)*")


class Table:
    """One table of a spec, with the words to complain about it."""

    def __init__(self, where: str, label: str, values: Mapping[str, Any]) -> None:
        self.where = where
        self.label = label
        self.values = values

    def bad(self, key: str, problem: str, cure: str) -> BadSpec:
        """The error for one key of this table."""
        return BadSpec(self.where, f"{self.label}{key}", problem, cure)

    def only(self, known: tuple[str, ...]) -> None:
        """Refuse keys that nobody reads, with the nearest one that somebody does."""
        for key in self.values:
            if key not in known:
                near = get_close_matches(key, known, n=1)
                cure = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
                raise self.bad(key, "no such key", cure)

    def text(self, key: str, default: str | None = None, example: str = "") -> str:
        """A string that is not empty; required when there is no default."""
        value = self.values.get(key, default)
        if value is None:
            raise self.bad(key, "is missing", f"write {key} = {example}" if example else f"write {key} = …")
        if not isinstance(value, str) or not value.strip():
            raise self.bad(key, f"must be text, not {_shown(value)}", f"write {key} = {example or _QUOTED}")
        return value.strip()

    def maybe(self, key: str) -> str | None:
        """A string or nothing."""
        return self.text(key) if key in self.values else None

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.bad(key, f"must be true or false, not {_shown(value)}", f"write {key} = {str(default).lower()}")
        return value

    def day(self, key: str) -> date | None:
        """A TOML date without a time."""
        value = self.values.get(key)
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            raise self.bad(key, f"must be a date, not {_shown(value)}", f"write {key} = 2026-08-14, without quotes")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """One string or a list of strings."""
        value = self.values.get(key, [])
        many = [value] if isinstance(value, str) else value
        if not isinstance(many, list) or not all(isinstance(one, str) and one.strip() for one in many):
            raise self.bad(key, f"must be text or a list of texts, not {_shown(value)}", f'write {key} = ["…"]')
        return tuple(one.strip() for one in many)

    def url(self, key: str) -> str:
        """A complete http(s) address."""
        value = self.text(key, example='"https://…"')
        problem = _url_problem(value)
        if problem:
            raise self.bad(key, problem, f'write {key} = "https://…"')
        return value

    def choice(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """One of a few words."""
        value = self.text(key, default, example=f'"{allowed[0]}"')
        if value not in allowed:
            near = get_close_matches(value, allowed, n=1)
            cure = f"did you mean {near[0]}?" if near else f"one of {', '.join(allowed)}"
            raise self.bad(key, f"{_shown(value)} is not known", cure)
        return value

    def selectors(self, key: str) -> tuple[str, ...]:
        """CSS selectors, each understood by the parser that will use them."""
        found = self.texts(key)
        for selector in found:
            problem = _selector_problem(selector)
            if problem:
                raise self.bad(key, f"{_shown(selector)} is no CSS selector", "try it in a browser's inspector first")
        return found


_QUOTED = '"…"'
_OUTLET_KEYS = (
    "name", "home", "language", "timezone", "every_minutes", "kind", "hosts", "article_id", "keep_params",
    "text_allowed", "verified_on", "enabled", "reason", "source", "page",
)  # fmt: skip
_SOURCE_KEYS = {
    "feed": ("kind", "url"),
    "sitemap": ("kind", "url"),
    "listing": ("kind", "url", "links"),
    "json": ("kind", "url", "items", "link", "title", "published", "summary", "id"),
}
_PAGE_KEYS = ("title", "body", "published", "byline", "drop", "until")


def read_spec(file_name: str, data: bytes) -> Outlet:
    """The outlet that this file describes.

    :raises BadSpec: one line with file, key and cure.
    """
    key = file_name.removesuffix(".toml")
    if not _KEY.fullmatch(key):
        raise BadSpec(file_name, "", "the file's name is the outlet's key", "use a-z, 0-9 and -, as in asiae.toml")
    table = Table(file_name, "", _toml(file_name, data))
    table.only(_OUTLET_KEYS)
    home = table.url("home")
    enabled = table.flag("enabled", True)
    outlet = Outlet(
        key=key,
        name=table.text("name", example='"아시아경제"'),
        home=home,
        language=_language(table),
        timezone=_timezone(table),
        every_minutes=_every_minutes(table),
        kind=table.choice("kind", OUTLET_KINDS, "media"),
        hosts=_hosts(table, home),
        sources=tuple(_source(one) for one in _tables(table, "source")),
        pages=tuple(_page(one) for one in _tables(table, "page")),
        article_id=_pattern(table, "article_id"),
        keep_params=table.texts("keep_params"),
        text_allowed=table.flag("text_allowed", False),
        verified_on=table.day("verified_on"),
        enabled=enabled,
        reason=table.maybe("reason"),
    )
    _check_whole(table, outlet)
    return outlet


def _check_whole(table: Table, outlet: Outlet) -> None:
    if not outlet.enabled and not outlet.reason:
        raise table.bad("reason", "is missing although enabled = false", 'write reason = "why it is not read"')
    if outlet.enabled and not outlet.sources:
        raise table.bad("source", "an outlet needs a place to read", "add a [[source]] with kind and url")
    for number, source in enumerate(outlet.sources, 1):
        if source.kind == "listing" and source.links is None and outlet.article_id is None:
            raise table.bad(f"source {number}: links", "a listing without article_id needs it", 'write links = "a"')


def _toml(file_name: str, data: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadSpec(file_name, "", "is not UTF-8", "save it as UTF-8") from None
    except tomllib.TOMLDecodeError as problem:
        raise BadSpec(file_name, "", f"is not TOML: {problem}", "mend that line") from None


def _tables(table: Table, key: str) -> list[Table]:
    value = table.values.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise table.bad(key, "must be a table", f"write [[{key}]] with two brackets on each side")
    return [Table(table.where, f"{key} {number}: ", one) for number, one in enumerate(value, 1)]


def _source(table: Table) -> Source:
    kind = table.choice("kind", SOURCE_KINDS)
    table.only(_SOURCE_KEYS[kind])
    source = Source(
        kind=kind,
        url=table.url("url"),
        links=_one_selector(table, "links"),
        **{key: _dotted(table, key) for key in ("items", "link", "title", "published", "summary", "id")},
    )
    if source.items is not None and (source.link is None or source.title is None):
        raise table.bad(
            "link" if source.link is None else "title", "is missing beside items", 'write link = "html_url"'
        )
    if source.items is None and (source.link or source.title):
        raise table.bad("items", "is missing beside link and title", 'write items = "results"')
    return source


def _page(table: Table) -> PageLayout:
    table.only(_PAGE_KEYS)
    layout = PageLayout(
        **{key: table.selectors(key) for key in ("title", "body", "published", "byline", "drop")},
        until=table.day("until"),
    )
    if not (layout.title or layout.body or layout.drop or layout.published or layout.byline):
        raise table.bad("body", "an empty layout says nothing", 'write body = ".article p"')
    return layout


def _one_selector(table: Table, key: str) -> str | None:
    if key not in table.values:
        return None
    table.text(key)
    return table.selectors(key)[0]


def _dotted(table: Table, key: str) -> str | None:
    value = table.maybe(key)
    if value is not None and not _DOTTED.fullmatch(value):
        raise table.bad(key, f"{_shown(value)} is no dotted path", f'write {key} = "data.items"')
    return value


def _pattern(table: Table, key: str) -> str | None:
    value = table.maybe(key)
    if value is not None:
        try:
            re.compile(value)
        except re.error as problem:
            raise table.bad(key, f"is no regular expression: {problem}", r"write it as '/article/(\d+)'") from None
    return value


def _language(table: Table) -> str:
    value = table.text("language", example='"ko"')
    if not _LANGUAGE.fullmatch(value):
        raise table.bad("language", f"{_shown(value)} is no language tag", 'write language = "ko" or "en"')
    return value


def _timezone(table: Table) -> str:
    value = table.text("timezone", example='"Asia/Seoul"')
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise table.bad("timezone", f"{_shown(value)} is no time zone", 'write timezone = "Asia/Seoul"') from None
    return value


def _every_minutes(table: Table) -> float:
    value = table.values.get("every_minutes", 15)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.01 <= value <= 10080:
        raise table.bad("every_minutes", f"must be minutes, not {_shown(value)}", "write every_minutes = 15")
    return float(value)


def _hosts(table: Table, home: str) -> tuple[str, ...]:
    hosts = table.texts("hosts") or (urlsplit(home).hostname or "",)
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise table.bad("hosts", f"{_shown(host)} is no host name", 'write hosts = ["www.example.com"]')
    return hosts


def _url_problem(value: str) -> str | None:
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return f"{_shown(value)} is no address"
    if parts.scheme not in ("http", "https") or not host or any(c.isspace() for c in value):
        return f"{_shown(value)} is no http(s) address"
    return "must not carry a password" if parts.username or parts.password else None


def _selector_problem(selector: str) -> bool:
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    matches: Callable[[str], object] = LexborHTMLParser("<p>x</p>").css
    try:
        matches(selector)
    except (SelectolaxError, ValueError):
        return True
    return False


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
