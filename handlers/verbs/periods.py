"""Parses the dates, the periods and the page at the end of a line: ``2025-10..now``, ``90d``, ``page 2``."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from handlers.verbs.grammar import Rest

NOW = frozenset({"now", "today", "지금", "오늘", "현재"})
PAGE_WORDS = {"page": "쪽"}
"""The Korean of the word before a page's number, for lines to type."""
FILE = frozenset({"file", "파일"})
"""The word at the end of a line that asks for the answer as a file."""
_DAYS_A_WEEK = 7
_MAX_DIGITS = 4
"""A number of more digits is too large, and is not counted at all."""
_PAGE = re.compile(r"(?:^|\s)(?:(?:page|쪽)\s?([1-9][0-9]{0,3})|([1-9][0-9]{0,3})쪽)$", re.IGNORECASE)
_SPAN = re.compile(r"(?:^|\s)(([0-9]+)\s?(d|days?|w|weeks?|일|주일?)(?:간)?)$", re.IGNORECASE)
_DATE = re.compile(r"([0-9]{4})(?:[-./]([0-9]{1,2})(?:[-./]([0-9]{1,2}))?)?")
_KOREAN_DATE = re.compile(r"([0-9]{4})년(?:\s?([0-9]{1,2})월(?:\s?([0-9]{1,2})일)?)?")
_BETWEEN = re.compile(r"\s*(?:\.\.+|…|~|부터(?=\s|$)|\bto\b)\s*")


@dataclass(frozen=True, slots=True)
class Days:
    """A number of days at the end of a line, and its place in the line."""

    days: int
    position: int
    length: int


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last; None is open, or now."""

    begins_on: date | None
    ends_on: date | None


def cut_page(rest: Rest) -> tuple[Rest, int]:
    """Cuts ``page 2`` or ``2쪽`` off the end; returns what is left, and the page, which is 1 where none was typed."""
    match = _PAGE.search(rest.text)
    if match is None:
        return rest, 1
    return Rest(rest.text[: match.start()].rstrip(), rest.offset), int(match[1] or match[2])


def cut_file(rest: Rest) -> tuple[Rest, bool]:
    """Cuts ``file`` off the end; returns what is left, and whether it stood there."""
    before, _, last = rest.text.rpartition(" ")
    return (Rest(before.rstrip(), rest.offset), True) if last.casefold() in FILE else (rest, False)


def cut_days(rest: Rest, most: int) -> tuple[Rest, Days | None]:
    """Cuts ``90d``, ``2w``, ``90일`` or ``2주`` off the end; a number of too many digits is ``most + 1`` days."""
    match = _SPAN.search(rest.text)
    if match is None:
        return rest, None
    is_counted = len(match[2].lstrip("0")) <= _MAX_DIGITS
    days = int(match[2]) * (_DAYS_A_WEEK if match[3].casefold()[0] in "w주" else 1) if is_counted else most + 1
    cut = Rest(rest.text[: match.start()].rstrip(), rest.offset)
    return cut, Days(days, rest.offset + match.start(1), len(match[1]))


def period_of(text: str) -> Period | None:
    """Returns the period of ``2025``, ``2025-10``, ``2025-10..now``, ``2025년 10월 ~ 지금``; None for anything else.

    A month or year stands for all of its days. A period whose end is before its begin is returned as it was typed.
    """
    plain = _KOREAN_DATE.sub(lambda match: "-".join(filter(None, match.groups())), text.strip().casefold())
    parts = [part.removesuffix("까지").strip() for part in _BETWEEN.split(plain)]
    if len(parts) == 1:
        return _days_of(parts[0])
    if len(parts) != 2 or not any(parts):
        return None
    first, last = (_days_of(part) if part and part not in NOW else Period(None, None) for part in parts)
    return None if first is None or last is None or parts[0] in NOW else Period(first.begins_on, last.ends_on)


def _days_of(text: str) -> Period | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        return None
    last = first if day else first.replace(month=month or 12, day=monthrange(year, month or 12)[1])
    return Period(first, last)
