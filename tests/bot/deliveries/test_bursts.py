"""A burst: five cards come one by one, those that follow within ten minutes come as one roll-up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.deliveries.holds import BURST_CARDS, BURST_WINDOW
from tests.support.bot_harness import BotHarness
from tests.support.unlike_stories import headline_of, text_of

SIGNED = "Korea and the United States sign Technology Prosperity Deal"
SIGNED_TEXT = "South Korea and the United States signed the U.S.-ROK Technology Prosperity Deal in Gyeongju on Monday."
TITLES = tuple(headline_of(number) for number in range(7))


def body(title: str) -> str:
    """The text below a title."""
    return text_of(TITLES.index(title))


def rolled_up(harness: BotHarness) -> list[str]:
    return [line.headline for digest in harness.digests_in() for part in digest.sections for line in part.lines]


async def test_a_burst_is_five_cards_and_one_roll_up_of_the_rest_in_order(harness: BotHarness) -> None:
    began_at = harness.at
    await harness.subscribe("quantum")
    for title in TITLES:
        await harness.publish("herald", title, body(title))
    await harness.deliver(12)
    assert [card.headline for card in harness.cards()] == list(TITLES[:5])
    await harness.digests.enqueue_due()
    assert rolled_up(harness) == []
    (posted,) = [stage for stage in (await harness.ask("why ST6")).stages if stage.stage == "posted"]
    assert posted.notes[0].code == "delivery_held_burst"
    assert posted.at == began_at + BURST_WINDOW
    harness.pass_time(minutes=10)
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert rolled_up(harness) == list(TITLES[5:])
    (card,) = harness.digests_in()
    assert (card.rolled, card.stories) == ("burst", 2)
    harness.pass_time(minutes=10)
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert len(harness.cards()) + len(rolled_up(harness)) == 7


async def test_a_single_card_of_a_burst_stays_a_card_and_a_severe_story_is_not_held(harness: BotHarness) -> None:
    await harness.subscribe("quantum OR topic:pact")
    for title in TITLES[:6]:
        await harness.publish("herald", title, body(title))
    await harness.publish("herald", SIGNED, SIGNED_TEXT)
    await harness.deliver(12)
    assert [card.headline for card in harness.cards()] == [*TITLES[:5], SIGNED]
    harness.pass_time(minutes=10)
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert [card.headline for card in harness.cards()] == [*TITLES[:5], SIGNED, TITLES[5]]
    assert harness.digests_in() == []


async def test_cards_three_minutes_apart_are_no_burst(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    for title in TITLES:
        await harness.publish("herald", title, body(title))
        harness.pass_time(minutes=3)
        await harness.deliver(2)
    assert [card.headline for card in harness.cards()] == list(TITLES)


@pytest.mark.parametrize(
    ("seconds", "cards"), [(BURST_WINDOW.total_seconds() - 1, 5), (BURST_WINDOW.total_seconds(), 6)]
)
async def test_a_burst_lasts_ten_minutes_from_its_first_card(harness: BotHarness, seconds: float, cards: int) -> None:
    assert (5, timedelta(minutes=10)) == (BURST_CARDS, BURST_WINDOW)
    await harness.subscribe("quantum")
    first_at = harness.at
    for title in TITLES[:5]:
        await harness.publish("herald", title, body(title))
    harness.at = first_at + timedelta(seconds=seconds)
    await harness.publish("herald", TITLES[5], body(TITLES[5]))
    await harness.deliver(12)
    assert len(harness.cards()) == cards
