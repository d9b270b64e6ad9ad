"""Measures acknowledgement and answer of `/pact status` while the fake outlets publish and are swept.

Either the eight outlets of the demo are swept without a pause, or 200 outlets are read every twelve seconds, each of
which has one more article at every reading. The outlets, Slack and the peer share the machine with the bot.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from statistics import quantiles

import pytest

from handlers.fake_slack.server import FakeSlack
from scrapers.fake_outlets.demo import publish_baseline
from scrapers.fake_outlets.server import FakeOutlets
from scrapers.fake_outlets.sites import SITES, Site

pytestmark = pytest.mark.bench

COMMANDS = 300
SWEPT_EVERY_MINUTES = 0.02
PAUSE_SECONDS = 0.08
WARM_UP_SECONDS = 5.0
ANSWER_SECONDS = 20.0
PEOPLE = ("dana", "seoyeon", "junho")
OUTLETS = 200
READ_EVERY_SECONDS = 12.0

RunBot = Callable[..., AbstractAsyncContextManager[object]]
Publish = Callable[..., Coroutine[None, None, None]]


@dataclass
class Times:
    """Milliseconds of one kind, in order of arrival."""

    milliseconds: list[float] = field(default_factory=list)

    def add(self, seconds: float) -> None:
        self.milliseconds.append(seconds * 1000)

    def percentile(self, percent: int) -> float:
        """Returns the milliseconds that this many of a hundred did not exceed."""
        return quantiles(self.milliseconds, n=100)[percent - 1]

    def line(self, name: str) -> str:
        """One row of the table."""
        worst = max(self.milliseconds)
        return (
            f"  {name:<30} p50 {self.percentile(50):7.1f} ms   p99 {self.percentile(99):7.1f} ms   most {worst:7.1f} ms"
        )


def ratio(ours: Times, peer: Times, percent: int) -> str:
    """Returns our time divided by the peer's."""
    return f"p{percent} {ours.percentile(percent) / peer.percentile(percent):7.1f} ×"


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


async def ask(slack: FakeSlack, who: str, acked: Times, answered: Times | None) -> None:
    """Types the command once and waits for its answer."""
    started = time.perf_counter()
    result = await slack.command("status", "policy", who)
    assert result.acked
    acked.add(result.ack_seconds)
    if answered is not None:
        (answer, *_) = await result.answers(ANSWER_SECONDS)
        answered.add(time.perf_counter() - started)
        assert answer["blocks"][0]["block_id"] == "pact:status"


def many_sites() -> tuple[Site, ...]:
    """200 outlets, each like one of the demo's."""
    return tuple(replace(SITES[place % len(SITES)], key=f"outlet{place}") for place in range(OUTLETS))


@pytest.mark.parametrize("swept", ["8 outlets without a pause", "200 outlets every 12 s"])
@pytest.mark.parametrize("transport", ["Socket Mode", "HTTP"])
async def test_status_while_swept(
    run_bot: RunBot, run_peer: RunBot, publish_for_ever: Publish, machine: str, transport: str, swept: str
) -> None:
    has_many = swept.startswith("200")
    every_minutes = READ_EVERY_SECONDS / 60 if has_many else SWEPT_EVERY_MINUTES
    a_second = OUTLETS / READ_EVERY_SECONDS if has_many else None
    ports = (None, None) if transport == "Socket Mode" else (free_port(), free_port())
    acked, answered, bare = Times(), Times(), Times()
    sites = many_sites() if has_many else SITES
    async with FakeSlack() as slack, FakeSlack() as other, FakeOutlets(sites) as fake_outlets:
        for each, port in zip((slack, other), ports, strict=True):
            each.deliver_to(f"http://127.0.0.1:{port}/slack/events" if port else None)
        if not has_many:
            publish_baseline(fake_outlets)
        async with (
            run_bot(slack, fake_outlets, every_minutes=every_minutes, http_port=ports[0]),
            run_peer(other, http_port=ports[1]),
        ):
            for outlet in fake_outlets.outlets:
                await fake_outlets.wait_for_requests(outlet, times=2)
            publishing = asyncio.create_task(publish_for_ever(fake_outlets, a_second))
            await asyncio.sleep(WARM_UP_SECONDS)
            asked_before, began = len(fake_outlets.requests), time.perf_counter()
            for number in range(COMMANDS):
                await ask(slack, PEOPLE[number % len(PEOPLE)], acked, answered)
                await ask(other, PEOPLE[number % len(PEOPLE)], bare, None)
                await asyncio.sleep(PAUSE_SECONDS)
            asked, seconds = len(fake_outlets.requests) - asked_before, time.perf_counter() - began
            publishing.cancel()
        posted = sum(call.method == "chat.postMessage" for call in slack.calls)
    print(f"\n/pact status over {transport}, {COMMANDS} times, {swept} ({machine})")
    print(f"  meanwhile, in {seconds:.0f} s, {asked} requests reached the outlets, and {posted} messages were posted")
    print(acked.line("acknowledged"))
    print(answered.line("answered"))
    print(bare.line("bare slack-bolt acknowledges"))
    print(f"  {'acknowledged / bare slack-bolt':<30} {ratio(acked, bare, 50)}      {ratio(acked, bare, 99)}")
    assert asked > COMMANDS
