"""A story is posted in a channel that its sharer is in, once, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.store import channel_settings
from bot.store.deliveries import table as deliveries
from handlers.blocks.message import render
from handlers.cards.answers import ErrorCard, NoticeCard, WhyCard
from handlers.cards.choice import ChoiceCard
from handlers.cards.shown import Shown
from handlers.cards.story import StoryCard
from handlers.requests import Asker, Request, SlackEvent
from handlers.views.asks import InThread
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
    ((ts, shown),) = told.slack.posts[OTHER].items()
    assert isinstance(shown.card, StoryCard)
    assert (shown.card.story, shown.card.headline, shown.shared_by) == ("ST1", QUANTUM, "U1")
    assert "Shared in <#C0OTHER01>." in render(Shown(card, "en")).plain
    assert render(Shown(card, "ko")).plain == "<#C0OTHER01> 채널에 공유했습니다."
    ask = InThread(ts, "why", False)
    asker = Asker("T1", "U1", OTHER, False)
    explained = await told.answers.answer(Request("thread", asker, ask, "why"))
    assert explained is not None
    assert isinstance(explained.card, WhyCard), "a shared card's thread is about its story"
    async with told.store.read() as c:
        share = await deliveries.by_ts(c, "T1", OTHER, ts)
    assert share is not None
    as_before = (share.payload["line"], share.payload["language"])
    assert as_before == ("story ST1", "en"), "what a process of the last release posts"


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


async def test_a_shared_card_calls_no_group_and_an_unknown_story_posts_nothing(told: BotHarness) -> None:
    told.channels[("U1", False)] = {OTHER}
    other = await told.channel(OTHER)
    async with told.store.begin() as c:
        await channel_settings.save(c, other, replace(other, mention_group="S0000001"))
        await c.exec_driver_sql("UPDATE stories SET severity = 1")
    await told.ask(f"share ST1 in #{OTHER}")
    await told.deliver()
    (shown,) = told.slack.posts[OTHER].values()
    assert isinstance(shown.card, StoryCard)
    assert (shown.card.severity, shown.card.mention_group) == (1, None)
    async with told.store.begin() as c:
        await deliveries.enqueue(
            c, "share:T1:gone", team="T1", destination=other.id, kind="share", now=told.now(),
            payload={"story": 999, "user": "U1"},
        )  # fmt: skip
    await told.deliver()
    assert len(told.slack.posts[OTHER]) == 1


async def test_a_share_waits_for_an_invitation_and_is_posted_once_by_itself(told: BotHarness) -> None:
    told.channels[("U1", False)] = {OTHER}
    told.slack.closed.add(OTHER)
    card = await told.ask(f"share ST1 in #{OTHER}")
    assert isinstance(card, ErrorCard)
    assert card.note.code == "not_in_channel"
    told.slack.closed.clear()
    await told.membership.note(SlackEvent("j1", "T1", "joined", OTHER))
    told.pass_time(seconds=5)
    await told.deliver()
    stories = [shown.card for shown in told.slack.posts[OTHER].values() if isinstance(shown.card, StoryCard)]
    assert [story.story for story in stories] == ["ST1"]
