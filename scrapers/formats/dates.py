"""Parses dates of RSS, Atom, sitemaps and pages, Korean and English, into UTC.

An unknown time is None, never "now". A time without a zone is in the outlet's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from scrapers.formats.date_patterns import (
    AFTERNOON,
    HOURS,
    IN_FIGURES,
    MONTHS,
    MONTHS_NAME,
    MORNING,
    NIGHT,
    PLACES,
    WITH_MONTHS_NAME,
)

MAX_CHARS = 400
MAX_LINE_CHARS = 120
EARLIEST_YEAR = 1990
LAST_MONTH = 12
EARLIEST_NIGHT_HOUR = 6
"""밤 6시 is in the evening, 밤 5시 in the small hours."""
CLOCK_SLACK = timedelta(minutes=5)
"""An outlet's clock may be ahead of ours by this much; a time further ahead is in the future."""

_RFC_822 = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d\d?) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (20\d\d) "
    r"([01]\d|2[0-3]):([0-5]\d):([0-5]\d) (?:GMT|UTC|([+-])(0\d|1[0-4]):?([0-5]\d))"
)
_RFC_3339 = re.compile(r"20\d\d-\d\d-\d\d[T ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)")
_ZONE_CHARS = 6
"""The characters of the longest zone: +00:00."""
_IN_UTC = re.compile(r"(?:GMT|UTC|UT|\dZ|[+-]00:?00)$", re.IGNORECASE)
_DAY_IN_PATH = re.compile(
    r"(?<=[/_-])(?P<year>20\d\d)(?P<sign>[/-]?)(?P<month>0[1-9]|1[0-2])(?P=sign)(?P<day>0[1-9]|[12]\d|3[01])(?=[/_.-]|$)"
    r"|/(?P<year2>20\d\d)/(?:[A-Za-z_]{2,30}/)?(?P<month2>0?[1-9]|1[0-2])/(?P<day2>0?[1-9]|[12]\d|3[01])/"
)
_EPOCH = re.compile(r"\d{10}|\d{13}")
_SHOWN_AS_ENTERED = re.compile(
    r"(?:입력|등록|승인|송고|게재|발행|published|posted|publié|veröffentlicht|publicado|pubblicato)"
    r"[^가-힣A-Za-z0-9]{0,12}(?:(?:on|am|le|el|il)\s)?\(?(?:[a-z]{2,10}[.,]?\s)?\d",
    re.IGNORECASE,
)
_MODIFIED = re.compile(r"(수정|업데이트|갱신|updated?|modified|edited)[^가-힣A-Za-z0-9]{0,12}$", re.IGNORECASE)
_ENTERED = re.compile(r"(입력|등록|승인|송고|게재|작성|발행|published|posted)[^가-힣A-Za-z0-9]{0,12}$", re.IGNORECASE)


def likely_zone(url: str, sample: str) -> str:
    """The zone of a document without a spec: Seoul's for a Korean host or Korean text, else UTC."""
    host = url.split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0].lower()
    korean = host.endswith(".kr") or "korea" in host or re.search("[\uac00-\ud7a3]{2}", sample) is not None
    return "Asia/Seoul" if korean else "UTC"


def day_in_address(url: str) -> str | None:
    """The day that an address names in its path (/2026/01/06/ or /20260106), as a text; None when it names none."""
    match = _DAY_IN_PATH.search(url[:MAX_CHARS].split("?")[0])
    return "-".join(match[part] or match[f"{part}2"] for part in ("year", "month", "day")) if match else None


def is_marked_as_entered(line: str) -> bool:
    """Whether a short line says in words that it holds the time of publication."""
    return len(line) <= MAX_LINE_CHARS and _SHOWN_AS_ENTERED.search(line) is not None


@dataclass(frozen=True, slots=True)
class Dated:
    """A time, and whether it replaces one in the future."""

    at: datetime | None
    ahead: bool = False
    """Whether the text named a time in the future; ``at`` is the time of reading then."""


def parse_date(text: str | None, zone: str = "UTC") -> datetime | None:
    """The publication time in a text, or None.

    Of several times the one marked as entered (입력, 등록, Published…) wins, then the first that is not marked as
    modified. ``zone`` is the zone of a time that names none.
    """
    text = " ".join((text or "")[:MAX_CHARS].split())
    epoch = _EPOCH.fullmatch(text)
    if epoch:
        return _from_epoch(epoch[0])
    if (standard := _in_standard_form(text)) is not None:
        return standard
    ranked: list[tuple[int, int, datetime]] = []
    for pattern in (*IN_FIGURES, *(WITH_MONTHS_NAME if MONTHS_NAME.search(text) else ())):
        for match in pattern.finditer(text):
            instant = _instant(match, zone)
            if instant is not None:
                ranked.append((_rank(text[: match.start()]), match.start(), instant))
    return min(ranked)[2] if ranked else None


def _in_standard_form(text: str) -> datetime | None:
    """The time in a text that is one of RFC 822 or RFC 3339 with a zone and nothing else, as most of feeds are."""
    try:
        if _RFC_3339.fullmatch(text):
            return datetime.fromisoformat(text).astimezone(UTC)
        match = _RFC_822.fullmatch(text)
        if match is None:
            return None
        day, month, year, hour, minute, second, sign, hours, minutes = match.groups()
        offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
        local = datetime(int(year), MONTHS[month.lower()], int(day), int(hour), int(minute), int(second), tzinfo=UTC)
        return local - offset
    except ValueError:
        return None


def dated(text: str | None, zone: str, now: datetime) -> Dated:
    """Like :func:`parse_date`, with a time in the future replaced by ``now`` and marked."""
    return not_ahead(parse_date(text, zone), now)


def says_utc(text: str | None) -> bool:
    """Whether a time is written as one in UTC."""
    text = (text or "")[:MAX_CHARS].strip()
    return _IN_UTC.search(text, len(text) - _ZONE_CHARS) is not None


def local_if_ahead(at: datetime, zone: str, now: datetime) -> datetime:
    """The time in this zone on the clock of a time in UTC that lies in the future, where that one does not.

    Some outlets write the time of their own clock and call it GMT: what is new at 16:07 in Seoul is then dated 16:07
    GMT, nine hours ahead.
    """
    local = at.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return local if at > now + CLOCK_SLACK >= local else at


def not_ahead(at: datetime | None, now: datetime) -> Dated:
    """Replace a time in the future by ``now`` and mark it."""
    if at is not None and at > now + CLOCK_SLACK:
        return Dated(now, ahead=True)
    return Dated(at)


def _rank(before: str) -> int:
    """0 for a time marked as entered, 2 for one marked as modified, 1 for any other, by the text before it."""
    if _MODIFIED.search(before):
        return 2
    return 0 if _ENTERED.search(before) else 1


def _from_epoch(digits: str) -> datetime | None:
    seconds = int(digits) / (1000 if len(digits) == 13 else 1)
    at = datetime.fromtimestamp(seconds, UTC)
    return at if EARLIEST_YEAR <= at.year < 2100 else None


def _instant(match: re.Match[str], zone: str) -> datetime | None:
    groups = match.groupdict()
    month, day_of_month = _month_and_day(groups)
    hour = _hour(int(groups.get("hour") or 0), groups.get("half"), groups.get("ampm"))
    minute, second = int(groups.get("minute") or 0), int(groups.get("second") or 0)
    is_midnight = hour == 24 and (groups.get("half") == NIGHT or minute == second == 0)
    try:
        day = date(_year(groups["year"]), month, day_of_month) + timedelta(days=is_midnight)
        zone_info = _zone(groups.get("zone"), zone)
        clock = time(0 if is_midnight else hour, minute, min(second, 59) if second == 60 else second, tzinfo=zone_info)
        at = datetime.combine(day, clock).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if at.year >= EARLIEST_YEAR else None


def _month_and_day(groups: Mapping[str, str]) -> tuple[int, int]:
    """The month and the day; in figures before the year a slash puts the month first, another sign the day.

    The other order holds where that one has no such month.
    """
    if groups.get("first"):
        first, then = int(groups["first"]), int(groups["then"])
        is_month_first = then > LAST_MONTH or (groups["sign"] == "/" and first <= LAST_MONTH)
        return (first, then) if is_month_first else (then, first)
    name = groups.get("name")
    return (MONTHS[name.lower()] if name else int(groups["month"])), int(groups["day"])


def _year(digits: str) -> int:
    """The year; of two digits it is the one nearest to ours (RFC 2822, 4.3)."""
    return int(digits) + (0 if len(digits) == 4 else 2000 if int(digits) < 50 else 1900)


def _hour(hour: int, half: str | None, ampm: str | None) -> int:
    """The hour of 24, from one of 12 with 오전, 오후, 낮, 새벽…, a.m. or p.m.; 밤 12시 ends the day."""
    said = (half or ampm or "").lower()
    if said == NIGHT:
        return hour + 12 if EARLIEST_NIGHT_HOUR <= hour <= 12 else hour
    is_pm = said in AFTERNOON or said.startswith("p")
    is_am = said in MORNING or said.startswith("a")
    if is_pm and hour < 12:
        return hour + 12
    return 0 if is_am and hour == 12 else hour


def _zone(written: str | None, default: str) -> tzinfo:
    """The zone as it is written: an offset, which may follow GMT or UTC, or a name."""
    if not written:
        return ZoneInfo(default)
    sign = re.search(r"[+-]", written)
    if sign is not None:
        return _offset(written[sign.start() :])
    name = written.upper()
    if name in PLACES:
        return ZoneInfo(PLACES[name])
    return timezone(timedelta(hours=HOURS[name])) if name in HOURS else ZoneInfo(default)


def _offset(written: str) -> tzinfo:
    """+0900, +09:00, +09, +9."""
    digits = written[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if written[0] == "-" else offset)
