"""HTTP mode: Bolt's own signature check accepts the requests, and failed events are retried."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from handlers.fake_slack import FakeSlack
from handlers.fake_slack.signed_http import sign

Body = dict[str, Any]


@pytest.fixture
async def served(slack: FakeSlack, app: AsyncApp) -> AsyncIterator[AsyncApp]:
    runner = web.AppRunner(app.server(port=0).web_app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
    yield app
    await runner.cleanup()


def test_slacks_own_verifier_accepts_the_signature() -> None:
    body = '{"text": "양자컴퓨터"}'
    made = sign("s3cret", "1700000000", body.encode())
    theirs = SignatureVerifier("s3cret").generate_signature(timestamp="1700000000", body=body)
    assert made == theirs


async def test_the_url_is_verified(slack: FakeSlack, served: AsyncApp) -> None:
    assert await slack.verify_url()


async def test_commands_interactions_and_events_arrive_signed(slack: FakeSlack, served: AsyncApp) -> None:
    payloads: list[Any] = []

    @served.command("/pact")
    async def on_pact(ack: Any, body: Body, client: Any) -> None:
        await ack(text="heard you")
        button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
        blocks = [{"type": "actions", "elements": [button]}]
        await client.chat_postMessage(channel=body["channel_id"], text=body["text"], blocks=blocks)

    @served.action("go")
    async def on_go(ack: Any, body: Body) -> None:
        await ack()
        payloads.append(body["user"]["id"])

    @served.event("member_joined_channel")
    async def on_join(event: Body) -> None:
        payloads.append(event["user"])

    result = await slack.command("구독 양자", "policy", "seoyeon")
    assert (result.acked, result.payload) == (True, {"text": "heard you"})
    await slack.wait_for(lambda: slack.messages("policy"))
    assert slack.messages("policy")[0]["text"] == "구독 양자"
    assert (await slack.click("go", "dana", "policy")).acked
    await slack.invite("washington", by="dana")
    assert payloads == [slack.user("dana"), slack.bot_user_id]


async def test_a_wrong_secret_is_refused_by_the_app(slack: FakeSlack, served: AsyncApp) -> None:
    slack.context.signing_secret = "another"
    result = await slack.command("status", "policy", "dana")
    assert not result.acked
    assert result.outcome.reason == "http_error"


async def test_an_event_without_ack_is_retried_with_its_number(slack: FakeSlack) -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.Response(status=500)

    server = web.Application()
    server.router.add_post("/slack/events", refuse)
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    await slack.mention("hi", "policy", "dana")
    await slack.wait_for(lambda: len(slack.deliveries) == 4)
    await runner.cleanup()

    numbers = [r.headers.get("X-Slack-Retry-Num") for r in slack.dispatch.signed_http.sent]
    assert numbers == [None, "1", "2", "3"]
    assert slack.dispatch.signed_http.sent[1].headers["X-Slack-Retry-Reason"] == "http_error"


async def test_a_signed_request_can_be_replayed_byte_for_byte(slack: FakeSlack, served: AsyncApp) -> None:
    payloads: list[str] = []

    @served.event("app_mention")
    async def on_mention(body: Body) -> None:
        payloads.append(body["event_id"])

    await slack.mention("hi", "policy", "dana")
    await slack.replay()
    assert len(payloads) == 2
    assert payloads[0] == payloads[1]
