"""The parts that verbs' parsers share read durations, times and numbers of stories."""

from __future__ import annotations

import pytest

from handlers.verbs.grammar import clock_time, duration_seconds, parse_story_number, place_of


@pytest.mark.parametrize(
    ("word", "seconds"),
    [
        ("30m", 1_800),
        ("4H", 14_400),
        ("3일", 259_200),
        ("2주", 1_209_600),
        ("4시간동안", 14_400),
        *((word, None) for word in ("", "3", "d", "-3d", "3.5d", "0h", "²d", "12345d")),
    ],
)
def test_a_duration_is_a_number_and_a_unit(word: str, seconds: int | None) -> None:
    assert duration_seconds(word) == seconds


@pytest.mark.parametrize(
    ("word", "time"),
    [
        ("8:30", "08:30"),
        ("23:59", "23:59"),
        ("0시", "00:00"),
        ("8시30분", "08:30"),
        *((word, None) for word in ("24:00", "8:3", "8", "8:60", "²:30")),
    ],
)
def test_a_time_is_hours_and_minutes(word: str, time: str | None) -> None:
    assert clock_time(word) == time


@pytest.mark.parametrize(
    ("word", "number"), [("ST91", 91), ("st1", 1), ("ST999999999", 999_999_999), ("ST1234567890", None), ("ST²", None)]
)
def test_a_story_number_has_at_most_nine_ascii_digits(word: str, number: int | None) -> None:
    assert parse_story_number(word) == number


@pytest.mark.parametrize(
    ("line", "named", "typed"),
    [
        ("unsubscribe S999", "S999", "S999"),
        ("해지 0999", "S999", "0999"),
        ("merge ST1, st07", "ST7", "st07"),
        ("story ST91 91", "ST91", "ST91"),
        ("undo #7", "7", "#7"),
        ("unsubscribe ST9", "S9", None),
        ("share ST1 in #general", "#general", "#general"),
        ("unmute outlet Pacific Wire", "pacific wire", "Pacific Wire"),
        ("story ＳＴ９１", "ST91", "ＳＴ９１"),
        ("mute outlet ＡＢＣ 1d", "abc", "ＡＢＣ"),
        ("İİ x", "x", "x"),
        ("undo", "", None),
        ("", "S1", None),
        ("S1", "S2", None),
    ],
)
def test_the_place_of_what_a_line_names(line: str, named: str, typed: str | None) -> None:
    place = place_of(line, named)
    assert (line[place[0] : place[0] + place[1]] if place else None) == typed
