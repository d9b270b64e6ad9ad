"""Channels come and go: a subscription waits for the invitation, an archived channel resumes, nothing is lost."""

from __future__ import annotations

import pytest

from scrapers.fake_outlets.demo import load_demo
from tests.support.journey import Journey, words_of

STEPS = {step.article.slug: step for step in load_demo()}


def publish(journey: Journey, slug: str) -> str:
    """Publishes one of the demo's articles now; returns its URL."""
    address: str = journey.fake_outlets.publish(STEPS[slug].outlet, STEPS[slug].article)
    return address


async def test_a_subscription_waits_for_the_invitation(journey: Journey) -> None:
    journey.read_only("hanbit")
    await journey.start()
    answer = await journey.ask("subscribe quantum", channel="washington")
    assert "/invite" in answer
    assert "Subscribed S2" in answer
    korean = await journey.ask("구독 반도체", channel="washington", user="dana")
    assert "/invite" in korean
    assert "초대" in await journey.ask("목록", channel="washington", user="dana")
    publish(journey, "quantum-hanbit")
    await journey.settled("SELECT id FROM deliveries WHERE kind = 'card'")
    assert journey.posts("washington") == []
    await journey.slack.invite("washington", by="dana")
    await journey.card("50큐비트", channel="washington")
    await journey.post("Subscribed S2", channel="washington")
    assert "waiting" not in await journey.ask("list", channel="washington")
    journey.assert_nothing_twice()


@pytest.mark.parametrize("transport", ["socket"])
async def test_each_of_many_fast_subscriptions_is_told_that_it_waits_for_the_invitation(journey: Journey) -> None:
    journey.read_only("hanbit")
    await journey.start()
    washington = journey.slack.channel("washington")
    journey.slack.faults.limit("chat.postMessage", 4, washington, times=1)
    lines = [f"subscribe {word} as daily" for word in ("quantum", "space", "nuclear")]
    lines += [f"구독 {word} 매일 08:30" for word in ("반도체", "양자컴퓨터", "원자력")]
    for line in lines:
        await journey.slack.command(line, channel="washington", user="dana")

    def answers() -> list[str]:
        return [words_of(message) for message in journey.slack.messages("washington", viewer="dana")]

    await journey.see(lambda: len(answers()) == len(lines), "an answer to each")
    assert any("in a moment" in words or "곧 올라갑니다" in words for words in answers()), "Slack takes its time"
    await journey.see(lambda: all("/invite" in words for words in answers()), "that each one waits")
    assert len(answers()) == len(lines), "one answer each"
    await journey.slack.invite("washington", by="dana")
    await journey.post("Subscribed S7", channel="washington")
    first, *others = [words_of(post) for post in journey.posts("washington")]
    assert "Hello." in first, "the greeting comes before what waited"
    assert len(others) == len(lines)
    journey.assert_nothing_twice()


@pytest.mark.parametrize("scopes", ["all", "none to ask"])
@pytest.mark.parametrize("transport", ["socket"])
async def test_an_invitation_while_the_bot_was_off_is_found_at_the_start(journey: Journey, scopes: str) -> None:
    journey.read_only("hanbit")
    await journey.start()
    assert "/invite" in await journey.ask("subscribe quantum", channel="washington")
    publish(journey, "quantum-hanbit")
    await journey.settled("SELECT id FROM deliveries WHERE kind = 'card'")
    await journey.stop()
    if scopes != "all":
        journey.slack.context.scopes -= {"channels:read", "groups:read"}
    journey.slack.context.events -= {"member_joined_channel"}  # Slack gives up on an event after some minutes
    await journey.slack.invite("washington", by="dana")
    await journey.start()
    await journey.card("50큐비트", channel="washington")
    assert await journey.rows("SELECT id FROM inbound WHERE kind = 'happened'") == []
    journey.assert_nothing_twice()


@pytest.mark.parametrize("transport", ["socket"])
async def test_the_deliveries_of_an_archived_channel_wait_and_go_on(journey: Journey) -> None:
    journey.read_only("hanbit")
    await journey.start()
    await journey.slack.archive("policy")
    await journey.settled("SELECT id FROM destinations WHERE state = 'away'")
    publish(journey, "plan-signed-hanbit")
    await journey.settled("SELECT id FROM deliveries WHERE kind = 'card'")
    await journey.restart()
    assert journey.cards() == []
    assert [call for call in journey.slack.refused_calls if call.method == "chat.postMessage"] == []
    await journey.slack.unarchive("policy")
    await journey.card("이행계획 서명")
    journey.assert_nothing_twice()


@pytest.mark.parametrize("transport", ["socket"])
async def test_a_renamed_channel_and_one_without_its_card_go_on(journey: Journey) -> None:
    journey.read_only("hanbit", "seoul-courier")
    await journey.start()
    await journey.slack.rename("policy", "deal-desk")
    publish(journey, "plan-signed-hanbit")
    card = await journey.card("이행계획 서명", channel="deal-desk")
    message = journey.slack.context.find_channel("deal-desk").by_ts[card["ts"]]
    journey.slack.context.state.delete_message(message)  # a person deletes the card
    publish(journey, "plan-signed-courier")
    await journey.slack.wait_for(
        lambda: "message_not_found" in [call.error for call in journey.slack.refused_calls], 20.0
    )
    publish(journey, "quantum-hanbit")
    await journey.settled("SELECT id FROM articles WHERE headline LIKE '%50큐비트%' AND state = 'read'")
    await journey.ask("subscribe quantum", channel="deal-desk")
    assert journey.cards("deal-desk") == []
    assert await journey.rows("SELECT COUNT(*) FROM subscriptions WHERE state = 'active'") == [(2,)]
    journey.assert_nothing_twice()


@pytest.mark.parametrize("transport", ["socket"])
async def test_a_channel_where_the_bot_may_not_post_keeps_its_subscription_and_is_shown_as_paused(
    journey: Journey,
) -> None:
    journey.read_only("hanbit")
    await journey.start()
    channel = journey.slack.channel("policy")
    journey.slack.faults.refuse("chat.postMessage", "restricted_action_read_only_channel", channel, times=3)
    publish(journey, "plan-signed-hanbit")
    await journey.settled("SELECT id FROM destinations WHERE state = 'away'")
    assert "paused" in await journey.ask("list")
    assert await journey.rows("SELECT COUNT(*) FROM subscriptions WHERE state = 'active'") == [(1,)]
    assert await journey.rows("SELECT state FROM deliveries WHERE kind = 'card'") == [("waiting",)]
    assert journey.cards() == []


@pytest.mark.parametrize("transport", ["socket"])
async def test_a_removed_bot_goes_on_when_it_is_invited_again(journey: Journey) -> None:
    journey.read_only("hanbit")
    await journey.start()
    await journey.slack.kick("policy")
    publish(journey, "plan-signed-hanbit")
    await journey.settled("SELECT id FROM deliveries WHERE kind = 'card'")
    await journey.slack.invite("policy")
    await journey.card("이행계획 서명")
    assert await journey.rows("SELECT COUNT(*) FROM subscriptions WHERE state = 'active'") == [(1,)]
    journey.assert_nothing_twice()


@pytest.mark.parametrize("transport", ["socket"])
async def test_the_default_subscription_is_made_once_and_never_again(journey: Journey) -> None:
    journey.read_only("hanbit")
    await journey.start()
    await journey.ask("unsubscribe S1")
    await journey.restart()
    assert await journey.rows("SELECT COUNT(*) FROM subscriptions WHERE state = 'active'") == [(0,)]
    publish(journey, "plan-signed-hanbit")
    await journey.settled("SELECT id FROM articles WHERE state = 'read'")
    assert journey.cards() == []


async def test_a_payload_that_slack_delivers_twice_is_handled_once(journey: Journey) -> None:
    journey.read_only("hanbit")
    await journey.start()
    await journey.ask("subscribe quantum")
    await journey.post("Subscribed S2")
    again = journey.slack.redeliver if journey.transport == "socket" else journey.slack.replay
    await again()
    await journey.ask("list")
    assert await journey.rows("SELECT COUNT(*) FROM subscriptions") == [(2,)]
    assert len([post for post in journey.posts() if "Subscribed S2" in str(post)]) == 1


@pytest.mark.parametrize("transport", ["socket"])
async def test_a_revoked_token_stops_every_post(journey: Journey) -> None:
    journey.read_only("hanbit")
    await journey.start()
    await journey.slack.revoke()
    await journey.settled("SELECT team FROM installations WHERE state <> 'active'")
    called = len(journey.slack.context.calls)
    publish(journey, "plan-signed-hanbit")
    await journey.settled("SELECT id FROM deliveries WHERE kind = 'card'")
    await journey.read_again()
    late = [call for call in list(journey.slack.context.calls)[called:] if call.method.startswith("chat.")]
    assert late == []
