"""Articles: under which names they are known, what was decided about them, and which pages still want reading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from json import dumps

from sqlalchemy import ColumnElement, TextClause, func, insert, or_, select, text
from sqlalchemy import update as change
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import NO_TOPICS, ArticleKind, ArticleState, StoredArticle, Topics
from bot.store.rows import chunks, columns_from, fetch_one, fields_of, from_row, insert_or_ignore, reserve_ids
from bot.store.schema import WANTED, article_identities, articles, storable

LONGEST_NAME = 400
LONGEST_HEADLINE = 500
"""In characters: both are indexed, and PostgreSQL refuses an index entry of more than 2,700 bytes."""
# all names are one value: a list of as many parameters would be written into a new statement every time
_KNOWN_JSON = text(
    "SELECT identity, article FROM article_identities WHERE identity IN (SELECT value FROM json_each(:names))"
)
_KNOWN_ANY = text("SELECT identity, article FROM article_identities WHERE identity = ANY(CAST(:names AS text[]))")
_OUR_COLUMNS = {column.name for column in articles.columns}


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article before it has a number. ``identities`` are all names under which it may be met again."""

    outlet: str
    url: str
    canonical_url: str
    headline: str
    language: str
    kind: ArticleKind
    published_at: datetime | None
    first_seen_at: datetime
    identities: tuple[str, ...]
    state: ArticleState = "headline"
    wants_page: bool = True
    """False where no page is to be fetched: a baseline, an address that robots refuse."""
    baseline: bool = False
    flash: bool = False
    corrected: bool = False
    content_hash: str = ""
    suspect: str | None = None
    story: int | None = None
    topics: Topics = NO_TOPICS
    lexicon_version: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """An article whose page is still to be read, with how often that was tried."""

    article: StoredArticle
    tries: int
    next_try_at: datetime | None


@dataclass(frozen=True, slots=True)
class OutletCount:
    """Articles first seen in a period, of one outlet."""

    outlet: str
    articles: int
    newest_at: datetime


def _short(identity: str) -> str:
    """A name that fits an index; a longer one (an endless address) is known by its hash."""
    name = storable(identity)
    return name if len(name) <= LONGEST_NAME else "sha256:" + sha256(name.encode()).hexdigest()


async def known(c: AsyncConnection, identities: Iterable[str]) -> dict[str, int]:
    """Those of the names that are known, each with its article."""
    asked = {_short(identity): identity for identity in identities}
    if not asked:
        return {}
    one_value, query = (list(asked), _KNOWN_ANY) if c.dialect.name == "postgresql" else (dumps([*asked]), _KNOWN_JSON)
    rows = (await c.execute(query, {"names": one_value})).all()
    return {asked[identity]: article for identity, article in rows}


async def add(c: AsyncConnection, new: NewArticle) -> int:
    """Store an article with its names; StoreTrouble when one of them was taken meanwhile."""
    return (await add_many(c, [new]))[0]


async def add_many(c: AsyncConnection, news: Sequence[NewArticle]) -> list[int]:
    """Store many at once (a feed's first reading); their numbers, in the same order."""
    if not news:
        return []
    ids = await reserve_ids(c, articles, len(news))
    rows = [
        {"id": number, **columns_from(fields_of(new)), "headline": new.headline[:LONGEST_HEADLINE]}
        for number, new in zip(ids, news, strict=True)
    ]
    names = [row.pop("identities") for row in rows]
    await c.execute(insert(articles), rows)
    pairs = [
        {"identity": name, "article": number}
        for number, mine in zip(ids, names, strict=True)
        for name in dict.fromkeys(map(_short, mine))
    ]
    if pairs:
        await c.execute(insert(article_identities), pairs)
    return ids


async def add_identities(c: AsyncConnection, article: int, identities: Iterable[str]) -> None:
    """Further names, as a page's own canonical address; a name that another article has stays with it."""
    for name in dict.fromkeys(map(_short, identities)):
        await c.execute(insert_or_ignore(c, article_identities).values(identity=name, article=article))


async def update(c: AsyncConnection, article: int, **values: object) -> None:
    """Write some of its columns, by the names of StoredArticle and wants_page, tries, next_try_at, read_at."""
    columns = columns_from(values)
    unknown = columns.keys() - _OUR_COLUMNS
    if unknown:
        raise KeyError(f"an article has no {', '.join(sorted(unknown))}")
    await c.execute(change(articles).where(articles.c.id == article).values(columns))


async def get(c: AsyncConnection, article: int) -> StoredArticle | None:
    """The article, or None."""
    return await fetch_one(c, StoredArticle, articles, articles.c.id == article)


async def by_identities(c: AsyncConnection, identities: Sequence[str]) -> StoredArticle | None:
    """The article that the first known name (strongest first) belongs to."""
    found = await known(c, identities)
    first = next((found[name] for name in identities if name in found), None)
    return None if first is None else await get(c, first)


async def by_content_hash(c: AsyncConnection, content_hash: str, since_at: datetime) -> tuple[StoredArticle, ...]:
    """Articles with the very same text, oldest first."""
    if not content_hash:
        return ()
    return await _some(c, articles.c.content_hash == content_hash, articles.c.first_seen_at >= since_at)


async def identities_of(c: AsyncConnection, article: int) -> tuple[str, ...]:
    """All names of an article."""
    rows = select(article_identities.c.identity).where(article_identities.c.article == article)
    return tuple((await c.execute(rows.order_by(article_identities.c.identity))).scalars())


async def identities_of_many(c: AsyncConnection, numbers: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """All names of several articles."""
    found: dict[int, list[str]] = {}
    table = article_identities.c
    for some in chunks(set(numbers)):
        rows = await c.execute(select(article_identities).where(table.article.in_(some)).order_by(table.identity))
        for row in rows:
            found.setdefault(row.article, []).append(row.identity)
    return {article: tuple(mine) for article, mine in found.items()}


async def of_story(c: AsyncConnection, story: int) -> tuple[StoredArticle, ...]:
    """A story's articles, oldest first."""
    return await _some(c, articles.c.story == story)


async def of_stories(c: AsyncConnection, stories: Iterable[int]) -> dict[int, tuple[StoredArticle, ...]]:
    """The articles of several stories, oldest first in each."""
    found: dict[int, list[StoredArticle]] = {}
    for some in chunks(set(stories)):
        for article in await _some(c, articles.c.story.in_(some)):
            if article.story is not None:
                found.setdefault(article.story, []).append(article)
    return {story: tuple(mine) for story, mine in found.items()}


async def recent(c: AsyncConnection, since_at: datetime, *, in_stories: bool = False) -> tuple[StoredArticle, ...]:
    """Articles first seen since then, oldest first; or only those that belong to a story."""
    where = [articles.c.first_seen_at >= since_at]
    if in_stories:
        where.append(articles.c.story.is_not(None))
    return await _some(c, *where)


async def unread(c: AsyncConnection, outlet: str | None, limit: int, now: datetime | None = None) -> tuple[Unread, ...]:
    """Pages that still want reading, oldest first; with ``now`` only those whose next try has come."""
    where: list[ColumnElement[bool] | TextClause] = [WANTED, articles.c.state == "headline"]
    if outlet is not None:
        where.append(articles.c.outlet == outlet)
    if now is not None:
        where.append(or_(articles.c.next_try_at.is_(None), articles.c.next_try_at <= now))
    query = select(articles).where(*where).order_by(articles.c.first_seen_at, articles.c.id).limit(limit)
    rows = await c.execute(query)
    return tuple(Unread(from_row(StoredArticle, row), row.tries, row.next_try_at) for row in rows)


async def tries_of(c: AsyncConnection, article: int) -> int:
    """How often its page was asked for in vain."""
    return (await c.execute(select(articles.c.tries).where(articles.c.id == article))).scalar_one_or_none() or 0


async def same_title(c: AsyncConnection, outlet: str, headline: str, since_at: datetime) -> int | None:
    """An outlet's newest article with exactly this headline, seen since then."""
    where = (articles.c.outlet == outlet, articles.c.headline == headline, articles.c.first_seen_at >= since_at)
    query = select(articles.c.id).where(*where).order_by(articles.c.id.desc()).limit(1)
    found: int | None = (await c.execute(query)).scalar_one_or_none()
    return found


async def counts_since(c: AsyncConnection, since_at: datetime) -> tuple[OutletCount, ...]:
    """How many articles each outlet gave since then."""
    newest = func.max(articles.c.first_seen_at, type_=articles.c.first_seen_at.type).label("newest_at")
    query = select(articles.c.outlet, func.count().label("articles"), newest)
    query = query.where(articles.c.first_seen_at >= since_at).group_by(articles.c.outlet).order_by(articles.c.outlet)
    return tuple(from_row(OutletCount, row) for row in await c.execute(query))


async def _some(c: AsyncConnection, *where: ColumnElement[bool]) -> tuple[StoredArticle, ...]:
    rows = await c.execute(select(articles).where(*where).order_by(articles.c.first_seen_at, articles.c.id))
    return tuple(from_row(StoredArticle, row) for row in rows)
