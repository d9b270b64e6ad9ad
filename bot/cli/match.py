"""``pactbot match``: JSON lines of articles in, everything that each of them mentions out, in the same order."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from bot.cli.article_line import OutletKind, outlet_kinds, page_of, source_names, unknown_kind
from bot.cli.configured import lexicon_of, outlets_of
from bot.cli.json_lines import BadLine, answer_lines
from bot.matching.scan import Scanner
from bot.model import Mention, Reading, Reason
from handlers.text.words import note_text
from settings.config import Settings, load

SayReason = Callable[[Reason], str]


def run(options: Namespace) -> int:
    """Answers every line with its mentions; 1 when a line could not be used."""
    settings = load()
    scanner = Scanner(lexicon_of(settings, options.lexicon))
    outlet_kind = _outlet_kind(settings)
    return answer_lines(options.file, lambda line: answer_match(line, scanner, in_english, outlet_kind))


def _outlet_kind(settings: Settings) -> OutletKind:
    """Returns what knows the outlets' kinds; the built-in specs are read when a line first names an outlet.

    An operator's own are read at once, because a faulty one ends the call before its first line.
    """
    if settings.outlets:
        return outlet_kinds(outlets_of(settings))

    @cache
    def built_in() -> OutletKind:
        return outlet_kinds(outlets_of(settings))

    return lambda name: built_in()(name)


def in_english(reason: Reason) -> str:
    """Returns a reason as an English note_text."""
    return note_text("en", reason.code, reason.args)


def answer_match(
    line: Mapping[str, Any], scanner: Scanner, say: SayReason, outlet_kind: OutletKind = unknown_kind
) -> dict[str, Any]:
    """Returns what the line mentions, in the promised order; for a line without an article its ``id`` and ``error``."""
    try:
        page = page_of(line, outlet_kind)
    except BadLine as error:
        return {"id": line.get("id"), "error": str(error)}
    reading = scanner.read(page)
    return {
        "id": line.get("id"),
        "pact": reading.topics.pact,
        "sister_pact": list(reading.topics.sister_pact),
        "officials": list(reading.topics.officials),
        "sectors": list(reading.topics.sectors),
        "severity": reading.topics.severity,
        "after": _other_agencies(reading, line, scanner),
        "mentions": [as_json(mention) for mention in reading.mentions if mention.kind != "literal"],
        "why": [say(reason) for reason in reading.reasons],
    }


def as_json(mention: Mention) -> dict[str, Any]:
    """Returns a mention in the promised fields and order."""
    return {
        "term": mention.term, "kind": mention.kind, "topic": mention.topic, "field": mention.field,
        "start": mention.start, "end": mention.end, "quote": mention.quote, "context": mention.context,
        "passing": mention.passing,
    }  # fmt: skip


def _other_agencies(reading: Reading, line: Mapping[str, Any], scanner: Scanner) -> list[str]:
    """Returns the agencies that the article follows; an agency does not follow itself."""
    own = source_names(line)
    return [name for name in reading.topics.after if not _is_own(name, own, scanner)]


def _is_own(agency_name: str, own: set[str], scanner: Scanner) -> bool:
    agency = next((agency for agency in scanner.lexicon.agencies if agency.name == agency_name), None)
    hosts = agency.hosts if agency else ()
    return any(name == host or name.endswith(f".{host}") for name in own for host in hosts)
