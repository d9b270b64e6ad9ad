"""Simulates one seed to its end and returns what came of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.simulation.database import SimulationDatabase
from tests.simulation.invariants import open_deliveries, violations_of
from tests.simulation.loop import Stuck
from tests.simulation.scenario import Scenario
from tests.simulation.simulation import Conditions, Simulation

SETTLE_SECONDS = 900.0
"""After the storm everything is settled within this: tokens are checked again, and clocks were off by five minutes."""
POLL_SECONDS = 5.0
STOP_SECONDS = 15.0


@dataclass(frozen=True)
class Result:
    """The outcome of a seed; without violations it passed."""

    seed: int
    violations: tuple[str, ...]
    events: tuple[str, ...]
    counted: Counter[str]
    posts: int
    enqueued: int
    virtual_seconds: float


def conditions_of(seed: int) -> Conditions:
    """How hostile this seed is."""
    random = Random(f"{seed}/conditions")
    return Conditions(
        workers=random.randint(2, 4),
        storm_seconds=random.uniform(15, 60),
        percent=random.choice((5, 30, 50, 80)),
        database_permille=random.choice((0, 10, 40)),
        crash_permille=random.choice((0, 5, 20, 50)),
        idle_seconds=random.uniform(2, 6),
        busy_seconds=random.uniform(0.5, 2),
        clocks=random.choice(("true", "true", "true", "true", "true", "true", "machine", "apart")),
        revise_weight=random.choice((6, 6, 6, 60)),
        set_clock_weight=random.choice((2, 10)),
    )


def simulate(database: SimulationDatabase, seed: int, *, until: str | None = None, **other: Any) -> Result:
    """Simulate one seed, or until Slack notes the violation ``until``; ``other`` replaces parts of the simulation."""
    simulation = Simulation(database, seed, **({"conditions": conditions_of(seed)} | other))
    random = simulation.random_for("size")
    scenarios: list[Scenario] = []

    async def script(simulation: Simulation) -> None:
        scenarios.append(scenario := Scenario(simulation))
        await scenario.open(random.randint(1, 2), random.randint(1, 3))
        for slot in range(simulation.conditions.workers):
            simulation.start(slot)
        await scenario.run(random.randint(5, 16))
        simulation.note("calm")
        simulation.calm = True
        simulation.fault_planner.percent = 0
        await scenario.restore()
        await _wait_until_settled(simulation, until)
        await _stop_workers(simulation)

    violations: list[str] = []
    try:
        simulation.run(script, lambda: violations.extend(violations_of(simulation, scenarios[0])))
    except Stuck as error:
        violations.append(f"stuck: {error}")
    return Result(
        seed=seed,
        violations=tuple(violations),
        events=tuple(simulation.events),
        counted=simulation.counted + simulation.fault_planner.counted,
        posts=simulation.slack.posts,
        enqueued=len(scenarios[0].enqueued),
        virtual_seconds=simulation.loop.time(),
    )


async def _wait_until_settled(simulation: Simulation, until: str | None) -> None:
    for _ in range(round(SETTLE_SECONDS / POLL_SECONDS)):
        noted = until and any(until in violation for violation in simulation.slack.violations)
        if not open_deliveries(simulation) or noted:
            return
        await asyncio.sleep(POLL_SECONDS)


async def _stop_workers(simulation: Simulation) -> None:
    """Ask every worker to stop, and wait until it has drained."""
    await asyncio.sleep(max(0.0, simulation.paused_workers_until - simulation.loop.time()))
    tasks = [worker.task for worker in simulation.workers.values() if worker.task is not None]
    for worker in simulation.workers.values():
        worker.stop.set()
    if not tasks:
        return  # all of them were killed a moment ago
    _, running = await asyncio.wait(tasks, timeout=STOP_SECONDS)
    if running:
        simulation.errors.append(f"a worker does not stop within {STOP_SECONDS:.0f} s")
