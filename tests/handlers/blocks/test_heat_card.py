"""The grid of heat is right in both languages, fits a phone, and says what it cannot compare."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from handlers.blocks.message import render
from handlers.cards.heat import HeatCard, HeatRow
from handlers.cards.shown import Shown
from handlers.cards.topic_heat import TopicHeat

NOW = datetime(2026, 12, 2, 1, 0, tzinfo=UTC)
BEGINS = tuple(date(2026, 12, 2) - timedelta(days=6 - day) for day in range(7))
SPIKE = TopicHeat("quantum", 14, (0, 1, 0, 0, 0, 1, 12), 2.14, 17, "spike")
NEW = TopicHeat("space", 1, (0, 0, 1, 0, 0, 0, 0), 0.0, 2, "too_few")


def card_of(*rows: TopicHeat) -> HeatCard:
    return HeatCard("Asia/Seoul", NOW, 7, 1, BEGINS, tuple(HeatRow(row, row.by_day) for row in rows))


def grid(card: HeatCard, language: str = "en") -> list[str]:
    """The lines of the grid."""
    blocks = render(Shown(card, language)).blocks
    (block,) = [block for block in blocks if block["block_id"] == "pact:heat:grid"]
    text: str = block["elements"][0]["elements"][0]["text"]
    return text.split("\n")


def plain(card: HeatCard, language: str = "en") -> str:
    return render(Shown(card, language)).plain


def test_days_stand_under_their_dates_with_sum_usual_number_and_name() -> None:
    assert grid(card_of(SPIKE, NEW)) == [
        "11/            12/",
        " 26 27 28 29 30  1  2  sum  usual",
        "  .  1  .  .  .  1 12   14 ▲  2.1 quantum",
        "  .  .  1  .  .  .  .    1      - space",
    ]
    assert grid(card_of(SPIKE, NEW), "ko")[1:] == [
        " 26 27 28 29 30  1  2 합계   평소",
        "  .  1  .  .  .  1 12   14 ▲  2.1 양자",
        "  .  .  1  .  .  .  .    1      - 우주",
    ]


def test_long_numbers_widen_every_column() -> None:
    busy = replace(SPIKE, by_day=(0, 0, 0, 0, 0, 0, 12_345))
    _, days, first, second = grid(card_of(busy, NEW))
    assert days == "    26    27    28    29    30     1     2  sum  usual"
    assert first.startswith("     .     .     .     .     .     . 12345 12345 ▲  2.1")
    assert second.startswith("     .     .     1     .     .     .     .    1 ")


def test_without_stories_there_is_a_sentence_and_no_grid() -> None:
    quiet = replace(NEW, stories=0, by_day=(0,) * 7)
    for card in (card_of(), card_of(quiet)):
        assert "No new stories in this period." in plain(card)
        assert "sum" not in plain(card)
    assert "이 기간에는 새 소식이 없습니다." in plain(card_of(), "ko")


def test_the_legend_says_what_can_not_be_compared() -> None:
    assert "- where they had too few stories to compare." in plain(card_of(SPIKE, NEW))
    assert "▲ unusually many" in plain(card_of(SPIKE, NEW))
    alone = plain(card_of(NEW))
    assert "had too few stories in the eight weeks before to compare" in alone
    assert "unusually" not in alone
    assert "오늘은 10:00 KST까지 센 값입니다." in plain(card_of(NEW), "ko")


@pytest.mark.parametrize(("days", "is_short"), [(28, False), (30, True), (22, True), (21, False)])
def test_a_first_column_of_fewer_days_is_named(days: int, is_short: bool) -> None:
    columns = -(-days // 7)
    weeks = replace(card_of(SPIKE), days=days, column_days=7, begins=BEGINS[:columns])
    assert "A column is 7 days" in plain(weeks)
    assert ("The first has only" in plain(weeks)) is is_short


@pytest.mark.parametrize(("language", "value"), [("en", "heat 7d file"), ("ko", "열지도 7일 파일")])
def test_the_button_asks_for_the_file_in_the_readers_language(language: str, value: str) -> None:
    (row,) = [block for block in render(Shown(card_of(SPIKE), language)).blocks if block["type"] == "actions"]
    assert [(button["action_id"], button["value"]) for button in row["elements"]] == [("pact:run:file", value)]


def test_a_day_without_any_article_is_no_zero() -> None:
    row = TopicHeat("quantum", 7, (None, None, 0, 2, 0, None, 5), 0.0)
    card = replace(card_of(row), unread_on=(*BEGINS[:2], BEGINS[5]))
    assert grid(card)[2].startswith("  x  x  .  2  .  x  5    7")
    assert "x: no article was read (Thu 26 Nov to Fri 27 Nov, Tue 1 Dec)." in plain(card)
    assert "x: 읽은 기사가 없는 기간, 11월 26일(목)~11월 27일(금), 12월 1일(화)." in plain(card, "ko")
    assert "no article was read" not in plain(card_of(SPIKE))
    assert "no article was read" in plain(replace(card, rows=())), "no stories of no articles"


def test_a_column_that_was_partly_read_keeps_its_number_and_long_lists_of_days_are_cut() -> None:
    unread = tuple(NOW.date() - timedelta(days=days) for days in (27, 25, 24, 20, 3, 2, 1))
    weeks = replace(card_of(NEW), days=28, column_days=7, begins=BEGINS[:4], unread_on=unread)
    when = "Thu 5 Nov, Sat 7 Nov to Sun 8 Nov, Thu 12 Nov, 3 more days"
    assert f"On some days no article was read ({when})." in plain(weeks)
    assert "x:" not in plain(weeks)
    assert "11월 12일(목) 외 3일" in plain(weeks, "ko")


def test_only_an_admin_is_told_how_to_get_a_picture() -> None:
    hinted = replace(card_of(SPIKE), chart_hint=True)
    assert "pip install '.[charts]'" in plain(hinted)
    assert "pip install '.[charts]'" in plain(hinted, "ko")
    assert "pip install" not in plain(card_of(SPIKE))
    assert "pip install" not in render(Shown(hinted, "en", shared_by="U1")).plain
