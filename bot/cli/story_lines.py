"""Lines → the story of each: the desk's own grouping over a pile, whatever order it comes in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.cli.input_article import kinds_of, outlet_of
from bot.cli.match_lines import page_of
from bot.matching.scan import Scanner
from bot.model import Page
from bot.stories.clustering import Report, fingerprint, group, period
from scrapers.canonical_url import identities
from scrapers.headline_marks import is_flash
from scrapers.outlet import Outlet
from scrapers.plain_text import content_hash


@dataclass(frozen=True, slots=True)
class _Name:
    """A report's id: it prints as the line's own, and later lines of the same id stay apart."""

    line_id: str
    repeat: int

    def __str__(self) -> str:
        return f"{self.line_id}#{self.repeat}" if self.repeat > 1 else self.line_id


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that holds an article."""

    id: Any
    page: Page
    line: Mapping[str, Any]
    outlet: Outlet | None


def entry_of(line: Mapping[str, Any], outlets: Mapping[str, Outlet]) -> Entry:
    """The entry of a line; match_lines.BadLine if it holds no article."""
    outlet = outlet_of(outlets, line.get("outlet"), line.get("url"))
    return Entry(line.get("id"), page_of(line, kinds_of(outlets)), line, outlet)


def stories_of(entries: Sequence[Entry], scanner: Scanner) -> list[str]:
    """A story's label for every entry, in their order."""
    seen: Counter[str] = Counter()
    names: list[Hashable] = []
    for entry in entries:
        seen[str(entry.id)] += 1
        names.append(_Name(str(entry.id), seen[str(entry.id)]))
    labels = group(_report(name, entry, scanner) for name, entry in zip(names, entries, strict=True))
    return [labels[name] for name in names]


def _report(name: Hashable, entry: Entry, scanner: Scanner) -> Report:
    page, reading = entry.page, scanner.read(entry.page)
    start, end = period(_text(entry, "date"))
    url = _text(entry, "url")
    return Report(
        id=name,
        headline=page.headline,
        language=reading.language,
        outlet=entry.outlet.key if entry.outlet else _text(entry, "outlet"),
        published_at=start,
        published_until=end,
        seen_at=start,
        topics=reading.topics,
        identities=identities(entry.outlet, url) if url else (),
        content_hash=content_hash(page.headline, (page.text,) if page.text.strip() else ()),
        fingerprint=fingerprint(page.headline, page.text),
        kind="official" if page.official else "media",
        flash=is_flash(page.headline),
    )


def _text(entry: Entry, name: str) -> str:
    value = entry.line.get(name)
    return value.strip() if isinstance(value, str) else ""
