"""Reads how long an answer stays fresh (RFC 9111, 4.2.1): Cache-Control's max-age, else Expires."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_FRESH_SECONDS = 24 * 3600.0
_MAX_AGE = re.compile(r'(?:^|[,\s])max-age\s*=\s*"?(\d{1,12})', re.IGNORECASE)
_NEVER_FRESH = re.compile(r"(?:^|[,\s])no-(?:cache|store)(?=$|[,\s=])", re.IGNORECASE)


def fresh_seconds(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds from now for which the answer stays fresh, at most a day; 0 where it does not say or is stale."""
    control = headers.get("cache-control", "")
    if _NEVER_FRESH.search(control):
        return 0.0
    max_age = _MAX_AGE.search(control)
    if max_age is not None:
        age = headers.get("age", "").strip()
        seconds = float(max_age[1]) - (float(age[:12]) if age.isascii() and age.isdigit() else 0.0)
    else:
        expires_at = _date(headers.get("expires"))
        seconds = (expires_at - (_date(headers.get("date")) or now)).total_seconds() if expires_at else 0.0
    return min(max(seconds, 0.0), MAX_FRESH_SECONDS)


def _date(value: str | None) -> datetime | None:
    try:
        at = parsedate_to_datetime((value or "").strip())
    except (ValueError, OverflowError):
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
