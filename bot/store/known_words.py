"""Asks whether any stored headline or kept sentence has a word, for words that may be mistyped."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.schema import articles, sentences


async def is_known(c: AsyncConnection, word: str, since_at: datetime, sentences_since_at: datetime) -> bool:
    """Whether an article first seen since then has these characters in its headline, or in a sentence kept later on.

    It reads the texts of that time until it finds one, so it is asked for what a person types and for nothing else.
    An article has up to forty sentences, so their time is shorter.
    """
    row, kept = articles.c, sentences.c
    in_headline = exists().where(row.first_seen_at >= since_at, row.headline.icontains(word, autoescape=True))
    in_sentence = exists().where(kept.kept_at >= sentences_since_at, kept.text.icontains(word, autoescape=True))
    for found in (in_headline, in_sentence):
        if (await c.execute(select(found))).scalar_one():
            return True
    return False
