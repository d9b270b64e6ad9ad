"""The answer of ``heat``: the new stories of each topic by column of days, with the usual number beside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from handlers.cards.texts import Note
from handlers.cards.topic_heat import TopicHeat


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A topic with its numbers."""

    heat: TopicHeat
    cells: tuple[int, ...]
    """New stories of each column, oldest first."""


@dataclass(frozen=True, slots=True)
class HeatCard:
    """The new stories of the last days; the last column ends today."""

    zone: str
    now: datetime
    days: int
    column_days: int
    begins: tuple[date, ...]
    """The first day of each column, oldest first."""
    rows: tuple[HeatRow, ...]
    has_chart: bool = False
    """Whether the files have a picture, too."""
    note: Note | None = None
    """What was sent."""
    read_from: date | None = None
    """The day of the first reading of any outlet, where that is within these days."""

    @property
    def unread_columns(self) -> int:
        """The columns that ended before the first reading: their zeros say nothing."""
        if self.read_from is None:
            return 0
        return sum(following <= self.read_from for following in self.begins[1:])

    @property
    def first_column_days(self) -> int:
        """The days of the first column, which may be fewer than those of the others."""
        return self.days - self.column_days * (len(self.begins) - 1)
