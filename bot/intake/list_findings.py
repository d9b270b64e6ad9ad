"""Finds what is new in the lists of sources, and what they say of known articles, for many lists with one question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.intake.headlines import find_newly_corrected, oldest_first
from bot.intake.known_names import KnownNames, find_further_names, names_in, select_unknown, without_taken_names
from bot.intake.later_texts import find_later_texts
from bot.intake.title_edits import ListedTitles, find_titles
from bot.store import article_identities, sources
from bot.store.engine import Connection
from bot.store.feed_texts import FeedText
from bot.store.sources import SourceRow
from scrapers.article import Headline
from scrapers.outlet import Outlet, Source


@dataclass(frozen=True, slots=True)
class SourceList:
    """What one source of an outlet lists."""

    outlet: Outlet
    source: Source
    headlines: Sequence[Headline]
    row: SourceRow | None = None
    """The source's row before this reading; None where it is still to be looked up."""


@dataclass(frozen=True, slots=True)
class ListFindings:
    """What the store knows of a list."""

    state: SourceRow
    headlines: Sequence[Headline]
    """All of the list, without the names that other articles have."""
    unknown: Sequence[Headline]
    """Those of no known article, the oldest first."""
    corrected: Sequence[int]
    titles: ListedTitles
    further_names: Mapping[int, Sequence[str]]
    later_texts: Mapping[int, FeedText]


async def find_in_lists(c: Connection, lists: Sequence[SourceList], now: datetime) -> list[ListFindings]:
    """Returns what is found for each list, in their order."""
    rows = await sources.of_outlets(c, {each.outlet.key for each in lists if each.row is None})
    known = await article_identities.known(c, [name for each in lists for name in names_in(each.headlines)])
    return [await _find(c, each, each.row or _row_of(each, rows), known, now) for each in lists]


def _row_of(listed: SourceList, rows: Mapping[tuple[str, str], SourceRow]) -> SourceRow:
    key = listed.outlet.key, listed.source.url
    return rows.get(key) or SourceRow(*key)


async def _find(c: Connection, listed: SourceList, row: SourceRow, known: KnownNames, now: datetime) -> ListFindings:
    article_of = {name: known[name] for name in names_in(listed.headlines) if name in known} if known else {}
    headlines = await without_taken_names(c, listed.headlines, article_of)
    return ListFindings(
        state=row,
        headlines=headlines,
        unknown=oldest_first(select_unknown(headlines, article_of)),
        corrected=await find_newly_corrected(c, headlines, article_of),
        titles=await find_titles(c, listed.source, headlines, article_of, now),
        further_names=await find_further_names(c, headlines, article_of),
        later_texts=await find_later_texts(c, headlines, article_of, now),
    )
