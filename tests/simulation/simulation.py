"""One simulation: workers that crash and pause, a database, Slack, their faults, and the seed that decides them."""

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

from bot.deliveries import holds
from bot.deliveries.digest import Digests
from bot.deliveries.resume import resume_team
from bot.errors import StoreBusy
from bot.model import Delivery
from bot.outbox import worker as outbox_worker
from bot.outbox.policy import DeliveryPolicy
from bot.outbox.ports import Alert, Hold, MessagePoster
from bot.outbox.worker import Outbox
from bot.store.engine import Connection, Store
from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from tests.simulation.database import SimulationDatabase
from tests.simulation.loop import OUTSIDE, Process, VirtualLoop, current
from tests.simulation.slack import BEGAN, FaultPlanner, Slack
from tests.simulation.sqlite_driver import busy_error

POLICY = DeliveryPolicy(ask_again_seconds=30.0)
"""The protocol's own numbers; only a refused token is checked again sooner than every ten minutes."""
LAST_EVENTS = 60
BURST_WINDOW = timedelta(seconds=25)
"""Bursts end within a storm, not ten minutes after it."""


class OutboxLike(Protocol):
    """The work of a worker: the outbox, or a broken one."""

    def wake(self) -> None:
        """Start a round at once."""

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set."""


@dataclass(frozen=True)
class Conditions:
    """How hostile a simulation is; drawn from the seed."""

    workers: int
    storm_seconds: float
    percent: int
    """Calls to Slack that fail, in a hundred."""
    database_permille: int
    """Begins and commits that fail, in a thousand."""
    crash_permille: int
    """Database calls at which the process crashes or pauses, in a thousand; five times as many accepted posts."""
    idle_seconds: float
    """Between two rounds of a worker while nothing is due."""
    busy_seconds: float
    """Between two rounds of a worker while a call runs."""
    clocks: Literal["true", "machine", "apart"]
    """Wall clocks are right, or set wrong by minutes: all together, or each by itself."""
    revise_weight: int = 6
    """The weight of revising a message, beside ten of enqueueing cards."""
    set_clock_weight: int = 2
    story_weight: int = 0
    """The weight of enqueueing stories by the rules of bursts; their order is only promised where clocks are right."""


@dataclass
class Worker:
    """A process, its outbox, and how it is asked to stop."""

    slot: int
    process: Process
    outbox: OutboxLike
    stop: asyncio.Event
    task: asyncio.Task[None] | None = None


@dataclass
class Simulation:
    """Everything of one run."""

    database: SimulationDatabase
    seed: int
    conditions: Conditions
    policy: DeliveryPolicy = POLICY
    client: Callable[[Slack, str], MessagePoster] = field(default=lambda slack, team: slack.client(team))
    replacement: Callable[[Simulation, Store, Process], OutboxLike] | None = None
    """Runs in place of the outbox."""
    counted: Counter[str] = field(default_factory=Counter)
    events: deque[str] = field(default_factory=lambda: deque(maxlen=LAST_EVENTS))
    calm: bool = False
    """The storm is over: no more faults."""
    over: bool = False
    machine_step_seconds: float = 0.0
    paused_workers_until: float = 0.0
    """By then every paused process runs again."""

    def __post_init__(self) -> None:
        self.loop = VirtualLoop(self.random_for("turns"))
        self.loop.set_exception_handler(lambda *_: None)
        self.fault_planner = FaultPlanner(self.random_for("weather"), self.conditions.percent)
        if self.conditions.clocks != "true":
            self.fault_planner.latest_seconds = self.policy.call_seconds
        self.slack = Slack(self.loop, self.fault_planner, self.note)
        self.slack.accepted = self._accepted
        self._faults = self.random_for("faults")
        self._renders = self.random_for("renders")
        self.workers: dict[int, Worker] = {}
        self.ended: list[Process] = []
        self.errors: list[str] = []
        """Errors that the outbox logged, and workers that did not stop."""
        self._started = 0
        self.database.reset()
        self.database.inject_fault = self._inject_fault

    def random_for(self, name: str) -> Random:
        """Random numbers for one purpose, so that one draw more here changes nothing there.

        The name is a part of the seed: another name makes another simulation of every seed.
        """
        return Random(f"{self.seed}/{name}")

    def note(self, what: str) -> None:
        """Note an event for the report of a failing seed."""
        self.events.append(f"{self.loop.time():9.3f}  {what}")

    # ── workers ────────────────────────────────────────────────────────────────────────────────────────────

    def start(self, slot: int) -> None:
        """Start a new process in a free slot."""
        if self.over:
            return
        self._started += 1
        process = Process(f"w{slot}.{self._started}")
        process.on_last_step = self._crash_or_pause
        process.began = self.loop.time()
        process.wall_step_seconds = self.machine_step_seconds
        outbox = (self.replacement or Simulation.outbox)(self, self.database.store(f"worker{slot}"), process)
        self.workers[slot] = worker = Worker(slot, process, outbox, asyncio.Event())
        worker.task = self.loop.spawn(process, outbox.run(worker.stop))
        self._limit_steps(process)
        self.note(f"{process.name} starts")

    def outbox(self, store: Store, process: Process) -> OutboxLike:
        """The real outbox."""

        def now() -> datetime:
            return BEGAN + timedelta(seconds=self.loop.time() + process.wall_step_seconds)

        return Outbox(
            store,
            lambda team: self.client(self.slack, team),
            self._render,
            now,
            resume_team=resume_team,
            roll_up=Digests(store, now).roll_up_due,
            send_alert=self._count_alert,
            random=self.random_for(process.name),
            policy=self.policy,
            worker=process.name,
            seconds=self.loop.time,
        )

    def _limit_steps(self, process: Process) -> None:
        """Let the process crash or pause after some of its next steps, whatever it is doing then."""
        if not self.calm and self.conditions.crash_permille:
            process.steps_left = self._faults.randrange(200, 8_000)

    def wall(self) -> datetime:
        """The machine's wall clock."""
        return self.slack.now() + timedelta(seconds=self.machine_step_seconds)

    def set_clocks(self, seconds: float) -> None:
        """Set the machine's wall clock, or one process's as if it had a machine of its own."""
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

    def _crash_or_pause(self, process: Process) -> None:
        if self.calm:
            return
        if self._faults.random() < 0.5:
            self.crash(process)
        else:
            self.pause(process)
            self._limit_steps(process)

    def crash(self, process: Process) -> None:
        """Kill a process (SIGKILL); another takes its slot a little later."""
        worker = next((each for each in self.workers.values() if each.process is process), None)
        if worker is None or process.state == "dead" or self.calm:
            return
        self.counted["crash"] += 1
        self.note(f"{process.name} crashes")
        process.state = "dead"
        self.database.close_connections_of(process)
        self.ended.append(process)
        del self.workers[worker.slot]
        self.loop.call_outside(self._faults.uniform(0.05, 20), self.start, worker.slot)

    def pause(self, process: Process) -> None:
        """Pause a process (SIGSTOP), and let it run again up to two minutes later (SIGCONT)."""
        if process.state != "running" or self.calm:
            return
        self.counted["pause"] += 1
        process.state = "paused"
        seconds = self._faults.choice((self._faults.uniform(0.5, 10), self._faults.uniform(10, 120)))
        self.note(f"{process.name} pauses for {seconds:.1f} s")
        self.paused_workers_until = max(self.paused_workers_until, self.loop.time() + seconds)
        self.loop.call_outside(seconds, self._resume, process)

    def _resume(self, process: Process) -> None:
        if process.state == "paused":
            process.state = "running"
            self.note(f"{process.name} runs again")

    def _accepted(self, sender: Process) -> None:
        """Half of the crashes happen here: within 50 ms after Slack accepted a message."""
        if not self.calm and self._faults.random() * 1000 < 5 * self.conditions.crash_permille:
            self.loop.call_outside(self._faults.uniform(0, 0.05), self.crash, sender)

    # ── faults ─────────────────────────────────────────────────────────────────────────────────────────────

    async def _inject_fault(self, what: str) -> None:
        process = current()
        if process is OUTSIDE:
            return
        if process.state == "dead":
            raise sqlite3.OperationalError("connection closed")
        if self.calm:
            return
        draw = self._faults.random() * 1000
        if draw < self.conditions.crash_permille:
            self._crash_or_pause(process)
        elif what != "execute" and draw < self.conditions.crash_permille + self.conditions.database_permille:
            self.counted[f"database {what}"] += 1
            self.note(f"{process.name}: the database fails at {what}")
            raise busy_error("disk I/O error")
        elif draw > 980:
            await asyncio.sleep((draw - 980) / 10 if draw > 998 else (draw - 980) / 1000)
            return
        await asyncio.sleep(0)

    async def _render(self, _c: Connection, delivery: Delivery) -> Shown | Hold:
        if not self.calm:
            draw = self._renders.random()
            if draw < 0.02:
                raise StoreBusy("while rendering")
            if draw < 0.04 and delivery.story is None:
                return Hold(self.slack.now() + timedelta(seconds=20 + current().wall_step_seconds))
            if draw < 0.10:
                await asyncio.sleep(self._renders.uniform(0, 12))
        return Shown(NoticeCard((), zone=f"r{delivery.wanted_revision}"), "en")

    async def _count_alert(self, alert: Alert) -> None:
        self.counted[f"alert {alert.kind}"] += 1

    # ── running ────────────────────────────────────────────────────────────────────────────────────────────

    def run(self, script: Callable[[Simulation], Coroutine[None, None, None]], check: Callable[[], None]) -> None:
        """Run the script and the check; whatever happens, files are closed and no task is left."""
        log = logging.getLogger("pactbot.outbox")
        level, error_log = log.level, _ErrorLog(self)
        log.setLevel(logging.ERROR)
        log.addHandler(error_log)
        asyncio.set_event_loop(self.loop)
        intervals = outbox_worker.IDLE_SECONDS, outbox_worker.BUSY_SECONDS
        burst_window, holds.BURST_WINDOW = holds.BURST_WINDOW, BURST_WINDOW
        outbox_worker.IDLE_SECONDS = self.conditions.idle_seconds
        outbox_worker.BUSY_SECONDS = self.conditions.busy_seconds
        try:
            self.loop.run_until_complete(script(self))
            check()
        finally:
            self.over = True
            outbox_worker.IDLE_SECONDS, outbox_worker.BUSY_SECONDS = intervals
            holds.BURST_WINDOW = burst_window
            self._end_all()
            log.removeHandler(error_log)
            log.setLevel(level)
            asyncio.set_event_loop(None)
            self.loop.close()
            self.database.clear()

    def _end_all(self) -> None:
        """End every task, its process already dead, so that it can do nothing more."""
        processes = [*self.ended, *(worker.process for worker in self.workers.values())]
        tasks = [task for process in processes for task in process.tasks if not task.done()]
        for process in processes:
            process.state = "dead"
            self.database.close_connections_of(process)
        self.loop.end_tasks(tasks)


class _ErrorLog(logging.Handler):
    """Takes the errors that the outbox logs for errors of the simulation."""

    def __init__(self, simulation: Simulation) -> None:
        super().__init__(logging.ERROR)
        self._simulation = simulation

    def emit(self, record: logging.LogRecord) -> None:
        if not self._simulation.over:
            fault = record.exc_info[1] if record.exc_info else None
            self._simulation.errors.append(f"{record.getMessage()}: {fault!r}")
