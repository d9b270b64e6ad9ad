"""Finds what is new in the lists of sources, and what they say of known articles, for many lists with one question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.intake.headlines import find_newly_corrected, oldest_first
from bot.intake.known_names import (
    KnownNames,
    find_further_names,
    names_in,
    select_unknown,
    without_purged,
    without_taken_names,
)
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
    changed: Sequence[Headline] | None = None
    """The headlines that did not stand so in its last list; None where that is not known."""


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
    """Returns what is found for each list, in their order.

    A list that is the last one with articles of new names alone is looked up by these; any other as a whole.
    """
    rows = await sources.of_outlets(c, {each.outlet.key for each in lists if each.row is None})
    asked = [each.headlines if each.changed is None else each.changed for each in lists]
    known = await article_identities.known(c, [name for headlines in asked for name in names_in(headlines)])
    whole = [
        each.headlines
        for each, headlines in zip(lists, asked, strict=True)
        if headlines is not each.headlines and not known.keys().isdisjoint(names_in(headlines))
    ]
    if whole:
        known |= await article_identities.known(c, [name for headlines in whole for name in names_in(headlines)])
    found = []
    for each, headlines in zip(lists, asked, strict=True):
        looked_up = each.headlines if any(each.headlines is other for other in whole) else headlines
        row = each.row or _row_of(each, rows)
        found.append(await _find(c, each, looked_up, row, known, now))
    return found


def _row_of(listed: SourceList, rows: Mapping[tuple[str, str], SourceRow]) -> SourceRow:
    key = listed.outlet.key, listed.source.url
    return rows.get(key) or SourceRow(*key)


async def _find(
    c: Connection, listed: SourceList, looked_up: Sequence[Headline], row: SourceRow, known: KnownNames, now: datetime
) -> ListFindings:
    article_of = {name: known[name] for name in names_in(looked_up) if name in known} if known else {}
    headlines = await without_taken_names(c, looked_up, article_of)
    unknown = await without_purged(c, select_unknown(headlines, article_of))
    return ListFindings(
        state=row,
        headlines=headlines if looked_up is listed.headlines else listed.headlines,
        unknown=oldest_first(unknown),
        corrected=await find_newly_corrected(c, headlines, article_of),
        titles=await find_titles(c, listed.source, headlines, article_of, now),
        further_names=await find_further_names(c, headlines, article_of),
        later_texts=await find_later_texts(c, headlines, article_of, now),
    )
