"""Stories that a story may be merged with: recent ones of the channel that share a topic, the nearest first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.answers.stories.near_stories import NEAR, NEAR_SHOWN
from tests.support.bot_harness import BotHarness
from tests.support.unlike_stories import headline_of, text_of

BOTH = ("Quantum and space centre opens in Daejeon", "A centre for quantum computing and space launchers opened.")


async def near(harness: BotHarness, story: str) -> list[Any]:
    return [other for other, _ in (await harness.ask(f"story {story}")).near]


async def test_the_story_with_most_topics_in_common_stands_first_of_equals_the_newest(harness: BotHarness) -> None:
    await harness.subscribe("quantum OR space")
    await harness.publish("herald", *BOTH)
    for number in (1, 2):
        await harness.publish("herald", headline_of(number), text_of(number))
    await harness.publish("times", "Space probe and quantum clock fly in May", "A space probe and a quantum clock fly.")
    assert await near(harness, "ST1") == ["ST4", "ST3", "ST2"]


@pytest.mark.parametrize(("age", "is_near"), [(NEAR, True), (NEAR + timedelta(seconds=1), False)])
async def test_a_story_of_two_weeks_ago_is_near(harness: BotHarness, age: timedelta, is_near: bool) -> None:
    await harness.subscribe("quantum")
    await harness.publish("herald", headline_of(1), text_of(1))
    harness.pass_time(seconds=age.total_seconds())
    await harness.publish("herald", headline_of(2), text_of(2))
    assert await near(harness, "ST2") == (["ST1"] if is_near else [])


async def test_ten_stories_are_offered(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    for number in range(1, NEAR_SHOWN + 3):
        await harness.publish("herald", headline_of(number), text_of(number))
    assert len(await near(harness, "ST1")) == NEAR_SHOWN == 10
