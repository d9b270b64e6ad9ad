"""Draws the number of stories of each sector as a sparkline, compared with the sector's usual number."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.blocks.localizer import Localizer
from handlers.cards.status import SectorHeat

BARS = "▁▂▃▄▅▆▇█"
SECTORS_SHOWN, DAYS_SHOWN = 13, 28
QUIET_BELOW = 0.5
"""A sector without stories is left out when its usual number is below this."""


def heat_lines(heat: Sequence[SectorHeat], localizer: Localizer) -> list[str]:
    """Returns one line for each sector that has stories now or usually has some."""
    rows = [row for row in heat if row.stories or row.usual >= QUIET_BELOW]
    return [heat_line(row, localizer) for row in rows[:SECTORS_SHOWN]]


def heat_line(row: SectorHeat, localizer: Localizer) -> str:
    """Returns ``▁▁▂▁▅█▂  12 ▲ AI (usual 4.0)``, or a line without sign and usual number for a sector without a past.

    The sparkline stands first and the name last, so that the width of Hangul shifts no column.
    """
    start = f"{sparkline(row.by_day)} {row.stories:>4}"
    name = localizer.topic_names((row.sector,))
    if not row.usual:
        return f"{start}   {name}"
    usual_text = f"{row.usual:.0f}" if row.usual >= 10 else f"{row.usual:.1f}"
    usual = localizer.text("status.heat_usual", usual=usual_text)
    return f"{start} {heat_sign(row.stories, row.usual)} {name} ({usual})"


def heat_sign(stories: int, usual: float) -> str:
    """Returns ▲ above 1.5 times the usual number plus 0.5, ▼ below half of it less 0.5, else a blank."""
    if stories > usual * 1.5 + 0.5:
        return "▲"
    return "▼" if stories < usual * 0.5 - 0.5 else " "


def sparkline(by_day: tuple[int, ...]) -> str:
    """Returns one bar for each of the last 28 days, relative to the busiest day."""
    days = by_day[-DAYS_SHOWN:]
    busiest = max(max(days, default=0), 1)
    top = len(BARS) - 1
    return "".join(BARS[min(top, max(0, stories) * top // busiest)] for stories in days)
