"""Reads written dates as an instant, or as a span where only a day, a month or a year is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time


def period(written: str | None) -> tuple[datetime, datetime]:
    """Returns from when to when a text with this date was published: an instant, noon of a day, a month or a year.

    No date, or one that cannot be read, may be any time.
    """
    given = (written or "").strip()
    try:
        if len(given) > 10:
            at = datetime.fromisoformat(given)
            at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
            return at, at
        parts = [int(part) for part in given.split("-")]
        if len(parts) <= 3:
            return _noon(parts, 1, 1), _noon(parts, 12, 31)
    except (ValueError, OverflowError):
        pass
    return datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def _noon(parts: Sequence[int], month: int, day: int) -> datetime:
    year, month, day = (*parts, *(month, day)[len(parts) - 1 :])[:3]
    while day > 28 and len(parts) < 3 and not _is_day(year, month, day):
        day -= 1
    return datetime.combine(date(year, month, day), time(12), UTC)


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
