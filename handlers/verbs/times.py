"""Reads times of day and spans as people say them (9:30pm, 오후 6시, 저녁 8시 반, 3 days).

A time that can only be one time of day is taken; what leaves a choice (morning, 아침) is only offered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLOCK = re.compile(
    r"(?:(?P<part>오전|오후|새벽|아침|낮|저녁|밤|[ap]\.?m\.?)\s?)?(?P<hour>[0-9]{1,2})"
    r"(?:\s?[:.：]\s?(?P<minute>[0-5][0-9])(?:분)?|\s?시(?:\s?(?:(?P<spoken>[0-5]?[0-9])분|(?P<half>반)))?)?"
    r"\s?(?P<ampm>[ap]\.?m\b\.?)?(?:에|부터|까지)?(?!\w)",
    re.IGNORECASE,
)
_NAMED_TIME = re.compile(
    r"(?P<name>noon|midday|midnight|정오|자정|morning|아침|점심|evening|저녁|night|밤)(?:에|마다)?(?!\w)", re.IGNORECASE
)
_NAMED_TIMES = {
    "noon": "12:00", "midday": "12:00", "정오": "12:00", "점심": "12:00", "midnight": "00:00", "자정": "00:00",
    "morning": "08:00", "아침": "08:00", "evening": "18:00", "저녁": "18:00", "night": "21:00", "밤": "21:00",
}  # fmt: skip
_EXACT_NAMES = frozenset({"noon", "midday", "midnight", "정오", "자정"})
_LAST_HOUR_OF_NIGHT = 5
"""밤 1시 is one in the morning, 밤 8시 eight in the evening."""
_AFTERNOON = frozenset({"오후", "낮", "저녁", "밤"})
NUMBER_WORDS = {
    word: number
    for words in ("one two three four five six seven eight nine ten", "한 두 세 네 다섯 여섯 일곱 여덟 아홉 열")
    for number, word in enumerate(words.split(), 1)
}
"""Small numbers as people write them."""
_SPAN = re.compile(
    rf"(?P<count>[0-9]{{1,4}}|{'|'.join(NUMBER_WORDS)}|an?(?=\s))"
    r"\s?(?:(?P<m>minutes?|mins?|m|분)|(?P<h>hours?|hrs?|h|시간)|(?P<d>days?|d|일)|(?P<w>weeks?|w|주일?))"
    r"(?:간|동안)?(?!\w)",
    re.IGNORECASE,
)
_KOREAN_UNITS = {"m": "분", "h": "시간", "d": "일", "w": "주"}


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORT_WEEKDAYS = dict(zip("월화수목금토일", WEEKDAYS, strict=True))
"""Syllables that are a weekday only where nothing else can be meant: 월 is a month, too."""
WEEKDAY_WORDS = {day[:end]: day for day in WEEKDAYS for end in range(3, len(day) + 1)} | {
    short + ending: day for short, day in SHORT_WEEKDAYS.items() for ending in ("요일", "욜")
}
"""All words for a weekday: its name or a beginning of it, 월요일 or 월욜."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the beginning of a text says, and how many of its characters say it."""

    meant: str
    length: int
    exact: bool = True
    """Whether it can only be this one: ``morning`` and ``13pm`` are offered and never taken."""


def said_clock(text: str) -> Said | None:
    """The time of day at the beginning of a text, as HH:MM; None where it is none, or a number alone."""
    named = _NAMED_TIME.match(text)
    clock = _CLOCK.match(text)
    if clock is None:
        name = named["name"].casefold() if named else ""
        return Said(_NAMED_TIMES[name], named.end(), exact=name in _EXACT_NAMES) if named else None
    said = clock[0]
    if not (clock["part"] or clock["ampm"] or clock["minute"] or "시" in said):
        return None
    part, typed_hour = (clock["part"] or clock["ampm"] or "").casefold(), int(clock["hour"])
    hour = _hour(typed_hour, part)
    minute = 30 if clock["half"] else int(clock["minute"] or clock["spoken"] or 0)
    exact = not part or 1 <= typed_hour <= (11 if part in ("아침", "저녁") else 12)
    return Said(f"{hour:02}:{minute:02}", clock.end(), exact=exact) if hour is not None else None


def _hour(hour: int, part: str) -> int | None:
    """The hour of 24; None for one that no clock shows."""
    if part.startswith("a") or part in ("오전", "새벽", "아침"):
        return hour % 12 if hour <= 12 else None
    if part == "밤" and (hour <= _LAST_HOUR_OF_NIGHT or hour == 12):
        return hour % 12
    if part == "낮" and hour in (10, 11):
        return hour
    if part.startswith("p") or part in _AFTERNOON:
        return hour % 12 + 12 if hour <= 12 else (hour if hour < 24 else None)
    return hour if hour < 24 else None


def weekday_named(word: str, *, short: bool = False) -> str | None:
    """Returns ``monday`` for ``Mon``, ``mondays``, 월요일, 월욜 or 월요일마다, if ``short`` for 월; else None."""
    plain = word.casefold().removesuffix("마다").removesuffix("에")
    named = WEEKDAY_WORDS.get(plain) or WEEKDAY_WORDS.get(plain.removesuffix("s"))
    return named or (SHORT_WEEKDAYS.get(plain) if short else None)


def said_span(text: str, *, korean: bool = False) -> Said | None:
    """The span at the beginning of a text as it is typed (``3d``, ``3일``); None where it is none."""
    span = _SPAN.match(text)
    count = _number(span["count"].casefold()) if span else 0
    if span is None or not count:
        return None
    unit = next(unit for unit in "mhdw" if span[unit])
    return Said(f"{count}{_KOREAN_UNITS[unit] if korean else unit}", span.end())


def _number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBER_WORDS.get(word, 1)
