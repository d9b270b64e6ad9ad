"""Reads how often a feed says that it is worth reading: RSS's ttl, else the syndication module's updatePeriod."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MAX_TTL_SECONDS = 7 * 24 * 3600.0
_PERIOD_SECONDS = {
    "hourly": 3600.0,
    "daily": 86_400.0,
    "weekly": 7 * 86_400.0,
    "monthly": 30 * 86_400.0,
    "yearly": 365 * 86_400.0,
}


def ttl_seconds(feed: Mapping[str, Any]) -> float:
    """Seconds between two readings that a feed asks for, at most a week; 0 where it says nothing that can be read."""
    minutes = _number(feed.get("ttl"))
    if minutes > 0:
        return min(minutes * 60.0, MAX_TTL_SECONDS)
    period = _PERIOD_SECONDS.get(str(feed.get("sy_updateperiod", "")).strip().lower(), 0.0)
    times_a_period = max(1.0, _number(feed.get("sy_updatefrequency")))
    return min(period / times_a_period, MAX_TTL_SECONDS)


def _number(value: object) -> float:
    text = str(value or "").strip()
    return float(text[:9]) if text.isascii() and text.isdigit() else 0.0
