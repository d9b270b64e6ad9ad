"""Stores parts of the lists of several sources in one transaction: new articles, what they name, and the sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.deliveries.notices import OperatorsChannel
from bot.intake.aggregated import give_addresses, names_by_title
from bot.intake.headlines import (
    ReadArticle,
    follow_churn,
    store_all,
    unknown_of,
    want_pages_again,
    without_known_titles,
)
from bot.intake.reading_pace import PACT_REMEMBERED, URGENT_KINDS
from bot.intake.source_state import after_success, with_pace
from bot.store import article_identities, articles, feed_texts, outlet_troubles, sources
from bot.store.articles import NewArticle
from bot.store.engine import Connection
from bot.store.feed_texts import FeedText
from bot.store.sources import SourceRow
from scrapers.article import SourceReading
from scrapers.outlet import Outlet


@dataclass(frozen=True, slots=True)
class ReadSource:
    """A source whose list is stored as a whole, and what is noted of it then."""

    outlet: Outlet
    row: SourceRow
    read: SourceReading
    seconds: float
    churned: bool = False
    new: int = 0
    """The new articles of the list's earlier parts."""
    corrected: Sequence[int] = ()
    further_names: Mapping[int, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListPart:
    """New articles of one outlet's list that are stored together."""

    outlet: Outlet
    articles: Sequence[ReadArticle]
    texts: Mapping[str, FeedText]
    """What the list says of them, by their addresses."""
    churned: bool = False
    last: ReadSource | None = None
    """The source, where this is the last part of its list."""

    @property
    def new_articles(self) -> list[NewArticle]:
        """The articles without what they say."""
        return [new for new, _ in self.articles]


@dataclass(frozen=True, slots=True)
class StoredPart:
    """The articles of a part that were new, with their ids."""

    articles: Sequence[tuple[int, NewArticle]]
    addressed: bool = False
    """Whether articles that were known by their titles alone got their addresses."""


async def store_parts(
    c: Connection, operators: OperatorsChannel | None, parts: Sequence[ListPart], now: datetime
) -> list[StoredPart]:
    """Stores the parts, in their order; an article that several list is stored with the first of them.

    A part of a churned list is stored in a transaction of its own.
    """
    by_title = [names_by_title(part.outlet, part.new_articles, now) for part in parts]
    names = [name for part in parts for new in part.new_articles for name in new.identities]
    article_of = await article_identities.known(c, [*names, *(name for titles in by_title for name in titles)])
    addressed = [
        await give_addresses(c, part.outlet, titles, article_of, part.texts, now)
        for part, titles in zip(parts, by_title, strict=True)
    ]
    taken = set(await article_identities.known(c, names) if any(addressed) else article_of)
    unknown = [
        await without_known_titles(c, unknown_of(part.articles, taken), now)
        if part.churned
        else unknown_of(part.articles, taken)
        for part in parts
    ]
    stored = [StoredPart(ids, given) for ids, given in zip(await store_all(c, unknown), addressed, strict=True)]
    await feed_texts.add_new(
        c,
        {
            article_id: part.texts[new.url]
            for part, of_part in zip(parts, stored, strict=True)
            for article_id, new in of_part.articles
            if new.wants_page
        },
    )
    ended = [(part.last, len(of_part.articles)) for part, of_part in zip(parts, stored, strict=True) if part.last]
    await note_readings(c, operators, ended, now)
    return stored


async def note_readings(
    c: Connection, operators: OperatorsChannel | None, ended: Sequence[tuple[ReadSource, int]], now: datetime
) -> None:
    """Writes the health and pace of sources, each with the new articles of its last part, and reports churned lists."""
    for each, _ in ended:
        await want_pages_again(c, each.corrected)
        await article_identities.add_further(c, each.further_names)
    naming_pact = await _naming_pact(c, (each.outlet for each, _ in ended), now)
    rows = []
    for each, new in ended:
        is_urgent = each.outlet.kind in URGENT_KINDS or each.outlet.key in naming_pact
        every_minutes, all_new = each.outlet.every_minutes, each.new + new
        paced = with_pace(each.row, each.read, all_new, now, every_minutes=every_minutes, is_urgent=is_urgent)
        rows.append(after_success(paced, each.read, all_new, each.seconds, now))
    await sources.save_all(c, rows)
    listed = [each for each, _ in ended if each.read.headlines]
    troubles = await outlet_troubles.of_kinds(c, ["churned"]) if listed else ()
    for each in listed:
        await follow_churn(c, operators, each.outlet, each.row.url, troubles, now, churned=each.churned)


async def _naming_pact(c: Connection, outlets: Iterable[Outlet], now: datetime) -> set[str]:
    slowed = {outlet.key for outlet in outlets if outlet.kind not in URGENT_KINDS}
    return await articles.naming_pact_since(c, slowed, now - PACT_REMEMBERED)
