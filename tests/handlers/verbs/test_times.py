"""Times and spans are read as people say them."""

from __future__ import annotations

import pytest

from handlers.verbs.times import said_clock, said_span


@pytest.mark.parametrize(
    ("text", "meant", "used"),
    [
        ("9:30pm", "21:30", 6),
        ("9:30 p.m. and", "21:30", 9),
        ("12am", "00:00", 4),
        ("12pm", "12:00", 4),
        ("23:59", "23:59", 5),
        ("8.30", "08:30", 4),
        ("18시", "18:00", 3),
        ("8시 5분에", "08:05", 6),
        ("오후6시 반", "18:30", 6),
        ("오전 12시", "00:00", 6),
        ("밤 12시", "00:00", 5),
        ("저녁 7:00", "19:00", 7),
        ("noon", "12:00", 4),
        ("자정", "00:00", 2),
        ("아침", "08:00", 2),
        ("8.30pm", "20:30", 6),
        ("저녁 8시 반", "20:30", 7),
        ("밤 1시", "01:00", 4),
        ("밤 8시", "20:00", 4),
        ("밤 5시", "05:00", 4),
        ("밤 6시", "18:00", 4),
        ("낮 11시", "11:00", 5),
        ("낮 2시", "14:00", 4),
    ],
)
def test_a_time_is_understood(text: str, meant: str, used: int) -> None:
    said = said_clock(text)
    assert said is not None
    assert (said.meant, said.length) == (meant, used)


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("8.30pm", True),
        ("12am", True),
        ("1am", True),
        ("18시", True),
        ("오후 12시", True),
        ("저녁 11시", True),
        ("정오", True),
        ("midnight", True),
        ("저녁 12시", False),
        ("0pm", False),
        ("13pm", False),
        ("오후 13시", False),
        ("morning", False),
        ("아침", False),
    ],
)
def test_only_a_time_without_a_choice_is_exact(text: str, exact: bool) -> None:
    said = said_clock(text)
    assert said is not None
    assert said.exact is exact


@pytest.mark.parametrize("text", ["", "8", "24:00", "8:60", "13am", "오전 13시", "18시간", "6G", "6g", "noons", "²:30"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert said_clock(text) is None


@pytest.mark.parametrize(
    ("text", "english", "korean"),
    [
        ("3 days", "3d", "3일"),
        ("1week", "1w", "1주"),
        ("30 mins", "30m", "30분"),
        ("4시간 동안", "4h", "4시간"),
        ("2주일", "2w", "2주"),
        ("two days", "2d", "2일"),
        ("a week", "1w", "1주"),
        ("세 시간", "3h", "3시간"),
    ],
)
def test_a_span_is_understood(text: str, english: str, korean: str) -> None:
    meant, in_korean = said_span(text), said_span(text, korean=True)
    assert meant is not None
    assert in_korean is not None
    assert (meant.meant, in_korean.meant) == (english, korean)


@pytest.mark.parametrize("text", ["", "3", "0 days", "3dx", "99999 days", "days"])
def test_what_is_no_span_is_none(text: str) -> None:
    assert said_span(text) is None
