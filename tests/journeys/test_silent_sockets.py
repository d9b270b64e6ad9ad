"""A bot whose sockets stay silent ends with an error, so that its host restarts it."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.app import App
from bot.composition import load_config
from tests.support.journey import Journey


@pytest.fixture
def transport() -> str:
    """Only Socket Mode has sockets that fall silent."""
    return "socket"


async def begin(
    journey: Journey, max_silence_seconds: float, *, unreachable: bool = False
) -> tuple[App, asyncio.Task[int], asyncio.Event]:
    """Starts the bot in this event loop; with ``unreachable`` its sockets cannot connect."""
    journey.read_only("hanbit")
    stop = asyncio.Event()
    app = App(load_config(journey.settings()), policy=journey.policy, max_silence_seconds=max_silence_seconds)
    if unreachable:
        journey.slack.context.origin = "http://127.0.0.1:1"
    return app, asyncio.create_task(app.run(stop)), stop


async def until_working(app: App, running: asyncio.Task[int]) -> None:
    """Waits until the bot works."""
    async with asyncio.timeout(20):
        while not app.process_health.working:
            assert not running.done()
            await asyncio.sleep(0.02)


def expect_error(caplog: pytest.LogCaptureFixture, event: str) -> None:
    """Asserts that this is the one error in our log, and clears the log."""
    errors = [each for each in caplog.records if each.levelname == "ERROR" and each.name != "pactbot.socket"]
    assert [record.getMessage() for record in errors] == [event]
    caplog.clear()


async def test_silent_sockets_end_the_process_with_an_error(journey: Journey, caplog: pytest.LogCaptureFixture) -> None:
    app, running, _ = await begin(journey, 2.0)
    await until_working(app, running)
    journey.slack.faults.deafen()
    async with asyncio.timeout(30):
        assert await running == 1
    expect_error(caplog, "socket_silent")


async def test_sockets_that_never_connect_end_the_process_too(
    journey: Journey, caplog: pytest.LogCaptureFixture
) -> None:
    app, running, _ = await begin(journey, 2.0, unreachable=True)
    async with asyncio.timeout(30):
        assert await running == 1
    assert not app.process_health.working
    expect_error(caplog, "socket_silent")


async def test_a_task_that_ends_while_sockets_connect_ends_the_process(
    journey: Journey, caplog: pytest.LogCaptureFixture
) -> None:
    _, running, _ = await begin(journey, 600.0, unreachable=True)
    await journey.post("Subscribed S1")  # the tasks run
    (clock,) = [each for each in asyncio.all_tasks() if each.get_name() == "clock"]
    clock.cancel()
    async with asyncio.timeout(30):
        assert await running == 1
    expect_error(caplog, "part_ended")


@pytest.mark.long
async def test_sockets_that_recover_in_time_keep_the_process(journey: Journey) -> None:
    app, running, stop = await begin(journey, 20.0)
    await until_working(app, running)
    began = time.monotonic()
    journey.slack.faults.deafen(through=2)
    await journey.slack.wait_for(
        lambda: [connection for connection in journey.slack.socket_connections if connection.number > 2], 20
    )
    await journey.ask("help")
    print(f"recovered in {time.monotonic() - began:.1f} s")
    await asyncio.sleep(22 - (time.monotonic() - began))  # past the limit, counted from the start of the silence
    assert not running.done()
    await journey.ask("help")
    stop.set()
    async with asyncio.timeout(30):
        assert await running == 0
