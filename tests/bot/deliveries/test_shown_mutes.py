"""A posted card shows the mute of its story while it runs: it begins, is ended early, is undone, or ends by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.cards.answers import ErrorCard
from handlers.cards.story import StoryCard
from tests.support.bot_harness import BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT


@pytest.fixture
async def posted(harness: BotHarness) -> BotHarness:
    await harness.subscribe("quantum")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    return harness


async def shown(harness: BotHarness) -> StoryCard:
    """The card as it stands in the channel."""
    harness.pass_time(seconds=30)
    await harness.digests.enqueue_due()
    await harness.deliver()
    await harness.edits()
    (card,) = harness.cards()
    assert isinstance(card, StoryCard)
    return card


async def test_a_card_shows_a_mute_until_it_ends_by_itself(posted: BotHarness) -> None:
    await posted.ask("mute ST1 4h")
    until_at = posted.at + timedelta(hours=4)
    assert (await shown(posted)).muted_until == until_at
    posted.pass_time(hours=4)
    assert (await shown(posted)).muted_until is None
    edits = posted.slack.edits
    await shown(posted)
    assert posted.slack.edits == edits, "an end is shown once"


async def test_a_card_shows_a_mute_until_somebody_ends_it(posted: BotHarness) -> None:
    await posted.ask("mute ST1 4h")
    assert (await shown(posted)).muted_until is not None
    await posted.ask("unmute ST1")
    assert (await shown(posted)).muted_until is None


async def test_an_undo_is_shown_too(posted: BotHarness) -> None:
    await posted.ask("mute ST1 4h")
    await posted.ask("undo 1")
    assert (await shown(posted)).muted_until is None
    await posted.ask("undo 2")
    assert (await shown(posted)).muted_until is not None


async def test_a_mute_of_an_outlet_is_no_mute_of_the_story(posted: BotHarness) -> None:
    await posted.ask("mute outlet herald 4h")
    assert (await shown(posted)).muted_until is None
    assert isinstance(await posted.ask("unmute ST1"), ErrorCard)


async def test_an_end_that_nobody_saw_for_a_day_edits_nothing(posted: BotHarness) -> None:
    await posted.ask("mute ST1 4h")
    await shown(posted)
    edits = posted.slack.edits
    posted.pass_time(hours=28, minutes=1)
    await posted.digests.enqueue_due()
    await posted.edits()
    assert posted.slack.edits == edits


@pytest.mark.parametrize(
    ("late", "ended"),
    [(timedelta(seconds=-1), 0), (timedelta(0), 1), (timedelta(hours=24, seconds=-1), 1), (timedelta(hours=24), 0)],
)
async def test_the_end_of_a_mute_is_noticed_within_a_day(posted: BotHarness, late: timedelta, ended: int) -> None:
    await posted.ask("mute ST1 4h")
    await posted.ask("digest off")
    posted.pass_time(seconds=(timedelta(hours=4) + late).total_seconds())
    assert await posted.digests.enqueue_due() == ended, "the outbox is woken for the edit"
    assert await posted.digests.enqueue_due() == 0
