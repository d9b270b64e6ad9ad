"""Draws the heat map as a picture."""

from __future__ import annotations

from bot.exports.picture import ALT_MAX_CHARS, INK, PALE, PAPER, Colour, Picture
from handlers.blocks.heat_card import knows_usual, unread_words
from handlers.blocks.localizer import localizer_for
from handlers.blocks.topic_heat import SIGNS, usual_number
from handlers.cards.heat import HeatCard, HeatRow
from handlers.text.words import localized, topic_name

MARGIN, NAME, CELL, NUMBER, ROW = 16, 112, 48, 56, 30
MAX_ROWS = 16
EMPTY, FULL, HATCHED = (240, 243, 246), (8, 81, 156), (190, 196, 203)


def alt_text(card: HeatCard, language: str) -> str:
    """Returns the picture in words: its title, the number of each topic, and the days that were not read."""
    numbers = [f"{topic_name(language, row.heat.topic)} {row.total}" for row in card.rows[:MAX_ROWS]]
    shown = f"{localized(language, 'heat.title', n=card.days)}: {', '.join(numbers)}"
    return ". ".join(part for part in (shown, _unread(card, language)) if part)[:ALT_MAX_CHARS]


def heat_png(card: HeatCard, language: str) -> bytes:
    """Returns the picture: a row for each topic, a column for each span of days, darker where there are more."""
    rows = card.rows[:MAX_ROWS]
    width = MARGIN * 2 + NAME + CELL * len(card.begins) + NUMBER * (1 + knows_usual(rows))
    unread = _unread(card, language)
    picture = Picture(width, MARGIN * 2 + ROW * (len(rows) + 3 + bool(unread)))
    picture.write_title(MARGIN, _middle(0), localized(language, "heat.title", n=card.days))
    _draw_header(picture, card, language)
    busiest = max((count or 0 for row in rows for count in row.cells), default=0)
    for place, row in enumerate(rows, 2):
        _draw_row(picture, place, row, busiest, language, knows_usual(rows))
    picture.write(MARGIN, _middle(len(rows) + 2), localized(language, "heat.signs"), colour=PALE)
    if unread:
        picture.write(MARGIN, _middle(len(rows) + 3), picture.fitted(unread, width - 2 * MARGIN), colour=PALE)
    return picture.png()


def _unread(card: HeatCard, language: str) -> str:
    """Returns on which days no article was read; a hatched cell is named as such."""
    return unread_words(card, localizer_for(language, card.zone), "heat.unread_hatched")


def _middle(line: int) -> float:
    """Returns the height of the middle of a line; lines count from the top."""
    return MARGIN + (line + 0.5) * ROW


def _draw_header(picture: Picture, card: HeatCard, language: str) -> None:
    for column, on in enumerate(card.begins):
        x = MARGIN + NAME + CELL * (column + 0.5)
        picture.write_centred(x, _middle(1), f"{on.month}/{on.day}", PALE)
    right = MARGIN + NAME + CELL * len(card.begins)
    for number, key in enumerate(("heat.total", "heat.usual")[: 1 + knows_usual(card.rows[:MAX_ROWS])], 1):
        picture.write(right + NUMBER * number, _middle(1), localized(language, key), right=True, colour=PALE)


def _draw_row(picture: Picture, line: int, row: HeatRow, busiest: int, language: str, with_usual: bool) -> None:
    heat, name = row.heat, topic_name(language, row.heat.topic)
    picture.write(MARGIN, _middle(line), name if picture.can_write(name) else heat.topic)
    top = MARGIN + line * ROW
    for column, count in enumerate(row.cells):
        x = MARGIN + NAME + CELL * column
        if count is None:
            picture.hatch(x + 1, top + 1, x + CELL - 1, top + ROW - 1, HATCHED)
            continue
        share = count / max(busiest, 1)
        picture.fill(x + 1, top + 1, x + CELL - 1, top + ROW - 1, shade(share))
        if count:
            picture.write_centred(x + CELL / 2, _middle(line), str(count), PAPER if share > 0.7 else INK)
    right = MARGIN + NAME + CELL * len(row.cells)
    total = f"{SIGNS.get(heat.verdict, '')} {row.total}".strip()
    numbers = (total, usual_number(heat) or "-") if with_usual else (total,)
    for number, text in enumerate(numbers, 1):
        picture.write(right + NUMBER * number, _middle(line), text, right=True)


def shade(share: float) -> Colour:
    """Returns the colour of a cell between that of none and that of the busiest."""
    return tuple(round(low + (high - low) * share) for low, high in zip(EMPTY, FULL, strict=True))
