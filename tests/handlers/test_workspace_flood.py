"""A flood of commands of one workspace takes that workspace's turns alone, over both transports."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.cards.shown import Shown
from handlers.client import make_client
from handlers.fake_slack import FakeSlack
from handlers.fake_slack.limits import Pace
from handlers.inbound import HANDLED_AT_ONCE
from handlers.post import Poster
from handlers.requests import Request, SlackEvent
from handlers.slack import RECEIVED_AT_ONCE, SlackApp
from handlers.slack_facts import Identity
from handlers.workspace_turns import WorkspaceTurns
from tests.support.connected_transport import connected_transport
from tests.support.memory_bot import MemoryBot

FLOOD = 60


@dataclass
class HangingBot(MemoryBot):
    """A bot whose work for one workspace hangs until a test lets it go on."""

    noisy: str = ""
    may_store: asyncio.Event = field(default_factory=asyncio.Event)
    may_end: asyncio.Event = field(default_factory=asyncio.Event)
    storing: Counter[str] = field(default_factory=Counter)
    answering: Counter[str] = field(default_factory=Counter)

    async def remember(self, inbound: Request | SlackEvent) -> bool:
        team = inbound.team if isinstance(inbound, SlackEvent) else inbound.asker.team
        self.storing[team] += 1
        if team == self.noisy:
            await self.may_store.wait()
        self.storing[team] -= 1
        return await super().remember(inbound)

    async def answer(self, request: Request) -> Shown:
        self.answering[request.asker.team] += 1
        if request.asker.team == self.noisy:
            await self.may_end.wait()
        self.answering[request.asker.team] -= 1
        return await super().answer(request)


class EveryWorkspace:
    """Workspaces that all have the app, with one client."""

    def __init__(self, poster: Poster) -> None:
        self._poster = poster

    @property
    def client(self) -> AsyncWebClient:
        return self._poster.client

    async def identity(self, team: str, enterprise: str = "") -> Identity | None:
        return Identity(team, "U0BOT", "B0BOT") if team else None

    def poster(self, team: str) -> Poster:
        return self._poster


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(pace=Pace(enforced=False)) as running:
        yield running


@pytest.fixture(params=["socket", "http"])
async def bot(request: pytest.FixtureRequest, slack: FakeSlack) -> AsyncIterator[HangingBot]:
    bot = HangingBot(noisy=slack.team_id)
    poster = Poster(make_client(slack.api_url, slack.bot_token))
    slack_app = SlackApp(bot, EveryWorkspace(poster), signing_secret=slack.signing_secret)
    transport = await connected_transport(request.param, slack, slack_app)
    yield bot
    bot.may_store.set()
    bot.may_end.set()
    await transport.stop()
    await slack_app.drain(5.0)
    await poster.close()


async def test_a_flood_takes_its_own_workspaces_turns_alone(slack: FakeSlack, bot: HangingBot) -> None:
    other = slack.add_team("Embassy")
    slack.add_user("mina", "Mina", team_id=other)
    slack.add_channel("embassy", team_id=other)

    async def is_answered_elsewhere() -> bool:
        result = await slack.command("status", "embassy", "mina")
        return result.acked and len(await result.answers()) == 1

    flood = [asyncio.create_task(slack.command(f"why ST{number}", "policy", "seoyeon")) for number in range(FLOOD)]
    await slack.wait_for(lambda: bot.storing[bot.noisy] == RECEIVED_AT_ONCE)
    assert await is_answered_elsewhere()
    assert bot.storing[bot.noisy] == RECEIVED_AT_ONCE
    bot.may_store.set()
    await slack.wait_for(lambda: bot.answering[bot.noisy] == HANDLED_AT_ONCE)
    await slack.wait_for(
        lambda: len(bot.stored) == FLOOD + 1
    )  # what is stored is acknowledged, and waits for no answer
    await asyncio.gather(*flood)
    assert await is_answered_elsewhere()
    assert bot.answering[bot.noisy] == HANDLED_AT_ONCE
    bot.may_end.set()
    await slack.wait_for(lambda: len(bot.handled_ids) == FLOOD + 2)
    assert len(set(bot.handled_ids)) == FLOOD + 2


async def test_turns_are_given_in_order_and_a_workspace_at_rest_takes_no_memory() -> None:
    turns, begun, may_end = WorkspaceTurns(2), list[str](), asyncio.Event()

    async def work(team: str, name: str) -> None:
        async with turns.turn(team):
            begun.append(name)
            await may_end.wait()

    tasks = [asyncio.create_task(work(team, f"{team}{number}")) for team in "ab" for number in range(4)]
    await asyncio.sleep(0)
    assert begun == ["a0", "a1", "b0", "b1"]
    tasks[2].cancel()  # one that waits gives its place up
    may_end.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert begun == ["a0", "a1", "b0", "b1", "a3", "b2", "b3"]
    assert turns._workspaces == {}
