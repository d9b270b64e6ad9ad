"""Writes the new stories of each topic as CSV: a row for each topic, a column for each day."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta

from bot.exports.table import BOM, cell_of
from handlers.cards.topic_heat import TopicHeat
from handlers.text.words import topic_name

COLUMNS = ("topic", "name", "stories", "usual", "verdict")
"""The columns before those of the days. ``usual`` is empty where the past holds too few stories."""


def heat_csv(rows: Sequence[TopicHeat], last_on: date, language: str, read_from: date | None = None) -> bytes:
    """Returns the file. ``usual`` is for the whole period; the days are ISO 8601, the last one may not be over.

    Days before ``read_from`` are empty: nothing was read then.
    """
    days = max((len(row.by_day) for row in rows), default=0)
    unread = 0 if read_from is None else (read_from - (last_on - timedelta(days=days - 1))).days
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*COLUMNS, *((last_on - timedelta(days=days - 1 - step)).isoformat() for step in range(days))])
    for row in rows:
        usual = None if row.verdict == "too_few" else round(row.usual, 2)
        facts = (row.topic, topic_name(language, row.topic), sum(row.by_day), usual, row.verdict)
        cells = [count or None if step < unread else count for step, count in enumerate(row.by_day)]
        writer.writerow(map(cell_of, (*facts, *cells)))
    return f"{BOM}{text.getvalue()}".encode("utf-8", "replace")
