"""Both databases answer what a typed line asks of stored history, and find the last change that can be undone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.model import Reason, Rejected
from bot.store import articles, changes, known_words, mentions, sentences
from bot.store.articles import NewArticle
from bot.store.engine import Connection, Store
from tests.support.outbox_harness import add_channel

HEADLINE = "Seoul opens a 100% Quantum Centre"


async def read_article(c: Connection, number: int, headline: str, now: datetime) -> int:
    url = f"https://herald.example/{number}"
    added = await articles.add(
        c, NewArticle("herald", url, url, headline, "en", "media", now, now, (url,), state="read")
    )
    assert added is not None
    return added


async def texts(c: Connection, word: str, since_at: datetime, sentences_since_at: datetime) -> list[str]:
    return [text async for text in known_words.texts_with(c, ("no such word", word), since_at, sentences_since_at)]


@pytest.mark.parametrize(
    ("word", "known"),
    [("quantum", True), ("QUANTUM", True), ("100%", True), ("zeppelin", False), ("10%q", False), ("o_ens", False)],
)
async def test_headlines_with_typed_characters_are_found(store: Store, now: datetime, word: str, known: bool) -> None:
    async with store.begin() as c:
        await read_article(c, 1, HEADLINE, now)
        assert await texts(c, word, now, now) == ([HEADLINE] if known else [])
        assert not await texts(c, word, now + timedelta(seconds=1), now)


async def test_few_of_the_texts_with_common_characters_are_read(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        for number in range(known_words.MAX_TEXTS + 1):
            await read_article(c, number, HEADLINE, now)
        assert len(await texts(c, "quantum", now, now)) == known_words.MAX_TEXTS


async def test_kept_sentences_are_read_for_a_shorter_time(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        article = await read_article(c, 1, HEADLINE, now)
        await sentences.replace(c, article, ("A zeppelin flew over the river.",), now)
        assert await texts(c, "zeppelin", now, now) == ["A zeppelin flew over the river."]
        assert not await texts(c, "zeppelin", now, now + timedelta(seconds=1))


async def test_candidates_that_were_not_meant_are_found_by_kind_and_topic(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        numbers = [await read_article(c, number, f"{HEADLINE} {number}", now) for number in (1, 2)]
        reason = Reason("sense.right", {"word": "회담"})
        candidates = [
            Rejected("sector", topic, "양자", "headline", 0, 2, "양자", reason) for topic in ("quantum", "space")
        ]
        for number in numbers:
            await mentions.replace(c, number, (), candidates, "v1")
        found = await mentions.rejected_since(c, now, {("sector", "quantum"), ("official", "space")})
        assert found == dict.fromkeys(numbers, (candidates[0],))
        assert await mentions.rejected_since(c, now, ()) == {}
        assert await mentions.rejected_since(c, now + timedelta(seconds=1), {("sector", "quantum")}) == {}


async def test_the_last_change_that_can_be_undone_is_of_the_channel_and_the_person(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        channel, other = await add_channel(c, "C1"), await add_channel(c, "C2")
        until_at = now + timedelta(days=7)

        async def change(
            destination: int, who: str, what: str = "subscribed", until: datetime | None = until_at
        ) -> int:
            return await changes.add(
                c, team="T1", destination=destination, who=who, what=what, before={}, after={}, made_at=now,
                undo_until_at=until,
            )  # fmt: skip

        own, anybodys = await change(channel.id, "U1"), await change(channel.id, "U2")
        await change(other.id, "U1")
        await change(channel.id, "U1", changes.UNDONE)
        await change(channel.id, "U1", until=None)
        for who, expected in (("U1", own), ("U2", anybodys), (None, anybodys), ("U3", None)):
            found = await changes.last_undoable(c, channel.id, until_at, who=who)
            assert (found.id if found else None) == expected
        assert await changes.last_undoable(c, channel.id, until_at + timedelta(seconds=1)) is None
        await changes.set_undone(c, anybodys, now)
        left = await changes.last_undoable(c, channel.id, now)
        assert left is not None
        assert left.id == own
        await changes.set_undone(c, anybodys, None)
        again = await changes.last_undoable(c, channel.id, now)
        assert again is not None
        assert again.id == anybodys
