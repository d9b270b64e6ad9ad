"""What an article names: its mentions, the candidates that were rejected, and the sentences that may be kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Mention, Reason, Rejected
from bot.store.rows import chunks, from_row
from bot.store.schema import articles, mentions, rejected, sentences

MOST_SENTENCES = 40
MOST_CHARACTERS = 300


async def add_mentions(
    c: AsyncConnection,
    article: int,
    found: Sequence[Mention],
    refused: Sequence[Rejected],
    kept: Sequence[str],
    lexicon_version: str,
    now: datetime,
) -> None:
    """Write what one reading found, in place of an earlier reading of the same article.

    ``kept`` are sentences of an outlet whose terms allow it; more than the house keeps is cut.
    """
    for table in (mentions, rejected, sentences):
        await c.execute(delete(table).where(table.c.article == article))
    if found:
        rows = [{**_fields(m), "context": m.context, "lexicon_version": lexicon_version} for m in found]
        await c.execute(insert(mentions), [{"article": article, **row} for row in rows])
    if refused:
        await c.execute(insert(rejected), [_refused(article, r, lexicon_version) for r in refused])
    if kept:
        short = [sentence[:MOST_CHARACTERS] for sentence in kept[:MOST_SENTENCES]]
        rows_kept = [{"article": article, "position": n, "text": t, "kept_at": now} for n, t in enumerate(short)]
        await c.execute(insert(sentences), rows_kept)


def _fields(m: Mention | Rejected) -> dict[str, object]:
    names = ("kind", "topic", "term", "field", "start", "end", "quote")
    return {name: getattr(m, name) for name in names}


def _refused(article: int, r: Rejected, lexicon_version: str) -> dict[str, object]:
    reason = {"reason_code": r.reason.code, "reason_args": dict(r.reason.args)}
    return {"article": article, **_fields(r), **reason, "lexicon_version": lexicon_version}


async def mentions_of(c: AsyncConnection, articles: Iterable[int]) -> dict[int, tuple[Mention, ...]]:
    """The mentions of each of the articles, in the order of the text; an article without any is absent."""
    found: dict[int, list[Mention]] = {}
    for some in chunks(set(articles)):
        query = select(mentions).where(mentions.c.article.in_(some)).order_by(mentions.c.id)
        for row in await c.execute(query):
            found.setdefault(row.article, []).append(from_row(Mention, row))
    return {article: tuple(mine) for article, mine in found.items()}


async def rejected_of(c: AsyncConnection, article: int) -> tuple[Rejected, ...]:
    """What was seen in the article and not meant."""
    rows = await c.execute(select(rejected).where(rejected.c.article == article).order_by(rejected.c.id))
    return tuple(from_row(Rejected, row, reason=Reason(row.reason_code, row.reason_args)) for row in rows)


async def forget_sentences(c: AsyncConnection, before_at: datetime) -> int:
    """Drop sentences kept before then (90 days, by the house's rule); how many there were."""
    return (await c.execute(delete(sentences).where(sentences.c.kept_at < before_at))).rowcount


async def forget_contexts(c: AsyncConnection, before_at: datetime) -> int:
    """Drop the sentences around mentions in texts that were first seen before then; how many there were."""
    old = select(articles.c.id).where(articles.c.first_seen_at < before_at)
    kept = update(mentions).where(mentions.c.article.in_(old), mentions.c.field == "text", mentions.c.context != "")
    return (await c.execute(kept.values(context=""))).rowcount
