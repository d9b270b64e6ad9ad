"""Plays one seed to its end and says what came of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.simulation.desk import Desk
from tests.simulation.stage import Stage
from tests.simulation.timeline import Stuck
from tests.simulation.verdict import owed_now, verdict
from tests.simulation.world import Conditions, World

PATIENCE_SECONDS = 900.0
"""After the storm everything is settled within this; a token is asked again and clocks were off by five minutes."""
STEP_SECONDS = 5.0


@dataclass(frozen=True)
class Played:
    """What came of a seed."""

    seed: int
    wrong: tuple[str, ...]
    events: tuple[str, ...]
    counted: Counter[str]
    posts: int
    owed: int
    virtual_seconds: float


def conditions_of(seed: int) -> Conditions:
    """How hostile this seed's world is."""
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
        change_weight=random.choice((6, 6, 6, 60)),
        step_weight=random.choice((2, 10)),
    )


def play(stage: Stage, seed: int, *, until: str | None = None, **other: Any) -> Played:
    """One seed; ``other`` replaces what the world is made of. It ends when Slack saw ``until``."""
    world = World(stage, seed, **({"conditions": conditions_of(seed)} | other))
    random = world.dice("size")
    desks: list[Desk] = []

    async def script(world: World) -> None:
        desks.append(desk := Desk(world))
        await desk.open(random.randint(1, 2), random.randint(1, 3))
        for slot in range(world.conditions.workers):
            world.start(slot)
        await desk.play(random.randint(5, 16))
        world.note("calm")
        world.calm = True
        world.weather.percent = 0
        await desk.restore()
        await _settled(world, until)
        await _stopped(world)

    wrong: list[str] = []
    try:
        world.run(script, lambda: wrong.extend(verdict(world, desks[0])))
    except Stuck as error:
        wrong.append(f"stuck: {error}")
    return Played(
        seed=seed,
        wrong=tuple(wrong),
        events=tuple(world.events),
        counted=world.counted + world.weather.counted,
        posts=world.slack.posts,
        owed=len(desks[0].owed),
        virtual_seconds=world.timeline.time(),
    )


async def _settled(world: World, seen: str | None) -> None:
    for _ in range(round(PATIENCE_SECONDS / STEP_SECONDS)):
        if not owed_now(world) or (seen and any(seen in sin for sin in world.slack.sins)):
            return
        await asyncio.sleep(STEP_SECONDS)


async def _stopped(world: World) -> None:
    """Every worker is asked to stop, and drains."""
    await asyncio.sleep(max(0.0, world.asleep_until - world.timeline.time()))
    tasks = [worker.task for worker in world.workers.values() if worker.task is not None]
    for worker in world.workers.values():
        worker.stop.set()
    if not tasks:
        return  # all of them were killed a moment ago
    _, left = await asyncio.wait(tasks, timeout=15)
    if left:
        world.faults.append("a worker does not stop within 15 s")
