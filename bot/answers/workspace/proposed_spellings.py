"""Reads the spellings that the alias scout's last reports proposed to the operators."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.operations.alias_scout import report_key
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection
from handlers.cards.texts import Note

REPORTS_LOOKED_AT = 4
"""Weeks back in which a report of the alias scout is looked for."""


async def reported(c: Connection, team: str, now: datetime) -> list[tuple[Note, ...]]:
    """Returns the proposals of the workspace's last reports, the newest report first."""
    reports = []
    for weeks in range(REPORTS_LOOKED_AT):
        report = await deliveries.by_key(c, report_key(team, now - timedelta(weeks=weeks)))
        lines = report.payload.get("more") if report else None
        if isinstance(lines, list):
            reports.append(tuple(Note(str(line["code"]), line["args"]) for line in lines))
    return reports
