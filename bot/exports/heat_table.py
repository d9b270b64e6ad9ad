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


def heat_csv(rows: Sequence[TopicHeat], last_on: date, language: str) -> bytes:
    """Returns the file. ``usual`` is for the whole period; the days are ISO 8601, the last one may not be over.

    The cells of a day on which no article was read are empty.
    """
    days = max((len(row.by_day) for row in rows), default=0)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*COLUMNS, *((last_on - timedelta(days=days - 1 - step)).isoformat() for step in range(days))])
    for row in rows:
        usual = None if row.verdict == "too_few" else round(row.usual, 2)
        stories = sum(count or 0 for count in row.by_day)
        facts = (row.topic, topic_name(language, row.topic), stories, usual, row.verdict)
        writer.writerow(map(cell_of, (*facts, *row.by_day)))
    return f"{BOM}{text.getvalue()}".encode("utf-8", "replace")
