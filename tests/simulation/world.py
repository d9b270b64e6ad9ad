"""One simulated world: workers that crash and sleep, a desk that owes and changes its mind, Slack, and a seed."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import Counter, deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Literal, Protocol

from bot.deliveries.resume import resume_team
from bot.errors import StoreBusy
from bot.model import Delivery
from bot.outbox import worker as outbox
from bot.outbox.policy import DeliveryPolicy
from bot.outbox.ports import Alert, Hold, MessagePoster
from bot.outbox.worker import Outbox
from bot.store.engine import Connection, Store
from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from tests.simulation.driver import busy
from tests.simulation.slack import BEGAN, Slack, Weather
from tests.simulation.stage import Stage
from tests.simulation.timeline import WORLD, Process, Timeline, current

TERMS = DeliveryPolicy(ask_again_seconds=30.0)
"""The protocol's own numbers; only a token that was refused is asked again sooner than every ten minutes."""
LAST_EVENTS = 60


class Sender(Protocol):
    """What a worker runs: the outbox, or something worse."""

    def wake(self) -> None:
        """Something is owed."""

    async def run(self, stop: asyncio.Event) -> None:
        """Until then."""


@dataclass(frozen=True)
class Conditions:
    """How hostile a world is; drawn from the seed."""

    workers: int
    storm_seconds: float
    percent: int
    """Calls to Slack that go wrong."""
    database_permille: int
    crash_permille: int
    """At a point where a process speaks to the database; five times that right after Slack took a message."""
    idle_seconds: float
    """How often a worker looks whether anything is owed, when nobody rings."""
    busy_seconds: float
    """The same while a call is out."""
    clocks: Literal["true", "machine", "apart"]
    """Wall clocks are right, or put forward and back by minutes: all at once, or each alone."""
    change_weight: int = 6
    """How often what stands in Slack is to say something else, beside ten of what is owed."""
    step_weight: int = 2
    """How often somebody sets a clock."""


@dataclass
class Worker:
    """A process, what it runs, and how it is asked to stop."""

    slot: int
    process: Process
    sender: Sender
    stop: asyncio.Event
    task: asyncio.Task[None] | None = None


@dataclass
class World:
    """Everything of one run."""

    stage: Stage
    seed: int
    conditions: Conditions
    policy: DeliveryPolicy = TERMS
    line: Callable[[Slack, str], MessagePoster] = field(default=lambda slack, team: slack.line(team))
    sender: Callable[[World, Store, Process], Sender] | None = None
    """In place of the outbox."""
    counted: Counter[str] = field(default_factory=Counter)
    events: deque[str] = field(default_factory=lambda: deque(maxlen=LAST_EVENTS))
    calm: bool = False
    over: bool = False
    machine_step_seconds: float = 0.0
    asleep_until: float = 0.0
    """By then everyone who was paused is awake."""

    def __post_init__(self) -> None:
        self.timeline = Timeline(self.dice("turns"))
        self.timeline.set_exception_handler(lambda *_: None)
        self.weather = Weather(self.dice("weather"), self.conditions.percent)
        if self.conditions.clocks != "true":
            self.weather.latest = self.policy.call_seconds
        self.slack = Slack(self.timeline, self.weather, self.note)
        self.slack.accepted = self._accepted
        self._faults = self.dice("faults")
        self._renders = self.dice("renders")
        self.workers: dict[int, Worker] = {}
        self.gone: list[Process] = []
        self.faults: list[str] = []
        self._started = 0
        self.stage.sweep()
        self.stage.strike = self._strike

    def dice(self, name: str) -> Random:
        """Chance for one purpose, so that one more draw here moves nothing there."""
        return Random(f"{self.seed}/{name}")

    def note(self, what: str) -> None:
        """For whoever reads how it went wrong."""
        self.events.append(f"{self.timeline.time():9.3f}  {what}")

    # ── workers ────────────────────────────────────────────────────────────────────────────────────────────

    def start(self, slot: int) -> None:
        """A new process on a free place."""
        if self.over:
            return
        self._started += 1
        process = Process(f"w{slot}.{self._started}")
        process.blown = self._strike_down
        process.began = self.timeline.time()
        process.wall_step_seconds = self.machine_step_seconds
        sender = (self.sender or World.outbox)(self, self.stage.store(f"worker{slot}"), process)
        self.workers[slot] = worker = Worker(slot, process, sender, asyncio.Event())
        worker.task = self.timeline.spawn(process, sender.run(worker.stop))
        self._light(process)
        self.note(f"{process.name} starts")

    def outbox(self, store: Store, process: Process) -> Sender:
        """The real one."""
        return Outbox(
            store,
            lambda team: self.line(self.slack, team),
            self._render,
            lambda: BEGAN + timedelta(seconds=self.timeline.time() + process.wall_step_seconds),
            resume_team=resume_team,
            send_alert=self._tell,
            random=self.dice(process.name),
            policy=self.policy,
            worker=process.name,
            seconds=self.timeline.time,
        )

    def _light(self, process: Process) -> None:
        """Somewhere among its next steps it is struck, whatever it is doing there."""
        if not self.calm and self.conditions.crash_permille:
            process.fuse = self._faults.randrange(200, 8_000)

    def wall(self) -> datetime:
        """What the machine's clock says."""
        return self.slack.now() + timedelta(seconds=self.machine_step_seconds)

    def step_clocks(self, seconds: float) -> None:
        """Somebody sets the clock: of the machine, or of one process as if it had a machine of its own."""
        self.counted["clock step"] += 1
        if self.conditions.clocks == "machine":
            self.machine_step_seconds = seconds
            for worker in self.workers.values():
                worker.process.wall_step_seconds = seconds
            self.note(f"the clock is {seconds:.0f} s off")
        elif self.conditions.clocks == "apart" and self.workers:
            process = self._faults.choice(list(self.workers.values())).process
            process.wall_step_seconds = seconds
            self.note(f"{process.name}: the clock is {seconds:.0f} s off")

    def _strike_down(self, process: Process) -> None:
        if self.calm:
            return
        if self._faults.random() < 0.5:
            self.crash(process)
        else:
            self.pause(process)
            self._light(process)

    def crash(self, process: Process) -> None:
        """SIGKILL; another process takes its place a little later."""
        worker = next((it for it in self.workers.values() if it.process is process), None)
        if worker is None or process.state == "dead" or self.calm:
            return
        self.counted["crash"] += 1
        self.note(f"{process.name} crashes")
        process.state = "dead"
        self.stage.cut(process)
        self.gone.append(process)
        del self.workers[worker.slot]
        self.timeline.world_later(self._faults.uniform(0.05, 20), self.start, worker.slot)

    def pause(self, process: Process) -> None:
        """SIGSTOP, and SIGCONT up to two minutes later."""
        if process.state != "running" or self.calm:
            return
        self.counted["pause"] += 1
        process.state = "paused"
        seconds = self._faults.choice((self._faults.uniform(0.5, 10), self._faults.uniform(10, 120)))
        self.note(f"{process.name} sleeps {seconds:.1f} s")
        self.asleep_until = max(self.asleep_until, self.timeline.time() + seconds)
        self.timeline.world_later(seconds, self._resume, process)

    def _resume(self, process: Process) -> None:
        if process.state == "paused":
            process.state = "running"
            self.note(f"{process.name} wakes")

    def _accepted(self, sender: Process) -> None:
        """Half of the kills are placed here: within 50 ms of a message that stands."""
        if not self.calm and self._faults.random() * 1000 < 5 * self.conditions.crash_permille:
            self.timeline.world_later(self._faults.uniform(0, 0.05), self.crash, sender)

    # ── faults ─────────────────────────────────────────────────────────────────────────────────────────────

    async def _strike(self, what: str) -> None:
        process = current()
        if process is WORLD:
            return
        if process.state == "dead":
            raise sqlite3.OperationalError("connection closed")
        if self.calm:
            return
        draw = self._faults.random() * 1000
        if draw < self.conditions.crash_permille:
            self._strike_down(process)
        elif what != "execute" and draw < self.conditions.crash_permille + self.conditions.database_permille:
            self.counted[f"database {what}"] += 1
            self.note(f"{process.name}: the database fails at {what}")
            raise busy("disk I/O error")
        elif draw > 980:
            await asyncio.sleep((draw - 980) / 10 if draw > 998 else (draw - 980) / 1000)
            return
        await asyncio.sleep(0)

    async def _render(self, _c: Connection, d: Delivery) -> Shown | Hold:
        if not self.calm:
            draw = self._renders.random()
            if draw < 0.02:
                raise StoreBusy("while rendering")
            if draw < 0.04:
                return Hold(self.slack.now() + timedelta(seconds=20 + current().wall_step_seconds))
            if draw < 0.10:
                await asyncio.sleep(self._renders.uniform(0, 12))
        return Shown(NoticeCard((), zone=f"r{d.wanted_revision}"), "en")

    async def _tell(self, trouble: Alert) -> None:
        self.counted[f"told {trouble.kind}"] += 1

    # ── to the end ─────────────────────────────────────────────────────────────────────────────────────────

    def run(self, script: Callable[[World], Coroutine[None, None, None]], judge: Callable[[], None]) -> None:
        """Play it; the file is closed and no task is left whatever happens."""
        log = logging.getLogger("pactbot.outbox")
        before, faults = log.level, _Faults(self)
        log.setLevel(logging.ERROR)
        log.addHandler(faults)
        asyncio.set_event_loop(self.timeline)
        pace = outbox.IDLE_SECONDS, outbox.BUSY_SECONDS
        outbox.IDLE_SECONDS, outbox.BUSY_SECONDS = self.conditions.idle_seconds, self.conditions.busy_seconds
        try:
            self.timeline.run_until_complete(script(self))
            judge()
        finally:
            self.over = True
            outbox.IDLE_SECONDS, outbox.BUSY_SECONDS = pace
            self._bury()
            log.removeHandler(faults)
            log.setLevel(before)
            asyncio.set_event_loop(None)
            self.timeline.close()
            self.stage.clear()

    def _bury(self) -> None:
        """End what the dead left behind, with nothing that it could still do."""
        everyone = [*self.gone, *(worker.process for worker in self.workers.values())]
        left = [task for process in everyone for task in process.tasks if not task.done()]
        for process in everyone:
            process.state = "dead"
            self.stage.cut(process)
        self.timeline.inter(left)


class _Faults(logging.Handler):
    """What the outbox calls an error of its own is one here."""

    def __init__(self, world: World) -> None:
        super().__init__(logging.ERROR)
        self._world = world

    def emit(self, record: logging.LogRecord) -> None:
        if not self._world.over:
            fault = record.exc_info[1] if record.exc_info else None
            self._world.faults.append(f"{record.getMessage()}: {fault!r}")
