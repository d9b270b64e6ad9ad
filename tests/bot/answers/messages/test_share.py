"""A story is posted in a channel that its sharer is in, once, and nowhere else."""

from __future__ import annotations

import pytest

from handlers.blocks.message import render
from handlers.cards.answers import ErrorCard, NoticeCard
from handlers.cards.choice import ChoiceCard
from handlers.cards.shown import Shown
from handlers.cards.story_articles import StoryArticlesCard
from tests.support.bot_harness import BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT

OTHER = "C0OTHER01"


@pytest.fixture
async def told(harness: BotHarness) -> BotHarness:
    await harness.subscribe("quantum")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    return harness


async def test_without_a_channel_a_menu_of_channels_is_shown(told: BotHarness) -> None:
    card = await told.ask("share ST1")
    assert isinstance(card, ChoiceCard)
    blocks = render(Shown(card, "en")).blocks
    assert blocks[-1]["block_id"] == "pact:into:share ST1 in"
    assert blocks[-1]["elements"][0]["type"] == "conversations_select"


async def test_a_story_is_posted_in_another_channel_that_the_person_is_in(told: BotHarness) -> None:
    told.channels[("U1", False)] = {OTHER}
    card = await told.ask(f"share ST1 in #{OTHER}")
    assert isinstance(card, NoticeCard)
    await told.deliver()
    (shown,) = told.slack.posts[OTHER].values()
    assert isinstance(shown.card, StoryArticlesCard)
    assert shown.shared_by == "U1"
    assert "pact:run:split" not in str(render(shown).blocks), "an answer for everybody has no menus"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f"share ST1 in #{OTHER}", "not_your_channel"),
        ("share ST1 in #general", "channel_by_name"),
        ("share ST999", "no_such_story"),
    ],
)
async def test_nothing_is_posted_where_the_person_is_not(told: BotHarness, line: str, code: str) -> None:
    card = await told.ask(line)
    assert isinstance(card, ErrorCard)
    assert card.note.code == code
    await told.deliver()
    assert OTHER not in told.slack.posts


async def test_a_guest_posts_nothing(told: BotHarness) -> None:
    told.channels[("U1", False)] = {OTHER}
    card = await told.ask(f"share ST1 in #{OTHER}", standing="guest")
    assert isinstance(card, ErrorCard)
    assert card.note.code == "guests_read"
