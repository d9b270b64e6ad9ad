"""The digest of now, and the time of the daily digest."""

from __future__ import annotations

import pytest

from handlers.cards.subscriptions import ChangeCard
from tests.support.bot_harness import BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT


async def test_a_digest_of_now_shows_the_day_and_leaves_its_matches_untold(harness: BotHarness) -> None:
    subscription = await harness.subscribe("quantum", "daily")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    card = await harness.ask("digest now")
    assert (card.stories, card.preview) == (1, True)
    assert len(await harness.untold(subscription)) == 1


@pytest.mark.parametrize(("minutes", "stories"), [(0, 1), (1, 0)])
async def test_a_digest_of_now_covers_one_day(harness: BotHarness, minutes: int, stories: int) -> None:
    await harness.subscribe("quantum", "daily")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    harness.pass_time(days=1, minutes=minutes)
    assert (await harness.ask("digest now")).stories == stories


async def test_a_digest_of_now_needs_a_subscription(harness: BotHarness) -> None:
    assert (await harness.ask("digest now")).note.code == "no_subscriptions"


async def test_a_digest_time_is_confirmed_and_said_in_the_channel(harness: BotHarness) -> None:
    assert (await harness.ask("digest daily 09:00")).notes[0].code == "said_in_channel"
    (posted,) = harness.shown(ChangeCard)
    assert (posted.what, posted.args["at"]) == ("digest_on", "09:00")
