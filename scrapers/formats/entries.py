"""What a source announces: entries as plain text, and what in the document could not be used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

MAX_ENTRIES = 2_000
MAX_PROBLEMS = 10
MAX_SUMMARY_CHARS = 2_000
MAX_TITLE_CHARS = 500
MAX_ID_CHARS = 500


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a feed, sitemap, list or JSON answer."""

    url: str
    title: str
    summary: str
    published_at: datetime | None
    id: str | None


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries in the order of the document, and a line for each that could not be used."""

    entries: tuple[FeedEntry, ...]
    problems: tuple[str, ...] = ()


def collect(found: Sequence[FeedEntry | str]) -> Entries:
    """Entries and complaints apart; of too many entries the newest stay."""
    entries = [one for one in found if isinstance(one, FeedEntry)]
    problems = [one for one in found if isinstance(one, str)]
    if len(entries) > MAX_ENTRIES:
        problems.insert(0, f"{len(entries)} entries, the newest {MAX_ENTRIES} were read")
        by_age = sorted(range(len(entries)), key=lambda n: (-_seconds(entries[n]), n))[:MAX_ENTRIES]
        entries = [entries[number] for number in sorted(by_age)]
    return Entries(tuple(entries), tuple(problems[:MAX_PROBLEMS]))


def _seconds(entry: FeedEntry) -> float:
    return entry.published_at.timestamp() if entry.published_at else 0.0
