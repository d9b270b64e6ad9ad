"""The answer of ``heat``: the new stories of each topic by column of days, with the usual number beside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handlers.cards.texts import Note
from handlers.cards.topic_heat import TopicHeat


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A topic with its numbers."""

    heat: TopicHeat
    cells: tuple[int | None, ...]
    """New stories of each column, oldest first; None where no article was read in all of it."""

    @property
    def total(self) -> int:
        """The new stories of all columns."""
        return sum(count or 0 for count in self.cells)


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
    unread_on: tuple[date, ...] = ()
    """The days on which no article was read, oldest first: before the first reading, and during outages."""
    chart_hint: bool = False
    """Whether it says how to get a picture: to an admin, where none can be drawn."""

    @property
    def has_unread_column(self) -> bool:
        """Whether no article was read in all of a column."""
        return any(count is None for row in self.rows for count in row.cells)

    @property
    def unread_spans(self) -> tuple[tuple[date, date], ...]:
        """The unread days as first and last day of each run."""
        spans: list[tuple[date, date]] = []
        for on in self.unread_on:
            if spans and on - spans[-1][1] == timedelta(days=1):
                spans[-1] = (spans[-1][0], on)
            else:
                spans.append((on, on))
        return tuple(spans)

    @property
    def first_column_days(self) -> int:
        """The days of the first column, which may be fewer than those of the others."""
        return self.days - self.column_days * (len(self.begins) - 1)
