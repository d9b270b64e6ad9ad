"""The picture of heat is a PNG with every name in both languages, and says in words what it shows."""

from __future__ import annotations

import io
import struct
from dataclasses import replace

import pytest

from bot.exports.heat_chart import CELL, EMPTY, FULL, HATCHED, MARGIN, MAX_ROWS, NAME, ROW, alt_text, heat_png, shade
from bot.exports.picture import ALT_MAX_CHARS, PAPER
from handlers.cards.heat import HeatCard, HeatRow
from handlers.gallery.answer_examples import HEAT_OF_WEEK
from handlers.text.words import sentences


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height, from the PNG's header."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def busy() -> HeatCard:
    row = HEAT_OF_WEEK.rows[0]
    return replace(HEAT_OF_WEEK, rows=tuple(HeatRow(replace(row.heat, topic=f"t{n}"), row.cells) for n in range(40)))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_picture_grows_with_its_rows_up_to_a_limit(language: str) -> None:
    pytest.importorskip("PIL")
    width, height = size_of(heat_png(HEAT_OF_WEEK, language))
    assert (width, height) == (1_184, 424)
    most = size_of(heat_png(busy(), language))
    assert most == (width, height + (MAX_ROWS - 3) * 60)
    nothing = replace(HEAT_OF_WEEK, rows=())
    assert size_of(heat_png(nothing, language)) == (width - 112, height - 3 * 60), "no usual number has no column"


def test_the_font_has_every_character_of_the_names_and_labels() -> None:
    fonts = pytest.importorskip("PIL.ImageFont")
    font = fonts.truetype("bot/exports/font/chart-gothic.ttf", 26)
    missing = bytes(font.getmask("\uffff"))
    keys = ("topic.", "heat.title", "heat.total", "heat.usual", "heat.signs", "heat.unread", "weekday", "timeline.")
    texts = [text for language in ("en", "ko") for key, text in sentences(language).items() if key.startswith(keys)]
    assert len(texts) > 30
    assert not {char for text in texts for char in text if bytes(font.getmask(char)) == missing}


def test_the_words_for_the_picture_name_every_number() -> None:
    assert alt_text(HEAT_OF_WEEK, "en") == "Heat map: new stories by sector, last 7 days: quantum 6, AI 4, space 1"
    assert alt_text(HEAT_OF_WEEK, "ko") == "열지도: 최근 7일 분야별 새 소식: 양자 6, 인공지능 4, 우주 1"
    row = HEAT_OF_WEEK.rows[0]
    long = replace(HEAT_OF_WEEK, rows=(HeatRow(replace(row.heat, topic="x" * 2_000), row.cells),))
    assert len(alt_text(long, "en")) == ALT_MAX_CHARS


def test_days_that_were_not_read_are_hatched_and_said() -> None:
    row = HEAT_OF_WEEK.rows[0]
    days = (HEAT_OF_WEEK.begins[0],)
    unread = replace(HEAT_OF_WEEK, rows=(replace(row, cells=(None, *row.cells[1:])),), unread_on=days)
    assert alt_text(unread, "en").endswith(": quantum 6. Hatched: no article was read (Wed 18 Nov).")
    assert "빗금: 읽은 기사가 없는 기간, 11월 18일(수)" in alt_text(unread, "ko")
    images = pytest.importorskip("PIL.Image")
    pictures = [images.open(io.BytesIO(heat_png(card, "en"))) for card in (replace(unread, unread_on=()), unread)]
    assert pictures[1].height == pictures[0].height + 60, "a line says it"
    x, y = 2 * (MARGIN + NAME), 2 * (MARGIN + 2 * ROW)
    cell = (x + 4, y + 4, x + 2 * CELL - 4, y + 2 * ROW - 4)
    colours = {colour for _, colour in pictures[1].crop(cell).getcolors()}
    assert colours == {PAPER, HATCHED}, "neither the colour of none nor a number"


def test_the_busiest_cell_is_darkest() -> None:
    assert (shade(0), shade(1)) == (EMPTY, FULL)
    assert EMPTY > shade(0.25) > shade(0.5) > FULL
