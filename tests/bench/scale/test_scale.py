"""Measures what everyday work costs while the stored past and the number of subscriptions grow.

Each column is a database of so many articles and subscriptions (``100k/1,000``), each line a piece of work: the median
cost in milliseconds, the number of statements, and the ratio to the smallest database. Work that looks only at what is
new or due keeps a ratio of about 1. ``a digest round`` is one in which nothing is due. On SQLite the cost is CPU time;
on PostgreSQL it is wall time, because the server works in other processes.

``PACT_BENCH_SCALE=fleet`` measures what a thousand workspaces of a hundred subscriptions each cost beside a million
stored articles, and 100,000 deliveries that wait, against a tenth of each; ``small`` is a run of seconds. All rows are
made up and written in bulk (ten minutes, 2 GB of temporary files).
``PACT_BENCH_PLANS=1`` prints the dearest statement of each grower with its plan.
"""

from __future__ import annotations

import os
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection as SyncConnection
from sqlalchemy import event

from bot.store.engine import Store
from tests.bench.scale.population import Size, populate
from tests.bench.scale.work import Bot, Work
from tests.support.databases import execute, postgresql_server

pytestmark = pytest.mark.bench

ROUNDS = 5
GROWS_FROM = 1.3
"""The plan of work is printed from this ratio on."""
SIZES = {
    "": [Size(10_000, 100), Size(100_000, 100), Size(10_000, 1_000), Size(10_000, 10_000)],
    "small": [Size(300, 100), Size(600, 200, backlog=100)],
    "fleet": [Size(100_000, 10_000), Size(100_000, 100_000), Size(1_000_000, 100_000),
              Size(310_000, 100_000, backlog=100_000)],
}[os.environ.get("PACT_BENCH_SCALE", "")]  # fmt: skip


@dataclass(slots=True)
class Statements:
    """The statements of a database, with the time that each took."""

    count: int = 0
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    values: dict[str, Any] = field(default_factory=dict)
    _began: float = 0.0

    def follow(self, store: Store) -> None:
        engine = store._engine.sync_engine
        event.listen(engine, "before_cursor_execute", self._begin)
        event.listen(engine, "after_cursor_execute", self._end)

    def clear(self) -> None:
        self.count = 0
        self.seconds.clear()
        self.values.clear()

    def _begin(self, _c: SyncConnection, _cursor: object, statement: str, values: Any, *_: object) -> None:
        self.count += 1
        self.values[statement] = values
        self._began = time.monotonic()

    def _end(self, _c: SyncConnection, _cursor: object, statement: str, *_: object) -> None:
        self.seconds[statement] += time.monotonic() - self._began


@dataclass(frozen=True, slots=True)
class Cost:
    """What one piece of work cost at one size."""

    milliseconds: float
    statements: int
    dearest: str
    plan: tuple[str, ...]
    dearest_milliseconds: float


async def cost_of(work: Work, store: Store, statements: Statements) -> Cost:
    """The median cost of some rounds, after one that does not count."""
    clock: Callable[[], float] = time.process_time if store.embedded else time.monotonic
    await work()
    taken: list[float] = []
    for _ in range(ROUNDS):
        statements.clear()
        began = clock()
        await work()
        taken.append((clock() - began) * 1_000)
    count, dearest = statements.count, max(statements.seconds, key=statements.seconds.__getitem__)
    milliseconds = statements.seconds[dearest] * 1_000
    plan = await plan_of(store, dearest, statements.values[dearest])
    return Cost(statistics.median(taken), count, " ".join(dearest.split()), plan, milliseconds)


async def plan_of(store: Store, statement: str, values: Any) -> tuple[str, ...]:
    """The database's plan of a statement."""
    if "PACT_BENCH_PLANS" not in os.environ or isinstance(values, list):
        return ()
    async with store.read() as c:
        explain = "EXPLAIN QUERY PLAN" if store.embedded else "EXPLAIN"
        rows = (await c.exec_driver_sql(f"{explain} {statement}", values)).all()
    return tuple(str(row[-1]) for row in rows)


async def costs_of(url: str, size: Size) -> dict[str, Cost]:
    """The cost of every piece of work in a new database of this size."""
    store = Store.open(url)
    await store.migrate()
    await populate(store, size)
    statements = Statements()
    statements.follow(store)
    costs = {name: await cost_of(work, store, statements) for name, work in Bot(store).work.items()}
    await store.close()
    return costs


def print_tables(database: str, costs: dict[Size, dict[str, Cost]], machine: str) -> None:
    smallest = costs[SIZES[0]]
    unit = "CPU ms" if database == "SQLite" else "wall ms"
    print(f"\n{database}: {unit} (statements) ratio, by articles/subscriptions; {machine}")
    print(f"{'work':<20}" + "".join(f"{size!s:>23}" for size in costs))
    for name, first in smallest.items():
        cells = ""
        for of_size in costs.values():
            cost = of_size[name]
            ratio = cost.milliseconds / first.milliseconds
            cells += f"{f'{cost.milliseconds:,.1f} ({cost.statements})':>16}{ratio:7.1f}"
        print(f"{name:<20}{cells}")
    for size, of_size in costs.items():
        for name, cost in of_size.items():
            if cost.plan and cost.milliseconds > GROWS_FROM * smallest[name].milliseconds:
                print(f"\n{size} {name}, its dearest statement: {cost.dearest_milliseconds:.1f} ms\n  {cost.dearest}")
                print(*(f"    {step}" for step in cost.plan), sep="\n")


async def test_sqlite(tmp_path: Path, machine: str) -> None:
    costs = {}
    for number, size in enumerate(SIZES):
        costs[size] = await costs_of(f"sqlite:///{tmp_path / str(number)}.db", size)
    print_tables("SQLite", costs, machine)


@pytest.fixture
def server() -> Iterator[str]:
    with postgresql_server() as address:
        yield address


async def test_postgresql(server: str, machine: str) -> None:
    costs = {}
    for number, size in enumerate(SIZES):
        execute(server, f"CREATE DATABASE scale{number}")
        costs[size] = await costs_of(server.replace("/postgres?", f"/scale{number}?"), size)
    print_tables("PostgreSQL", costs, machine)
