"""Reads one outlet spec strictly: TOML bytes → Outlet, or one line that names file, key and cure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote, urlsplit

from scrapers.outlet import WHOLE_ANSWER, Outlet, PageLayout, Source
from scrapers.script_path import is_script_path
from scrapers.spec_headers import read_headers, read_user_agent
from scrapers.spec_keys import (
    ALL_SOURCE_KEYS,
    JSON_PATHS,
    OUTLET_KEYS,
    OUTLET_KINDS,
    PAGE_KEYS,
    SELECTORS,
    SOURCE_KEYS,
    SWITCH_KEYS,
)
from settings.errors import BadSpec
from settings.timezones import known_zones
from settings.toml_table import TomlTable, parse_toml, shown

LEAST_MINUTES, MOST_MINUTES = 0.01, 10_080
MOST_PAUSE_SECONDS = 3_600
MOST_QUERIES = 8
MAX_QUERY_CHARS = 400
YEARS = (1600, 2100)
MOST_PAGES = 20
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
_LANGUAGE = re.compile(r"[a-z]{2}(?:-[A-Za-z]{2,4})?")
_PARAMETER = re.compile(r"[\w.\[\]-]{1,60}", re.ASCII)
_DOTTED = re.compile(r"[^\s.]+(?:\.[^\s.]+)*")


def is_outlet_key(text: str) -> bool:
    """Returns whether a text may be the key of an outlet."""
    return _KEY.fullmatch(text) is not None


def read_spec(file_name: str, data: bytes, built_in: Outlet | None = None, *, tries_selectors: bool = True) -> Outlet:
    """Returns the outlet that this file describes.

    :param built_in: the built-in outlet of the same key, which a file with ``enabled`` and its reason alone switches.
    :param tries_selectors: whether each CSS selector is tried, for which the parser is loaded: three megabytes.
    :raises BadSpec: one line with file, key and cure.
    """
    key = file_name.removesuffix(".toml")
    if not is_outlet_key(key):
        raise BadSpec(file_name, "", "the file's name is the outlet's key", "use a-z, 0-9 and -, as in asiae.toml")
    table = TomlTable(file_name, parse_toml(file_name, data, BadSpec), BadSpec)
    if built_in is not None and table.values and table.values.keys() <= SWITCH_KEYS.keys():
        return _switched(table.with_keys(SWITCH_KEYS), built_in)
    table = table.with_keys(OUTLET_KEYS)
    home = _url(table, "home")
    outlet = Outlet(
        key=key,
        name=table.text("name"),
        home=home,
        language=_language(table),
        timezone=_timezone(table),
        every_minutes=table.number("every_minutes", LEAST_MINUTES, MOST_MINUTES),
        kind=table.choice("kind", OUTLET_KINDS),
        hosts=_hosts(table, home),
        sources=tuple(source for entry in table.tables("source") for source in _sources(entry, tries_selectors)),
        pages=tuple(_page(page, tries_selectors) for page in table.tables("page")),
        article_id=_pattern(table, "article_id"),
        keep_params=table.one_or_more_texts("keep_params"),
        reads_pages=table.flag("pages"),
        user_agent=read_user_agent(table),
        headers=read_headers(table),
        text_allowed=table.flag("text_allowed"),
        since=_year(table, "since"),
        verified_on=table.optional_day("verified_on"),
        covered=table.flag("covered"),
        pause_seconds=table.number("pause_seconds", 0, MOST_PAUSE_SECONDS),
    )
    return _switched(table, outlet)


def _switched(table: TomlTable, outlet: Outlet) -> Outlet:
    """Returns the outlet, switched on or off as this table says; one that is on keeps its reason for a missing key."""
    enabled = table.flag("enabled")
    kept = (outlet.reason, outlet.reason_ko) if enabled and outlet.key_settings else (None, None)
    outlet = replace(
        outlet,
        enabled=enabled,
        reason=table.optional_text("reason") or kept[0],
        reason_ko=table.optional_text("reason_ko") or kept[1],
    )
    _check_whole(table, outlet)
    return outlet


def _check_whole(table: TomlTable, outlet: Outlet) -> None:
    """Raises BadSpec for keys that do not fit together."""
    if not outlet.enabled and not outlet.reason:
        raise table.error("reason", "is missing although enabled = false", 'write reason = "why it is not read"')
    if outlet.key_settings and not outlet.reason:
        problem = f"is missing, and without {outlet.key_settings[0]} the outlet is not read"
        raise table.error("reason", problem, 'write reason = "its search needs a key"')
    if outlet.covered and outlet.is_aggregator:
        raise table.error("covered", "is for an outlet that publishes, not for an aggregator", "remove it")
    if outlet.pages and not outlet.reads_pages:
        raise table.error("pages", "= false leaves nothing for [[page]] to read", "remove one of them")
    if outlet.enabled and not outlet.sources:
        raise table.error("source", "an outlet needs a place to read", "add a [[source]] with kind and url")
    for number, source in enumerate(outlet.sources, 1):
        if source.kind == "listing" and source.links is None and outlet.article_id is None:
            raise table.error(f"source {number}.links", "a listing without article_id needs it", 'write links = "a"')


def _sources(table: TomlTable, tries_selectors: bool) -> list[Source]:
    """Returns the source of a table, or one for each of its queries."""
    source = _source(table, tries_selectors)
    queries = table.one_or_more_texts("queries")
    if (source.url.count("{query}") == 1) != bool(queries):
        cure = 'write url = "https://…?q={query}" and queries = ["…"]'
        raise table.error("queries", "must stand beside a url that holds {query} once", cure)
    if len(queries) > MOST_QUERIES or any(len(query) > MAX_QUERY_CHARS for query in queries):
        problem = f"holds more than {MOST_QUERIES} searches, or one of more than {MAX_QUERY_CHARS} characters"
        raise table.error("queries", problem, "join them with the OR of this search")
    if len(set(queries)) < len(queries):
        raise table.error("queries", "holds a search twice", "remove one")
    urls = [source.url.replace("{query}", quote(query, safe="")) for query in queries]
    return [replace(source, url=url) for url in urls] or [source]


def _source(table: TomlTable, tries_selectors: bool) -> Source:
    kind = table.with_keys(ALL_SOURCE_KEYS).choice("kind", tuple(SOURCE_KEYS))
    table = table.with_keys(SOURCE_KEYS[kind])
    source = Source(
        kind=kind,
        url=_url(table, "url"),
        links=_selector(table, "links", tries_selectors),
        address=_address_template(table),
        script=table.optional_text("script"),
        whole_text=table.flag("whole_text"),
        next=_selector(table, "next", tries_selectors) if kind == "listing" else _dotted_path(table, "next"),
        page=_parameter(table, "page"),
        most_pages=_count(table, "most_pages"),
        **{key: _dotted_path(table, key) for key in JSON_PATHS},
    )
    _check_source(table, source)
    return source


def _check_source(table: TomlTable, source: Source) -> None:
    """Raises BadSpec for keys of a source that do not fit together."""
    if source.items is not None and (source.link is None or source.title is None):
        key = "link" if source.link is None else "title"
        raise table.error(key, "is missing beside items", f"write {key} = {JSON_PATHS[key].example}")
    if source.items is None and (source.link or source.title):
        raise table.error("items", "is missing beside link and title", 'write items = "results"')
    if source.next and source.page:
        raise table.error("page", "is not needed beside next", "remove one of them")
    if source.most_pages and source.kind != "sitemap" and not (source.next or source.page):
        raise table.error("most_pages", "needs the way to the next page", "write next or page beside it")


def _address_template(table: TomlTable) -> str | None:
    """Returns a complete address with ``{id}`` in it once, beside the selector of the links that it replaces."""
    if "address" not in table.values:
        return None
    address = table.text("address")
    problem = "must hold {id} once" if address.count("{id}") != 1 else _url_problem(address.replace("{id}", "1"))
    if problem:
        raise table.error("address", problem, 'write address = "https://…?no={id}"')
    if "links" not in table.values:
        raise table.error("links", "is missing beside address", 'write links = ".board_list a"')
    return address


def _page(table: TomlTable, tries_selectors: bool) -> PageLayout:
    table = table.with_keys(PAGE_KEYS)
    script = table.optional_text("script")
    selectors = {
        key: _selectors(table, key, tries_selectors) if script is None else _script_paths(table, key)
        for key in SELECTORS
    }
    if script is not None and selectors["drop"]:
        raise table.error("drop", "removes nothing from the JSON of a script", "remove it")
    files = _selectors(table, "files", tries_selectors)
    if not any((*selectors.values(), files)):
        raise table.error("body", "an empty layout says nothing", 'write body = ".article p"')
    return PageLayout(
        **selectors,
        script=script,
        files=files,
        files_address=_files_address(table),
        until=table.optional_day("until"),
    )


def _files_address(table: TomlTable) -> str | None:
    """Returns a complete address with ``{1}``, the first argument of a script, and perhaps others in it."""
    if "files_address" not in table.values:
        return None
    address = table.text("files_address")
    filled = re.sub(r"\{[1-9]\}", "1", address)
    has_braces = "{" in filled or "}" in filled
    problem = "must hold {1}" if "{1}" not in address or has_braces else _url_problem(filled)
    if problem:
        raise table.error("files_address", problem, 'write files_address = "https://…?no={1}"')
    return address


def _parameter(table: TomlTable, key: str) -> str | None:
    value = table.optional_text(key)
    if value is not None and not _PARAMETER.fullmatch(value):
        raise table.error(key, f"{shown(value)} is no parameter of an address", f'write {key} = "pageIndex"')
    return value


def _count(table: TomlTable, key: str) -> int | None:
    return table.whole_number(key, 1, MOST_PAGES) if key in table.values else None


def _year(table: TomlTable, key: str) -> int | None:
    return table.whole_number(key, *YEARS) if key in table.values else None


def _url(table: TomlTable, key: str) -> str:
    """Returns a complete http(s) address without a password."""
    value = table.text(key)
    problem = _url_problem(value)
    if problem:
        raise table.error(key, problem, f'write {key} = "https://…"')
    return value


def _url_problem(value: str) -> str | None:
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return f"{shown(value)} is no address"
    if parts.scheme not in ("http", "https") or not host or any(letter.isspace() for letter in value):
        return f"{shown(value)} is no http(s) address"
    return "must not carry a password" if parts.username or parts.password else None


def _selectors(table: TomlTable, key: str, tries: bool) -> tuple[str, ...]:
    """Returns CSS selectors, each tried on the parser that will use them where ``tries`` says so."""
    selectors = table.one_or_more_texts(key)
    for selector in selectors:
        if tries and not _is_selector(selector):
            raise table.error(key, f"{shown(selector)} is no CSS selector", "try it in a browser's inspector first")
    return selectors


def _script_paths(table: TomlTable, key: str) -> tuple[str, ...]:
    """Returns paths into the JSON of a page's script."""
    paths = table.one_or_more_texts(key)
    for path in paths:
        if not is_script_path(path):
            raise table.error(key, f"{shown(path)} is no path beside script", f'write {key} = "article.{key}"')
    return paths


def _selector(table: TomlTable, key: str, tries: bool) -> str | None:
    return _selectors(table, key, tries)[0] if table.optional_text(key) else None


def _is_selector(selector: str) -> bool:
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    matches: Callable[[str], object] = LexborHTMLParser("<p>x</p>").css
    try:
        matches(selector)
    except (SelectolaxError, ValueError):
        return False
    return True


def _dotted_path(table: TomlTable, key: str) -> str | None:
    value = table.optional_text(key)
    if value is not None and not _DOTTED.fullmatch(value) and (key, value) != ("items", WHOLE_ANSWER):
        raise table.error(key, f"{shown(value)} is no dotted path", f'write {key} = "data.items"')
    return value


def _pattern(table: TomlTable, key: str) -> str | None:
    value = table.optional_text(key)
    if value is not None:
        try:
            re.compile(value)
        except (re.error, OverflowError, RecursionError) as problem:
            raise table.error(key, f"is no regular expression: {problem}", r"write it as '/article/(\d+)'") from None
    return value


def _language(table: TomlTable) -> str:
    value = table.text("language")
    if not _LANGUAGE.fullmatch(value):
        raise table.error("language", f"{shown(value)} is no language tag", 'write language = "ko" or "en"')
    return value


def _timezone(table: TomlTable) -> str:
    value = table.text("timezone")
    if value not in known_zones():
        raise table.error("timezone", f"{shown(value)} is no time zone", 'write timezone = "Asia/Seoul"')
    return value


def _hosts(table: TomlTable, home: str) -> tuple[str, ...]:
    hosts = table.one_or_more_texts("hosts") or (urlsplit(home).hostname or "",)
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise table.error("hosts", f"{shown(host)} is no host name", 'write hosts = ["www.example.com"]')
    return hosts
