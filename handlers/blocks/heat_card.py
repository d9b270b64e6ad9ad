"""Renders the heat map: a grid in fixed width with a header of dates, narrow enough for a phone."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from handlers.blocks.blockkit import (
    actions_block,
    button,
    context_block,
    header_block,
    paragraph,
    preformatted,
    rich_text_block,
    text_block,
)
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import MessageBuilder, RenderedMessage
from handlers.blocks.topic_heat import SIGNS, past_note, rows_shown, usual_number
from handlers.cards.heat import HeatCard, HeatRow
from handlers.verbs.registry import korean_line

CELL_CHARS, TOTAL_CHARS, USUAL_CHARS = 3, 4, 5
NONE = "."
"""Stands for zero, so that days with stories stand out."""
UNKNOWN = "-"
UNREAD = "x"
"""Stands in a column before the first reading, of which nothing is known."""


def heat_message(card: HeatCard, localizer: Localizer) -> RenderedMessage:
    """Renders the grid with what its columns and signs mean, and the button that sends it as a file."""
    title = localizer.text("heat.title", n=card.days)
    builder = MessageBuilder()
    builder.add_body(header_block("pact:heat", title))
    shown = rows_shown([row.heat for row in card.rows])
    rows = [row for row in card.rows if row.heat in shown]
    if rows:
        lines = [
            *header_lines(card.begins, rows, localizer),
            *(grid_line(row, rows, localizer, card.unread_columns) for row in rows),
        ]
        builder.add_body(rich_text_block("pact:heat:grid", preformatted("\n".join(lines))))
        builder.add_body(context_block("pact:heat:legend", *_legend(card, rows, localizer)))
    else:
        builder.add_body(text_block("pact:heat:none", localizer.text("heat.none")))
    if card.note is not None:
        builder.add_footer(rich_text_block("pact:heat:note", paragraph(*localizer.note_runs(card.note))))
    line = f"heat {card.days}d file"
    value = korean_line(line) if localizer.language == "ko" else line
    label = localizer.text("heat.files" if card.has_chart else "heat.file")
    builder.add_footer(actions_block("pact:heat:file", [button("pact:run:file", label, value)]))
    return builder.build(title)


def header_lines(begins: Sequence[date], rows: Sequence[HeatRow], localizer: Localizer) -> list[str]:
    """Returns two lines: the month where it begins, and the day above each column with the names of the numbers."""
    width = _cell_chars(rows)
    first = [f"{begins[0].month}/"] if begins else []
    months = first + [f"{on.month}/" if on.month != before.month else "" for before, on in pairwise(begins)]
    days = "".join(f"{on.day:>{width}}" for on in begins)
    names = (
        " "
        + _right(localizer.text("heat.total"), TOTAL_CHARS)
        + "  "
        + _right(localizer.text("heat.usual"), USUAL_CHARS)
    )
    return ["".join(f"{month:>{width}}" for month in months).rstrip(), days + names]


def grid_line(row: HeatRow, rows: Sequence[HeatRow], localizer: Localizer, unread_columns: int = 0) -> str:
    """Returns ``  1  .  5    6 ▲  2.1 AI``; the name stands last, so that the width of Hangul shifts no column."""
    width = _cell_chars(rows)
    shown = [count or (UNREAD if number < unread_columns else NONE) for number, count in enumerate(row.cells)]
    cells = "".join(f"{count:>{width}}" for count in shown)
    usual = usual_number(row.heat) or UNKNOWN
    sign = SIGNS.get(row.heat.verdict, " ")
    name = localizer.topic_names((row.heat.topic,))
    return f"{cells} {sum(row.cells):>{TOTAL_CHARS}} {sign}{usual:>{USUAL_CHARS}} {name}"


def _legend(card: HeatCard, rows: Sequence[HeatRow], localizer: Localizer) -> list[str]:
    column = localizer.text("heat.column_day" if card.column_days == 1 else "heat.column_days", n=card.column_days)
    if card.first_column_days != card.column_days:
        column += " " + localizer.text("heat.first_short", n=card.first_column_days)
    lines = [f"{column} {localizer.text('heat.today', when=localizer.format_time(card.now))}"]
    if card.unread_columns and card.read_from is not None:
        lines.append(localizer.text("heat.unread", when=localizer.format_date(card.read_from)))
    heat = [row.heat for row in rows]
    if any(usual_number(row) for row in heat):
        lines.append(localizer.text("heat.compared", n=card.days))
    elif note := past_note(heat, localizer):
        lines.append(note)
    if any(row.verdict in SIGNS for row in heat):
        lines.append(localizer.text("heat.signs"))
    return lines


def _cell_chars(rows: Sequence[HeatRow]) -> int:
    """Returns the width of a column: a blank and the longest number, or a day of two digits."""
    longest = max((len(str(count)) for row in rows for count in row.cells), default=0)
    return max(CELL_CHARS, longest + 1)


def _right(text: str, chars: int) -> str:
    """Puts blanks before a text; Hangul counts as two."""
    return " " * max(0, chars - sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)) + text
