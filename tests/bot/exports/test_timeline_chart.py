"""The timeline as a picture and as a CSV: the last events, in the reader's language, with words for the picture."""

from __future__ import annotations

import csv
import io
import struct
from dataclasses import replace
from datetime import date

import pytest

from bot.exports.picture import ALT_MAX_CHARS, SCALE
from bot.exports.timeline_chart import MARGIN, MAX_ROWS, ROW, TITLE_ROW, WIDTH, alt_text, shown, timeline_png
from bot.exports.timeline_table import COLUMNS, timeline_csv
from handlers.blocks.localizer import Localizer, localizer_for
from handlers.cards.timeline import TimelineCard, TimelineEntry

SIGNED = TimelineEntry(
    date(2025, 10, 29), "signature", {"ko": "경주에서 서명", "en": "Signed in Gyeongju"}, ("https://a.example/1",)
)
STORY = TimelineEntry(
    date(2026, 3, 2), "story", {"ko": "공동위원회 개최"}, ("한빛경제",), story="ST9", url="https://a.example/2"
)
COMING = TimelineEntry(
    date(2026, 10, 1),
    "coming",
    {"ko": "2차 회의", "en": "=second meeting"},
    (),
    until=date(2026, 12, 31),
    uncertain=True,
)
ENTRIES = (SIGNED, STORY, COMING)
CARD = TimelineCard("Asia/Seoul", date(2025, 10, 1), None, ENTRIES, 3, "timeline")
KOREAN, ENGLISH = localizer_for("ko", "Asia/Seoul"), localizer_for("en", "Asia/Seoul")


def size_of(png: bytes) -> tuple[int, ...]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return tuple(side // SCALE for side in struct.unpack(">II", png[16:24]))


@pytest.mark.parametrize("localizer", [KOREAN, ENGLISH])
def test_a_picture_grows_with_its_events_up_to_a_limit(localizer: Localizer) -> None:
    pytest.importorskip("PIL")
    assert size_of(timeline_png(CARD, ENTRIES, localizer)) == (WIDTH, MARGIN * 2 + TITLE_ROW + ROW * 3)
    many = tuple(replace(SIGNED, text={"en": f"{'x' * 400} 뷁 {number}"}) for number in range(MAX_ROWS + 5))
    assert size_of(timeline_png(CARD, many, ENGLISH)) == (WIDTH, MARGIN * 2 + TITLE_ROW + ROW * MAX_ROWS)
    assert size_of(timeline_png(CARD, (SIGNED,), KOREAN)) == (WIDTH, MARGIN * 2 + TITLE_ROW + ROW)


def test_the_picture_shows_the_last_events() -> None:
    many = tuple(replace(SIGNED, text={"en": str(number)}) for number in range(MAX_ROWS + 1))
    assert shown(many) == many[1:]
    assert shown(many[1:]) == many[1:]


def test_the_words_for_the_picture_name_the_events_in_the_readers_language() -> None:
    said = alt_text(CARD, ENTRIES, KOREAN)
    assert said.startswith("연표: 2025년 10월 1일")
    assert "경주에서 서명; " in said
    assert "Signed in Gyeongju" in alt_text(CARD, ENTRIES, ENGLISH)
    long = (replace(SIGNED, text={"en": "x" * 180}),) * MAX_ROWS
    assert len(alt_text(CARD, long, ENGLISH)) == ALT_MAX_CHARS


def test_a_row_of_the_csv_holds_an_event_and_no_formula() -> None:
    header, *rows = csv.reader(io.StringIO(timeline_csv(ENTRIES, "en").decode("utf-8-sig")))
    assert header == list(COLUMNS)
    assert rows == [
        ["2025-10-29", "", "signature", "Signed in Gyeongju", "no", "https://a.example/1", "", ""],
        ["2026-03-02", "", "story", "공동위원회 개최", "no", "한빛경제", "ST9", "https://a.example/2"],
        ["2026-10-01", "2026-12-31", "coming", "'=second meeting", "yes", "", "", ""],
    ]
