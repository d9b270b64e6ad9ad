"""Links make groups of stories, whatever their order."""

from __future__ import annotations

from itertools import permutations

import pytest

from bot.stories.workspace_view import StoryGroups


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
