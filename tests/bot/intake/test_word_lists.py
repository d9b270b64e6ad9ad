"""The word lists of stories are read once, in a thread, before the first article needs them."""

from __future__ import annotations

import asyncio

from bot.intake.word_lists import WordLists
from bot.stories.facts.place_and_day import event_places
from bot.stories.features.background import common_features
from bot.stories.features.gazetteer import built_in


async def test_they_are_read_once_while_the_event_loop_goes_on() -> None:
    built_in.cache_clear()
    lists, turns = WordLists(), 0
    loading = asyncio.gather(*(lists.loaded() for _ in range(3)))
    while not loading.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert built_in.cache_info().misses == 1
    assert turns > 5, "the event loop stood still"
    for kept in (built_in, common_features):
        assert kept.cache_info().currsize == 1
    assert [each.value for each in event_places("signed in gyeongju on oct. 29")] == ["gyeongju"]
