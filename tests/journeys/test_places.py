"""Channels come and go: what waits for an invitation starts by itself, what is archived resumes, nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest

from scrapers.fake_outlets.demo import load_demo

CUES = {cue.piece.slug: cue for cue in load_demo()}


def tell(house: Any, slug: str) -> str:
    """Publish one of the demo's pieces now."""
    address: str = house.fake_outlets.publish(CUES[slug].outlet, CUES[slug].piece)
    return address


async def test_a_subscription_waits_for_the_invitation(house: Any) -> None:
    house.read_only("hanbit")
    await house.start()
    answer = await house.ask("subscribe quantum", channel="washington")
    assert "/invite" in answer
    assert "Subscribed S2" in answer
    korean = await house.ask("구독 반도체", channel="washington", user="dana")
    assert "/invite" in korean
    assert "초대" in await house.ask("목록", channel="washington", user="dana")
    tell(house, "quantum-hanbit")
    await house.settled("SELECT id FROM deliveries WHERE kind = 'card'")
    assert house.posts("washington") == []
    await house.slack.invite("washington", by="dana")
    await house.card("50큐비트", channel="washington")
    await house.post("Subscribed S2", channel="washington")
    assert "waiting" not in await house.ask("list", channel="washington")
    house.assert_nothing_twice()


@pytest.mark.parametrize("scopes", ["all", "none to ask"])
@pytest.mark.parametrize("transport", ["socket"])
async def test_an_invitation_while_nobody_listened_is_found_at_the_start(house: Any, scopes: str) -> None:
    house.read_only("hanbit")
    await house.start()
    assert "/invite" in await house.ask("subscribe quantum", channel="washington")
    tell(house, "quantum-hanbit")
    await house.settled("SELECT id FROM deliveries WHERE kind = 'card'")
    await house.stop()
    if scopes != "all":
        house.slack.context.scopes -= {"channels:read", "groups:read"}
    house.slack.context.events -= {"member_joined_channel"}  # Slack gives up on an event after some minutes
    await house.slack.invite("washington", by="dana")
    await house.start()
    await house.card("50큐비트", channel="washington")
    assert await house.rows("SELECT id FROM inbound WHERE kind = 'happened'") == []
    house.assert_nothing_twice()


@pytest.mark.parametrize("transport", ["socket"])
async def test_an_archived_channel_is_parked_and_goes_on(house: Any) -> None:
    house.read_only("hanbit")
    await house.start()
    await house.slack.archive("policy")
    await house.settled("SELECT id FROM destinations WHERE state = 'away'")
    tell(house, "plan-signed-hanbit")
    await house.settled("SELECT id FROM deliveries WHERE kind = 'card'")
    await house.restart()
    assert house.cards() == []
    assert [call for call in house.slack.refused_calls if call.method == "chat.postMessage"] == []
    await house.slack.unarchive("policy")
    await house.card("이행계획 서명")
    house.assert_nothing_twice()


@pytest.mark.parametrize("transport", ["socket"])
async def test_a_bot_that_was_removed_goes_on_when_it_is_invited_again(house: Any) -> None:
    house.read_only("hanbit")
    await house.start()
    await house.slack.kick("policy")
    tell(house, "plan-signed-hanbit")
    await house.settled("SELECT id FROM deliveries WHERE kind = 'card'")
    await house.slack.invite("policy")
    await house.card("이행계획 서명")
    assert await house.rows("SELECT COUNT(*) FROM subscriptions WHERE state = 'active'") == [(1,)]
    house.assert_nothing_twice()


@pytest.mark.parametrize("transport", ["socket"])
async def test_the_operators_channel_is_subscribed_once_and_never_again(house: Any) -> None:
    house.read_only("hanbit")
    await house.start()
    await house.ask("unsubscribe S1")
    await house.restart()
    assert await house.rows("SELECT COUNT(*) FROM subscriptions WHERE state = 'active'") == [(0,)]
    tell(house, "plan-signed-hanbit")
    await house.settled("SELECT id FROM articles WHERE state = 'read'")
    assert house.cards() == []


async def test_what_slack_delivers_twice_is_done_once(house: Any) -> None:
    house.read_only("hanbit")
    await house.start()
    await house.ask("subscribe quantum")
    await house.post("Subscribed S2")
    again = house.slack.redeliver if house.transport == "socket" else house.slack.replay
    await again()
    await house.ask("list")
    assert await house.rows("SELECT COUNT(*) FROM subscriptions") == [(2,)]
    assert len([post for post in house.posts() if "Subscribed S2" in str(post)]) == 1


@pytest.mark.parametrize("transport", ["socket"])
async def test_a_token_that_was_revoked_stops_every_call(house: Any) -> None:
    house.read_only("hanbit")
    await house.start()
    await house.slack.revoke()
    await house.settled("SELECT team FROM installations WHERE state <> 'active'")
    called = len(house.slack.context.calls)
    tell(house, "plan-signed-hanbit")
    await house.settled("SELECT id FROM deliveries WHERE kind = 'card'")
    await house.read_again()
    late = [call for call in list(house.slack.context.calls)[called:] if call.method.startswith("chat.")]
    assert late == []
