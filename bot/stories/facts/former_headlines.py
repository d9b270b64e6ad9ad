"""Keeps the headlines that an article had before its outlet edited them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from scrapers.headline_marks import unmarked

MOST_KEPT = 5
FEW_EDITS, EDITS_SHARE = 3, 0.25
"""In one list, so many articles, or this share of them, may have a new title; of more, the list itself has changed."""
STALE_FOR = timedelta(hours=1)
"""A page that still shows a headline that was replaced so recently comes from a cache."""


def is_edit(old: str, new: str) -> bool:
    """Whether two headlines differ by more than marks, spaces and case."""
    return bool(old.strip()) and _folded(old) != _folded(new)


def with_former(kept: Sequence[dict[str, Any]], headline: str, now: datetime) -> list[dict[str, Any]]:
    """Adds a headline that was replaced now; the oldest go where there are too many."""
    return [*kept, {"headline": headline, "until_at": now.isoformat()}][-MOST_KEPT:]


def are_edits(edits: int, articles: int) -> bool:
    """Whether so many new titles in a list of so many known articles are edits of an outlet."""
    return edits <= max(FEW_EDITS, articles * EDITS_SHARE)


def is_stale(title: str, kept: Sequence[Mapping[str, Any]], now: datetime) -> bool:
    """Whether a page shows the headline that was replaced last, less than an hour ago."""
    if not kept or is_edit(kept[-1]["headline"], title):
        return False
    return now - datetime.fromisoformat(kept[-1]["until_at"]) < STALE_FOR


def other_title(headline: str, listed: Iterable[str]) -> str | None:
    """Returns a title that says something else than the headline, and does not merely shorten or lengthen it."""
    own = _folded(headline)
    folded = {title: _folded(title).rstrip(". …") for title in listed}
    return next((title for title, other in folded.items() if other and other not in own and own not in other), None)


def _folded(headline: str) -> str:
    return " ".join(unmarked(headline).casefold().split())
