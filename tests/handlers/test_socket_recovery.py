"""Two sockets, one or both of which fail while people type: every acknowledged command is answered once."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest

from handlers.client import make_client
from handlers.fake_slack import CommandResult, FakeSlack
from handlers.fake_slack.limits import Pace
from handlers.post import Poster
from handlers.slack import SlackApp
from handlers.socket_mode import SocketMode
from handlers.workspaces import OneWorkspace
from tests.support.memory_bot import MemoryBot

pytestmark = pytest.mark.long
RECOVERY_MAX_SECONDS = 15.0
"""A recovery takes 5 to 6 seconds; the rest is for a slow machine."""


@dataclass
class ConnectedBot:
    """A memory bot behind two sockets."""

    bot: MemoryBot
    app: SlackApp

    async def answer_counts(self) -> Counter[str]:
        """Returns how often each line was answered, after the running answers."""
        assert await self.app.drain(5.0) == 0
        return Counter(request.line for request in self.bot.requests)


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(pace=Pace(enforced=False)) as running:
        yield running


@pytest.fixture
async def connected(slack: FakeSlack) -> AsyncIterator[ConnectedBot]:
    """A memory bot over two sockets, as the bot runs it."""
    poster = Poster(make_client(slack.api_url, slack.bot_token))
    memory_bot = MemoryBot()
    app = SlackApp(memory_bot, OneWorkspace(poster, await poster.identity()))
    sockets = SocketMode(app.app, slack.app_token)
    await sockets.start()
    await slack.wait_for(lambda: len(slack.socket_connections) == 2)
    yield ConnectedBot(memory_bot, app)
    await sockets.stop()
    await app.drain(5.0)
    await poster.close()


async def type_until(
    slack: FakeSlack, until: float, first: int = 0, over: Callable[[], bool] = lambda: False
) -> list[CommandResult]:
    """Types five commands a second until an instant or until ``over`` is true; no command waits for another."""
    typed = list[asyncio.Task[CommandResult]]()
    while time.monotonic() < until and not over():
        line = f"status {first + len(typed)}"
        typed.append(asyncio.create_task(slack.command(line, "policy", "dana")))
        await asyncio.sleep(0.2)
    return await asyncio.gather(*typed)


def fresh(slack: FakeSlack, after: int) -> bool:
    """Returns whether two sockets are open that are younger than socket ``after``."""
    return len([socket for socket in slack.socket_connections if socket.number > after]) == 2


async def test_every_command_is_answered_during_a_refresh_of_each_socket(
    slack: FakeSlack, connected: ConnectedBot
) -> None:
    typed: list[CommandResult] = []
    for socket_number in (1, 2):
        assert await slack.disconnect_sockets(through=socket_number) == 1
        ends_at = time.monotonic() + 6.5  # the old socket is closed after five seconds
        typed += await type_until(slack, ends_at, len(typed))
    assert [socket.number for socket in slack.socket_connections] == [3, 4]
    assert [command.acked for command in typed] == [True] * len(typed)
    assert await connected.answer_counts() == {f"status {number}": 1 for number in range(len(typed))}
    print(f"refresh: {len(typed)} commands, all answered once")


async def test_one_half_open_socket_recovers_and_nothing_is_answered_twice(
    slack: FakeSlack, connected: ConnectedBot
) -> None:
    began = time.monotonic()
    slack.faults.deafen(through=1)
    recovered_at: list[float] = []

    def has_recovered() -> bool:
        if any(socket.number > 2 for socket in slack.socket_connections):
            recovered_at.append(time.monotonic())
        return bool(recovered_at)

    typed = await type_until(slack, began + RECOVERY_MAX_SECONDS, over=has_recovered)
    recovered = recovered_at[0] - began
    lost = [number for number, command in enumerate(typed) if not command.acked]
    assert recovered < RECOVERY_MAX_SECONDS
    assert await connected.answer_counts() == {
        f"status {number}": 1 for number in range(len(typed)) if number not in lost
    }
    assert (
        len(lost) < len(typed) * 0.8
    )  # Slack sends a command over any one socket, so those of the dead socket are lost
    again = await asyncio.gather(*(slack.command(f"help {number}", "policy", "dana") for number in range(20)))
    assert [command.acked for command in again] == [True] * 20
    print(f"one half-open: recovered in {recovered:.1f} s, {len(lost)} of {len(typed)} commands met the dead socket")


async def test_both_half_open_sockets_recover(slack: FakeSlack, connected: ConnectedBot) -> None:
    began = time.monotonic()
    slack.faults.deafen(through=2)
    await slack.wait_for(lambda: fresh(slack, 2), RECOVERY_MAX_SECONDS)
    recovered = time.monotonic() - began
    typed = await asyncio.gather(*(slack.command(f"status {number}", "policy", "dana") for number in range(20)))
    assert [command.acked for command in typed] == [True] * 20
    assert await connected.answer_counts() == {f"status {number}": 1 for number in range(20)}
    assert recovered < RECOVERY_MAX_SECONDS
    print(f"both half-open: recovered in {recovered:.1f} s")
