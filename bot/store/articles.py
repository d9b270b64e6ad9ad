"""Reads and writes the ``articles`` table: what was decided about each article, and whether its page is still wanted.

The names of an article stand in ``article_identities``, its mentions in ``mentions``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from json import loads
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, TextClause, bindparam, case, cast, func, literal, not_, or_, select
from sqlalchemy import update as change
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import CHURNED, DUPLICATE, NO_TOPICS, ArticleKind, ArticleState, StoredArticle, Topics
from bot.store import article_identities
from bot.store.rows import chunks, columns_from, fields_of, from_row, insert_rows, reserve_ids
from bot.store.schema import NAMES_PACT, WANTED, articles
from bot.store.sqlite_driver import write_later

LONGEST_HEADLINE = 500
"""In characters: a headline is indexed, and PostgreSQL refuses an index entry of more than 2,700 bytes."""
_COLUMNS = {column.name for column in articles.columns}

# What every page asks for is built once: building a statement costs more than running it.
_CHANGE = change(articles).where(articles.c.id == bindparam("row_id"))
_BY_ID = select(articles).where(articles.c.id == bindparam("row_id"))
_SAME_HASH = (articles.c.content_hash == bindparam("hash"), articles.c.first_seen_at >= bindparam("since_at"))
_BY_HASH = select(articles).where(*_SAME_HASH).order_by(articles.c.first_seen_at, articles.c.id)
_OF_STORY_AS_READ = select(articles).where(articles.c.story == bindparam("story_id")).order_by(articles.c.read_at)
_IN_ORDER = (articles.c.first_seen_at, articles.c.id)
_OF_IDS = articles.c.id.in_(bindparam("ids", expanding=True))
_SOME = select(articles).where(_OF_IDS).order_by(*_IN_ORDER)
_IS_DECIDED = (
    articles.c.state.in_(("failed", "read"))
    & articles.c.suspect.is_not(None)
    & articles.c.suspect.not_in((CHURNED, DUPLICATE))
)
_MAY_BE_TOLD = (
    articles.c.baseline.is_(False),
    or_(articles.c.state == "headline", _IS_DECIDED),
    articles.c.first_seen_at >= bindparam("since_at"),
)
_WITHOUT_TEXT = select(articles).where(_OF_IDS, articles.c.content_hash == "", *_MAY_BE_TOLD).order_by(*_IN_ORDER)
_OUTLETS = articles.c.outlet.in_(bindparam("outlets", expanding=True))
_NAMING_PACT = (
    select(articles.c.outlet).where(NAMES_PACT, articles.c.first_seen_at >= bindparam("since_at"), _OUTLETS).distinct()
)


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article before it has an id."""

    outlet: str
    url: str
    canonical_url: str
    headline: str
    language: str
    kind: ArticleKind
    published_at: datetime | None
    first_seen_at: datetime
    identities: tuple[str, ...]
    """All names under which it may be met again."""
    state: ArticleState = "headline"
    wants_page: bool = True
    """False where no page is to be fetched: a baseline, an address that robots.txt refuses."""
    baseline: bool = False
    flash: bool = False
    corrected: bool = False
    content_hash: str = ""
    suspect: str | None = None
    story: int | None = None
    topics: Topics = NO_TOPICS
    severity_reason: Mapping[str, str] = field(default_factory=dict)
    lexicon_version: str = ""
    listed: Mapping[str, str] = field(default_factory=dict)
    """The title under which each source lists it, by the source's key."""
    head_start: timedelta = timedelta(0)
    """How much earlier its page is read than others that were first seen at the same time."""
    text_url: str | None = None
    """The address of its plain text, which is read instead of its page."""


@dataclass(frozen=True, slots=True)
class Unread:
    """An article whose page is still to be read."""

    article: StoredArticle
    tries: int
    """How often its page was asked for in vain."""
    next_try_at: datetime | None


@dataclass(frozen=True, slots=True)
class OutletCount:
    """How many articles of one outlet were first seen in a period."""

    outlet: str
    articles: int
    newest_at: datetime


@dataclass(frozen=True, slots=True)
class Appearance:
    """That an article of a story was first seen, and what it names: enough to count stories. Severity is left out."""

    story: int
    first_seen_at: datetime
    topics: Topics
    article: int
    outlet: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an article for the answers about its story."""

    placement: Mapping[str, Any] = field(default_factory=dict)
    """Why it joined or opened its story; empty where it was placed before that was kept."""
    former_headlines: tuple[Mapping[str, str], ...] = ()
    """``headline`` and ``until_at``, oldest first."""
    listed: Mapping[str, str] = field(default_factory=dict)
    """The title under which each source lists it."""
    head_facts: tuple[Sequence[str], ...] = ()
    """Kind, value and text of each."""


async def add(c: AsyncConnection, new: NewArticle) -> int:
    """Writes an article with its names and returns its id; raises StoreTrouble when a name is taken."""
    return (await add_many(c, [new]))[0]


async def add_many(c: AsyncConnection, new_articles: Sequence[NewArticle]) -> list[int]:
    """Writes many articles with their names; returns their ids in the same order."""
    if not new_articles:
        return []
    ids = await reserve_ids(c, articles, len(new_articles))
    by_columns: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for article_id, new in zip(ids, new_articles, strict=True):
        row = {"id": article_id, **_row_of(new)}
        by_columns.setdefault(tuple(row), []).append(row)
    for rows in by_columns.values():
        await insert_rows(c, articles, rows)
    names = {article_id: new.identities for article_id, new in zip(ids, new_articles, strict=True)}
    await article_identities.add_new(c, names)
    return ids


def _row_of(new: NewArticle) -> dict[str, object]:
    """Returns the columns of a new article; those are left to the table whose values are its own: most name nothing."""
    row = fields_of(new)
    del row["identities"], row["head_start"], row["topics"]
    if not new.listed:
        del row["listed"]
    if new.topics is not NO_TOPICS and new.topics != NO_TOPICS:
        row |= fields_of(new.topics)
    if not new.severity_reason:
        del row["severity_reason"]
    row["headline"] = new.headline[:LONGEST_HEADLINE]
    row["page_order_at"] = new.first_seen_at - new.head_start
    return row


async def update(c: AsyncConnection, article: int, **values: object) -> None:
    """Writes some columns, given by the names of StoredArticle or wants_page, tries, next_try_at, read_at."""
    columns = columns_from(values)
    unknown = columns.keys() - _COLUMNS
    if unknown:
        raise KeyError(f"an article has no {', '.join(sorted(unknown))}")
    await write_later(c, _CHANGE, {**columns, "row_id": article})


async def get(c: AsyncConnection, article: int) -> StoredArticle | None:
    """Returns the article, or None."""
    row = (await c.execute(_BY_ID, {"row_id": article})).first()
    return None if row is None else from_row(StoredArticle, row)


async def some(c: AsyncConnection, article_ids: Iterable[int]) -> tuple[StoredArticle, ...]:
    """Returns the articles with these ids, the first seen first."""
    found = [
        from_row(StoredArticle, row) for ids in chunks(article_ids) for row in await c.execute(_SOME, {"ids": ids})
    ]
    return tuple(sorted(found, key=lambda article: (article.first_seen_at, article.id)))


async def without_text(c: AsyncConnection, article_ids: Iterable[int], since_at: datetime) -> list[StoredArticle]:
    """Returns those of the articles that were first seen since then, may be told, and of which no text was read."""
    found: list[StoredArticle] = []
    for ids in chunks(article_ids):
        rows = await c.execute(_WITHOUT_TEXT, {"ids": ids, "since_at": since_at})
        found += [from_row(StoredArticle, row) for row in rows]
    return found


async def by_identities(c: AsyncConnection, identities: Sequence[str]) -> StoredArticle | None:
    """Returns the article of the first name that is known, or None."""
    article_of = await article_identities.known(c, identities)
    article = next((article_of[name] for name in identities if name in article_of), None)
    return None if article is None else await get(c, article)


async def by_content_hash(c: AsyncConnection, content_hash: str, since_at: datetime) -> tuple[StoredArticle, ...]:
    """Returns the articles with exactly the same text that were first seen since then, oldest first."""
    if not content_hash:
        return ()
    rows = await c.execute(_BY_HASH, {"hash": content_hash, "since_at": since_at})
    return tuple(from_row(StoredArticle, row) for row in rows)


async def naming_pact_since(c: AsyncConnection, outlets: Iterable[str], since_at: datetime) -> set[str]:
    """Returns those of the outlets of which an article that names the pact was first seen since then."""
    naming: set[str] = set()
    for some_outlets in chunks(outlets):
        naming.update((await c.execute(_NAMING_PACT, {"since_at": since_at, "outlets": some_outlets})).scalars())
    return naming


async def recent_times(c: AsyncConnection, outlet: str, limit: int) -> list[datetime]:
    """Returns when the outlet's latest articles were published, or first seen where that is unknown."""
    query = select(articles.c.published_at, articles.c.first_seen_at).where(articles.c.outlet == outlet)
    rows = (await c.execute(query.order_by(articles.c.id.desc()).limit(limit))).all()
    return [row.published_at or row.first_seen_at for row in rows]


async def of_story(c: AsyncConnection, story: int) -> tuple[StoredArticle, ...]:
    """Returns a story's articles, the first seen first."""
    return await _some(c, articles.c.story == story)


async def of_stories(c: AsyncConnection, story_ids: Iterable[int]) -> dict[int, tuple[StoredArticle, ...]]:
    """Returns the articles of several stories, the first seen first in each."""
    by_story: dict[int, list[StoredArticle]] = {}
    for some_ids in chunks(set(story_ids)):
        for article in await _some(c, articles.c.story.in_(some_ids)):
            if article.story is not None:
                by_story.setdefault(article.story, []).append(article)
    return {story: tuple(of_it) for story, of_it in by_story.items()}


async def of_story_as_read(c: AsyncConnection, story: int) -> tuple[StoredArticle, ...]:
    """Returns a story's articles, the first read first."""
    rows = await c.execute(_OF_STORY_AS_READ, {"story_id": story})
    return tuple(from_row(StoredArticle, row) for row in rows)


async def known_of(c: AsyncConnection, article_ids: Iterable[int]) -> dict[int, Known]:
    """Returns what is known of articles besides their rows, by the article's id."""
    columns = (articles.c.id, *(articles.c[name] for name in fields_of(Known())))
    known: dict[int, Known] = {}
    for some_ids in chunks(article_ids):
        rows = await c.execute(select(*columns).where(articles.c.id.in_(some_ids)))
        known.update({row.id: from_row(Known, row._mapping) for row in rows})
    return known


async def former_headlines(c: AsyncConnection, article: int) -> list[dict[str, Any]]:
    """Returns the headlines that an article had before, oldest first."""
    query = select(articles.c.former_headlines).where(articles.c.id == article)
    return (await c.execute(query)).scalar_one_or_none() or []


async def twins_since(c: AsyncConnection, story: int, read_since_at: datetime) -> list[tuple[int, object]]:
    """Returns a story's articles that were read since then, the first read first, with the one each is most like."""
    query = select(articles.c.id, articles.c.placement).where(articles.c.story == story)
    rows = await c.execute(query.where(articles.c.read_at >= read_since_at).order_by(articles.c.read_at, articles.c.id))
    return [(row.id, row.placement.get("twin")) for row in rows]


async def recent(
    c: AsyncConnection, since_at: datetime, until_at: datetime | None = None, *, in_stories: bool = False
) -> tuple[StoredArticle, ...]:
    """Returns articles first seen since then, oldest first; with ``in_stories`` only those that belong to a story.

    ``until_at`` itself is no part of the time; None is now.
    """
    where = [articles.c.first_seen_at >= since_at]
    if until_at is not None:
        where.append(articles.c.first_seen_at < until_at)
    if in_stories:
        where.append(articles.c.story.is_not(None))
    return await _some(c, *where)


async def first_appearances(
    c: AsyncConnection, since_at: datetime, new_outlets: Collection[str], single: Collection[int]
) -> list[Appearance]:
    """Returns the first appearance since then of each story with the same topics, oldest first.

    Of ``new_outlets`` and of others each story has its own, and each article of ``single`` stands by itself. So the
    database sees every article, but only some rows come back; they are made by position, and topics, which repeat, are
    parsed once.
    """
    lists = [cast(articles.c[name], Text).label(name) for name in ("sister_pact", "officials", "sectors")]
    topics = (articles.c.pact, *lists)
    is_new = articles.c.outlet.in_(new_outlets).label("is_new")
    by_itself = case((articles.c.id.in_(single), articles.c.id), else_=0).label("by_itself")
    first_at = func.min(articles.c.first_seen_at, type_=articles.c.first_seen_at.type).label("first_at")
    query = select(func.min(articles.c.id), articles.c.story, func.min(articles.c.outlet), first_at, *topics)
    query = query.where(articles.c.first_seen_at >= since_at, articles.c.story.is_not(None))
    rows = await c.execute(query.group_by(articles.c.story, *topics, is_new, by_itself).order_by(first_at))
    return [
        Appearance(story, at, _topics(pact, sisters, officials, sectors), article, outlet)
        for article, story, outlet, at, pact, sisters, officials, sectors in rows.all()
    ]


async def read_between(c: AsyncConnection, instants: Sequence[datetime]) -> tuple[bool, ...]:
    """Returns for each two neighbours of these instants whether an article, of any topic, was first seen between them.

    One statement asks for all of them.
    """
    at = articles.c.first_seen_at
    spans = [
        select(literal(number).label("number")).where(select(at).where(at >= begin, at < end).exists())
        for number, (begin, end) in enumerate(pairwise(instants))
    ]
    read = set((await c.execute(spans[0].union_all(*spans[1:]))).scalars()) if spans else set()
    return tuple(number in read for number in range(len(spans)))


async def placed_in(c: AsyncConnection, story_ids: Iterable[int], since_at: datetime) -> list[tuple[int, int]]:
    """Returns article and story of the articles in these stories that were first seen since then."""
    placed: list[tuple[int, int]] = []
    for some_ids in chunks(story_ids):
        query = select(articles.c.id, articles.c.story)
        query = query.where(articles.c.story.in_(some_ids), articles.c.first_seen_at >= since_at)
        placed += [(article, story) for article, story in await c.execute(query)]
    return placed


@lru_cache(maxsize=1 << 12)
def _topics(pact: bool, *lists: str) -> Topics:
    sisters, officials, sectors = (tuple(loads(names)) for names in lists)
    return Topics(pact, sisters, officials, sectors)


async def unread(
    c: AsyncConnection,
    outlet: str | None,
    limit: int,
    now: datetime | None = None,
    *,
    likely_only: bool = False,
    without: Collection[int] = (),
) -> tuple[Unread, ...]:
    """Returns the articles whose pages are wanted, in the order in which they are to be read.

    With ``now`` only those whose next try is due, with ``likely_only`` only those with a head start; those of
    ``without`` are left out.
    """
    query = _unread(likely_only, bool(without), outlet is not None, now is not None)
    values = {"ids": list(without), "of_outlet": outlet, "now": now}
    rows = await c.execute(query, {"how_many": limit, **{key: value for key, value in values.items() if value}})
    return tuple(Unread(from_row(StoredArticle, row), row.tries, row.next_try_at) for row in rows)


@lru_cache
def _unread(likely_only: bool, has_others: bool, of_outlet: bool, is_due: bool) -> Select[Any]:
    where: list[ColumnElement[bool] | TextClause] = [WANTED, articles.c.state == "headline"]
    if likely_only:
        where.append(articles.c.page_order_at < articles.c.first_seen_at)
    if has_others:
        where.append(not_(_OF_IDS))
    if of_outlet:
        where.append(articles.c.outlet == bindparam("of_outlet"))
    if is_due:
        where.append(or_(articles.c.next_try_at.is_(None), articles.c.next_try_at <= bindparam("now")))
    query = select(articles).where(*where).order_by(articles.c.page_order_at, articles.c.id)
    return query.limit(bindparam("how_many"))


async def with_titles(c: AsyncConnection, outlet: str, headlines: Iterable[str], since_at: datetime) -> dict[str, int]:
    """Returns those of the headlines that an article of the outlet has which was first seen since then; the newest."""
    newest: dict[str, int] = {}
    for some in chunks(set(headlines)):
        where = (articles.c.outlet == outlet, articles.c.headline.in_(some), articles.c.first_seen_at >= since_at)
        query = select(articles.c.headline, func.max(articles.c.id)).where(*where).group_by(articles.c.headline)
        newest.update((headline, article) for headline, article in await c.execute(query))
    return newest


async def counts_since(c: AsyncConnection, since_at: datetime) -> tuple[OutletCount, ...]:
    """Counts each outlet's articles that were first seen since then."""
    newest = func.max(articles.c.first_seen_at, type_=articles.c.first_seen_at.type).label("newest_at")
    outlet = func.coalesce(articles.c.outlet, "").label("outlet")  # SQLite would read the whole index of titles
    query = select(outlet, func.count().label("articles"), newest)
    query = query.where(articles.c.first_seen_at >= since_at).group_by(outlet).order_by(outlet)
    return tuple(from_row(OutletCount, row) for row in await c.execute(query))


async def _some(c: AsyncConnection, *where: ColumnElement[bool]) -> tuple[StoredArticle, ...]:
    rows = await c.execute(select(articles).where(*where).order_by(articles.c.first_seen_at, articles.c.id))
    return tuple(from_row(StoredArticle, row) for row in rows)
