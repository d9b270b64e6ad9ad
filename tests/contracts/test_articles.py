"""Every store keeps articles, their names, their mentions and their stories alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update

from bot.deliveries.topic_heat import HeatWindow, heat_of, past_from
from bot.errors import StoreTrouble
from bot.model import Mention, Reason, Rejected, Topics
from bot.store import article_identities, articles, listed_titles, mentions, sentences, stories
from bot.store.articles import NewArticle
from bot.store.engine import Store
from bot.store.schema import sentences as sentences_table
from bot.store.schema import stories as stories_table
from bot.store.schema import story_aliases


@pytest.fixture
def new(now: datetime) -> NewArticle:
    return NewArticle(
        outlet="asiae",
        url="https://example.org/a?utm_source=x",
        canonical_url="https://example.org/a",
        headline="한미, 기술번영 협정 서명",
        language="ko",
        kind="media",
        published_at=now - timedelta(hours=1),
        first_seen_at=now,
        identities=("id:asiae:1", "url:https://example.org/a"),
    )


async def _story(store: Store, now: datetime) -> int:
    values: dict[str, Any] = {
        "headline": "h",
        "url": "u",
        "outlet": "o",
        "language": "ko",
        "topics": Topics(sectors=("ai", "space")),
    }
    async with store.begin() as c:
        return await stories.add(c, **values, first_seen_at=now, last_article_at=now, marks={"prints": [1, 2]})


async def test_one_statement_says_between_which_instants_an_article_was_seen(
    store: Store, new: NewArticle, now: datetime
) -> None:
    day = timedelta(days=1)
    async with store.begin() as c:
        assert await articles.read_between(c, []) == await articles.read_between(c, [now]) == ()
        for number, at in enumerate((now, now + 2 * day - timedelta(seconds=1), now + 4 * day)):
            seen = replace(
                new, first_seen_at=at, canonical_url=f"https://example.org/{number}", identities=(str(number),)
            )
            await articles.add(c, seen)
        days = [now + step * day for step in range(-1, 5)]
        assert await articles.read_between(c, days) == (False, True, True, False, False)
        quarter = [now + step * day for step in range(-90, 2)]
        assert await articles.read_between(c, quarter) == (*[False] * 90, True)


async def test_an_article_is_known_under_all_its_names(store: Store, new: NewArticle) -> None:
    async with store.begin() as c:
        article_id = await articles.add(c, new)
        assert await article_identities.known(c, [*new.identities, "id:asiae:2"]) == dict.fromkeys(
            new.identities, article_id
        )
        await article_identities.add(c, article_id, ["guid:7", "id:asiae:1"])
        assert await article_identities.of_article(c, article_id) == (
            "guid:7",
            "id:asiae:1",
            "url:https://example.org/a",
        )
        met = await articles.by_identities(c, ["id:other:9", "guid:7"])
        assert met is not None
        assert (met.id, met.headline, met.published_at) == (article_id, new.headline, new.published_at)


async def test_three_thousand_names_are_looked_up_at_once(store: Store, new: NewArticle) -> None:
    many = [replace(new, identities=(f"id:asiae:{n}",)) for n in range(2000)]
    async with store.begin() as c:
        ids = await articles.add_many(c, many)
        known = await article_identities.known(c, (f"id:asiae:{n}" for n in range(3000)))
    assert known == {f"id:asiae:{n}": article_id for n, article_id in enumerate(ids)}


async def test_a_name_belongs_to_one_article(store: Store, new: NewArticle) -> None:
    async with store.begin() as c:
        first = await articles.add(c, new)
    with pytest.raises(StoreTrouble):
        async with store.begin() as c:
            await articles.add(c, replace(new, identities=("id:asiae:2", "id:asiae:1")))
    async with store.read() as c:
        assert await article_identities.known(c, ["id:asiae:1", "id:asiae:2"]) == {"id:asiae:1": first}


async def test_text_from_outside_breaks_nothing(store: Store, new: NewArticle, now: datetime) -> None:
    hostile = "a\x00b\ud800c\u202e\U0001f600가\\u0000"
    endless = "url:https://example.org/" + "한" * 3000
    wild = replace(
        new,
        headline=hostile + "글" * 3000,
        identities=(hostile, endless),
        url=hostile,
        topics=Topics(sectors=(hostile,)),
    )
    async with store.begin() as c:
        article_id = await articles.add(c, wild)
        assert await article_identities.known(c, [hostile, endless]) == {hostile: article_id, endless: article_id}
        stored = await articles.get(c, article_id)
        assert stored is not None
        assert stored.url == "abc\u202e\U0001f600가\\u0000"
        assert stored.topics.sectors == ("abc\u202e\U0001f600가\\u0000",)
        assert len(stored.headline) <= 500


async def test_pages_are_read_oldest_first_and_not_before_their_next_try(
    store: Store, new: NewArticle, now: datetime
) -> None:
    later = replace(new, identities=("later",), first_seen_at=now + timedelta(minutes=1))
    other = replace(new, identities=("other",), outlet="yonhap")
    seen = replace(new, identities=("baseline",), wants_page=False, baseline=True)
    async with store.begin() as c:
        second, first, third, _ = await articles.add_many(c, [later, new, other, seen])
        waiting = await articles.unread(c, "asiae", 10)
        assert [each.article.id for each in waiting] == [first, second]
        await articles.update(c, first, tries=1, next_try_at=now + timedelta(minutes=5))
        assert [each.article.id for each in await articles.unread(c, None, 10, now)] == [third, second]
        again = await articles.unread(c, "asiae", 1, now + timedelta(minutes=5))
        assert [(each.article.id, each.tries) for each in again] == [(first, 1)]
        await articles.update(c, first, state="read", topics=Topics(pact=True, sectors=("ai",)))
        read = await articles.get(c, first)
        assert read is not None
        assert (read.state, read.topics.sectors, read.topics.pact) == ("read", ("ai",), True)
        assert first not in [each.article.id for each in await articles.unread(c, None, 10)]
    with pytest.raises(KeyError, match="sector"):
        async with store.begin() as c:
            await articles.update(c, first, sector="ai")


async def test_articles_are_counted_by_outlet_since_an_instant(store: Store, new: NewArticle, now: datetime) -> None:
    old = replace(new, identities=("old",), first_seen_at=now - timedelta(days=2))
    async with store.begin() as c:
        await articles.add_many(c, [new, old, replace(new, identities=("y",), outlet="yonhap")])
        counts = await articles.counts_since(c, now - timedelta(days=1))
    assert [(count.outlet, count.articles, count.newest_at) for count in counts] == [
        ("asiae", 1, now),
        ("yonhap", 1, now),
    ]


async def test_a_second_reading_takes_the_place_of_the_first(store: Store, new: NewArticle, now: datetime) -> None:
    named = Mention("sector", "quantum", "양자", "text", 3, 5, "양자", "한미 양자 기술 협력", passing=True)
    other = Rejected("sector", "ai", "AI", "headline", 0, 2, "AI", Reason("avian_flu", {"near": "방역"}))
    async with store.begin() as c:
        article_id = await articles.add(c, new)
        for mentioned, version in (([named, named], "v1"), ([named], "v2")):
            await mentions.replace(c, article_id, mentioned, [other], version)
            await sentences.replace(c, article_id, ["가" * 400] * 50, now)
        assert await mentions.mentions_of(c, [article_id, 999]) == {article_id: (named,)}
        assert await mentions.rejected_of(c, article_id) == (other,)
        kept = (
            (await c.execute(select(sentences_table.c.text).where(sentences_table.c.article == article_id)))
            .scalars()
            .all()
        )
        assert (len(kept), len(kept[0])) == (40, 300)
        assert await sentences.forget(c, now) == 0
        assert await sentences.forget(c, now + timedelta(seconds=1)) == 40


async def test_the_id_of_a_merged_story_goes_on_answering(store: Store, now: datetime) -> None:
    first, second, third = [await _story(store, now) for _ in range(3)]
    async with store.begin() as c:
        merged = update(stories_table).where(stories_table.c.id == second).values(merged_into=first)
        await c.execute(merged)
        await c.execute(delete(stories_table).where(stories_table.c.id == third))
        await c.execute(insert(story_aliases).values(alias=third, story=second, made_at=now))
        for article_id in (first, second, third):
            story = await stories.get(c, article_id)
            assert story is not None
            assert story.id == first
        assert await stories.get(c, 999) is None
        answering = await stories.get_some(c, [third, 999, first, second, third])
        assert [(asked, story.id) for asked, story in answering.items()] == [(n, first) for n in (third, first, second)]


async def test_an_id_is_never_given_twice(store: Store, new: NewArticle, now: datetime) -> None:
    first = await _story(store, now)
    async with store.begin() as c:
        article = await articles.add(c, replace(new, identities=()))
        await c.execute(text("DELETE FROM articles"))
        await c.execute(text("DELETE FROM stories"))
    second = await _story(store, now)
    async with store.begin() as c:
        later = await articles.add_many(c, [replace(new, identities=()) for _ in range(3)])
    assert second > first
    assert sorted(later) == later
    assert later[0] > article


async def test_appearances_have_the_topics_of_articles_in_stories(store: Store, new: NewArticle, now: datetime) -> None:
    topics = Topics(True, ("uk",), ("Michael Kratsios", "배경훈"), ("ai", "space"))
    story = await _story(store, now)
    async with store.begin() as c:
        told = await articles.add(c, replace(new, story=story, topics=replace(topics, severity=1, after=("Yonhap",))))
        await articles.add(c, replace(new, identities=("id:asiae:2",), topics=topics))
        expected = [articles.Appearance(story, now, topics, told, "asiae")]
        assert await articles.first_appearances(c, now, (), ()) == expected
        assert await articles.first_appearances(c, now + timedelta(seconds=1), (), ()) == []


@pytest.mark.parametrize("seed", range(3))
async def test_the_first_appearances_count_what_all_articles_count(
    store: Store, new: NewArticle, now: datetime, seed: int
) -> None:
    random = Random(seed)
    story_ids = [await _story(store, now) for _ in range(12)]
    sectors = [(), ("ai",), ("space",), ("ai", "space")]
    many = [
        replace(
            new, identities=(), outlet=random.choice(("old", "older", "new")), story=random.choice((None, *story_ids)),
            first_seen_at=now - timedelta(hours=random.randrange(9 * 7 * 24)),
            topics=Topics(random.random() < 0.3, sectors=random.choice(sectors)),
        )
        for _ in range(200)
    ]  # fmt: skip
    window = HeatWindow(now, 7, "Asia/Seoul", now - timedelta(weeks=9), frozenset({"new"}))
    async with store.begin() as c:
        ids = await articles.add_many(c, many)
        moved = set(random.sample(ids, 9))
        first = await articles.first_appearances(c, past_from(window.since), window.new_outlets, moved)
        stored = await articles.recent(c, past_from(window.since), in_stories=True)
    every = [articles.Appearance(row.story or 0, row.first_seen_at, row.topics, row.id, row.outlet) for row in stored]

    def split(appearances: list[articles.Appearance]) -> list[articles.Appearance]:
        return [replace(each, story=10**6 + each.article) if each.article in moved else each for each in appearances]

    assert heat_of(split(first), window) == heat_of(split(every), window)
    assert len(first) < len(every)
    assert [each.first_seen_at for each in first] == sorted(each.first_seen_at for each in first)


async def test_the_articles_of_stories_since_then_are_found(store: Store, new: NewArticle, now: datetime) -> None:
    story_ids = [await _story(store, now) for _ in range(3)]
    later = now + timedelta(hours=1)
    async with store.begin() as c:
        rows = [
            replace(new, identities=(), story=story, first_seen_at=at) for story in story_ids for at in (now, later)
        ]
        ids = await articles.add_many(c, rows)
        found = await articles.placed_in(c, story_ids[:2], later)
        assert sorted(found) == [(ids[1], story_ids[0]), (ids[3], story_ids[1])]


async def test_the_titles_of_lists_are_kept_by_source(store: Store, new: NewArticle, now: datetime) -> None:
    others = [
        replace(new, identities=("id:asiae:2",), baseline=True),
        replace(new, identities=("id:asiae:3",), suspect="short"),
        replace(new, identities=("id:asiae:4",), first_seen_at=now - timedelta(seconds=1)),
    ]
    async with store.begin() as c:
        article_id, *ids = await articles.add_many(c, [replace(new, listed={"a": "제목"}), *others])
        await listed_titles.put(c, article_id, "b", "Title")
        (row,) = await listed_titles.of_articles(c, [article_id, *ids], now)
        assert (row.id, row.headline, row.former_headlines) == (article_id, new.headline, ())
        assert row.listed == {"a": "제목", "b": "Title"}
        known = await articles.known_of(c, [article_id])
        assert known[article_id].listed == row.listed


async def test_the_titles_of_an_outlet_have_the_time_of_publication_or_of_the_first_sight(
    store: Store, new: NewArticle, now: datetime
) -> None:
    published_at = now - timedelta(hours=3)
    others = [
        replace(new, identities=("id:asiae:2",), published_at=published_at, listed={"a": "제목"}),
        replace(new, identities=("id:asiae:3",), first_seen_at=now - timedelta(seconds=1)),
        replace(new, identities=("id:mk:1",), outlet="mk"),
    ]
    async with store.begin() as c:
        undated, dated, *_ = await articles.add_many(c, [replace(new, published_at=None), *others])
        rows = await listed_titles.of_outlet(c, "asiae", now)
    assert {row.id: (row.at, row.headline, row.listed) for row in rows} == {
        undated: (now, new.headline, {}),
        dated: (published_at, new.headline, {"a": "제목"}),
    }


async def test_an_article_keeps_the_address_of_its_plain_text(store: Store, new: NewArticle) -> None:
    async with store.begin() as c:
        article_id = await articles.add(c, replace(new, text_url="https://example.org/a.txt"))
        stored = await articles.get(c, article_id)
        assert stored is not None
        assert stored.text_url == "https://example.org/a.txt"


async def test_the_sentences_of_mentions_in_old_texts_are_deleted(store: Store, new: NewArticle, now: datetime) -> None:
    second = timedelta(seconds=1)
    seen = (now - second, now - second, now)
    several = [replace(new, first_seen_at=at, identities=(f"id:asiae:{n}",)) for n, at in enumerate(seen)]
    in_text = Mention("sector", "ai", "AI", "text", 0, 2, "AI", "AI is named.", passing=False)
    in_headline = in_text._replace(field="headline")
    async with store.begin() as c:
        assert await mentions.forget_contexts(c, now) == 0
        ids = await articles.add_many(c, several)
        await mentions.add_new(c, dict.fromkeys(ids, ((in_text, in_headline), ())), "1")
        assert await mentions.forget_contexts(c, now - second) == 0
        assert [await mentions.forget_contexts(c, now) for _ in range(2)] == [2, 0]
        stored = await mentions.mentions_of(c, ids)
    kept = [[mention.context for mention in stored[id_]] for id_ in ids]
    assert kept == [["", "AI is named."], ["", "AI is named."], ["AI is named.", "AI is named."]]


async def test_articles_that_name_something_and_those_that_do_not_are_written_together(
    store: Store, new: NewArticle, now: datetime
) -> None:
    topics = Topics(pact=True, sectors=("ai",), severity=1, after=("AP",))
    others = {
        "a": replace(new, topics=topics),
        "b": replace(new, listed={"s": "제목\x00"}),
        "c": replace(new, flash=True),
    }
    many = [replace(each, identities=(name,)) for name, each in others.items()]
    async with store.begin() as c:
        ids = await articles.add_many(c, many)
        rows = [await articles.get(c, article_id) for article_id in ids]
        listed = [each.listed for each in (await articles.known_of(c, ids)).values()]
        assert await article_identities.known(c, "abc") == dict(zip("abc", ids, strict=True))
    assert [row.topics for row in rows if row] == [topics, Topics(), Topics()]
    assert [row.flash for row in rows if row] == [False, False, True]
    assert [row.published_at for row in rows if row] == [now - timedelta(hours=1)] * 3
    assert sorted(map(str, listed)) == sorted(map(str, [{}, {"s": "제목"}, {}]))
