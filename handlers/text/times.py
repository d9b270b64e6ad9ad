"""Formats dates and times in Korean and English, in the reader's zone and the other capital's."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SEOUL, WASHINGTON = "Asia/Seoul", "America/New_York"
_SHORT = {SEOUL: "KST", WASHINGTON: "ET", "UTC": "UTC", "Etc/UTC": "UTC"}
_WEEKDAYS = {"ko": "월화수목금토일", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UTC = ZoneInfo("UTC")


def zone_or_utc(name: str) -> ZoneInfo:
    """Returns the zone of an IANA name; UTC for an unknown name, so that an answer is still shown."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return _UTC


def zone_abbreviation(zone: str, at: datetime) -> str:
    """Returns KST, ET, UTC, or the zone's own abbreviation at that instant."""
    if zone in _SHORT:
        return _SHORT[zone]
    abbreviation = _local(at, zone_or_utc(zone)).tzname() or "UTC"
    return f"UTC{abbreviation}" if abbreviation[:1] in "+-" else abbreviation


def other_capital(zone: str) -> str:
    """Returns the zone shown beside the reader's own: Washington for Seoul, Seoul for any other."""
    return WASHINGTON if zone == SEOUL else SEOUL


def format_date(language: str, on: date, year: bool = False) -> str:
    """Returns ``10월 29일(수)`` or ``Wed 29 Oct``, with the year on request."""
    weekday = _WEEKDAYS[language][on.weekday()]
    if language == "ko":
        return f"{on.year}년 {on.month}월 {on.day}일({weekday})" if year else f"{on.month}월 {on.day}일({weekday})"
    return f"{weekday} {on.day} {_MONTHS[on.month - 1]}" + (f" {on.year}" if year else "")


def format_month(language: str, on: date) -> str:
    """Returns ``2025년 10월`` or ``Oct 2025``."""
    return f"{on.year}년 {on.month}월" if language == "ko" else f"{_MONTHS[on.month - 1]} {on.year}"


def local_date(at: datetime, zone: str) -> date:
    """Returns the date of an instant in a zone."""
    return _local(at, zone_or_utc(zone)).date()


def format_time(at: datetime, zone: str) -> str:
    """Returns ``08:30 KST``."""
    return f"{_local(at, zone_or_utc(zone)):%H:%M} {zone_abbreviation(zone, at)}"


def format_datetime(language: str, at: datetime, zone: str, year: bool = False) -> str:
    """Returns ``10월 29일(수) 08:30 KST`` or ``Wed 29 Oct, 08:30 KST``, with the year on request."""
    separator = " " if language == "ko" else ", "
    return format_date(language, local_date(at, zone), year) + separator + format_time(at, zone)


def format_both_zones(language: str, at: datetime, zone: str) -> str:
    """Returns date and time in the reader's zone, then the other capital's time, with its day when the day differs."""
    return f"{format_datetime(language, at, zone)} · {_other_capital_time(language, at, zone)}"


def _other_capital_time(language: str, at: datetime, zone: str) -> str:
    other = other_capital(zone)
    other_date = local_date(at, other)
    if other_date == local_date(at, zone):
        return format_time(at, other)
    if language == "ko":
        return f"{format_time(at, other)}({other_date.day}일)"
    return f"{format_time(at, other)} ({_WEEKDAYS[language][other_date.weekday()]} {other_date.day})"


def _local(at: datetime, zone: tzinfo) -> datetime:
    """Returns the instant in a zone, or in UTC at the ends of the calendar, where the zone's offset overflows."""
    try:
        return at.astimezone(zone)
    except (OverflowError, ValueError):
        return at.replace(tzinfo=timezone(timedelta(0)))
