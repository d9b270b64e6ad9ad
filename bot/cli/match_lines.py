"""One JSON line in, one JSON line out: what ``pactbot match`` and ``pactbot query`` answer.

Filters are patient: an odd date or a null is as good as nothing, unknown keys are ignored; only a line that is no
article at all is answered by its error, in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from bot.matching.query.query import About, Query, hits, kind_of
from bot.matching.scan import Scanner
from bot.model import Mention, Page, Reading, Reason
from scrapers.language import guess_language

Say = Callable[[Reason], str]
KindOf = Callable[[str], str | None]
"""An outlet's key or host → official, media, aggregator; None where no spec knows it."""

_OFFICIAL_HOST = re.compile(r"(?:^|\.)(?:whitehouse\.gov|korea\.kr|[a-z-]+\.gov|go\.kr|gov\.uk|mil)$")


class BadLine(ValueError):
    """the line holds no article"""


def answer_match(line: object, scanner: Scanner, say: Say, kind: KindOf = lambda outlet: None) -> dict[str, Any]:
    """The line's reading, in the fields and order that people script against; an error in its place if it is none."""
    try:
        page = page_of(line, kind)
    except BadLine as error:
        return {"id": _id(line), "error": str(error)}
    reading = scanner.read(page)
    return {
        "id": _id(line),
        "pact": reading.topics.pact,
        "sister_pact": list(reading.topics.sister_pact),
        "officials": list(reading.topics.officials),
        "sectors": list(reading.topics.sectors),
        "severity": reading.topics.severity,
        "after": _after(reading, line, scanner),
        "mentions": [_mention(mention) for mention in reading.mentions if mention.kind != "literal"],
        "why": [say(reason) for reason in reading.reasons],
    }


def answer_query(line: object, query: Query, scanner: Scanner, kind: KindOf = lambda outlet: None) -> dict[str, Any]:
    """Whether the line's article hits the query, by which mentions. The scanner must know ``literals(query)``."""
    try:
        page = page_of(line, kind)
    except BadLine as error:
        return {"id": _id(line), "error": str(error)}
    found = hits(query, scanner.read(page), about_of(line, page, kind))
    return {"id": _id(line), "hit": found is not None, "mentions": [_mention(mention) for mention in found or ()]}


def page_of(line: object, kind: KindOf = lambda outlet: None) -> Page:
    """The article of a line; BadLine if there is none."""
    if not isinstance(line, Mapping):
        raise BadLine("the line is no JSON object")
    headline, text = _text(line, "headline"), _text(line, "text")
    if "text" not in line and not headline:
        raise BadLine('"text" is missing')
    language = _language(line, headline, text)
    return Page(headline, text, language, published_on(line.get("date")), _kind(line, kind) == "official")


def about_of(line: object, page: Page, kind: KindOf = lambda outlet: None) -> About:
    """What a line says of its article beside the text."""
    fields = line if isinstance(line, Mapping) else {}
    outlet = _plain(fields.get("outlet"))
    hosts = tuple(dict.fromkeys(host for host in (outlet, _host(_plain(fields.get("url")))) if host))
    return About(outlet, hosts, page.language or "", kind_of(page.headline, _kind(fields, kind)))


def published_on(value: object) -> date | None:
    """The day of a date or an ISO 8601 instant; a year or month alone is its first day; anything else is unknown."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    found = re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", text)
    try:
        if found:
            return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def _kind(line: Mapping[Any, Any], kind: KindOf) -> str:
    outlet = _plain(line.get("outlet"))
    host = _host(_plain(line.get("url")))
    for name in (outlet, host):
        known = kind(name) if name else None
        if known:
            return known
    official = any(_OFFICIAL_HOST.search(name.casefold()) for name in (outlet, host) if name)
    return "official" if official else "media"


def _after(reading: Reading, line: object, scanner: Scanner) -> list[str]:
    """An agency does not follow itself."""
    fields = line if isinstance(line, Mapping) else {}
    own = {host.casefold() for host in (_plain(fields.get("outlet")), _host(_plain(fields.get("url")))) if host}
    return [name for name in reading.topics.after if not _is_own(name, own, scanner)]


def _is_own(name: str, own: set[str], scanner: Scanner) -> bool:
    agency = next((a for a in scanner.lexicon.agencies if a.name == name), None)
    hosts = agency.hosts if agency else ()
    return any(place == host or place.endswith(f".{host}") for place in own for host in hosts)


def _language(line: Mapping[Any, Any], headline: str, text: str) -> str:
    tag = _plain(line.get("lang")).casefold()
    if re.fullmatch(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*", tag) and tag not in ("mixed", "und", "mul"):
        return re.split(r"[-_]", tag)[0]
    return guess_language(f"{headline}\n{text[:4_000]}")


def _text(line: Mapping[Any, Any], key: str) -> str:
    value = line.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadLine(f'"{key}" is no text')
    return value


def _plain(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _host(url: str) -> str:
    found = re.match(r"[a-z][a-z0-9+.-]*://(?:[^/@\s]*@)?([^/:?#\s]+)", url, re.IGNORECASE)
    return found[1].casefold() if found else ""


def _id(line: object) -> Any:
    return line.get("id") if isinstance(line, Mapping) else None


def _mention(mention: Mention) -> dict[str, Any]:
    return {
        "term": mention.term, "kind": mention.kind, "topic": mention.topic, "field": mention.field,
        "start": mention.start, "end": mention.end, "quote": mention.quote, "context": mention.context,
    }  # fmt: skip
