"""Entries of a feed, sitemap, listing or JSON answer: plain text and times, before they become headlines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

MAX_ENTRIES = 2_000
MAX_PROBLEMS = 10
MAX_SUMMARY_CHARS = 2_000
MAX_TITLE_CHARS = 500
MAX_ID_CHARS = 500
MAX_PROBLEM_CHARS = 200


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a source."""

    url: str
    title: str
    summary: str
    published_at: datetime | None
    id: str | None


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries in the order of the document, and one line for each entry that cannot be used."""

    entries: tuple[FeedEntry, ...]
    problems: tuple[str, ...] = ()


def entry_or_problem(
    link: str | None, title: str, summary: str, published_at: datetime | None, entry_id: str | None
) -> FeedEntry | str:
    """An entry within the limits; or the problem, for one without link or title."""
    if not link:
        return f"an entry without a link: {title}"[:MAX_PROBLEM_CHARS]
    if not title:
        return f"an entry without a title: {link}"[:MAX_PROBLEM_CHARS]
    entry_id = (entry_id or "").strip()[:MAX_ID_CHARS] or None
    return FeedEntry(link, title[:MAX_TITLE_CHARS], summary[:MAX_SUMMARY_CHARS], published_at, entry_id)


def collect(results: Sequence[FeedEntry | str]) -> Entries:
    """Separate entries from problems; of more than ``MAX_ENTRIES`` the newest are kept."""
    entries = [result for result in results if isinstance(result, FeedEntry)]
    problems = [result for result in results if isinstance(result, str)]
    if len(entries) > MAX_ENTRIES:
        problems.insert(0, f"{len(entries)} entries, the newest {MAX_ENTRIES} were read")
        newest = sorted(range(len(entries)), key=lambda index: (-_seconds(entries[index]), index))[:MAX_ENTRIES]
        entries = [entries[index] for index in sorted(newest)]
    return Entries(tuple(entries), tuple(problems[:MAX_PROBLEMS]))


def _seconds(entry: FeedEntry) -> float:
    return entry.published_at.timestamp() if entry.published_at else 0.0
