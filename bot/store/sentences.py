"""Reads and writes the ``sentences`` table: sentences of articles whose outlets allow them to be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import chunks, insert_rows
from bot.store.schema import articles, sentences
from bot.store.sqlite_driver import write_later

MAX_SENTENCES = 40
MAX_SENTENCE_CHARACTERS = 300
MAX_ARTICLES = 20_000
_FORGET = delete(sentences).where(sentences.c.article == bindparam("of_article"))


@dataclass(frozen=True, slots=True)
class StoredText:
    """The words that are kept of one article."""

    article: int
    outlet: str
    seen_at: datetime
    sentences: tuple[str, ...]
    """The headline first."""


async def replace(
    c: AsyncConnection, article: int, kept: Sequence[str], now: datetime, *, has_earlier: bool = True
) -> None:
    """Writes an article's sentences in place of earlier ones, cut to our limits of number and length."""
    if has_earlier:
        await write_later(c, _FORGET, {"of_article": article})
    short = [sentence[:MAX_SENTENCE_CHARACTERS] for sentence in kept[:MAX_SENTENCES]]
    rows = [{"article": article, "position": at, "text": text, "kept_at": now} for at, text in enumerate(short)]
    await insert_rows(c, sentences, rows)


async def texts_since(c: AsyncConnection, since_at: datetime) -> list[StoredText]:
    """Returns the kept words of the articles seen since then, newest first, at most MAX_ARTICLES."""
    columns = (articles.c.id, articles.c.outlet, articles.c.first_seen_at, articles.c.headline)
    query = select(*columns).where(articles.c.first_seen_at >= since_at)
    query = query.order_by(articles.c.first_seen_at.desc(), articles.c.id.desc()).limit(MAX_ARTICLES)
    rows = (await c.execute(query)).all()
    texts: dict[int, list[str]] = {row.id: [row.headline] for row in rows}
    for article_ids in chunks(texts):
        of_these = select(sentences.c.article, sentences.c.text).where(sentences.c.article.in_(article_ids))
        for article, text in await c.execute(of_these.order_by(sentences.c.article, sentences.c.position)):
            texts[article].append(text)
    return [StoredText(row.id, row.outlet, row.first_seen_at, tuple(texts[row.id])) for row in rows]


async def forget(c: AsyncConnection, before_at: datetime) -> int:
    """Deletes the sentences that were kept before then; returns their number."""
    return (await c.execute(delete(sentences).where(sentences.c.kept_at < before_at))).rowcount
