"""A change of a channel's settings can be undone for a week."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.store import destinations
from handlers.cards.subscriptions import ChangeCard
from tests.support.bot_harness import BotHarness

WEEK = timedelta(days=7)


@pytest.mark.parametrize(("age", "undone"), [(WEEK, True), (WEEK + timedelta(seconds=1), False)])
async def test_a_change_can_be_undone_for_a_week(harness: BotHarness, age: timedelta, undone: bool) -> None:
    await harness.ask("quiet 22:00-07:00")
    harness.at += age
    await harness.ask("undo 1")
    assert ((await harness.channel()).quiet_from is None) == undone


async def test_a_change_in_an_active_channel_resumes_nothing(harness: BotHarness) -> None:
    await harness.ask("quiet 22:00-07:00")
    channel = await harness.channel()
    async with harness.store.read() as c:
        assert await destinations.returns(c, channel.id) == 0
    assert [change.waiting for change in harness.shown(ChangeCard)] == [False]
