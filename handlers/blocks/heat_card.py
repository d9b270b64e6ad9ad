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
"""Stands in a column in which no article was read, so that nothing is known."""
UNREAD_SPANS_SHOWN = 3


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
            *(grid_line(row, rows, localizer) for row in rows),
        ]
        builder.add_body(rich_text_block("pact:heat:grid", preformatted("\n".join(lines))))
        builder.add_body(context_block("pact:heat:legend", *_legend(card, rows, localizer)))
    else:
        builder.add_body(text_block("pact:heat:none", localizer.text("heat.none")))
        if unread := unread_words(card, localizer):
            builder.add_body(context_block("pact:heat:legend", unread))
    if card.note is not None:
        builder.add_footer(rich_text_block("pact:heat:note", paragraph(*localizer.note_runs(card.note))))
    line = f"heat {card.days}d file"
    value = korean_line(line) if localizer.language == "ko" else line
    label = localizer.text("heat.files" if card.has_chart else "heat.file")
    builder.add_footer(actions_block("pact:heat:file", [button("pact:run:file", label, value)]))
    if card.chart_hint and not localizer.public:
        builder.add_footer(context_block("pact:heat:charts", localizer.text("heat.charts")))
    return builder.build(title)


def unread_words(card: HeatCard, localizer: Localizer, key: str = "heat.unread") -> str:
    """Returns on which days no article was read, and how their columns look; an empty text where there are none."""
    if not card.unread_on:
        return ""
    shown = card.unread_spans[:UNREAD_SPANS_SHOWN]
    when = ", ".join(_span(begin, end, localizer) for begin, end in shown)
    more = len(card.unread_on) - sum((end - begin).days + 1 for begin, end in shown)
    if more:
        when = localizer.text("heat.unread_more", when=when, n=more)
    return localizer.text(key if card.has_unread_column else "heat.unread_part", when=when)


def _span(begin: date, end: date, localizer: Localizer) -> str:
    first, last = localizer.format_date(begin), localizer.format_date(end)
    return first if begin == end else localizer.text("heat.unread_span", begin=first, end=last)


def header_lines(begins: Sequence[date], rows: Sequence[HeatRow], localizer: Localizer) -> list[str]:
    """Returns two lines: the month where it begins, and the day above each column with the names of the numbers."""
    width = _cell_chars(rows)
    first = [f"{begins[0].month}/"] if begins else []
    months = first + [f"{on.month}/" if on.month != before.month else "" for before, on in pairwise(begins)]
    days = "".join(f"{on.day:>{width}}" for on in begins)
    names = " " + _right(localizer.text("heat.total"), TOTAL_CHARS)
    if knows_usual(rows):
        names += "  " + _right(localizer.text("heat.usual"), USUAL_CHARS)
    return ["".join(f"{month:>{width}}" for month in months).rstrip(), days + names]


def grid_line(row: HeatRow, rows: Sequence[HeatRow], localizer: Localizer) -> str:
    """Returns ``  1  .  5    6 ▲  2.1 AI``; the name stands last, so that the width of Hangul shifts no column."""
    width = _cell_chars(rows)
    cells = "".join(f"{UNREAD if count is None else count or NONE:>{width}}" for count in row.cells)
    usual = f"{usual_number(row.heat) or UNKNOWN:>{USUAL_CHARS}}" if knows_usual(rows) else ""
    sign = SIGNS.get(row.heat.verdict, " ")
    name = localizer.topic_names((row.heat.topic,))
    return f"{cells} {row.total:>{TOTAL_CHARS}} {sign}{usual} {name}"


def _legend(card: HeatCard, rows: Sequence[HeatRow], localizer: Localizer) -> list[str]:
    column = localizer.text("heat.column_day" if card.column_days == 1 else "heat.column_days", n=card.column_days)
    if card.first_column_days != card.column_days:
        column += " " + localizer.text("heat.first_short", n=card.first_column_days)
    lines = [f"{column} {localizer.text('heat.today', when=localizer.format_time(card.now))}"]
    if unread := unread_words(card, localizer):
        lines.append(unread)
    heat = [row.heat for row in rows]
    if knows_usual(rows):
        lines.append(localizer.text("heat.compared", n=card.days))
    elif note := past_note(heat, localizer):
        lines.append(note)
    if any(row.verdict in SIGNS for row in heat):
        lines.append(localizer.text("heat.signs"))
    return lines


def knows_usual(rows: Sequence[HeatRow]) -> bool:
    """Returns whether a usual number is known of any topic; else their column says nothing."""
    return any(usual_number(row.heat) for row in rows)


def _cell_chars(rows: Sequence[HeatRow]) -> int:
    """Returns the width of a column: a blank and the longest number, or a day of two digits."""
    longest = max((len(str(count or 0)) for row in rows for count in row.cells), default=0)
    return max(CELL_CHARS, longest + 1)


def _right(text: str, chars: int) -> str:
    """Puts blanks before a text; Hangul counts as two."""
    return " " * max(0, chars - sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)) + text
