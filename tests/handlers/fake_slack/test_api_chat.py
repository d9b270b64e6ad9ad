"""Posting, changing and reading back, through Slack's own client."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.fake_slack import FakeSlack
from handlers.fake_slack.limits import blocks_text_chars

METADATA = {"event_type": "pact_delivery", "event_payload": {"key": "k-1"}}


async def refusal(call: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


async def test_metadata_is_read_back_only_when_asked_for(slack: FakeSlack, client: AsyncWebClient) -> None:
    policy = slack.channel("policy")
    posted = await client.chat_postMessage(channel=policy, text="A card", metadata=METADATA)

    plain = await client.conversations_history(channel=policy)
    full = await client.conversations_history(channel=policy, include_all_metadata=True)

    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == METADATA
    assert full["messages"][0]["ts"] == posted["ts"]
    assert slack.calls[0].method == "chat.postMessage"


async def test_an_edit_keeps_time_and_metadata_and_a_text_that_is_not_given(
    slack: FakeSlack, client: AsyncWebClient
) -> None:
    policy = slack.channel("policy")
    blocks = [{"type": "divider"}]
    posted = await client.chat_postMessage(channel=policy, text="one", blocks=blocks, metadata=METADATA)
    changed = [{"type": "divider"}, {"type": "divider"}]
    metadata = {"event_type": "x", "event_payload": {}}
    edit = {"channel": policy, "ts": posted["ts"], "blocks": changed, "metadata": metadata}
    await client.api_call("chat.update", json=edit)

    message = slack.messages("policy")[0]
    assert (message["text"], message["ts"], message["metadata"]) == ("one", posted["ts"], METADATA)
    assert [block["type"] for block in message["blocks"]] == ["divider", "divider"]
    assert message["edited"]["user"] == slack.bot_user_id


async def test_an_edit_to_text_alone_removes_the_blocks(slack: FakeSlack, client: AsyncWebClient) -> None:
    policy = slack.channel("policy")
    posted = await client.chat_postMessage(channel=policy, text="one", blocks=[{"type": "divider"}])
    await client.chat_update(channel=policy, ts=posted["ts"], text="two")

    message = slack.messages("policy")[0]
    assert (message["text"], message.get("blocks") or []) == ("two", [])


async def test_history_pages_newest_first_and_without_replies(slack: FakeSlack, client: AsyncWebClient) -> None:
    policy = slack.channel("policy")
    sent = [(await client.chat_postMessage(channel=policy, text=f"m{n}"))["ts"] for n in range(5)]
    await client.chat_postMessage(channel=policy, text="below", thread_ts=sent[0])
    await client.chat_postMessage(channel=policy, text="both", thread_ts=sent[0], reply_broadcast=True)

    first = await client.conversations_history(channel=policy, limit=4)
    second = await client.conversations_history(
        channel=policy, limit=4, cursor=first["response_metadata"]["next_cursor"]
    )
    window = await client.conversations_history(channel=policy, oldest=sent[1], latest=sent[3])
    closed = await client.conversations_history(channel=policy, oldest=sent[1], latest=sent[3], inclusive=True)
    thread = await client.conversations_replies(channel=policy, ts=sent[0])

    assert [m["text"] for m in first["messages"]] == ["both", "m4", "m3", "m2"]
    assert first["has_more"] is True
    assert [m["text"] for m in second["messages"]] == ["m1", "m0"]
    assert second["has_more"] is False
    assert [m["text"] for m in window["messages"]] == ["m2"]
    assert [m["text"] for m in closed["messages"]] == ["m3", "m2", "m1"]
    assert [m["text"] for m in thread["messages"]] == ["m0", "below", "both"]
    assert second["messages"][1]["reply_count"] == 2


async def test_the_app_posts_only_where_it_is_a_member(slack: FakeSlack, client: AsyncWebClient) -> None:
    secret = slack.add_channel("secret", private=True, bot_member=False)
    assert await refusal(client.chat_postMessage(channel=slack.channel("washington"), text="x")) == "not_in_channel"
    assert await refusal(client.chat_postMessage(channel=secret, text="x")) == "channel_not_found"
    assert await refusal(client.chat_postMessage(channel="#policy", text="x")) == "channel_not_found"
    assert await refusal(client.conversations_history(channel=slack.channel("general"))) == "not_in_channel"
    await slack.archive("policy")
    assert await refusal(client.chat_postMessage(channel=slack.channel("policy"), text="x")) == "is_archived"
    assert slack.messages("policy") == []


async def test_oversized_messages_are_rejected_or_cut(slack: FakeSlack, client: AsyncWebClient) -> None:
    policy = slack.channel("policy")
    section = {"type": "section", "text": {"type": "plain_text", "text": "가" * 2700}}
    huge = {"event_type": "x", "event_payload": {"key": "k" * 9000}}

    assert await refusal(client.api_call("chat.postMessage", json={"channel": policy})) == "no_text"
    assert await refusal(client.chat_postMessage(channel=policy, text="x", metadata=huge)) == "metadata_too_large"
    assert await refusal(client.chat_postMessage(channel=policy, text="x", blocks=[section] * 5)) == (
        "msg_blocks_too_long"
    )
    assert await refusal(client.chat_postMessage(channel=policy, text="x", thread_ts="1.000001")) == "thread_not_found"
    assert await refusal(client.chat_update(channel=policy, ts="1.000001", text="x")) == "message_not_found"
    assert blocks_text_chars([section] * 4) == 10_800
    await client.chat_postMessage(channel=policy, text="x", blocks=[section] * 4)
    await client.chat_postMessage(channel=policy, text="y" * 50_000)
    assert len(slack.messages("policy")[-1]["text"]) == 40_000


async def test_only_own_messages_can_be_changed(slack: FakeSlack, client: AsyncWebClient) -> None:
    dana_message = await slack.say("mine", "policy", "dana")
    policy = slack.channel("policy")
    assert await refusal(client.chat_update(channel=policy, ts=dana_message.ts, text="x")) == "cant_update_message"
    assert await refusal(client.chat_delete(channel=policy, ts=dana_message.ts)) == "cant_delete_message"
    posted = await client.chat_postMessage(channel=policy, text="gone soon")
    await client.chat_delete(channel=policy, ts=posted["ts"])
    assert [m["text"] for m in slack.messages("policy")] == ["mine"]


async def test_an_ephemeral_message_is_visible_to_one_person(slack: FakeSlack, client: AsyncWebClient) -> None:
    policy, dana = slack.channel("policy"), slack.user("dana")
    await client.chat_postEphemeral(channel=policy, user=dana, text="for your eyes")

    assert [m["text"] for m in slack.messages("policy", viewer="dana")] == ["for your eyes"]
    assert slack.messages("policy", viewer="seoyeon") == []
    assert (await client.conversations_history(channel=policy))["messages"] == []
    gone = slack.messages("policy", viewer="dana")[0]["ts"]
    assert await refusal(client.chat_update(channel=policy, ts=gone, text="x")) == "message_not_found"
    assert await refusal(client.chat_postEphemeral(channel=policy, user="U0", text="x")) == "user_not_in_channel"


async def test_a_message_to_a_person_arrives_in_their_direct_conversation(
    slack: FakeSlack, client: AsyncWebClient
) -> None:
    posted = await client.chat_postMessage(channel=slack.user("dana"), text="hello")
    opened = await client.conversations_open(users=slack.user("dana"))
    assert posted["channel"] == opened["channel"]["id"] == slack.direct("dana")


async def test_a_permalink_names_channel_and_time(slack: FakeSlack, client: AsyncWebClient) -> None:
    policy = slack.channel("policy")
    ts = (await client.chat_postMessage(channel=policy, text="x"))["ts"]
    link = (await client.chat_getPermalink(channel=policy, message_ts=ts))["permalink"]
    assert link == f"{slack.page_url}archives/{policy}/p{ts.replace('.', '')}"


async def test_form_and_json_bodies_are_equivalent(slack: FakeSlack, client: AsyncWebClient) -> None:
    policy = slack.channel("policy")
    blocks = '[{"type":"divider"}]'
    await client.api_call("chat.postMessage", data={"channel": policy, "text": "form", "blocks": blocks})
    await client.api_call("chat.postMessage", json={"channel": policy, "text": "json", "blocks": [{"type": "divider"}]})
    shapes = [(m["text"], m["blocks"][0]["type"]) for m in slack.messages("policy")]
    assert shapes == [("form", "divider"), ("json", "divider")]


async def test_message_times_are_unique_and_increase_while_the_clock_stands(slack: FakeSlack) -> None:
    frozen = FakeSlack(clock=lambda: 1_700_000_000.0)
    times = [frozen.context.state.new_ts() for _ in range(3)]
    assert times == ["1700000000.000000", "1700000000.000001", "1700000000.000002"]
