"""The hashes by which a text is recognised, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.store import articles, text_sketches
from bot.store.articles import NewArticle
from bot.store.engine import Connection, Store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
KEYS = (1, 2**32 - 1, 3)
HASHES = (0, 7, 2**32 - 1)


async def put(c: Connection, name: str, keys: tuple[int, ...], at: datetime = NOW, outlet: str = "asiae") -> int:
    new = NewArticle(
        outlet=outlet, url=name, canonical_url=name, headline=name, language="ko", kind="media", published_at=None,
        first_seen_at=at, identities=(name,),
    )  # fmt: skip
    article_id = await articles.add(c, new)
    await text_sketches.put(c, article_id, outlet, keys, HASHES, at)
    return article_id


async def test_a_text_is_found_by_any_of_its_keys_at_its_outlet(store: Store) -> None:
    async with store.begin() as c:
        first = await put(c, "first", (1, 20, 30))
        second = await put(c, "second", (10, 2**32 - 1, 30))
        third = await put(c, "third", (10, 20, 3))
        await put(c, "other order", (3, 1, 2**32 - 1))
        await put(c, "other outlet", KEYS, outlet="yna")
        await put(c, "older", KEYS, NOW - SECOND)
        assert await text_sketches.alike(c, "asiae", KEYS, NOW) == [(each, HASHES) for each in (third, second, first)]


async def test_a_later_sketch_takes_the_place_of_an_earlier_one_and_old_ones_are_forgotten(store: Store) -> None:
    async with store.begin() as c:
        article_id = await put(c, "first", KEYS)
        await text_sketches.put(c, article_id, "asiae", (4, 5, 6), (9,), NOW)
        assert await text_sketches.alike(c, "asiae", KEYS, NOW) == []
        await text_sketches.forget(c, NOW)
        assert await text_sketches.alike(c, "asiae", (4, 5, 6), NOW) == [(article_id, (9,))]
        await text_sketches.forget(c, NOW + SECOND)
        assert await text_sketches.alike(c, "asiae", (4, 5, 6), NOW) == []
