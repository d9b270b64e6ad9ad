"""Entries → the story of each: the desk's own grouping over a pile of lines, whatever order they come in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from bot.cli.entries import Entry
from bot.desk.stories import Report, fingerprint, group, period
from bot.matching.scan import Scanner
from scrapers.address import identities
from scrapers.text import content_hash, is_flash


@dataclass(frozen=True, slots=True)
class _Name:
    """A report's id: it prints as the line's own, and later lines of the same id stay apart."""

    line_id: str
    repeat: int

    def __str__(self) -> str:
        return f"{self.line_id}#{self.repeat}" if self.repeat > 1 else self.line_id


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
    reading = scanner.read(entry.page())
    start, end = period(entry.dated)
    return Report(
        id=name,
        headline=entry.headline,
        language=reading.language,
        outlet=entry.outlet.key if entry.outlet else entry.outlet_named or "",
        published_at=start,
        published_until=end,
        seen_at=start,
        pact=reading.pact,
        sister_pact=reading.sister_pact,
        officials=reading.officials,
        sectors=reading.sectors,
        severity=reading.severity,
        after=reading.after,
        identities=identities(entry.outlet, entry.url) if entry.url else (),
        content_hash=content_hash(entry.headline, (entry.text,) if entry.text.strip() else ()),
        fingerprint=fingerprint(entry.headline, entry.text),
        kind="official" if entry.official else "media",
        flash=is_flash(entry.headline),
    )
