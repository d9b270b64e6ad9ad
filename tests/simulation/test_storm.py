"""A storm of 429: half of all posts are refused, and still no channel is hurried and none is left behind."""

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
from tests.simulation.slack import Fate, Line, Message, Weather
from tests.simulation.stage import Stage
from tests.simulation.verdict import owed_now
from tests.simulation.world import Conditions, World

CALM = Conditions(
    workers=2, storm_seconds=0, percent=0, database_permille=0, crash_permille=0, idle_seconds=1.0, busy_seconds=0.5,
    clocks="true",
)  # fmt: skip
EVERY_SECONDS = 60.0
AFTERMATH_SECONDS = 600.0
CARDS = (0.0, 0.0, 0.0, 0.0, 5.0, 9.0, 14.0, 19.0)
"""Retry-After of a post, in seconds; 0 is taken."""


class Storm(Weather):
    """Half of a channel's posts are answered with 429 and told to wait five to twenty seconds.

    With ``dealt`` the cards are dealt for each channel by itself: no channel is unluckier than another for long, and
    what one waits longer is the sender's doing. Without, every post is a throw of dice of its own.
    """

    def __init__(self, random: Random, *, dealt: bool) -> None:
        super().__init__(random)
        self._dealt = dealt
        self.channel = ""
        self._cards: defaultdict[str, list[float]] = defaultdict(list)

    def post(self) -> Fate:
        """chat.postMessage"""
        seconds = self._next() if self._dealt else self.random.choice(CARDS)
        if not seconds:
            return self._fine()
        self.counted["throttled"] += 1
        return Fate(0.05, 0.05, throttle=seconds, word="throttled")

    def _next(self) -> float:
        cards = self._cards[self.channel]
        if not cards:
            cards += CARDS
            self.random.shuffle(cards)
        return cards.pop()


class StormLine(Line):
    """Tells the storm which channel is spoken to."""

    async def post(
        self, channel: str, shown: Shown, *, key: str, thread_ts: str | None = None, plain: bool = False
    ) -> Message:
        """chat.postMessage"""
        assert isinstance(self._slack.weather, Storm)
        self._slack.weather.channel = channel
        return await super().post(channel, shown, key=key, thread_ts=thread_ts, plain=plain)


@dataclass
class Outcome:
    """What a storm did."""

    waits: dict[str, float]
    """By channel: how long its messages waited, on the average."""
    sins: list[str]
    throttled: int
    posts: int


async def _owe(world: World, channels: int, minutes: float) -> dict[str, float]:
    """A card for every channel every minute; when each was owed, by its key in Slack."""
    store, owed = world.stage.store("desk"), {}
    async with store.begin() as c:
        places = [
            await destinations.get_or_add(c, "T", f"C{number}", language="en", timezone="UTC")
            for number in range(channels)
        ]
    for turn in range(round(minutes * 60 / EVERY_SECONDS)):
        async with store.begin() as c:
            for place in places:
                key = f"card:{place.id}:{turn}"
                owed[metadata_key(key)] = world.timeline.time()
                await deliveries.enqueue(
                    c, key, team="T", destination=place.id, kind="card", now=world.wall(), story=None
                )
        await asyncio.sleep(EVERY_SECONDS)
    return owed


def _storm(stage: Stage, channels: int, minutes: float, *, dealt: bool) -> Outcome:
    world = World(stage, 1, CALM, calm=True, line=StormLine)
    world.slack.weather = Storm(world.dice("storm"), dealt=dealt)
    owed: dict[str, float] = {}

    async def script(world: World) -> None:
        for slot in range(world.conditions.workers):
            world.start(slot)
        owed.update(await _owe(world, channels, minutes))
        for _ in range(round(AFTERMATH_SECONDS / 5)):
            if owed_now(world):
                await asyncio.sleep(5)
        for worker in world.workers.values():
            worker.stop.set()
        await asyncio.sleep(15)

    world.run(script, lambda: None)
    waits: dict[str, list[float]] = defaultdict(list)
    for channel in world.slack.channels.values():
        for message in channel.messages:
            waits[channel.name].append(message.accepted - owed.pop(message.key))
    assert not owed, "what was owed is not in Slack"
    throttled = world.slack.weather.counted["throttled"]
    return Outcome(
        {name: mean(each) for name, each in waits.items()},
        [*world.slack.sins, *(it.what for it in world.slack.hasty)],
        throttled,
        world.slack.posts,
    )


def _holds(outcome: Outcome, channels: int) -> None:
    assert outcome.throttled > outcome.posts / 3
    assert outcome.sins == []  # never above one a second a channel, never before Retry-After
    assert len(outcome.waits) == channels


@pytest.mark.parametrize("dealt", [True, False])
def test_a_short_storm_hurries_nobody(stage: Stage, dealt: bool) -> None:
    _holds(_storm(stage, channels=5, minutes=4, dealt=dealt), 5)


@pytest.mark.long
@pytest.mark.parametrize("dealt", [True, False])
def test_a_storm_of_half_an_hour_over_fifty_channels(
    stage: Stage, capsys: pytest.CaptureFixture[str], dealt: bool
) -> None:
    outcome = _storm(stage, channels=50, minutes=30, dealt=dealt)
    waits = sorted(outcome.waits.values())
    with capsys.disabled():
        sys.stderr.write(
            f"\n{outcome.posts} posts tried, {outcome.throttled} answered 429; a message waited "
            f"{median(waits):.1f} s (median channel), {waits[-1]:.1f} s (slowest channel)\n"
        )
    _holds(outcome, 50)
    assert waits[-1] <= (2 if dealt else 3) * median(waits)  # with dice, luck alone makes some wait longer
