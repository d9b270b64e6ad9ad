"""Links make groups of stories, whatever their order, and splits give articles another story."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from bot.model import Story, Topics
from bot.stories.workspace_view import SplitOff, StoryGroups, WorkspaceView, seen_story


def test_a_story_without_a_link_is_alone() -> None:
    groups = StoryGroups(())
    assert (groups.ids(7), groups.leader(7), bool(groups)) == ((7,), 7, False)


@pytest.mark.parametrize("pairs", list(permutations([(12, 15), (20, 15), (31, 30), (20, 22)])))
def test_links_join_stories_in_any_order_and_the_oldest_leads(pairs: tuple[tuple[int, int], ...]) -> None:
    groups = StoryGroups(pairs)
    assert groups.ids(22) == groups.ids(12) == (12, 15, 20, 22)
    assert (groups.leader(20), groups.leader(31), groups.ids(9)) == (12, 30, (9,))


def test_a_link_of_a_story_with_itself_joins_nothing() -> None:
    assert StoryGroups([(12, 12)]).ids(12) == (12,)


def test_a_split_article_is_at_home_in_the_newest_part_that_has_it() -> None:
    view = WorkspaceView([], {7: 1, 8: 7}, [SplitOff(2, 1, 8), SplitOff(2, 1, 7), SplitOff(3, 1, 7)], {1: 4})
    assert [view.home(article, 1) for article in (1, 2, 3)] == [1, 8, 7]
    assert view.home(9, 5) == 5
    assert (view.split_off((8,)), view.split_off((7,)), view.split_off((1,))) == (7, 1, None)
    assert (view.lost_to((1,)), view.lost_to((7,))) == ({7: 1, 8: 1}, {})
    assert [view.has_split(story) for story in (1, 5, 7, 8)] == [True, False, True, True]
    assert sorted(view.split_into((7, 8))) == [2, 3]


def test_a_part_without_articles_leads_to_the_story_that_it_was_split_off() -> None:
    view = WorkspaceView([], {7: 1, 8: 7}, [], {})
    assert view.groups.ids(8) == (1, 7, 8)
    linked = WorkspaceView([(7, 5)], {7: 1}, [], {})
    assert (linked.groups.ids(7), linked.groups.ids(1)) == ((5, 7), (1,)), "a person's merge says where it belongs"


def test_a_story_whose_articles_all_went_leads_to_their_part() -> None:
    both = [SplitOff(1, 1, 7), SplitOff(2, 1, 8)]
    assert WorkspaceView([], {7: 1, 8: 1}, both, {1: 2}).groups.ids(1) == (1, 7)
    assert WorkspaceView([], {7: 1, 8: 1}, both, {1: 3}).groups.ids(1) == (1,)
    assert WorkspaceView([(1, 2)], {7: 1, 8: 1}, both, {1: 2}).groups.ids(1) == (1, 2)


def test_a_story_of_several_has_the_headline_of_the_oldest_and_the_topics_of_all() -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    older, newer = (
        Story(number, f"headline {number}", "", "", "en", now - hours, now + hours, 1, Topics(sectors=(sector,)))
        for number, hours, sector in ((3, timedelta(hours=1), "space"), (9, timedelta(hours=2), "ai"))
    )
    seen = seen_story((1, 3, 9), [newer, older], [])
    assert (seen.story.id, seen.story.headline, seen.ids) == (1, "headline 3", (1, 3, 9))
    assert seen.story.topics.sectors == ("space", "ai")
    assert (seen.story.first_seen_at, seen.story.last_article_at) == (newer.first_seen_at, newer.last_article_at)
    alone = seen_story((9,), [newer], [])
    assert (alone.story, alone.ids) == (newer, (9,))


@pytest.mark.parametrize("seed", range(50))
def test_every_story_and_part_leads_to_one_with_articles(seed: int) -> None:
    chance = random.Random(seed)
    story_of = {article: chance.randint(1, 4) for article in range(10)}
    sizes = Counter(story_of.values())
    parts: dict[int, int] = {}
    for part in range(11, 16):
        parts[part] = chance.choice([*sizes, *parts])
    every = [*sizes, *parts]
    links = [(chance.choice(every), chance.choice(every)) for _ in range(chance.randint(0, 3))]
    split_off = [
        SplitOff(article, story_of[article], part)
        for part in parts
        for article in chance.sample(range(10), 3)
        if chance.random() < 0.5
    ]
    bases = {each.base for each in split_off}
    view = WorkspaceView(links, parts, split_off, {base: sizes[base] for base in bases})
    shown = {view.shown_in(article, story) for article, story in story_of.items()}
    assert [story for story in every if view.groups.leader(story) not in shown] == []
