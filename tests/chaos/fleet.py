"""A fleet on one PostgreSQL: a process for Slack, one for the clock, and three workers, each killed and stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from tests.chaos.chaos_harness import ChaosHarness, Process

APART_SECONDS = 90.0
"""The machines of the workers have clocks that are right, and so far ahead and behind."""
STOP_SECONDS = (3.5, 8.0)
"""A stopped process sleeps for longer than its lease (3 s)."""
BAR = 30


@dataclass(frozen=True)
class Role:
    """One process of the fleet: its part, the error of its machine's clock, and whether its commits are cut."""

    only: str
    clock_seconds: float = 0.0
    is_cut: bool = False


FLEET = (
    Role("slack"),
    Role("clock"),
    Role("worker"),
    Role("worker", clock_seconds=APART_SECONDS, is_cut=True),
    Role("worker", clock_seconds=-APART_SECONDS),
)


@dataclass
class Fleet:
    """The processes, each with its role; a killed one is replaced at once."""

    harness: ChaosHarness
    random: Random
    cut_url: str = ""
    """The address of PostgreSQL at which commits are cut."""
    processes: dict[int, tuple[Role, Process]] = field(default_factory=dict)
    """By their place in FLEET."""
    stops: int = 0
    _stopped: dict[int, asyncio.Task[None]] = field(default_factory=dict)

    async def start(self, roles: Sequence[Role] = FLEET) -> None:
        """Start all of them, beside each other."""
        started = await asyncio.gather(*(self._start(role) for role in roles))
        self.processes = dict(enumerate(zip(roles, started, strict=True)))

    async def _start(self, role: Role) -> Process:
        address = self.cut_url if role.is_cut else ""
        return await self.harness.start(only=role.only, clock_seconds=role.clock_seconds, database_url=address)

    async def kill_one(self) -> None:
        """Kill any of them, also a stopped one, and start another in its place."""
        place = self.random.choice(sorted(self.processes))
        role, process = self.processes[place]
        if place in self._stopped:
            self._stopped.pop(place).cancel()
        await self.harness.kill(process)
        self.processes[place] = role, await self._start(role)

    def stop_one(self) -> None:
        """Stop a worker (SIGSTOP) and let it go on after its leases have ended, while everything else goes on."""
        running = [
            place for place, (role, _) in self.processes.items() if role.only == "worker" and place not in self._stopped
        ]
        if len(running) > 1:  # one worker goes on
            place = self.random.choice(running)
            self.stops += 1
            os.kill(self.processes[place][1].pid, signal.SIGSTOP)
            self._stopped[place] = asyncio.create_task(self._continue(place, self.random.uniform(*STOP_SECONDS)))

    async def _continue(self, place: int, seconds: float) -> None:
        await asyncio.sleep(seconds)
        os.kill(self.processes[place][1].pid, signal.SIGCONT)
        self._stopped.pop(place, None)

    async def all_go_on(self) -> None:
        """Wait until every stopped process goes on."""
        await asyncio.gather(*self._stopped.values())

    async def leave_one(self) -> Process:
        """Kill all but one worker for good; the one that is left."""
        await self.all_go_on()
        *others, last = sorted(self.processes)
        for place in others:
            await self.harness.kill(self.processes.pop(place)[1])
        return self.processes[last][1]

    async def end(self) -> None:
        """Ask all of them to end, which they must do with 0 and in time."""
        await self.all_go_on()
        await asyncio.gather(*(self.harness.stop(process) for _, process in self.processes.values()))

    def show(self, done: int, of_all: int, what: str, messages: int) -> None:
        """Print a line with a bar."""
        full = BAR * done // of_all
        seconds = time.monotonic() - self.harness.began_at
        self.harness.report(
            f"  [{'#' * full}{'.' * (BAR - full)}] {done:,}/{of_all:,} {what}, {self.harness.accepted:,} posts of "
            f"{messages:,}, {seconds:.0f} s"
        )
