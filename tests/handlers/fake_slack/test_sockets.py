"""Socket Mode, with Bolt as the app."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.fake_slack import FakeSlack

Body = dict[str, Any]


async def test_a_command_is_acked_and_answered_to_the_asker_alone(slack: FakeSlack, connected: AsyncApp) -> None:
    payloads: list[Body] = []

    @connected.command("/pact")
    async def on_pact(ack: Any, body: Body, respond: Any) -> None:
        await ack()
        payloads.append(body)
        await respond("in force since 2025-10-29")

    result = await slack.command("status #policy @dana <b>", "policy", "seoyeon")
    answers = await result.answers()

    assert result.acked
    assert result.ack_seconds < 1.0
    policy, dana = slack.channel("policy"), slack.user("dana")
    assert payloads[0]["text"] == f"status <#{policy}|policy> <@{dana}|dana> &lt;b&gt;"
    assert payloads[0]["channel_name"] == "policy"
    assert [a["text"] for a in answers] == ["in force since 2025-10-29"]
    assert [m["text"] for m in slack.messages("policy", viewer="seoyeon")] == ["in force since 2025-10-29"]
    assert slack.messages("policy", viewer="dana") == []


async def test_text_in_the_ack_is_shown(slack: FakeSlack, connected: AsyncApp) -> None:
    @connected.command("/pact")
    async def on_pact(ack: Any) -> None:
        await ack(text="for all to see", response_type="in_channel")

    result = await slack.command("help", "seoul", "dana")

    assert result.payload["text"] == "for all to see"
    assert [m["text"] for m in slack.messages("seoul")] == ["for all to see"]


async def test_a_command_without_ack_shows_a_failure(slack: FakeSlack, connected: AsyncApp) -> None:
    result = await slack.command("x", "policy", "dana", command="/nobody")

    assert not result.acked
    assert "did not respond" in slack.messages("policy", viewer="dana")[0]["text"]
    assert slack.messages("policy", viewer="seoyeon") == []


async def test_a_mention_reaches_the_app_once_when_acked(slack: FakeSlack, connected: AsyncApp) -> None:
    payloads: list[Body] = []

    @connected.event("app_mention")
    async def on_mention(event: Body) -> None:
        payloads.append(event)

    await slack.mention("why", "policy", "dana")
    await slack.wait_for(lambda: payloads)

    assert payloads[0]["text"] == f"<@{slack.bot_user_id}> why"
    assert [o.acked for _, o in slack.deliveries] == [True]
    assert slack.acked == 1


async def test_an_event_without_ack_is_retried_with_its_number(slack: FakeSlack) -> None:
    async with aiohttp.ClientSession() as session:
        opened = await session.post(
            f"{slack.api_url}apps.connections.open", headers={"Authorization": f"Bearer {slack.app_token}"}
        )
        address = (await opened.json())["url"]
        async with session.ws_connect(address) as socket:
            hello = await socket.receive_json()
            mentioning = asyncio.create_task(slack.mention("hi", "policy", "dana"))
            envelopes = [await socket.receive_json() for _ in range(3)]
            await socket.send_json({"envelope_id": envelopes[-1]["envelope_id"]})
            await mentioning
            await slack.wait_for(lambda: slack.acked)
    assert hello["type"] == "hello"
    assert hello["num_connections"] == 1
    assert [e["retry_attempt"] for e in envelopes] == [0, 1, 2]
    assert envelopes[1]["retry_reason"] == "timeout"
    assert len({e["payload"]["event_id"] for e in envelopes}) == 1
    assert len({e["envelope_id"] for e in envelopes}) == 3


async def test_a_ticket_opens_one_socket_only(slack: FakeSlack, client: AsyncWebClient) -> None:
    address = (await client.apps_connections_open(app_token=slack.app_token))["url"]
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(address) as socket:
            await socket.receive_json()
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(address)
    assert refused.value.status == 401


async def test_a_bot_token_opens_no_socket(slack: FakeSlack, client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        await client.apps_connections_open(app_token=slack.bot_token)
    assert refused.value.response["error"] == "not_allowed_token_type"


async def test_the_same_envelope_can_be_sent_twice(slack: FakeSlack, connected: AsyncApp) -> None:
    seen: list[str] = []

    @connected.command("/pact")
    async def on_pact(ack: Any, body: Body) -> None:
        await ack()
        seen.append(body["trigger_id"])

    await slack.command("status", "policy", "dana")
    await slack.redeliver()
    await slack.wait_for(lambda: len(seen) == 2)

    assert seen[0] == seen[1]


async def test_a_refresh_is_followed_by_a_new_socket(slack: FakeSlack, connected: AsyncApp) -> None:
    first = slack.socket_connections[0].number

    assert await slack.disconnect_sockets() == 1
    await slack.wait_for(lambda: [c.number for c in slack.socket_connections if c.number > first])

    @connected.command("/pact")
    async def on_pact(ack: Any) -> None:
        await ack()

    assert (await slack.command("status", "policy", "dana")).acked


async def test_the_app_replaces_a_deaf_socket(slack: FakeSlack, connected: AsyncApp) -> None:
    @connected.command("/pact")
    async def on_pact(ack: Any) -> None:
        await ack()

    deaf = slack.socket_connections[0].number
    slack.faults.deafen(through=deaf)
    lost = await slack.command("status", "policy", "dana")
    await slack.wait_for(lambda: [c for c in slack.socket_connections if c.number > deaf], timeout=30)
    slack.faults.restore_sockets()

    assert not lost.acked


async def test_a_reset_connection_is_noticed_at_once(slack: FakeSlack, connected: AsyncApp) -> None:
    slack.reset_sockets()
    await slack.wait_for(lambda: not slack.socket_connections, timeout=5)
    lost = await slack.command("status", "policy", "dana")
    assert lost.outcome.reason == "no_connection"


async def test_the_eleventh_socket_is_refused(slack: FakeSlack, client: AsyncWebClient) -> None:
    held = []
    async with aiohttp.ClientSession() as session:
        for number in range(11):
            address = (await client.apps_connections_open(app_token=slack.app_token))["url"]
            held.append(await session.ws_connect(address))
            first = await held[-1].receive_json()
            assert first["type"] == ("hello" if number < 10 else "disconnect")
    assert first["reason"] == "too_many_websockets"
