"""Reads what is known of an article when its page was read, or could not be had, with one statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import bindparam, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import StoredArticle
from bot.store.feed_texts import NO_FEED_TEXT, FeedText
from bot.store.rows import from_row
from bot.store.schema import articles, feed_texts, mentions, rejected, sentences


class KeptRows(NamedTuple):
    """Which rows of an earlier reading there are to replace."""

    mentions: bool = True
    rejected: bool = True
    sentences: bool = True


ALL_KEPT = KeptRows()
"""What is to be assumed where nobody has looked."""


class PageState(NamedTuple):
    """An article, and what else is known of it while its page is wanted."""

    article: StoredArticle
    tries: int
    """How often its page was asked for in vain."""
    former_headlines: tuple[Mapping[str, Any], ...]
    """The headlines that it had before, oldest first."""
    source_text: FeedText
    """What its source says of it; empty where nothing is kept."""
    kept: KeptRows


_KEPT = [
    exists().where(table.c.article == articles.c.id).label(f"has_{table.name}")
    for table in (mentions, rejected, sentences)
]
_OF_SOURCE = (feed_texts.c.text.label("source_text"), feed_texts.c.whole.label("source_is_whole"))
_STATE = (
    select(articles, *_OF_SOURCE, *_KEPT)
    .outerjoin(feed_texts, feed_texts.c.article == articles.c.id)
    .where(articles.c.id == bindparam("row_id"))
)


async def of_article(c: AsyncConnection, article: int) -> PageState | None:
    """Returns the state, or None where there is no such article."""
    row = (await c.execute(_STATE, {"row_id": article})).first()
    if row is None:
        return None
    text = NO_FEED_TEXT if row.source_text is None else FeedText(row.source_text, row.source_is_whole)
    rows = KeptRows(row.has_mentions, row.has_rejected, row.has_sentences)
    return PageState(from_row(StoredArticle, row), row.tries, tuple(row.former_headlines), text, rows)
