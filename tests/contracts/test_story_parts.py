"""A workspace's parts give it articles in another story, and follow what is merged for all; on every store."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.deliveries.linked_stories import stories_as_seen, story_as_seen, story_of_article
from bot.deliveries.splits import add_part, follow_split, put_back
from bot.intake.merge_stories import merge_stories
from bot.model import StoredArticle
from bot.store import articles, stories, story_links, story_parts, story_views
from bot.store.articles import NewArticle
from bot.store.engine import Connection, Store, lock_stories


async def add_story(c: Connection, now: datetime, name: str, count: int) -> tuple[int, list[StoredArticle]]:
    """A story with so many articles."""
    shared: dict[str, Any] = {"headline": name, "url": f"https://a.example/{name}0", "outlet": "a", "language": "en"}
    story = await stories.add(c, **shared, first_seen_at=now, last_article_at=now)
    urls = [f"https://a.example/{name}{number}" for number in range(count)]
    rows = [
        NewArticle("a", url, url, f"{name} {url[-1]}", "en", "media", now, now, (url,), state="read", story=story)
        for url in urls
    ]
    await articles.add_many(c, rows)
    added = await articles.of_story(c, story)
    for article in added:
        await articles.update(c, article.id, read_at=now)
    return story, list(added)


async def seen(c: Connection, team: str, *story_ids: int) -> dict[int, list[int]]:
    return {each.story.id: [row.id for row in each.articles] for each in await stories_as_seen(c, team, story_ids)}


async def test_a_part_has_its_articles_in_its_workspace_alone(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        base, (one, two, three) = await add_story(c, now, "base", 3)
        part = await add_part(c, "T1", [one], base, "U1", now)
        await story_parts.put(c, "T1", part, [one.id], "U2", now)
    async with store.read() as c:
        assert await seen(c, "T1", base, part) == {base: [two.id, three.id], part: [one.id]}
        assert await seen(c, "T2", base, part) == {base: [one.id, two.id, three.id]}
        left = await story_as_seen(c, "T1", base)
        assert left is not None
        assert (left.story.headline, left.story.url) == (two.headline, two.url)
        assert [row.person for row in await story_parts.overlays_of(c, "T1")] == ["U1"]
        assert await story_parts.parts_of_article(c, one.id) == {"T1": part}
        assert await story_views.teams_with(c, base) == ("T1",)
        assert await story_parts.sizes(c, [base, part]) == {base: 3}
    async with store.begin() as c:
        await story_parts.remove(c, "T2", part)
        assert await seen(c, "T1", part) == {part: [one.id]}
        await story_parts.remove(c, "T1", part)
        assert await seen(c, "T1", part, base) == {base: [one.id, two.id, three.id]}
        assert await seen(c, "T2", part) == {}


async def test_the_newest_part_of_an_article_counts_and_its_end_leaves_the_older_one(
    store: Store, now: datetime
) -> None:
    async with store.begin() as c:
        base, (one, two, three) = await add_story(c, now, "base", 3)
        first = await add_part(c, "T1", [one, two], base, "U1", now)
        second = await add_part(c, "T1", [two], first, "U1", now)
        assert await seen(c, "T1", base, first, second) == {base: [three.id], first: [one.id], second: [two.id]}
        found = await story_of_article(c, "T1", two)
        assert found is not None
        assert (found.story.id, found.split_off, found.lost_to) == (second, first, {})
        await story_parts.remove(c, "T1", first)
        assert await seen(c, "T1", base, first, second) == {base: [one.id, three.id], second: [two.id]}
        await story_parts.remove(c, "T1", second)
        assert await seen(c, "T1", base, first, second) == {base: [one.id, two.id, three.id]}


async def test_a_split_outlives_a_merge_for_all(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        await lock_stories(c)
        (keep, kept), (lose, lost) = [await add_story(c, now, name, 2) for name in ("keep", "lose")]
        part = await add_part(c, "T1", [lost[0]], lose, "U1", now)
        await merge_stories(c, keep, lose, now)
        rest = [*(row.id for row in kept), lost[1].id]
        assert await seen(c, "T1", keep, part) == {keep: rest, part: [lost[0].id]}
        assert await story_parts.of_team(c, "T1") == {part: keep}
        await story_parts.remove(c, "T1", part)
        assert (await seen(c, "T1", part)).keys() == {keep}


async def test_a_later_article_follows_its_twin_and_comes_back_with_it(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        base, (one, two, three) = await add_story(c, now, "base", 3)
        part = await add_part(c, "T1", [one], base, "U1", now)
        for article_id, twin in ((two.id, one.id), (three.id, None)):
            await articles.update(c, article_id, placement={"twin": twin}, read_at=now + timedelta(seconds=1))
            await follow_split(c, article_id, twin, now)
        assert await seen(c, "T1", part) == {part: [one.id, two.id]}
        assert [row.person for row in await story_parts.overlays_of(c, "T1")] == ["U1", None]
        await story_parts.remove(c, "T1", part)
        await put_back(c, "T1", part, [one.id], "U1", now + timedelta(seconds=2))
        assert await seen(c, "T1", part) == {part: [one.id]}, "it was placed before the split"
        await put_back(c, "T1", part, [one.id], "U1", now + timedelta(seconds=1))
        assert await seen(c, "T1", part) == {part: [one.id, two.id]}


async def test_an_article_that_another_one_stands_for_gives_it_its_part(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        base, (one, two, three) = await add_story(c, now, "base", 3)
        part = await add_part(c, "T1", [one], base, "U1", now)
        await articles.update(c, one.id, story=None)
        assert await seen(c, "T1", part) == {base: [two.id, three.id]}
        await story_parts.move_article(c, one.id, two.id)
        assert await seen(c, "T1", base, part) == {base: [three.id], part: [two.id]}


async def test_a_part_may_be_merged_with_a_story(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        (base, (one, two)), (other, (three,)) = [await add_story(c, now, *how) for how in (("base", 2), ("other", 1))]
        part = await add_part(c, "T1", [one], base, "U1", now)
        await story_links.add(c, team="T1", story=other, other=part, person="U1", now=now)
        assert await seen(c, "T1", base, part) == {base: [two.id], other: [one.id, three.id]}
        await story_parts.remove(c, "T1", part)
        assert await seen(c, "T1", base, part) == {base: [one.id, two.id], other: [three.id]}


async def test_each_question_is_answered_by_the_rows_that_it_names(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        (low, (a1, a2)), (base, (b1, b2)), (high, (c1, c2)) = [await add_story(c, now, name, 2) for name in "abc"]
        split_off = (("T0", low, [a2]), ("T1", base, [b1]), ("T2", base, [b1, b2]), ("T3", high, [c2]))
        parts = {team: await add_part(c, team, rows, story, "U1", now) for team, story, rows in split_off}
        for story, teams in ((low, ("T0",)), (base, ("T1", "T2")), (high, ("T3",))):
            assert await story_views.teams_with(c, story) == teams
        for team, _, rows in split_off:
            assert [row.article for row in await story_parts.overlays_of(c, team)] == [row.id for row in rows]
        for article, names in ((a1, ""), (a2, "T0"), (b1, "T1 T2"), (b2, "T2"), (c1, ""), (c2, "T3")):
            of_article = {team: parts[team] for team in names.split()}
            assert await story_parts.parts_of_article(c, article.id) == of_article
        await story_parts.move_article(c, b1.id, b2.id)
        assert await story_parts.parts_of_article(c, b2.id) == {"T1": parts["T1"], "T2": parts["T2"]}
        assert [len(await story_parts.overlays_of(c, team)) for team in parts] == [1, 1, 1, 1]
        again = await add_part(c, "T1", [c1], high, "U1", now)
        await story_parts.remove(c, "T1", parts["T1"])
        assert [row.story for row in await story_parts.overlays_of(c, "T1")] == [again]
        await story_parts.put(c, "T1", parts["T1"], [b1.id], None, now)
        await story_parts.remove(c, "T1", again)
        assert [row.story for row in await story_parts.overlays_of(c, "T1")] == [parts["T1"]]
        assert await story_views.teams_with(c, high) == ("T1", "T3"), "a part without articles was split off it"
        assert [len(await story_parts.overlays_of(c, team)) for team in ("T0", "T2", "T3")] == [1, 1, 1]
        made = await stories.get(c, parts["T2"])
        assert made is not None
        assert (made.revision, made.headline, made.first_seen_at) == (1, b1.headline, now)
