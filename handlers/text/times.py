"""Dates and times as each language writes them, in the reader's zone and the other capital's."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SEOUL, WASHINGTON = "Asia/Seoul", "America/New_York"
_SHORT = {SEOUL: "KST", WASHINGTON: "ET", "UTC": "UTC", "Etc/UTC": "UTC"}
_WEEKDAYS = {"ko": "월화수목금토일", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UTC = ZoneInfo("UTC")


def zone_or_utc(name: str) -> ZoneInfo:
    """The zone of an IANA name; UTC for a name that nobody knows, so that an answer is shown all the same."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return _UTC


def zone_abbreviation(zone: str, at: datetime) -> str:
    """KST, ET, UTC, or what the zone calls itself at that instant."""
    if zone in _SHORT:
        return _SHORT[zone]
    own = _local(at, zone_or_utc(zone)).tzname() or "UTC"
    return f"UTC{own}" if own[:1] in "+-" else own


def other_capital(zone: str) -> str:
    """The zone shown beside the reader's own: Washington for Seoul, Seoul for everybody else."""
    return WASHINGTON if zone == SEOUL else SEOUL


def format_date(language: str, on: date, year: bool = False) -> str:
    """``10월 29일(수)`` · ``Wed 29 Oct``, with the year where it matters."""
    weekday = _WEEKDAYS[language][on.weekday()]
    if language == "ko":
        return f"{on.year}년 {on.month}월 {on.day}일({weekday})" if year else f"{on.month}월 {on.day}일({weekday})"
    return f"{weekday} {on.day} {_MONTHS[on.month - 1]}" + (f" {on.year}" if year else "")


def local_date(at: datetime, zone: str) -> date:
    """The date of an instant in a zone."""
    return _local(at, zone_or_utc(zone)).date()


def format_time(at: datetime, zone: str) -> str:
    """``08:30 KST``."""
    return f"{_local(at, zone_or_utc(zone)):%H:%M} {zone_abbreviation(zone, at)}"


def format_datetime(language: str, at: datetime, zone: str) -> str:
    """``10월 29일(수) 08:30 KST`` · ``Wed 29 Oct, 08:30 KST``."""
    joint = " " if language == "ko" else ", "
    return format_date(language, _local(at, zone_or_utc(zone)).date()) + joint + format_time(at, zone)


def format_both_zones(language: str, at: datetime, zone: str) -> str:
    """The moment in the reader's zone, then the other capital's time, with its day where that differs."""
    return f"{format_datetime(language, at, zone)} · {_beside(language, at, zone)}"


def _beside(language: str, at: datetime, zone: str) -> str:
    other = other_capital(zone)
    here, there = _local(at, zone_or_utc(zone)).date(), _local(at, zone_or_utc(other)).date()
    if here == there:
        return format_time(at, other)
    if language == "ko":
        return f"{format_time(at, other)}({there.day}일)"
    return f"{format_time(at, other)} ({_WEEKDAYS[language][there.weekday()]} {there.day})"


def _local(at: datetime, zone: tzinfo) -> datetime:
    """The instant in a zone; at the very ends of the calendar, where a zone would step off it, in UTC."""
    try:
        return at.astimezone(zone)
    except (OverflowError, ValueError):
        return at.replace(tzinfo=timezone(timedelta(0)))
