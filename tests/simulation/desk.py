"""What happens in a simulated world: the desk owes, changes its mind, and things befall channels and tokens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from bot.errors import StoreBusy
from bot.model import Destination
from bot.operations.membership import Membership
from bot.outbox.policy import metadata_key
from bot.store import destinations, installations
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection, Store
from handlers.requests import SlackEvent
from tests.simulation.slack import Channel
from tests.simulation.world import World

STEP_PAUSE_SECONDS = 10.0
Act = Callable[["Desk"], Awaitable[None]]


@dataclass
class Owed:
    """What a delivery was owed as."""

    number: int
    key: str
    where: Destination
    after: int | None = None
    revision: int = 1
    cancelled: bool = False


@dataclass
class Desk:
    """Plays a seed's scenario."""

    world: World
    owed: list[Owed] = field(default_factory=list)
    _channels: list[tuple[Channel, Destination]] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _happened: int = 0
    _next_step: float = 0.0

    def __post_init__(self) -> None:
        self._random: Random = self.world.dice("desk")
        self._store: Store = self.world.stage.store("desk")
        self._presence = Membership(self._store, self._wake_outbox, self.world.wall, "en", "UTC")

    def _wake_outbox(self) -> None:
        running = list(self.world.workers.values())
        if running:
            self._random.choice(running).sender.wake()

    async def _write(self, work: Callable[[Connection], Awaitable[None]]) -> None:
        """The desk has no faults of its own; a database that a sleeping worker holds it asks again."""
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
        """Workspaces with their channels."""

        async def found(c: Connection) -> None:
            for number in range(channels):
                team = f"T{number % teams}"
                await installations.put(c, team, self.world.wall())
                place = await destinations.get_or_add(c, team, f"C{number}", language="en", timezone="UTC")
                self._channels.append((self.world.slack.channel(team, place.slack_id), place))

        await self._write(found)

    async def play(self, acts: int) -> None:
        """Things happen all through the storm, the most of them owed at the beginning."""
        loop, end = asyncio.get_running_loop(), self.world.conditions.storm_seconds
        often: dict[Act, int] = {
            Desk.change: self.world.conditions.change_weight,
            Desk.step_clock: self.world.conditions.step_weight,
        }
        weights = [often.get(act, ACTS[act]) for act in ACTS]
        moments = sorted(self._random.random() ** 2 * end for _ in range(acts))
        for moment in moments:
            await asyncio.sleep(max(0.0, moment - loop.time()))
            await self._random.choices(tuple(ACTS), weights)[0](self)
        await asyncio.sleep(max(0.0, end - loop.time()))

    async def restore(self) -> None:
        """Every channel and token is there again, and Slack has said so."""
        self.world.slack.revoked.clear()
        if self._tasks:
            await asyncio.wait(self._tasks)

    # ── acts ───────────────────────────────────────────────────────────────────────────────────────────────

    async def _owe(self, where: Destination, kind: str, number: int, after: int | None = None) -> Owed:
        """One delivery; now and then it is kept back for a while."""
        key = f"{kind}:{where.team}:{where.id}:{len(self.owed)}:{number}"
        held = self._random.random() < 0.08
        until = self.world.wall() + timedelta(seconds=self._random.uniform(1, 40)) if held else None
        made: list[int] = []

        async def write(c: Connection) -> None:
            found = await deliveries.enqueue(
                c, key, team=where.team, destination=where.id, kind="card" if kind == "card" else "digest",
                now=self.world.wall(), after=after, not_before=until, held=held,
            )  # fmt: skip
            assert found is not None
            made[:] = [found]

        await self._write(write)
        owed = Owed(made[0], key, where, after)
        self.owed.append(owed)
        if self._random.random() < 0.06:
            self.world.slack.refusing[metadata_key(key)] = self._random.choice((1, 1, 1, 2))
        self.world.note(f"owed {owed.number} {metadata_key(key)[:8]} in {where.slack_id} after {after}")
        self._wake_outbox()
        return owed

    def _somewhere(self) -> tuple[Channel, Destination]:
        return self._random.choice(self._channels)

    async def owe_cards(self) -> None:
        """A few cards of one channel."""
        _, where = self._somewhere()
        for number in range(self._random.randint(1, 4)):
            await self._owe(where, "card", number)

    async def owe_digest(self) -> None:
        """Pages, in the thread of the first."""
        _, where = self._somewhere()
        first = await self._owe(where, "digest", 0)
        for page in range(1, self._random.randint(2, 4)):
            await self._owe(where, "digest", page, after=first.number)

    async def owe_reply(self) -> None:
        """Something follows a card."""
        parents = [it for it in self.owed if it.after is None]
        if parents:
            parent = self._random.choice(parents)
            await self._owe(parent.where, "reply", 0, after=parent.number)

    async def change(self) -> None:
        """A card says something else now."""
        if not self.owed:
            return
        one = self._random.choice(self.owed)
        one.revision += 1

        async def write(c: Connection) -> None:
            await deliveries.want_revision(c, one.number, one.revision)

        await self._write(write)
        self._wake_outbox()

    async def cancel(self) -> None:
        """It is not owed any more, if it is not too late."""
        if not self.owed:
            return
        one = self._random.choice(self.owed)

        async def write(c: Connection) -> None:
            one.cancelled = await deliveries.cancel(c, one.number, "changed_mind") or one.cancelled

        await self._write(write)

    async def leave(self) -> None:
        """The bot is removed, or the channel archived; somebody takes it back."""
        channel, place = self._somewhere()
        gone = self._random.choice(("member", "archived"))
        channel.member, channel.archived = channel.member and gone != "member", gone == "archived"
        self.world.counted[f"channel {gone}"] += 1
        self.world.note(f"{channel.name} is away: {gone}")
        self._later(self._random.uniform(5, 40), self._back(channel, place))

    async def _back(self, channel: Channel, place: Destination) -> None:
        channel.member, channel.archived = True, False
        self._happened += 1
        self.world.note(f"{channel.name} is back")
        event = SlackEvent(f"E{self._happened}", place.team, "unarchived", channel.name)
        while True:
            try:
                await self._presence.note(event)
            except StoreBusy:
                await asyncio.sleep(1)
            else:
                return

    async def revoke(self) -> None:
        """The token is no good for a while."""
        _, place = self._somewhere()
        self.world.slack.revoked.add(place.team)
        self.world.counted["token revoked"] += 1
        self.world.note(f"{place.team}: token revoked")

        async def restore() -> None:
            self.world.slack.revoked.discard(place.team)
            self.world.note(f"{place.team}: token restored")

        self._later(self._random.uniform(5, 40), restore())

    async def step_clock(self) -> None:
        """Somebody sets the machine's clock, by minutes; not twice between two looks of a worker."""
        now = asyncio.get_running_loop().time()
        if self.world.conditions.clocks != "true" and now >= self._next_step:
            self._next_step = now + STEP_PAUSE_SECONDS
            self.world.step_clocks(self._random.uniform(-300, 300))

    def _later(self, seconds: float, work: Awaitable[None]) -> None:
        async def wait() -> None:
            await asyncio.sleep(seconds)
            await work

        self._tasks.append(asyncio.get_running_loop().create_task(wait()))


ACTS: dict[Act, int] = {
    Desk.owe_cards: 10, Desk.owe_digest: 3, Desk.owe_reply: 5, Desk.change: 0, Desk.cancel: 2, Desk.leave: 2,
    Desk.revoke: 1, Desk.step_clock: 0,
}  # fmt: skip
"""What may happen, and how often; 0 where the seed says how often."""
