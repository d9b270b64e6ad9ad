"""Membership, channel and installation changes reach the app as the events that it subscribed to."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from handlers.fake_slack import FakeSlack
from handlers.manifest import manifest

Body = dict[str, Any]


@pytest.fixture
def events(connected: AsyncApp) -> list[Body]:
    received: list[Body] = []
    for kind in (
        "member_joined_channel",
        "member_left_channel",
        "channel_left",
        "channel_rename",
        "channel_deleted",
        "channel_archive",
        "channel_unarchive",
        "app_uninstalled",
        "tokens_revoked",
        "app_mention",
        "message",
    ):

        @connected.event(kind)
        async def on_event(event: Body) -> None:
            received.append(event)

    return received


async def test_joining_leaving_and_archiving_send_events(slack: FakeSlack, events: list[Body]) -> None:
    await slack.invite("washington", by="dana")
    await slack.archive("washington")
    await slack.unarchive("washington")
    await slack.kick("washington", reported_as="channel_left")
    await slack.kick("policy")
    await slack.wait_for(lambda: len(events) == 5)
    assert [e["type"] for e in events] == [
        "member_joined_channel",
        "channel_archive",
        "channel_unarchive",
        "channel_left",
        "member_left_channel",
    ]
    assert events[0]["user"] == slack.bot_user_id
    assert {e["channel"] for e in events[:4]} == {slack.channel("washington")}


async def test_changes_in_a_channel_without_the_app_send_no_event(slack: FakeSlack, events: list[Body]) -> None:
    await slack.mention("hello?", "general", "dana")
    assert await slack.archive("general") is None
    assert await slack.invite("general", by="dana", guest="seoyeon") is None
    assert slack.deliveries == []
    assert events == []


async def test_plain_messages_send_an_event_only_when_subscribed(slack: FakeSlack, events: list[Body]) -> None:
    await slack.say("just talk", "policy", "dana")
    assert slack.deliveries == []
    await slack.say("hello bot", slack.direct("dana"), "dana")
    await slack.wait_for(lambda: events)
    assert (events[0]["channel_type"], events[0]["text"]) == ("im", "hello bot")


async def test_the_app_is_sent_its_own_posts_and_edits_where_it_is_subscribed_to_messages(
    slack: FakeSlack, connected: AsyncApp, client: AsyncWebClient
) -> None:
    def last_event() -> Body:
        assert slack.dispatch.last is not None
        event: Body = slack.dispatch.last[1]["payload"]["event"]
        return event

    direct = slack.direct("dana")
    await client.chat_postMessage(channel=slack.channel("policy"), text="card")
    posted = await client.chat_postMessage(channel=direct, text="hello")
    await slack.wait_for(lambda: len(slack.deliveries) == 1)
    event = last_event()
    assert (event["user"], event["text"], event["channel_type"]) == (slack.bot_user_id, "hello", "im")
    assert event["bot_id"]
    await client.chat_update(channel=direct, ts=posted["ts"], text="hello again")
    await slack.wait_for(lambda: len(slack.deliveries) == 2)
    event = last_event()
    assert (event["subtype"], event["message"]["text"]) == ("message_changed", "hello again")
    assert event["previous_message"]["text"] == "hello"
    assert all(outcome.acked for _, outcome in slack.deliveries)


async def test_a_channel_keeps_its_id_under_a_new_name_until_it_is_deleted(
    slack: FakeSlack, events: list[Body]
) -> None:
    policy = slack.channel("policy")
    await slack.rename("policy", "policy-desk")
    assert slack.channel("policy-desk") == policy
    await slack.delete_channel(policy)
    await slack.wait_for(lambda: len(events) == 2)
    assert events[0]["channel"] | {"created": 0} == {"id": policy, "name": "policy-desk", "created": 0}
    assert (events[1]["type"], events[1]["channel"]) == ("channel_deleted", policy)
    with pytest.raises(KeyError):
        slack.channel("policy-desk")


async def test_uninstalling_sends_both_events_and_then_nothing(slack: FakeSlack, events: list[Body]) -> None:
    await slack.uninstall(events_first=False)
    await slack.wait_for(lambda: len(events) == 2)
    assert [e["type"] for e in events] == ["tokens_revoked", "app_uninstalled"]


def test_the_fake_app_has_the_scopes_and_events_of_the_manifest(slack: FakeSlack) -> None:
    asked = manifest()
    assert slack.context.events == set(asked["settings"]["event_subscriptions"]["bot_events"])
    scopes = asked["oauth_config"]["scopes"]
    assert slack.context.scopes == set(scopes["bot"])


async def test_a_person_outside_the_channel_cannot_type_there(slack: FakeSlack) -> None:
    await slack.kick("policy", guest="junho")
    with pytest.raises(ValueError, match="junho is not in policy"):
        await slack.command("status", "policy", "junho")
