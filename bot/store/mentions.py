"""Reads and writes the ``mentions`` and ``rejected`` tables: what an article names, and what only looked like it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Mention, Reason, Rejected
from bot.store.page_states import ALL_KEPT, KeptRows
from bot.store.rows import chunks, from_row, insert_rows
from bot.store.schema import WITH_SENTENCE, articles, mentions, rejected
from bot.store.sqlite_driver import write_later

_FORGET = {table: delete(table).where(table.c.article == bindparam("of_article")) for table in (mentions, rejected)}


async def replace(
    c: AsyncConnection,
    article: int,
    named: Sequence[Mention],
    not_meant: Sequence[Rejected],
    lexicon_version: str,
    kept: KeptRows = ALL_KEPT,
) -> None:
    """Writes what one reading found, in place of an earlier reading of the same article, of which ``kept`` is there."""
    for table, is_there in ((mentions, kept.mentions), (rejected, kept.rejected)):
        if is_there:
            await write_later(c, _FORGET[table], {"of_article": article})
    await add_new(c, {article: (named, not_meant)}, lexicon_version)


async def add_new(
    c: AsyncConnection,
    found: Mapping[int, tuple[Sequence[Mention], Sequence[Rejected]]],
    lexicon_version: str,
) -> None:
    """Writes what was found in several articles of which nothing is stored, with one statement for each table."""
    of_mentions = [
        {**_fields(mention), "article": article, "context": mention.context, "passing": mention.passing}
        for article, (named, _) in found.items()
        for mention in named
    ]
    of_rejected = [
        {**_fields(each), "article": article, **_reason(each.reason)}
        for article, (_, not_meant) in found.items()
        for each in not_meant
    ]
    for table, rows in ((mentions, of_mentions), (rejected, of_rejected)):
        await insert_rows(c, table, [{**row, "lexicon_version": lexicon_version} for row in rows])


def _fields(mention: Mention | Rejected) -> dict[str, object]:
    names = ("kind", "topic", "term", "field", "start", "end", "quote")
    return {name: getattr(mention, name) for name in names}


def _reason(reason: Reason) -> dict[str, object]:
    return {"reason_code": reason.code, "reason_args": dict(reason.args)}


async def mentions_of(c: AsyncConnection, article_ids: Iterable[int]) -> dict[int, tuple[Mention, ...]]:
    """Returns the mentions of each article, in the order of the text; an article without any is absent."""
    by_article: dict[int, list[Mention]] = {}
    for some_ids in chunks(set(article_ids)):
        query = select(mentions).where(mentions.c.article.in_(some_ids)).order_by(mentions.c.id)
        for row in await c.execute(query):
            by_article.setdefault(row.article, []).append(from_row(Mention, row))
    return {article: tuple(named) for article, named in by_article.items()}


async def rejected_of(c: AsyncConnection, article: int) -> tuple[Rejected, ...]:
    """Returns the candidates of an article that were not meant."""
    rows = await c.execute(select(rejected).where(rejected.c.article == article).order_by(rejected.c.id))
    return tuple(from_row(Rejected, row, reason=Reason(row.reason_code, row.reason_args)) for row in rows)


async def rejected_since(
    c: AsyncConnection, since_at: datetime, topics: Collection[tuple[str, str]]
) -> dict[int, tuple[Rejected, ...]]:
    """Returns the candidates of these kinds and topics that were not meant, by article, of articles seen since then."""
    if not topics:
        return {}
    row = rejected.c
    asked = or_(*(and_(row.kind == kind, row.topic == topic) for kind, topic in sorted(topics)))
    query = select(rejected).join(articles, articles.c.id == row.article).where(articles.c.first_seen_at >= since_at)
    by_article: dict[int, list[Rejected]] = {}
    for each in await c.execute(query.where(asked).order_by(row.id)):
        found = from_row(Rejected, each, reason=Reason(each.reason_code, each.reason_args))
        by_article.setdefault(each.article, []).append(found)
    return {article: tuple(candidates) for article, candidates in by_article.items()}


async def forget_contexts(c: AsyncConnection, before_at: datetime) -> int:
    """Deletes the sentences around mentions in texts that were first seen before then; returns their number."""
    is_old = articles.c.first_seen_at < before_at
    # ids rise with the instants, except for an hour or so after a clock was put back
    newest = (
        select(articles.c.id).where(is_old).order_by(articles.c.first_seen_at.desc(), articles.c.id.desc()).limit(1)
    )
    last = (await c.execute(newest)).scalar_one_or_none()
    if last is None:
        return 0
    # by the mentions that still have a sentence, which are few: all old articles are many, and most are done with
    of_old = select(articles.c.id).where(articles.c.id == mentions.c.article, is_old).exists()
    kept = update(mentions).where(WITH_SENTENCE, mentions.c.article <= last, of_old)
    return (await c.execute(kept.values(context=""))).rowcount
