"""Every store keeps what a source says of an article, and no longer than its page is wanted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.store import articles, feed_texts
from bot.store.articles import NewArticle
from bot.store.engine import Connection, Store
from bot.store.feed_texts import MAX_CHARS, NO_FEED_TEXT, FeedText


@pytest.fixture
def new(now: datetime) -> NewArticle:
    return NewArticle("msit", "https://msit.example/1", "", "협정 서명", "ko", "official", now, now, ())


async def _added(c: Connection, new: NewArticle, texts: list[FeedText]) -> list[int]:
    ids = await articles.add_many(c, [replace(new, identities=(f"id:msit:{n}",)) for n in range(len(texts))])
    await feed_texts.add_new(c, dict(zip(ids, texts, strict=True)))
    return ids


async def test_a_text_is_kept_until_it_is_forgotten_and_an_empty_one_never(store: Store, new: NewArticle) -> None:
    async with store.begin() as c:
        first, second, empty = await _added(c, new, [FeedText("양국이 서명했다.", True), FeedText("b"), NO_FEED_TEXT])
        await feed_texts.forget(c, second)
        kept = [await feed_texts.of_article(c, article_id) for article_id in (first, second, empty)]
        assert await feed_texts.sizes(c, (first, second, empty)) == {first: FeedText("양국이 서명했다.", True).size}
    assert kept == [("양국이 서명했다.", True), NO_FEED_TEXT, NO_FEED_TEXT]


@pytest.mark.parametrize(("chars", "whole"), [(MAX_CHARS, True), (MAX_CHARS + 1, False)])
async def test_a_text_is_cut_at_the_limit_and_is_not_whole_then(
    store: Store, new: NewArticle, chars: int, whole: bool
) -> None:
    async with store.begin() as c:
        (article_id,) = await _added(c, new, [FeedText("가" * chars, True)])
        kept = await feed_texts.of_article(c, article_id)
    assert (len(kept.text), kept.whole) == (MAX_CHARS, whole)
    assert FeedText("가" * chars, True).size == kept.size == (whole, MAX_CHARS)


async def test_only_texts_of_wanted_pages_survive_the_cleanup(store: Store, new: NewArticle, now: datetime) -> None:
    async with store.begin() as c:
        wanted, decided = await _added(c, new, [FeedText("a"), FeedText("b")])
        await articles.update(c, decided, wants_page=False)
        assert await feed_texts.forget_decided(c, now) == 1
        assert await feed_texts.forget_decided(c, now) == 0
        assert (await feed_texts.of_article(c, wanted)).text == "a"
        assert await feed_texts.forget_decided(c, now + timedelta(seconds=1)) == 1, "its outlet is read no longer"
        assert await feed_texts.of_article(c, wanted) == NO_FEED_TEXT


async def test_an_article_says_what_its_text_was_read_from(store: Store, new: NewArticle) -> None:
    document = {"name": "보도자료.hwp", "url": "https://msit.example/f/1", "kind": "hwp"}
    async with store.begin() as c:
        (article_id,) = await articles.add_many(c, [new])
        before = await articles.get(c, article_id)
        await articles.update(c, article_id, partial=True, text_from="pdf", attachments=[document])
        after = await articles.get(c, article_id)
    assert before is not None
    assert (before.partial, before.text_from, before.attachments) == (False, "page", ())
    assert after is not None
    assert (after.partial, after.text_from, after.attachments) == (True, "pdf", (document,))
