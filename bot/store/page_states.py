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
    has_same_text: bool
    """Whether another article, of any outlet, has the text that was asked for."""


_KEPT = [
    exists().where(table.c.article == articles.c.id).label(f"has_{table.name}")
    for table in (mentions, rejected, sentences)
]
_OF_SOURCE = (feed_texts.c.text.label("source_text"), feed_texts.c.whole.label("source_is_whole"))
_other = articles.alias("other")
_HAS_SAME_TEXT = exists().where(_other.c.content_hash == bindparam("hash"), _other.c.id != articles.c.id)
_STATE = (
    select(articles, *_OF_SOURCE, *_KEPT, _HAS_SAME_TEXT.label("has_same_text"))
    .outerjoin(feed_texts, feed_texts.c.article == articles.c.id)
    .where(articles.c.id == bindparam("row_id"))
)


async def of_article(c: AsyncConnection, article: int, content_hash: str = "") -> PageState | None:
    """Returns the state, or None where there is no such article; ``content_hash`` is that of the text that was read."""
    row = (await c.execute(_STATE, {"row_id": article, "hash": content_hash})).first()
    if row is None:
        return None
    text = NO_FEED_TEXT if row.source_text is None else FeedText(row.source_text, row.source_is_whole)
    rows = KeptRows(row.has_mentions, row.has_rejected, row.has_sentences)
    has_same_text = bool(content_hash) and row.has_same_text
    return PageState(from_row(StoredArticle, row), row.tries, tuple(row.former_headlines), text, rows, has_same_text)
