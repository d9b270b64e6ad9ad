"""Simulates many seeds on all cores, with a progress bar, and adds up their results."""

from __future__ import annotations

import atexit
import gc
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import TextIO

from tests.simulation.database import SimulationDatabase
from tests.simulation.simulate import Result, simulate

CHUNK = 10
MOST_FAILURES = 5
BAR = 30
DRAW_SECONDS = 0.5


@dataclass
class Summary:
    """The results of many seeds, added up."""

    seeds: int = 0
    enqueued: int = 0
    posts: int = 0
    virtual_seconds: float = 0.0
    real_seconds: float = 0.0
    counted: Counter[str] = field(default_factory=Counter)
    failed: list[Result] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """Add a seed's result."""
        self.seeds += 1
        self.enqueued += result.enqueued
        self.posts += result.posts
        self.virtual_seconds += result.virtual_seconds
        self.counted += result.counted
        if result.violations:
            self.failed.append(result)

    def __str__(self) -> str:
        faults = sum(number for what, number in self.counted.items() if not what.startswith("alert"))
        rate = self.seeds / self.real_seconds if self.real_seconds else 0.0
        kinds = ", ".join(f"{what} {number}" for what, number in sorted(self.counted.items()))
        return (
            f"{self.seeds} seeds in {self.real_seconds:.0f} s ({rate:.1f} a second), {len(self.failed)} failed; "
            f"{self.enqueued} deliveries enqueued, {self.posts} posts tried, {faults} faults, "
            f"{self.virtual_seconds / 3600:.0f} hours of virtual time\n{kinds}"
        )


def report(result: Result) -> str:
    """A failing seed: its violations, its last events, and the command that repeats it."""
    events = "\n".join(f"    {event}" for event in result.events)
    violations = "\n".join(f"  {violation}" for violation in result.violations)
    again = f"pytest tests/simulation --seed {result.seed}"
    return f"seed {result.seed} (again: {again})\n{violations}\n  its last events:\n{events}"


_database: list[SimulationDatabase] = []


def _chunk(seeds: range) -> list[Result]:
    """Simulate some seeds in a process of the pool, which builds its database once."""
    if not _database:
        _database.append(SimulationDatabase())
        atexit.register(_database[0].remove)
        gc.disable()
    gc.collect()
    return [simulate(_database[0], seed) for seed in seeds]


def run(seeds: range, progress: TextIO | None = None) -> Summary:
    """Simulate all seeds, or stop after a handful of failures."""
    summary, began, drawn = Summary(), time.monotonic(), 0.0
    chunks = [seeds[start : start + CHUNK] for start in range(0, len(seeds), CHUNK)]
    workers = min(len(chunks), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for result in _flat(pool.map(_chunk, chunks)):
            summary.add(result)
            summary.real_seconds = time.monotonic() - began
            if progress is not None and result.violations:
                progress.write(f"\n{report(result)}\n")
            if progress is not None and time.monotonic() - drawn >= DRAW_SECONDS:
                drawn = time.monotonic()
                _draw(progress, summary, len(seeds))
            if len(summary.failed) >= MOST_FAILURES:
                pool.shutdown(wait=False, cancel_futures=True)
                break
    if progress is not None:
        _draw(progress, summary, len(seeds))
        progress.write("\n")
    return summary


def _flat(chunks: Iterable[list[Result]]) -> Iterator[Result]:
    for chunk in chunks:
        yield from chunk


def _draw(progress: TextIO, summary: Summary, number: int) -> None:
    done = BAR * summary.seeds // number
    left = summary.real_seconds / summary.seeds * (number - summary.seeds)
    bar = "█" * done + "·" * (BAR - done)
    progress.write(f"\r{bar} {summary.seeds}/{number} seeds, {len(summary.failed)} failed, {left:.0f} s left ")
    progress.flush()
