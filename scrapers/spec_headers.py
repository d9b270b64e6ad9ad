"""Reads the keys ``user_agent`` and ``headers`` of an outlet spec: what its requests say beside the usual headers."""

from __future__ import annotations

import re

from scrapers.http.outlet_headers import AGENT_PLACEHOLDER, PLACEHOLDER
from settings.config import outlet_key_names
from settings.toml_table import TomlTable, shown

MAX_HEADERS = 10
MAX_VALUE_CHARS = 500
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
_OURS = frozenset(
    (
        *("host", "user-agent", "accept-encoding", "content-length", "content-encoding", "range", "from", "via"),
        *("forwarded", "cookie", "set-cookie", "connection", "keep-alive", "te", "trailer", "transfer-encoding"),
        *("upgrade", "expect"),
    )
)
"""Headers that a spec may not set: they belong to the client or the connection, or a reader has no use for them."""
_OUR_PREFIXES = ("if-", "proxy-", "sec-", "x-forwarded-", ":")


def read_user_agent(table: TomlTable) -> str | None:
    """Returns the outlet's User-Agent, which names this program."""
    value = table.optional_text("user_agent")
    if value is None:
        return None
    if problem := _value_problem(value):
        raise table.error("user_agent", problem, 'write user_agent = "Mozilla/5.0 (compatible; {agent})"')
    if PLACEHOLDER.findall(value) != [AGENT_PLACEHOLDER[1:-1]]:
        cure = 'write user_agent = "Mozilla/5.0 (compatible; {agent})"'
        raise table.error("user_agent", "must hold {agent} once, so that the outlet knows who asks", cure)
    return value


def read_headers(table: TomlTable) -> tuple[tuple[str, str], ...]:
    """Returns the names and values of ``headers``; ``{NAME}`` in a value names a setting that holds a key."""
    if "headers" not in table.values:
        return ()
    headers = table.table("headers")
    if len(headers.values) > MAX_HEADERS:
        raise table.error(
            "headers", f"has {len(headers.values)} headers, at most {MAX_HEADERS} are sent", "remove some"
        )
    names: set[str] = set()
    for name in headers.values:
        if problem := _name_problem(name) or ("stands twice" if name.lower() in names else None):
            raise table.error("headers", f"{shown(name)} {problem}", "remove it")
        names.add(name.lower())
    return tuple((name, _value(headers, name)) for name in headers.values)


def _value(headers: TomlTable, name: str) -> str:
    value = headers.text(name)
    if problem := _value_problem(value):
        raise headers.error(name, problem, f'write {name} = "…"')
    for setting in PLACEHOLDER.findall(value):
        if setting not in outlet_key_names():
            known = ", ".join(outlet_key_names())
            raise headers.error(name, f"{{{shown(setting)[1:-1]}}} is no setting that holds a key", f"known: {known}")
    return value


def _name_problem(name: str) -> str | None:
    if not _NAME.fullmatch(name):
        return "is no name of a header"
    if name.lower() in _OURS or name.lower().startswith(_OUR_PREFIXES):
        return "is a header that no spec may set"
    return None


def _value_problem(value: str) -> str | None:
    """Says what is wrong with a value, without the value: it may be a key that somebody wrote into the file."""
    if len(value) > MAX_VALUE_CHARS:
        return f"is longer than {MAX_VALUE_CHARS} characters"
    return None if _VALUE.fullmatch(value) else "may hold printable ASCII characters alone"
