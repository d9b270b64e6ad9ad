"""Entries of a feed, sitemap, listing or JSON answer: plain text and times, before they become headlines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from scrapers.errors import NotUnderstood
from scrapers.formats.entry_text import MAX_SOURCE_CHARS, chars
from scrapers.hub_links import NO_HUB, HubLinks
from scrapers.plain_text import UNREADABLE, clean, is_unreadable

MAX_ENTRIES = 2_000
MAX_PROBLEMS = 10
MAX_SUMMARY_CHARS = 2_000
MAX_TITLE_CHARS = 500
MAX_ID_CHARS = 500
MAX_PROBLEM_CHARS = 200
UNREADABLE_TITLE = "an entry with an unreadable title"
_SENTENCE = re.compile(r".{10,300}?[.!?…](?=\s|$)")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a source."""

    url: str
    title: str
    summary: str
    published_at: datetime | None
    id: str | None
    text: tuple[str, ...] = ()
    """The paragraphs of its text, as far as the source has it."""
    says_utc: bool = False
    """Whether its time is written as one in UTC."""
    text_url: str | None = None
    """The address of its plain text."""
    publisher: str = ""
    """The outlet that published it, where the source names it."""
    publisher_url: str = ""


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries in the order of the document, and one line for each entry that cannot be used."""

    entries: tuple[FeedEntry, ...]
    problems: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    """The addresses of the next page of a list, or of a sitemap index's children, the newest first."""
    ttl_seconds: float = 0.0
    """How often the source asks to be read; 0 where it does not say."""
    hub_links: HubLinks = NO_HUB


def entry_or_problem(
    link: str | None,
    title: str,
    summary: str,
    published_at: datetime | None,
    entry_id: str | None,
    text: tuple[str, ...] = (),
    says_utc: bool = False,
) -> FeedEntry | str:
    """An entry within the limits; or the problem, for one without a link or with an unreadable title.

    An entry without a title has its summary's first sentence until the page says its title. The publisher may cut a
    summary inside a character: what is unreadable there is dropped.
    """
    if not link:
        return f"an entry without a link: {title}"[:MAX_PROBLEM_CHARS]
    if is_unreadable(title):
        return f"{UNREADABLE_TITLE}: {link}"[:MAX_PROBLEM_CHARS]
    summary = clean(summary.replace(UNREADABLE, "")) if UNREADABLE in summary else summary.strip()
    entry_id = clean(entry_id or "")[:MAX_ID_CHARS] or None
    title = title or _first_sentence(summary)
    return FeedEntry(link, title[:MAX_TITLE_CHARS], summary[:MAX_SUMMARY_CHARS], published_at, entry_id, text, says_utc)


def collect(results: Sequence[FeedEntry | str], url: str, further: tuple[str, ...] = ()) -> Entries:
    """Separate entries from problems; of more than ``MAX_ENTRIES`` the newest are kept.

    :raises NotUnderstood: when there are titles and none can be read: the charset is an unknown one.
    """
    entries = [result for result in results if isinstance(result, FeedEntry)]
    problems = [result for result in results if isinstance(result, str)]
    if not entries and any(problem.startswith(UNREADABLE_TITLE) for problem in problems):
        raise NotUnderstood(url, "the text is in an unknown charset: no title can be read")
    if len(entries) > MAX_ENTRIES:
        problems.insert(0, f"{len(entries)} entries, the newest {MAX_ENTRIES} were read")
        newest = sorted(range(len(entries)), key=lambda index: (-_seconds(entries[index]), index))[:MAX_ENTRIES]
        entries = [entries[index] for index in sorted(newest)]
    return Entries(tuple(_with_bounded_texts(entries)), tuple(problems[:MAX_PROBLEMS]), further)


def _with_bounded_texts(entries: Iterable[FeedEntry]) -> Iterator[FeedEntry]:
    """The entries; once they have ``MAX_SOURCE_CHARS`` of text, the others have none."""
    kept_chars = 0
    for entry in entries:
        kept_chars += chars(entry.text)
        yield entry if kept_chars <= MAX_SOURCE_CHARS else replace(entry, text=())


def _first_sentence(summary: str) -> str:
    sentence = _SENTENCE.match(summary)
    return sentence[0] if sentence else summary


def _seconds(entry: FeedEntry) -> float:
    return entry.published_at.timestamp() if entry.published_at else 0.0
