"""Reads and writes the ``article_identities`` table: each name of an article, and the article that it belongs to.

A name is a canonical URL, an outlet's own id of the article, or a feed's guid. It belongs to one article for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from json import dumps
from operator import itemgetter

from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import chunks, insert_or_ignore, insert_rows
from bot.store.schema import article_identities, storable
from bot.store.sqlite_driver import write_later

LONGEST_NAME = 400
"""In characters: a name is indexed, and PostgreSQL refuses an index entry of more than 2,700 bytes."""
# All names are passed as one value: with a parameter for each, every count of names would compile a new statement.
_KNOWN_JSON = text(
    "SELECT identity, article FROM article_identities WHERE identity IN (SELECT value FROM json_each(:names))"
)
_KNOWN_ANY = text("SELECT identity, article FROM article_identities WHERE identity = ANY(CAST(:names AS text[]))")

_OF_ARTICLES = (
    select(article_identities)
    .where(article_identities.c.article.in_(bindparam("ids", expanding=True)))
    .order_by(article_identities.c.identity)
)


def indexable(identity: str) -> str:
    """Returns a name that fits an index; a longer one is replaced by its hash."""
    name = storable(identity)
    return name if len(name) <= LONGEST_NAME else "sha256:" + sha256(name.encode()).hexdigest()


async def known(c: AsyncConnection, identities: Iterable[str]) -> dict[str, int]:
    """Returns those of the names that are known, each with its article."""
    given = {indexable(identity): identity for identity in identities}
    if not given:
        return {}
    names, query = (list(given), _KNOWN_ANY) if c.dialect.name == "postgresql" else (dumps([*given]), _KNOWN_JSON)
    rows = (await c.execute(query, {"names": names})).all()
    return {given[identity]: article for identity, article in rows}


def _rows(names: Mapping[int, Iterable[str]]) -> list[dict[str, object]]:
    return [
        {"identity": name, "article": article}
        for article, identities in names.items()
        for name in dict.fromkeys(map(indexable, identities))
    ]


async def add_new(c: AsyncConnection, names: Mapping[int, Iterable[str]]) -> None:
    """Writes the names of new articles; raises StoreTrouble when one of them is taken.

    They are written in their order, so that no two processes wait for each other's names, and SQLite's pages are
    written one after the other.
    """
    await insert_rows(c, article_identities, sorted(_rows(names), key=itemgetter("identity")))


async def add(c: AsyncConnection, article: int, identities: Iterable[str]) -> None:
    """Writes further names of an article; a name of another article stays with that article."""
    await add_further(c, {article: identities})


async def add_further(c: AsyncConnection, names: Mapping[int, Iterable[str]]) -> None:
    """Writes further names of several articles; a name of another article stays with that article."""
    if rows := _rows(names):
        await write_later(c, insert_or_ignore(c, article_identities), rows)


async def of_article(c: AsyncConnection, article: int) -> tuple[str, ...]:
    """Returns all names of an article."""
    return (await of_articles(c, [article])).get(article, ())


async def of_articles(c: AsyncConnection, article_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Returns all names of several articles, in alphabetical order; an article without names is absent."""
    names: dict[int, list[str]] = {}
    for some_ids in chunks(set(article_ids)):
        for row in await c.execute(_OF_ARTICLES, {"ids": some_ids}):
            names.setdefault(row.article, []).append(row.identity)
    return {article: tuple(identities) for article, identities in names.items()}
