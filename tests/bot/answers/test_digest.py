"""The digest of now, and the time of the daily digest."""

from __future__ import annotations

from random import Random

import pytest

from bot.deliveries.digest_pages import LINES_FIRST_PAGE
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


async def test_every_story_of_a_digest_of_now_is_reached_by_its_pages(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily")
    for number in range(14):
        words = ["".join(Random(100 * number + word).sample("abcdefghijklmnop", 8)) for word in range(12)]
        await harness.publish("herald", f"{' '.join(words[:6])} qubit", f"{' '.join(words)} a quantum computer.")
    first, second, behind = [await harness.ask(line) for line in ("digest now", "digest now 2", "digest now 9")]
    shown = [line.story for card in (first, second) for section in card.sections for line in section.lines]
    assert (first.page, first.pages, first.stories, first.later) == (1, 2, 14, 14 - LINES_FIRST_PAGE)
    assert (second.page, second.later, behind.page) == (2, 0, 2)
    assert len(set(shown)) == len(shown) == 14


async def test_a_digest_of_now_needs_a_subscription(harness: BotHarness) -> None:
    assert (await harness.ask("digest now")).note.code == "no_subscriptions"


async def test_a_digest_time_is_confirmed_and_said_in_the_channel(harness: BotHarness) -> None:
    assert (await harness.ask("digest daily 09:00")).notes[0].code == "said_in_channel"
    (posted,) = harness.shown(ChangeCard)
    assert (posted.what, posted.args["at"]) == ("digest_on", "09:00")
