"""Fixtures: a running fake Slack, Slack's own client for it, and a small Bolt app connected over Socket Mode."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from handlers.fake_slack import FakeSlack
from handlers.fake_slack.event_dispatch import RetrySchedule
from handlers.fake_slack.limits import Pace


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    fake_slack = FakeSlack(
        pace=Pace(enforced=False), retry_schedule=RetrySchedule(ack_seconds=1.0, retry_after_seconds=(0.0, 0.05, 0.1))
    )
    async with fake_slack:
        yield fake_slack


@pytest.fixture
def client(slack: FakeSlack) -> AsyncWebClient:
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def app(slack: FakeSlack, client: AsyncWebClient) -> AsyncApp:
    return AsyncApp(client=client, signing_secret=slack.signing_secret)


@pytest.fixture
async def connected(slack: FakeSlack, app: AsyncApp) -> AsyncIterator[AsyncApp]:
    handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=1)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await slack.wait_for(lambda: slack.socket_connections)
    yield app
    await handler.close_async()  # type: ignore[no-untyped-call]
