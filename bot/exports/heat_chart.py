"""Draws the heat map as a PNG, where the extra ``charts`` is installed; Pillow is loaded with the first picture."""

from __future__ import annotations

import io
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

from handlers.blocks.topic_heat import SIGNS, usual_number
from handlers.cards.heat import HeatCard, HeatRow
from handlers.text.words import localized, topic_name

SCALE = 2
"""Pixels of a length of one, so that the picture is sharp on a phone."""
MARGIN, NAME, CELL, NUMBER, ROW = 16, 112, 48, 56, 30
TEXT, TITLE = 13, 16
MAX_ROWS = 16
ALT_MAX_CHARS = 1_000
INK, PALE, PAPER, EMPTY, FULL = (29, 28, 29), (110, 110, 110), (255, 255, 255), (240, 243, 246), (8, 81, 156)


def is_installed() -> bool:
    """Returns whether pictures can be drawn."""
    return find_spec("PIL") is not None


def alt_text(card: HeatCard, language: str) -> str:
    """Returns the picture in words: its title, and the number of each topic."""
    numbers = [f"{topic_name(language, row.heat.topic)} {sum(row.cells)}" for row in card.rows[:MAX_ROWS]]
    return f"{localized(language, 'heat.title', n=card.days)}: {', '.join(numbers)}"[:ALT_MAX_CHARS]


def heat_png(card: HeatCard, language: str) -> bytes:
    """Returns the picture: a row for each topic, a column for each span of days, darker where there are more."""
    from PIL import Image, ImageDraw, ImageFont

    rows = card.rows[:MAX_ROWS]
    width = MARGIN * 2 + NAME + CELL * len(card.begins) + NUMBER * 2
    height = MARGIN * 2 + ROW * (len(rows) + 3)
    image = Image.new("RGB", (width * SCALE, height * SCALE), PAPER)
    content = files(__package__).joinpath("font", "chart-gothic.ttf").read_bytes()
    fonts = [ImageFont.truetype(io.BytesIO(content), size * SCALE) for size in (TEXT, TITLE)]
    pen = _Pen(ImageDraw.Draw(image), *fonts)
    pen.write(MARGIN, 0, localized(language, "heat.title", n=card.days), anchor="lm", title=True)
    _draw_header(pen, card, language)
    busiest = max((count for row in rows for count in row.cells), default=0)
    for place, row in enumerate(rows, 2):
        _draw_row(pen, place, row, busiest, language)
    pen.write(MARGIN, len(rows) + 2, localized(language, "heat.signs"), anchor="lm", colour=PALE)
    png = io.BytesIO()
    image.save(png, "PNG", optimize=True)
    return png.getvalue()


@dataclass(frozen=True, slots=True)
class _Pen:
    """What draws; lengths are without the scale, and lines count from the top."""

    draw: Any
    font: Any
    title_font: Any

    def write(
        self, x: float, line: int, text: str, *, anchor: str, colour: tuple[int, ...] = INK, title: bool = False
    ) -> None:
        """Writes a text in the middle of a line; ``anchor`` is Pillow's."""
        at = (x * SCALE, (MARGIN + (line + 0.5) * ROW) * SCALE)
        self.draw.text(at, text, fill=colour, font=self.title_font if title else self.font, anchor=anchor)

    def fill(self, x: float, line: int, colour: tuple[int, ...]) -> None:
        """Fills a cell, with a gap around it."""
        top = MARGIN + line * ROW
        corners = [(x + 1) * SCALE, (top + 1) * SCALE, (x + CELL - 1) * SCALE, (top + ROW - 1) * SCALE]
        self.draw.rectangle(corners, fill=colour)

    def can_write(self, text: str) -> bool:
        """Returns whether the font has every character of a text."""
        missing = bytes(self.font.getmask("\uffff"))
        return all(bytes(self.font.getmask(char)) != missing for char in text)


def _draw_header(pen: _Pen, card: HeatCard, language: str) -> None:
    for column, on in enumerate(card.begins):
        pen.write(MARGIN + NAME + CELL * (column + 0.5), 1, f"{on.month}/{on.day}", anchor="mm", colour=PALE)
    right = MARGIN + NAME + CELL * len(card.begins)
    for number, key in enumerate(("heat.total", "heat.usual"), 1):
        pen.write(right + NUMBER * number, 1, localized(language, key), anchor="rm", colour=PALE)


def _draw_row(pen: _Pen, line: int, row: HeatRow, busiest: int, language: str) -> None:
    heat, name = row.heat, topic_name(language, row.heat.topic)
    pen.write(MARGIN, line, name if pen.can_write(name) else heat.topic, anchor="lm")
    for column, count in enumerate(row.cells):
        x, share = MARGIN + NAME + CELL * column, count / max(busiest, 1)
        pen.fill(x, line, shade(share))
        if count:
            pen.write(x + CELL / 2, line, str(count), anchor="mm", colour=PAPER if share > 0.7 else INK)
    right = MARGIN + NAME + CELL * len(row.cells)
    total = f"{SIGNS.get(heat.verdict, '')} {sum(row.cells)}".strip()
    usual = usual_number(heat) or "-"
    for number, text in enumerate((total, usual), 1):
        pen.write(right + NUMBER * number, line, text, anchor="rm")


def shade(share: float) -> tuple[int, ...]:
    """Returns the colour of a cell between that of none and that of the busiest."""
    return tuple(round(low + (high - low) * share) for low, high in zip(EMPTY, FULL, strict=True))
