"""Under a storm of 429 on half of all posts, no rate limit is broken and no channel is starved."""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from dataclasses import dataclass
from random import Random
from statistics import mean, median

import pytest

from bot.outbox.policy import metadata_key
from bot.store import destinations
from bot.store.deliveries import table as deliveries
from handlers.cards.shown import Shown
from tests.simulation.database import SimulationDatabase
from tests.simulation.invariants import open_deliveries
from tests.simulation.simulation import Conditions, Simulation
from tests.simulation.slack import CallPlan, FaultPlanner, Message, SlackClient

CALM = Conditions(
    workers=2, storm_seconds=0, percent=0, database_permille=0, crash_permille=0, idle_seconds=1.0, busy_seconds=0.5,
    clocks="true",
)  # fmt: skip
EVERY_SECONDS = 60.0
SETTLE_SECONDS = 600.0
RETRY_AFTERS = (0.0, 0.0, 0.0, 0.0, 5.0, 9.0, 14.0, 19.0)
"""Retry-After of a post, in seconds; 0 is accepted."""


class Storm(FaultPlanner):
    """Answers half of a channel's posts with 429 and a Retry-After of five to twenty seconds.

    With ``shuffled`` each channel gets every value of the list equally often, so that a channel that waits longer was
    treated unfairly by the outbox. Without, every post draws by itself.
    """

    def __init__(self, random: Random, *, shuffled: bool) -> None:
        super().__init__(random)
        self._shuffled = shuffled
        self.channel = ""
        self._retry_afters: defaultdict[str, list[float]] = defaultdict(list)

    def post(self) -> CallPlan:
        """chat.postMessage"""
        seconds = self._next() if self._shuffled else self.random.choice(RETRY_AFTERS)
        if not seconds:
            return self._success()
        self.counted["rate limited"] += 1
        return CallPlan(0.05, 0.05, retry_after=seconds, kind="rate limited")

    def _next(self) -> float:
        retry_afters = self._retry_afters[self.channel]
        if not retry_afters:
            retry_afters += RETRY_AFTERS
            self.random.shuffle(retry_afters)
        return retry_afters.pop()


class StormClient(SlackClient):
    """Names the channel of each post to the storm."""

    async def post(
        self, channel: str, shown: Shown, *, key: str, thread_ts: str | None = None, plain: bool = False
    ) -> Message:
        """chat.postMessage"""
        assert isinstance(self._slack.fault_planner, Storm)
        self._slack.fault_planner.channel = channel
        return await super().post(channel, shown, key=key, thread_ts=thread_ts, plain=plain)


@dataclass
class Outcome:
    """The outcome of a storm."""

    waits: dict[str, float]
    """By channel: the average wait of its messages, in seconds."""
    violations: list[str]
    rate_limited: int
    posts: int


async def _enqueue(simulation: Simulation, channels: int, minutes: float) -> dict[str, float]:
    """Enqueue a card for every channel every minute; the instant of each, by its metadata key."""
    store, enqueued_at = simulation.database.store("scenario"), {}
    async with store.begin() as c:
        channel_rows = [
            await destinations.get_or_add(c, "T", f"C{number}", language="en", timezone="UTC")
            for number in range(channels)
        ]
    for turn in range(round(minutes * 60 / EVERY_SECONDS)):
        async with store.begin() as c:
            for destination in channel_rows:
                key = f"card:{destination.id}:{turn}"
                enqueued_at[metadata_key(key)] = simulation.loop.time()
                await deliveries.enqueue(
                    c, key, team="T", destination=destination.id, kind="card", now=simulation.wall(), story=None
                )
        await asyncio.sleep(EVERY_SECONDS)
    return enqueued_at


def _storm(database: SimulationDatabase, channels: int, minutes: float, *, shuffled: bool) -> Outcome:
    simulation = Simulation(database, 1, CALM, calm=True, client=StormClient)
    simulation.slack.fault_planner = Storm(simulation.random_for("storm"), shuffled=shuffled)
    enqueued_at: dict[str, float] = {}

    async def script(simulation: Simulation) -> None:
        for slot in range(simulation.conditions.workers):
            simulation.start(slot)
        enqueued_at.update(await _enqueue(simulation, channels, minutes))
        for _ in range(round(SETTLE_SECONDS / 5)):
            if open_deliveries(simulation):
                await asyncio.sleep(5)
        for worker in simulation.workers.values():
            worker.stop.set()
        await asyncio.sleep(15)

    simulation.run(script, lambda: None)
    waits: dict[str, list[float]] = defaultdict(list)
    for channel in simulation.slack.channels.values():
        for message in channel.messages:
            waits[channel.name].append(message.accepted - enqueued_at.pop(message.key))
    assert not enqueued_at, "a delivery is not in Slack"
    rate_limited = simulation.slack.fault_planner.counted["rate limited"]
    return Outcome(
        {name: mean(seconds) for name, seconds in waits.items()},
        [*simulation.slack.violations, *(each.what for each in simulation.slack.rate_violations)],
        rate_limited,
        simulation.slack.posts,
    )


def _check(outcome: Outcome, channels: int) -> None:
    assert outcome.rate_limited > outcome.posts / 3
    assert outcome.violations == []  # never above one a second a channel, never before Retry-After
    assert len(outcome.waits) == channels


@pytest.mark.parametrize("shuffled", [True, False])
def test_a_short_storm_of_429_breaks_no_rate_limit(database: SimulationDatabase, shuffled: bool) -> None:
    _check(_storm(database, channels=5, minutes=4, shuffled=shuffled), 5)


@pytest.mark.long
@pytest.mark.parametrize("shuffled", [True, False])
def test_a_storm_of_half_an_hour_over_fifty_channels(
    database: SimulationDatabase, capsys: pytest.CaptureFixture[str], shuffled: bool
) -> None:
    outcome = _storm(database, channels=50, minutes=30, shuffled=shuffled)
    waits = sorted(outcome.waits.values())
    with capsys.disabled():
        sys.stderr.write(
            f"\n{outcome.posts} posts tried, {outcome.rate_limited} answered 429; a message waited "
            f"{median(waits):.1f} s (median channel), {waits[-1]:.1f} s (slowest channel)\n"
        )
    _check(outcome, 50)
    assert waits[-1] <= (2 if shuffled else 3) * median(
        waits
    )  # where every post draws by itself, chance alone makes some wait longer
