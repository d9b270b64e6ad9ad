"""The alias scout reads kept words, newest first, and what each workspace was told; on every store."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.store import articles, once, sentences
from bot.store.articles import NewArticle
from bot.store.engine import Store
from bot.store.sentences import StoredText


def article(number: int, seen_at: datetime) -> NewArticle:
    url = f"https://ilbo.example/{number}"
    return NewArticle(
        outlet="ilbo", url=url, canonical_url=url, headline=f"Headline {number}", language="ko", kind="media",
        published_at=None, first_seen_at=seen_at, identities=(f"url:{url}",),
    )  # fmt: skip


async def test_headlines_and_kept_sentences_of_a_period_are_read(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        old, first, second = [await articles.add(c, article(days, now - timedelta(days=days))) for days in (40, 2, 1)]
        await sentences.replace(c, first, ("One.", "Two."), now)
        await sentences.replace(c, old, ("Old.",), now)
        assert await sentences.texts_since(c, now - timedelta(days=30)) == [
            StoredText(second, "ilbo", now - timedelta(days=1), ("Headline 1",)),
            StoredText(first, "ilbo", now - timedelta(days=2), ("Headline 2", "One.", "Two.")),
        ]


async def test_each_workspace_has_its_own_taken_keys(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        assert await once.take(c, "T1", "alias:a", now)
        assert await once.take(c, "T2", "alias:b", now)
        assert await once.taken(c, "T1", ["alias:a", "alias:b", "alias:c"]) == {"alias:a"}
        assert await once.taken(c, "T1", []) == set()
