"""Reads and writes the ``feed_texts`` table: what a source says of an article, until its page is decided.

Many outlets' terms let no text be kept, so a row lives only while the article's page is wanted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import chunks, insert_rows
from bot.store.schema import articles, feed_texts

MAX_CHARS = 20_000
"""Four thousand words of one article; a longer text is cut, and is not whole then."""


class TextSize(NamedTuple):
    """How much a text says: a whole article more than any other text."""

    whole: bool = False
    chars: int = 0


class FeedText(NamedTuple):
    """The text that a source gives with a headline."""

    text: str = ""
    whole: bool = False
    """Whether it is the whole article, by the outlet's spec."""

    def as_kept(self) -> FeedText:
        """Returns the text as a row keeps it."""
        return FeedText(self.text[:MAX_CHARS], self.whole and len(self.text) <= MAX_CHARS)

    @property
    def size(self) -> TextSize:
        """How much it says when it is kept."""
        kept = self.as_kept()
        return TextSize(kept.whole and bool(kept.text), len(kept.text))


NO_FEED_TEXT = FeedText()


async def add_new(c: AsyncConnection, texts: Mapping[int, FeedText]) -> None:
    """Keeps the texts of new articles, by the article's id; an empty one is not kept."""
    rows = [{"article": article, **text.as_kept()._asdict()} for article, text in texts.items() if text.text]
    await insert_rows(c, feed_texts, rows)


async def put(c: AsyncConnection, article: int, text: FeedText) -> None:
    """Keeps the text of an article whose page is wanted again, in place of an earlier one."""
    await forget(c, article)
    await add_new(c, {article: text})


async def of_article(c: AsyncConnection, article: int) -> FeedText:
    """Returns what the source said of an article, or an empty text."""
    row = (await c.execute(select(feed_texts).where(feed_texts.c.article == article))).first()
    return FeedText(row.text, row.whole) if row is not None else NO_FEED_TEXT


async def sizes(c: AsyncConnection, article_ids: Iterable[int]) -> dict[int, TextSize]:
    """Returns how much is kept of articles; an article without a text is absent."""
    row, found = feed_texts.c, dict[int, TextSize]()
    for ids in chunks(article_ids):
        query = select(row.article, row.whole, func.length(row.text)).where(row.article.in_(ids))
        found.update({article: TextSize(whole, chars) for article, whole, chars in await c.execute(query)})
    return found


async def forget(c: AsyncConnection, article: int) -> None:
    """Deletes the text of an article whose page is decided."""
    await c.execute(delete(feed_texts).where(feed_texts.c.article == article))


async def forget_decided(c: AsyncConnection, seen_before_at: datetime) -> int:
    """Deletes the texts of articles whose pages are not wanted, or that were first seen before; returns their number.

    The page of an outlet that was removed or switched off waits for ever.
    """
    row = articles.c
    is_over = or_(row.wants_page.is_(False), row.first_seen_at < seen_before_at)
    decided = select(row.id).where(row.id == feed_texts.c.article, is_over)
    return (await c.execute(delete(feed_texts).where(decided.exists()))).rowcount
