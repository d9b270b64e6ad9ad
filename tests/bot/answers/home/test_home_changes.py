"""A subscription is muted, heard again and ended from the home tab, by its person or a member of its channel alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.answers.home.home import seen_by
from bot.model import Destination, Subscription
from handlers.cards.answers import ErrorCard
from handlers.cards.home import HomeCard
from handlers.requests import Ask, Asker, Home, Request
from handlers.views.asks import EndSubscription, MuteSubscription
from tests.support.bot_harness import START, TEAM, BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT, SIGNED, SIGNED_TEXT

DAY = 86_400


async def press(harness: BotHarness, ask: Ask, user: str = "U1", standing: Any = "member") -> Any:
    """The card that a press in the home tab is answered with."""
    asker = Asker(TEAM, user, f"D{user}", True, standing=standing)
    request = Request(f"press{next(harness.numbers)}", asker, ask)
    assert await harness.answers.remember(request)
    shown = await harness.answers.answer(request)
    assert shown is not None
    return shown.card


@pytest.fixture
async def member(harness: BotHarness) -> BotHarness:
    harness.channels["U1", False] = {"C1"}
    return harness


async def test_what_a_muted_subscription_matches_comes_with_the_first_digest_afterwards(member: BotHarness) -> None:
    harness = member
    subscription = await harness.subscribe("quantum")
    await press(harness, MuteSubscription(1, DAY))
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert harness.cards() == []
    assert await harness.untold(subscription) == [1]
    harness.at = START + timedelta(days=1, seconds=-1)
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert harness.digests_in() == [], "it is muted for a second more"
    harness.at = START + timedelta(days=2)
    await harness.digests.enqueue_due()
    await harness.deliver()
    (digest,) = harness.digests_in()
    assert [line.headline for part in digest.sections for line in part.lines] == [QUANTUM]
    assert await harness.untold(subscription) == []


async def test_a_mute_holds_nothing_that_another_subscription_wants(member: BotHarness) -> None:
    harness = member
    muted = await harness.subscribe("quantum")
    await harness.subscribe('"computing centre"')
    await press(harness, MuteSubscription(1, DAY))
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    (card,) = harness.cards()
    assert card.subscriptions == ("S2",)
    assert await harness.untold(muted) == [], "the card tells both"


async def test_major_news_wait_as_well_until_the_mute_is_ended(member: BotHarness) -> None:
    harness = member
    await harness.subscribe("topic:pact")
    await press(harness, MuteSubscription(1, DAY))
    await press(harness, MuteSubscription(1, 0))
    await harness.publish("herald", SIGNED, SIGNED_TEXT)
    await harness.deliver()
    assert len(harness.cards()) == 1
    card = await press(harness, MuteSubscription(1, 0))
    assert isinstance(card, ErrorCard)
    assert card.note.code == "not_muted"


async def test_an_undone_mute_is_over(member: BotHarness) -> None:
    harness = member
    await harness.subscribe("quantum")
    await press(harness, MuteSubscription(1, DAY))
    await harness.ask("undo 1")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert len(harness.cards()) == 1


@pytest.mark.parametrize("ask", [EndSubscription(1), MuteSubscription(1, DAY), EndSubscription(99)])
@pytest.mark.parametrize(("user", "standing"), [("U2", "member"), ("U1", "guest"), ("U1", "outsider")])
async def test_strangers_change_nothing(member: BotHarness, ask: Ask, user: str, standing: str) -> None:
    await member.subscribe("quantum")
    card = await press(member, ask, user, standing)
    assert isinstance(card, ErrorCard)
    assert len(await member.active_subscriptions()) == 1
    assert member.slack.posts == {}


async def test_a_channel_that_admins_configure_is_changed_by_them_alone(member: BotHarness) -> None:
    await member.subscribe("quantum")
    await member.ask("settings who admins", standing="member")
    refused = await press(member, EndSubscription(1))
    assert isinstance(refused, ErrorCard)
    assert refused.note.code == "channel_of_admins"
    await press(member, EndSubscription(1), standing="admin")
    assert await member.active_subscriptions() == []


async def test_home_shows_pages_of_what_the_person_may_see(member: BotHarness) -> None:
    for number in range(12):
        await member.subscribe(f'"word {number}"')
    await member.subscribe("space", channel="C2")
    shown = await press(member, Home(2))
    assert isinstance(shown, HomeCard)
    assert (shown.page, shown.pages, len(shown.subscriptions), shown.admin) == (2, 2, 2, None)
    assert {line.channel for line in shown.subscriptions} == {"C1"}
    assert (await press(member, Home(99))).page == 2
    admin = (await press(member, Home(), standing="admin")).admin
    assert admin is not None
    assert ([each.channel for each in admin.channels], admin.hidden) == (["C1"], 1)


def test_a_persons_own_come_first_and_a_channel_that_was_left_is_not_shown() -> None:
    def place(number: int, slack_id: str, person: str | None = None) -> Destination:
        return Destination(number, TEAM, slack_id, person, "en", "UTC", "active", None, None, None, None)

    def one(number: int, destination: int, owner: str) -> Subscription:
        return Subscription(
            number, TEAM, destination, owner, "q", "daily", "08:30", "mon", "UTC", 1, START, None, "active", None
        )

    everywhere = {1: place(1, "C1"), 2: place(2, "C2"), 3: place(3, "D1", "U1"), 4: place(4, "D2", "U2")}
    active = [one(1, 1, "U2"), one(2, 2, "U1"), one(3, 3, "U1"), one(4, 4, "U2"), one(5, 1, "U2"), one(6, 9, "U1")]
    assert [each.id for each in seen_by("U1", {"C1", "C2"}, active, everywhere)] == [3, 2, 1, 5]
    assert [each.id for each in seen_by("U1", {"C1"}, active, everywhere)] == [3, 1, 5]


async def test_the_typed_line_mutes_as_the_button_does_and_why_says_so(harness: BotHarness) -> None:
    subscription = await harness.subscribe("quantum")
    await harness.ask("mute s1 for 1d")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert harness.cards() == []
    assert await harness.untold(subscription) == [1]
    reasons = [note.code for stage in (await harness.ask("why ST1")).stages for note in stage.notes]
    assert "waits_for_mute" in reasons
    assert "waits_for_digest" not in reasons
    await harness.ask("해제 S1")
    reasons = [note.code for stage in (await harness.ask("why ST1")).stages for note in stage.notes]
    assert "waits_for_digest" in reasons
    refused = await harness.ask("mute S9 for 1d")
    assert isinstance(refused, ErrorCard)
    assert (await harness.ask("mute S1")).note.code == "mute_needs_end"
