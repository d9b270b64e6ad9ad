"""Reads stored headlines and kept sentences that hold some characters, for words that may be mistyped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.schema import articles, sentences

MAX_TEXTS = 200
"""Texts of each kind that are read: characters that are a word somewhere are one in some of these."""


async def texts_with(
    c: AsyncConnection, characters: str, since_at: datetime, sentences_since_at: datetime
) -> AsyncIterator[str]:
    """Yields headlines of articles first seen since then, and then sentences kept later on, with these characters.

    It reads the texts of that time, so it is asked for what a person types and for nothing else. An article has up to
    forty sentences, so their time is shorter.
    """
    row, kept = articles.c, sentences.c
    headlines = select(row.headline).where(
        row.first_seen_at >= since_at, row.headline.icontains(characters, autoescape=True)
    )
    in_sentences = select(kept.text).where(
        kept.kept_at >= sentences_since_at, kept.text.icontains(characters, autoescape=True)
    )
    for query in (headlines, in_sentences):
        for text in (await c.execute(query.limit(MAX_TEXTS))).scalars():
            yield text
