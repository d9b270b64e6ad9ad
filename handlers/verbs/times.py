"""Reads times of day and spans as people say them (9:30pm, 오후 6시, 3 days), to offer a line.

A line itself takes 21:30 and 3d. What is read here is only offered, so that a slip changes nothing.
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
_AFTERNOON = frozenset({"오후", "낮", "저녁", "밤"})
_SPAN = re.compile(
    r"(?P<count>[0-9]{1,4})\s?(?:(?P<m>minutes?|mins?|m|분)|(?P<h>hours?|hrs?|h|시간)|(?P<d>days?|d|일)|(?P<w>weeks?|w|주일?))"
    r"(?:간|동안)?(?!\w)",
    re.IGNORECASE,
)
_KOREAN_UNITS = {"m": "분", "h": "시간", "d": "일", "w": "주"}


@dataclass(frozen=True, slots=True)
class Said:
    """What the beginning of a text says, and how many of its characters say it."""

    meant: str
    length: int


def said_clock(text: str) -> Said | None:
    """The time of day at the beginning of a text, as HH:MM; None where it is none, or a number alone."""
    named = _NAMED_TIME.match(text)
    clock = _CLOCK.match(text)
    if clock is None:
        return Said(_NAMED_TIMES[named["name"].casefold()], named.end()) if named else None
    said = clock[0]
    if not (clock["part"] or clock["ampm"] or clock["minute"] or "시" in said):
        return None
    hour = _hour(int(clock["hour"]), (clock["part"] or clock["ampm"] or "").casefold())
    minute = 30 if clock["half"] else int(clock["minute"] or clock["spoken"] or 0)
    return Said(f"{hour:02}:{minute:02}", clock.end()) if hour is not None else None


def _hour(hour: int, part: str) -> int | None:
    """The hour of 24; None for one that no clock shows."""
    if part.startswith("a") or part in ("오전", "새벽", "아침"):
        return hour % 12 if hour <= 12 else None
    if part.startswith("p") or part in _AFTERNOON:
        midnight = part == "밤" and hour == 12
        return (0 if midnight else hour % 12 + 12) if hour <= 12 else (hour if hour < 24 else None)
    return hour if hour < 24 else None


def said_span(text: str, *, korean: bool = False) -> Said | None:
    """The span at the beginning of a text as it is typed (``3d``, ``3일``); None where it is none."""
    span = _SPAN.match(text)
    if span is None or not int(span["count"]):
        return None
    unit = next(unit for unit in "mhdw" if span[unit])
    return Said(f"{int(span['count'])}{_KOREAN_UNITS[unit] if korean else unit}", span.end())
