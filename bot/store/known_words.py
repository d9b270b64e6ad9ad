"""Reads stored headlines and kept sentences that hold some characters, for words that may be mistyped."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.schema import articles, sentences

MAX_TEXTS = 200
"""Texts of each kind that are read: characters that are a word somewhere are one in some of these."""


async def texts_with(
    c: AsyncConnection, spellings: Collection[str], since_at: datetime, sentences_since_at: datetime
) -> AsyncIterator[str]:
    """Yields headlines of articles first seen since then, and then sentences kept later on, with any of the spellings.

    It reads the texts of that time, so it is asked for what a person types and for nothing else. An article has up to
    forty sentences, so their time is shorter.
    """
    row, kept = articles.c, sentences.c
    in_headline = or_(*(row.headline.icontains(spelling, autoescape=True) for spelling in spellings))
    in_sentence = or_(*(kept.text.icontains(spelling, autoescape=True) for spelling in spellings))
    headlines = select(row.headline).where(row.first_seen_at >= since_at, in_headline)
    in_sentences = select(kept.text).where(kept.kept_at >= sentences_since_at, in_sentence)
    for query in (headlines, in_sentences):
        for text in (await c.execute(query.limit(MAX_TEXTS))).scalars():
            yield text
