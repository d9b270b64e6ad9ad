"""Simulates many seeds on all cores, with a progress bar, and adds up their results.

A run of hours keeps its results in a file, chunk by chunk, and goes on from there when it was stopped.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TextIO

from tests.simulation.database import SimulationDatabase
from tests.simulation.simulate import Result, simulate

CHUNK = 10
KEPT_CHUNK = 20
"""Seeds of a line of the file."""
MOST_FAILURES = 5
BAR = 30
DRAW_SECONDS = 0.5


@dataclass
class Summary:
    """The results of many seeds, added up."""

    seeds: int = 0
    kept: int = 0
    """Of these, those that the file held."""
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

    def add_kept(self, kept: dict[str, Any]) -> None:
        """Add a line of the file, none of whose seeds failed."""
        self.seeds += kept["seeds"]
        self.kept += kept["seeds"]
        self.enqueued += kept["enqueued"]
        self.posts += kept["posts"]
        self.virtual_seconds += kept["virtual_seconds"]
        self.counted.update(kept["counted"])

    def __str__(self) -> str:
        faults = sum(number for what, number in self.counted.items() if not what.startswith("alert"))
        rate = (self.seeds - self.kept) / self.real_seconds if self.real_seconds else 0.0
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


def run(seeds: range, progress: TextIO | None = None, file: Path | None = None) -> Summary:
    """Simulate all seeds that the file does not hold, or stop after a handful of failures."""
    summary, began, drawn = Summary(), time.monotonic(), 0.0
    size = CHUNK if file is None else KEPT_CHUNK
    chunks = [seeds[start : start + size] for start in range(0, len(seeds), size)]
    if file is not None:
        chunks = _not_kept(file, chunks, summary)
    workers = max(1, min(len(chunks), os.cpu_count() or 1))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for chunk, results in zip(chunks, pool.map(_chunk, chunks), strict=True):
            for result in results:
                summary.add(result)
                if progress is not None and result.violations:
                    progress.write(f"\n{report(result)}\n")
            summary.real_seconds = time.monotonic() - began
            if file is not None:
                _keep(file, chunk, results)
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


def _keep(file: Path, chunk: range, results: list[Result]) -> None:
    """Append the results of a chunk to the file, as one line."""
    total = Summary()
    for result in results:
        total.add(result)
    failed = [result.seed for result in total.failed]
    line = {
        "first": chunk.start, "seeds": total.seeds, "failed": failed, "enqueued": total.enqueued,
        "posts": total.posts, "virtual_seconds": round(total.virtual_seconds), "counted": total.counted,
    }  # fmt: skip
    with file.open("a") as kept:
        kept.write(json.dumps(line) + "\n")


def _not_kept(file: Path, chunks: list[range], summary: Summary) -> list[range]:
    """Add up what the file holds of the chunks without a failure; return the others."""
    lines = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    passed = {(line["first"], line["seeds"]): line for line in lines if not line["failed"]}
    left = []
    for chunk in chunks:
        if line := passed.get((chunk.start, len(chunk))):
            summary.add_kept(line)
        else:
            left.append(chunk)
    return left


def _draw(progress: TextIO, summary: Summary, number: int) -> None:
    done = BAR * summary.seeds // number
    left = summary.real_seconds / max(1, summary.seeds - summary.kept) * (number - summary.seeds)
    bar = "█" * done + "·" * (BAR - done)
    progress.write(f"\r{bar} {summary.seeds}/{number} seeds, {len(summary.failed)} failed, {left:.0f} s left ")
    progress.flush()
