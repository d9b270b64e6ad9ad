"""Reads and writes the titles under which sources list an article: a column of the ``articles`` table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import CHURNED, DUPLICATE
from bot.store.articles import update
from bot.store.rows import chunks, from_row
from bot.store.schema import articles


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """An article whose title in a list may change."""

    id: int
    headline: str
    former_headlines: tuple[Mapping[str, str], ...]
    listed: Mapping[str, str]
    """The title under which each source lists it, by the source's key."""


_IS_OFFICIAL_TEXT = (articles.c.kind == "official") & articles.c.suspect.not_in((CHURNED, DUPLICATE))
_IS_TRUSTED = or_(articles.c.suspect.is_(None), articles.c.flash, _IS_OFFICIAL_TEXT)
_OF_ARTICLES = select(articles.c.id, articles.c.headline, articles.c.former_headlines, articles.c.listed).where(
    articles.c.id.in_(bindparam("ids", expanding=True)),
    articles.c.baseline.is_(False),
    _IS_TRUSTED,
    articles.c.first_seen_at >= bindparam("since_at"),
)


async def of_articles(c: AsyncConnection, ids: Iterable[int], since_at: datetime) -> list[ListedArticle]:
    """Returns those of the articles that were first seen since then and that people may be told of."""
    found: list[ListedArticle] = []
    for some_ids in chunks(ids):
        rows = await c.execute(_OF_ARTICLES, {"ids": some_ids, "since_at": since_at})
        found += [from_row(ListedArticle, row._mapping) for row in rows]
    return found


@dataclass(frozen=True, slots=True)
class TitlesOfArticle:
    """The titles of an article, and when it was published or, where that is unknown, first seen."""

    id: int
    headline: str
    listed: Mapping[str, str]
    at: datetime


async def of_outlet(c: AsyncConnection, outlet: str, since_at: datetime) -> list[TitlesOfArticle]:
    """Returns the titles of the outlet's articles that were first seen since then."""
    seen_at = func.coalesce(articles.c.published_at, articles.c.first_seen_at, type_=articles.c.first_seen_at.type)
    query = select(articles.c.id, articles.c.headline, articles.c.listed, seen_at.label("at"))
    query = query.where(articles.c.outlet == outlet, articles.c.first_seen_at >= since_at)
    return [from_row(TitlesOfArticle, row._mapping) for row in await c.execute(query)]


async def put(c: AsyncConnection, article: int, source: str, title: str) -> None:
    """Keeps the title under which a source lists an article."""
    listed = (await c.execute(select(articles.c.listed).where(articles.c.id == article))).scalar_one_or_none()
    await update(c, article, listed={**(listed or {}), source: title})
