"""A bot whose sockets hear nothing any more ends with an error, so that whoever watches it starts it again."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.app import App
from bot.composition import load_config
from tests.support.journey import Journey


@pytest.fixture
def transport() -> str:
    """Deafness is an illness of sockets."""
    return "socket"


async def begin(
    journey: Journey, max_silence_seconds: float, *, unreachable: bool = False
) -> tuple[App, asyncio.Task[int], asyncio.Event]:
    """The bot in this loop, as a process has it; with ``unreachable`` its sockets' address leads nowhere."""
    journey.read_only("hanbit")
    stop = asyncio.Event()
    app = App(load_config(journey.settings()), policy=journey.policy, max_silence_seconds=max_silence_seconds)
    if unreachable:
        journey.slack.context.origin = "http://127.0.0.1:1"
    return app, asyncio.create_task(app.run(stop)), stop


async def works(app: App, running: asyncio.Task[int]) -> None:
    """Until it works."""
    async with asyncio.timeout(20):
        while not app.process_health.working:
            assert not running.done()
            await asyncio.sleep(0.02)


def excused(caplog: pytest.LogCaptureFixture, event: str) -> None:
    """This error is what was to happen, and no other was logged by us."""
    mine = [each for each in caplog.records if each.levelname == "ERROR" and each.name != "pactbot.socket"]
    assert [each.getMessage() for each in mine] == [event]
    caplog.clear()


async def test_deaf_sockets_end_it_with_an_error(journey: Journey, caplog: pytest.LogCaptureFixture) -> None:
    app, running, _ = await begin(journey, 2.0)
    await works(app, running)
    journey.slack.faults.deafen()
    async with asyncio.timeout(30):
        assert await running == 1
    excused(caplog, "socket_silent")


async def test_sockets_that_never_stand_end_it_too(journey: Journey, caplog: pytest.LogCaptureFixture) -> None:
    app, running, _ = await begin(journey, 2.0, unreachable=True)
    async with asyncio.timeout(30):
        assert await running == 1
    assert not app.process_health.working
    excused(caplog, "socket_silent")


async def test_another_part_that_dies_meanwhile_is_noticed(journey: Journey, caplog: pytest.LogCaptureFixture) -> None:
    _, running, _ = await begin(journey, 600.0, unreachable=True)
    await journey.post("Subscribed S1")  # the parts are at work
    (clock,) = [each for each in asyncio.all_tasks() if each.get_name() == "clock"]
    clock.cancel()
    async with asyncio.timeout(30):
        assert await running == 1
    excused(caplog, "part_ended")


@pytest.mark.long
async def test_what_heals_in_time_lives(journey: Journey) -> None:
    app, running, stop = await begin(journey, 20.0)
    await works(app, running)
    began = time.monotonic()
    journey.slack.faults.deafen(through=2)
    await journey.slack.wait_for(lambda: [one for one in journey.slack.socket_connections if one.number > 2], 20)
    await journey.ask("help")
    print(f"healed in {time.monotonic() - began:.1f} s")
    await asyncio.sleep(22 - (time.monotonic() - began))  # past the limit, counted from the first silence
    assert not running.done()
    await journey.ask("help")
    stop.set()
    async with asyncio.timeout(15):
        assert await running == 0
