"""Keeps the headlines that an article had before its outlet edited them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from scrapers.headline_marks import unmarked

MOST_KEPT = 5


def is_edit(old: str, new: str) -> bool:
    """Whether two headlines differ by more than marks, spaces and case."""
    return bool(old.strip()) and _folded(old) != _folded(new)


def with_former(kept: Sequence[dict[str, Any]], headline: str, now: datetime) -> list[dict[str, Any]]:
    """Adds a headline that was replaced now; the oldest go where there are too many."""
    return [*kept, {"headline": headline, "until_at": now.isoformat()}][-MOST_KEPT:]


def _folded(headline: str) -> str:
    return " ".join(unmarked(headline).casefold().split())
