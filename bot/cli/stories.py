"""``pactbot stories``: JSON lines of articles in, the story of each of them out, placed as the running bot does.

Without ``--stream`` the lines are read by date; with it strictly in input order, as the bot would meet them.
"""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.cli.article_line import outlet_kinds, outlet_of, page_of
from bot.cli.configured import lexicon_of, outlets_of
from bot.cli.json_lines import BadLine, open_input, read_lines, without_surrogates, write_bad, write_line
from bot.matching.scan import Scanner
from bot.model import Page
from bot.stories.clustering import stories_by_date, stories_in_order
from bot.stories.features.article_features import features_of
from bot.stories.periods import period
from bot.stories.report import Report
from scrapers.headline_marks import is_flash
from scrapers.identities import identities
from scrapers.outlet import Outlet
from scrapers.plain_text import content_hash
from settings.config import load


@dataclass(frozen=True, slots=True)
class _ReportId:
    """The id of a report: the line's own id, and `#2` and so on behind it where lines repeat an id."""

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


def run(options: Namespace) -> int:
    """Answers every line with its story after all lines are read; 1 when a line could not be used."""
    settings = load()
    scanner, outlets = Scanner(lexicon_of(settings, options.lexicon)), outlets_of(settings)
    with open_input(options.file) as stream:
        entries = [_entry_or_error(line, outlets) for line in read_lines(stream)]
    used = [entry for entry in entries if isinstance(entry, Entry)]
    labels = iter(stories_of(used, scanner, stream=options.stream))
    for entry in entries:
        if isinstance(entry, BadLine):
            write_bad(entry)
        else:
            write_line({"id": entry.id, "story": next(labels)})
    return int(any(isinstance(entry, BadLine) for entry in entries))


def _entry_or_error(line: dict[str, Any] | BadLine, outlets: Mapping[str, Outlet]) -> Entry | BadLine:
    if isinstance(line, BadLine):
        return line
    try:
        return entry_of(without_surrogates(line), outlets)
    except BadLine as error:
        return error


def entry_of(line: Mapping[str, Any], outlets: Mapping[str, Outlet]) -> Entry:
    """Returns the entry of a line. Raises BadLine where it holds no article."""
    outlet = outlet_of(outlets, line.get("outlet"), line.get("url"))
    return Entry(line.get("id"), page_of(line, outlet_kinds(outlets)), line, outlet)


def stories_of(entries: Sequence[Entry], scanner: Scanner, *, stream: bool = False) -> list[str]:
    """Returns the label of a story for every entry, in their order."""
    repeats: Counter[str] = Counter()
    report_ids: list[Hashable] = []
    for entry in entries:
        repeats[str(entry.id)] += 1
        report_ids.append(_ReportId(str(entry.id), repeats[str(entry.id)]))
    reports = (_report(report_id, entry, scanner) for report_id, entry in zip(report_ids, entries, strict=True))
    labels = stories_in_order(reports) if stream else stories_by_date(reports)
    return [labels[report_id] for report_id in report_ids]


def _report(report_id: Hashable, entry: Entry, scanner: Scanner) -> Report:
    page, reading = entry.page, scanner.read(entry.page)
    start, end = period(_text(entry, "date"))
    if until := _text(entry, "published_until"):
        end = max(start, period(until)[1])
    url = _text(entry, "url")
    return Report(
        id=report_id,
        headline=page.headline,
        language=reading.language,
        outlet=entry.outlet.key if entry.outlet else _text(entry, "outlet"),
        published_at=start,
        published_until=end,
        seen_at=start,
        topics=reading.topics,
        identities=identities(entry.outlet, url) if url else (),
        content_hash=content_hash(page.headline, (page.text,) if page.text.strip() else ()),
        fingerprint=features_of(page.headline, page.text),
        kind="official" if page.official else "media",
        flash=is_flash(page.headline),
    )


def _text(entry: Entry, name: str) -> str:
    value = entry.line.get(name)
    return value.strip() if isinstance(value, str) else ""
