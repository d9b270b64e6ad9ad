"""The patterns of dates and clock times, in figures and with the months' names of seven languages."""

from __future__ import annotations

import re

HOURS = {"KST": 9, "JST": 9, "UTC": 0, "GMT": 0, "UT": 0, "Z": 0, "BST": 1, "CET": 1, "CEST": 2, "MET": 1, "MEST": 2,
          "EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8, "HKT": 8,
          "SGT": 8}  # fmt: skip
PLACES = {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles"}
_MONTH_NAMES = (
    "jan ene gen", "feb fév fev", "mar mär mrt maa", "apr abr avr", "may mai maj mei mag", "jun juin giu",
    "jul juil lug", "aug ago aoû aou", "sep set", "oct okt ott out", "nov", "dec dez déc dic",
)  # fmt: skip
"""The beginnings of the months' names in English, German, French, Spanish, Italian, Portuguese and Dutch."""
MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_MONTH = rf"(?:(?P<name>{'|'.join(sorted(MONTHS, key=len, reverse=True))})[a-zé]{{0,6}}\.?|(?P<month>\d{{1,2}})월)"
_OFFSET = r"[+-](?:0\d|1[0-4])(?::?[0-5]\d)?(?!\d)"
_SHORT_OFFSET = r"[+-](?:0?\d|1[0-4])(?::?[0-5]\d)?(?!\d)"
_ZONE_NAME = rf"(?:{'|'.join(sorted((*HOURS, *PLACES), key=len, reverse=True))})(?![A-Za-z])"
_ZONE = rf"(?:\s?\(?(?P<zone>(?:GMT|UTC|UT)\s?{_SHORT_OFFSET}|{_OFFSET}|{_ZONE_NAME})\)?)?"
_MINUTE = r"(?:\s?[:h]\s?(?=\d\d)|\.(?=\d\d\sUhr)|\s?시\s?)(?P<minute>\d{1,2})(?!\d)분?"
_SECOND = r"(?:\s?(?:(?=:\s?\d{1,2}(?!\d))|(?=\d{1,2}초)):?\s?(?P<second>\d{1,2})(?!\d)초?)?"
_HOUR_ALONE = r"\s?시(?!간)|(?=\s?[ap]\.?m\b)"
MORNING, AFTERNOON, NIGHT = ("오전", "새벽", "아침"), ("오후", "낮", "저녁"), "밤"
_HALVES = "|".join((*MORNING, *AFTERNOON, NIGHT))
_CLOCK = (
    rf"(?:(?P<half>{_HALVES}|[AP]M)\s?)?(?P<hour>\d{{1,2}})(?:{_MINUTE}{_SECOND}|{_HOUR_ALONE})"
    r"(?:[.,]\d{1,9})?\s?(?P<ampm>[ap]\.?m\b\.?)?" + _ZONE
)
_WEEKDAY = r"(?:\(?(?:[월화수목금토일](?:요일)?|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6})\)?,?\s?)?"
_GAP = rf"(?:\s?[T|,.:\[(/-]?\s?{_WEEKDAY}(?:(?:at|um|à|às)\s)?)"
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_DAY = rf"{_YEAR}\s?[-./년年]\s?(?P<month>\d{{1,2}})\s?[-./월月]\s?(?P<day>\d{{1,2}})(?!\d)[.일日]?"
_DAY_MONTH = rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|[.º])?(?:\sde\s|[\s/-])?{_MONTH},?(?:\sdel?\s|[\s/-])?"


def _compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


IN_FIGURES = _compiled(
    rf"(?<![\d.]){_DAY}(?:{_GAP}{_CLOCK})?",
    rf"(?<![\d./-])(?P<first>\d{{1,2}})(?P<sign>[-./]|\s(?=\d\d\s))(?P<then>\d{{1,2}})(?P=sign){_YEAR}(?!\d)(?:{_GAP}{_CLOCK})?",
    r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?!\d)",
    r"^(?P<year>20\d{2})(?P<month>\d{2})(?P<day>\d{2})$",
    rf"(?<!\d)(?P<year>20\d{{2}})(?P<month>\d{{2}})(?P<day>\d{{2}})\s{_CLOCK}",
    rf"(?<!\d)(?P<year>20\d{{2}})(?P<month>\d{{2}})(?P<day>\d{{2}})T(?P<hour>\d{{2}})(?P<minute>\d{{2}})(?P<second>\d{{2}})?{_ZONE}",
)
WITH_MONTHS_NAME = _compiled(
    rf"{_DAY_MONTH}{_YEAR}(?:{_GAP}{_CLOCK})?",
    rf"{_DAY_MONTH}(?P<year>\d{{2}})\s{_CLOCK}",  # RFC 822: a year of two digits
    rf"(?<!\d)(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}}),?\s{_MONTH}\s(?P<day>\d{{1,2}}),?\s{_YEAR}",
    rf"(?<!\w){_MONTH}\s?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s{_YEAR}(?:{_GAP}{_CLOCK})?",
    rf"(?<!\w){_MONTH}\s(?P<day>\d{{1,2}})\s{_CLOCK}\s{_YEAR}",  # asctime, Java
)
MONTHS_NAME = re.compile(r"[a-zéäû]{3}|월", re.IGNORECASE)
