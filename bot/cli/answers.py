"""An entry read by the engine → the line that ``match`` or ``query`` answers."""

from __future__ import annotations

from typing import Any

from bot.cli.entries import Entry
from bot.cli.vocabulary import say
from bot.matching.query import About, Query, hits, kind_of
from bot.matching.scan import Scanner
from bot.model import Mention, Reading


def matched(entry: Entry, scanner: Scanner) -> dict[str, Any]:
    """What an entry names, with where and why."""
    return {"id": entry.id, **named(scanner.read(entry.page()))}


def named(reading: Reading) -> dict[str, Any]:
    """What a reading found, as plain data."""
    return {
        "pact": reading.pact,
        "sister_pact": reading.sister_pact,
        "officials": reading.officials,
        "sectors": reading.sectors,
        "severity": reading.severity,
        "after": reading.after,
        "mentions": [_plain(one) for one in reading.mentions],
        "why": [say(reason) for reason in reading.reasons],
    }


def asked(wanted: Query, entry: Entry, scanner: Scanner) -> dict[str, Any]:
    """Whether an entry is a hit of a query, and by which mentions."""
    reading = scanner.read(entry.page())
    found = hits(wanted, reading, _about(entry, reading))
    return {"id": entry.id, "hit": found is not None, "mentions": [_plain(one) for one in found or ()]}


def _about(entry: Entry, reading: Reading) -> About:
    outlet = entry.outlet
    named = (entry.outlet_named or "").strip().lower()
    return About(
        outlet=outlet.key if outlet else named,
        hosts=outlet.hosts if outlet else entry.hosts,
        language=reading.language,
        kind=kind_of(entry.headline, outlet.kind if outlet else "media"),
    )


def _plain(mention: Mention) -> dict[str, Any]:
    return {
        "term": mention.term,
        "kind": mention.kind,
        "field": mention.field,
        "start": mention.start,
        "end": mention.end,
        "quote": mention.quote,
        "context": mention.context,
    }
