"""Enqueues, revises and cancels deliveries, and takes channels and tokens away, as one seed decides."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from random import Random

from bot.errors import StoreBusy
from bot.model import Destination
from bot.operations.membership import Membership
from bot.outbox.policy import metadata_key
from bot.outbox.ports import Alert
from bot.store import destinations, installations
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection, Store
from handlers.requests import SlackEvent
from tests.simulation.simulation import Simulation
from tests.simulation.slack import Channel
from tests.simulation.stories import StoryFeed

SET_CLOCK_PAUSE_SECONDS = 10.0
ROLL_UP_SECONDS = 15.0
ROLL_UPS = 12
"""The digest job goes on for three minutes, longer than a storm and its last burst."""
Action = Callable[["Scenario"], Awaitable[None]]


@dataclass
class Enqueued:
    """A delivery as it was enqueued, revised and cancelled."""

    id: int
    key: str
    destination: Destination
    after: int | None = None
    revision: int = 1
    cancelled: bool = False


@dataclass
class Scenario:
    """The actions of one seed."""

    simulation: Simulation
    enqueued: list[Enqueued] = field(default_factory=list)
    stories: StoryFeed = field(default_factory=StoryFeed)
    _channels: list[tuple[Channel, Destination]] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _events: int = 0
    _next_set_clock: float = 0.0

    def __post_init__(self) -> None:
        self._random: Random = self.simulation.random_for("desk")  # the name is a part of the seed
        self._store: Store = self.simulation.database.store("scenario")
        self._membership = Membership(
            self._store, self._wake_outbox, self.simulation.wall, "en", "UTC",
            send_alert=_send_no_alert, confirm_token=_cannot_confirm,
        )  # fmt: skip

    def _wake_outbox(self) -> None:
        running = list(self.simulation.workers.values())
        if running:
            self._random.choice(running).outbox.wake()

    async def _write(self, work: Callable[[Connection], Awaitable[None]]) -> None:
        """Write without faults of its own; a database that a paused worker holds is tried again."""
        while True:
            try:
                async with self._store.begin() as c:
                    await work(c)
            except StoreBusy:
                await asyncio.sleep(1)
            else:
                return

    # ── before and after ───────────────────────────────────────────────────────────────────────────────────

    async def open(self, teams: int, channels: int) -> None:
        """Make workspaces with their channels."""

        async def add(c: Connection) -> None:
            for number in range(channels):
                team = f"T{number % teams}"
                await installations.put(c, team, self.simulation.wall())
                destination = await destinations.get_or_add(c, team, f"C{number}", language="en", timezone="UTC")
                self._channels.append((self.simulation.slack.channel(team, destination.slack_id), destination))

        await self._write(add)

    async def run(self, actions: int) -> None:
        """Act all through the storm, most often at its beginning."""
        loop, end = asyncio.get_running_loop(), self.simulation.conditions.storm_seconds
        weight_of: dict[Action, int] = {
            Scenario.revise: self.simulation.conditions.revise_weight,
            Scenario.set_clock: self.simulation.conditions.set_clock_weight,
            Scenario.enqueue_stories: self.simulation.conditions.story_weight,
        }
        weights = [weight_of.get(action, ACTIONS[action]) for action in ACTIONS]
        if self.simulation.conditions.story_weight:
            self._tasks.append(asyncio.get_running_loop().create_task(self._roll_up_repeatedly()))
        moments = sorted(self._random.random() ** 2 * end for _ in range(actions))
        for moment in moments:
            await asyncio.sleep(max(0.0, moment - loop.time()))
            await self._random.choices(tuple(ACTIONS), weights)[0](self)
        await asyncio.sleep(max(0.0, end - loop.time()))

    async def restore(self) -> None:
        """Bring every channel and token back, and let Slack say so."""
        self.simulation.slack.revoked.clear()
        if self._tasks:
            await asyncio.wait(self._tasks)

    # ── actions ────────────────────────────────────────────────────────────────────────────────────────────

    async def _enqueue(self, destination: Destination, kind: str, number: int, after: int | None = None) -> Enqueued:
        """Enqueue one delivery; now and then it is held for a while, and its blocks are rejected."""
        key = f"{kind}:{destination.team}:{destination.id}:{len(self.enqueued)}:{number}"
        held = self._random.random() < 0.08
        until_at = self.simulation.wall() + timedelta(seconds=self._random.uniform(1, 40)) if held else None
        ids: list[int] = []

        async def write(c: Connection) -> None:
            delivery_id = await deliveries.enqueue(
                c, key, team=destination.team, destination=destination.id, kind="card" if kind == "card" else "digest",
                now=self.simulation.wall(), after=after, not_before=until_at, held=held,
            )  # fmt: skip
            assert delivery_id is not None
            ids[:] = [delivery_id]

        await self._write(write)
        enqueued = Enqueued(ids[0], key, destination, after)
        self.enqueued.append(enqueued)
        if self._random.random() < 0.06:
            self.simulation.slack.rejecting[metadata_key(key)] = self._random.choice((1, 1, 1, 2))
        what = f"enqueued {enqueued.id} {metadata_key(key)[:8]} for {destination.slack_id} after {after}"
        self.simulation.note(what)
        self._wake_outbox()
        return enqueued

    def _random_channel(self) -> tuple[Channel, Destination]:
        return self._random.choice(self._channels)

    async def enqueue_cards(self) -> None:
        """Enqueue a few cards for one channel."""
        _, destination = self._random_channel()
        for number in range(self._random.randint(1, 4)):
            await self._enqueue(destination, "card", number)

    async def enqueue_digest(self) -> None:
        """Enqueue a digest's pages, in the thread of the first."""
        _, destination = self._random_channel()
        first = await self._enqueue(destination, "digest", 0)
        for page in range(1, self._random.randint(2, 4)):
            await self._enqueue(destination, "digest", page, after=first.id)

    async def enqueue_reply(self) -> None:
        """Enqueue a reply to a delivery that has no parent itself."""
        parents = [each for each in self.enqueued if each.after is None]
        if parents:
            parent = self._random.choice(parents)
            await self._enqueue(parent.destination, "reply", 0, after=parent.id)

    async def enqueue_stories(self) -> None:
        """Enqueue a few stories for one channel, by the rules of bursts."""
        channel, destination = self._random_channel()
        for _ in range(self._random.randint(1, 4)):
            await self._write(lambda c: self.stories.enqueue(c, channel, destination, self.simulation.wall()))
        self.simulation.note(f"stories up to {self.stories.enqueued} for {destination.slack_id}")
        self._wake_outbox()

    async def _roll_up_repeatedly(self) -> None:
        """Run the digest job until every burst has ended."""
        for _ in range(ROLL_UPS):
            await asyncio.sleep(ROLL_UP_SECONDS)
            for _, destination in self._channels:
                await self._write(partial(self.stories.roll_up, destination=destination, now=self.simulation.wall()))
            self._wake_outbox()

    async def revise(self) -> None:
        """Let a message show a later revision."""
        if not self.enqueued:
            return
        enqueued = self._random.choice(self.enqueued)
        enqueued.revision += 1

        async def write(c: Connection) -> None:
            await deliveries.want_revision(c, enqueued.id, enqueued.revision)

        await self._write(write)
        self._wake_outbox()

    async def cancel(self) -> None:
        """Cancel a delivery, unless it is too late."""
        if not self.enqueued:
            return
        enqueued = self._random.choice(self.enqueued)

        async def write(c: Connection) -> None:
            enqueued.cancelled = await deliveries.cancel(c, enqueued.id, "changed_mind") or enqueued.cancelled

        await self._write(write)

    async def take_channel_away(self) -> None:
        """Remove the bot from a channel, or archive the channel; somebody undoes it later."""
        channel, destination = self._random_channel()
        how = self._random.choice(("member", "archived"))
        channel.member, channel.archived = channel.member and how != "member", how == "archived"
        self.simulation.counted[f"channel {how}"] += 1
        self.simulation.note(f"{channel.name} is away: {how}")
        self._later(self._random.uniform(5, 40), self._bring_channel_back(channel, destination))

    async def _bring_channel_back(self, channel: Channel, destination: Destination) -> None:
        channel.member, channel.archived = True, False
        self._events += 1
        self.simulation.note(f"{channel.name} is back")
        event = SlackEvent(f"E{self._events}", destination.team, "unarchived", channel.name)
        while True:
            try:
                await self._membership.note(event)
            except StoreBusy:
                await asyncio.sleep(1)
            else:
                return

    async def revoke_token(self) -> None:
        """Revoke a workspace's token for a while."""
        _, destination = self._random_channel()
        self.simulation.slack.revoked.add(destination.team)
        self.simulation.counted["token revoked"] += 1
        self.simulation.note(f"{destination.team}: token revoked")

        async def restore() -> None:
            self.simulation.slack.revoked.discard(destination.team)
            self.simulation.note(f"{destination.team}: token restored")

        self._later(self._random.uniform(5, 40), restore())

    async def set_clock(self) -> None:
        """Set a wall clock wrong by minutes, at most once between two rounds of a worker."""
        now = asyncio.get_running_loop().time()
        if self.simulation.conditions.clocks != "true" and now >= self._next_set_clock:
            self._next_set_clock = now + SET_CLOCK_PAUSE_SECONDS
            self.simulation.set_clocks(self._random.uniform(-300, 300))

    def _later(self, seconds: float, work: Awaitable[None]) -> None:
        async def wait() -> None:
            await asyncio.sleep(seconds)
            await work

        self._tasks.append(asyncio.get_running_loop().create_task(wait()))


ACTIONS: dict[Action, int] = {
    Scenario.enqueue_cards: 10, Scenario.enqueue_digest: 3, Scenario.enqueue_reply: 5, Scenario.revise: 0,
    Scenario.cancel: 2, Scenario.take_channel_away: 2, Scenario.revoke_token: 1, Scenario.set_clock: 0,
    Scenario.enqueue_stories: 0,
}  # fmt: skip
"""The weight of each action; 0 where the seed's conditions hold it."""


async def _send_no_alert(_alert: Alert) -> None:
    return


async def _cannot_confirm(_team: str) -> bool | None:
    return None
