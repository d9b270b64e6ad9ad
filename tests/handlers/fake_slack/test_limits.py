"""Rate limits, and the faults that a test can arm."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.fake_slack import FakeSlack
from handlers.fake_slack.limits import Pace


class Watch:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def paced(watch: Watch) -> AsyncIterator[FakeSlack]:
    async with FakeSlack(clock=watch, pace=Pace(posts_per_second=1.0, post_burst=2)) as workspace:
        yield workspace


def client_of(slack: FakeSlack) -> AsyncWebClient:
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])


async def post(slack: FakeSlack, channel: str, text: str = "x") -> int:
    """0 when posted, else the Retry-After that was answered."""
    address, headers = f"{slack.api_url}chat.postMessage", {"Authorization": f"Bearer {slack.bot_token}"}
    body = {"channel": slack.channel(channel), "text": text}
    async with aiohttp.ClientSession() as session, session.post(address, json=body, headers=headers) as answer:
        body = await answer.json()
        assert (answer.status, body.get("error")) in ((200, None), (429, "ratelimited"))
        return int(answer.headers.get("Retry-After", "0"))


async def test_one_post_a_second_and_channel_after_a_burst(paced: FakeSlack, watch: Watch) -> None:
    assert [await post(paced, "policy") for _ in range(3)] == [0, 0, 1]
    assert await post(paced, "seoul") == 0
    watch.now += 1.0
    assert [await post(paced, "policy") for _ in range(2)] == [0, 1]
    assert len(paced.messages("policy")) == 3


async def test_other_methods_have_their_tiers(paced: FakeSlack, watch: Watch) -> None:
    client = client_of(paced)
    for _ in range(20):
        await client.conversations_list()
    with pytest.raises(SlackApiError) as refused:
        await client.conversations_list()
    assert refused.value.response.headers["Retry-After"] == "3"
    watch.now += 3.0
    assert (await client.conversations_list())["ok"]


async def test_a_rejected_call_is_not_among_the_calls(paced: FakeSlack) -> None:
    for _ in range(3):
        await post(paced, "policy")
    assert [call.error for call in paced.calls] == [None, None]
    assert [call.error for call in paced.refused_calls] == ["ratelimited"]


async def test_a_call_can_be_carried_out_and_its_answer_dropped(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.faults.drop_after_accept("chat.postMessage", channel=slack.channel("policy"))
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=slack.channel("policy"), text="landed")
    await client.chat_postMessage(channel=slack.channel("policy"), text="next")
    assert [m["text"] for m in slack.messages("policy")] == ["landed", "next"]


async def test_a_call_can_be_dropped_before_it_is_carried_out(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.faults.drop_before("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=slack.channel("policy"), text="lost")
    assert slack.messages("policy") == []


@pytest.mark.parametrize(("after", "landed"), [(True, 1), (False, 0)])
async def test_a_server_error_can_come_before_or_after_the_call_is_carried_out(
    slack: FakeSlack, client: AsyncWebClient, after: bool, landed: int
) -> None:
    arm = slack.faults.fail_after_accept if after else slack.faults.fail_before
    arm("chat.postMessage", status=502)
    with pytest.raises(SlackApiError) as failed:
        await client.chat_postMessage(channel=slack.channel("policy"), text="x")
    assert failed.value.response.status_code == 502
    assert len(slack.messages("policy")) == landed


async def test_codes_pauses_and_truncated_answers_can_be_armed(slack: FakeSlack, client: AsyncWebClient) -> None:
    policy = slack.channel("policy")
    slack.faults.refuse("chat.postMessage", "fatal_error")
    with pytest.raises(SlackApiError, match="fatal_error"):
        await client.chat_postMessage(channel=policy, text="x")
    slack.faults.limit("chat.postMessage", retry_after=30)
    assert await post(slack, "policy") == 30
    slack.faults.truncate("chat.postMessage")
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=policy, text="half")
    assert [m["text"] for m in slack.messages("policy")] == ["half"]


async def test_retry_after_can_have_an_unexpected_form(slack: FakeSlack) -> None:
    slack.faults.limit("chat.postMessage", retry_after="Wed, 29 Oct 2025 00:00:00 GMT")
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.api_url}chat.postMessage", json={"text": "x"}, headers=headers) as answer,
    ):
        assert (answer.status, answer.headers["Retry-After"]) == (429, "Wed, 29 Oct 2025 00:00:00 GMT")


async def test_a_delayed_call_is_carried_out_at_once(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.faults.delay("chat.postMessage", seconds=30)
    waiting = asyncio.create_task(client.chat_postMessage(channel=slack.channel("policy"), text="slow"))
    await slack.wait_for(lambda: slack.messages("policy"))
    assert not waiting.done()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_random_faults_are_repeatable() -> None:
    def hits(seed: int) -> list[bool]:
        faults = FakeSlack(seed=seed).faults
        faults.drop_after_accept("chat.postMessage", times=None, probability=0.3)
        return [bool(faults.pick("chat.postMessage", None)) for _ in range(200)]

    assert hits(7) == hits(7)
    assert hits(7) != hits(8)
    assert 30 < sum(hits(7)) < 90


async def test_a_fault_hits_its_channel_and_its_number_of_times(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.faults.refuse("chat.postMessage", "internal_error", channel=slack.channel("seoul"), times=2)
    await client.chat_postMessage(channel=slack.channel("policy"), text="x")
    for _ in range(2):
        with pytest.raises(SlackApiError):
            await client.chat_postMessage(channel=slack.channel("seoul"), text="x")
    await client.chat_postMessage(channel=slack.channel("seoul"), text="x")
    assert len(slack.messages("seoul")) == 1
