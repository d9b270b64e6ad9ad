"""Writes the timeline as CSV: a row for each event."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from bot.exports.table import BOM, cell_of
from handlers.cards.timeline import TimelineEntry

COLUMNS = ("date", "until", "kind", "event", "uncertain", "sources", "story", "url")


def timeline_csv(entries: Iterable[TimelineEntry], language: str) -> bytes:
    """Returns the file; days are ISO 8601, and the event stands in the reader's language where it is known in it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for entry in entries:
        event = entry.text.get(language) or next(iter(entry.text.values()), "")
        until = entry.until.isoformat() if entry.until else ""
        facts = (entry.on.isoformat(), until, entry.kind, event, entry.uncertain, list(entry.sources))
        writer.writerow(map(cell_of, (*facts, entry.story or "", entry.url or "")))
    return f"{BOM}{text.getvalue()}".encode("utf-8", "replace")
