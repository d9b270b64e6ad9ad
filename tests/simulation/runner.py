"""Plays many seeds on all cores, shows how far it is, and adds up what was seen."""

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

from tests.simulation.play import Played, play
from tests.simulation.stage import Stage

CHUNK = 10
MOST_FAILURES = 5
BAR = 30
DRAW_SECONDS = 0.5


@dataclass
class Sum:
    """What many seeds came to."""

    seeds: int = 0
    owed: int = 0
    posts: int = 0
    virtual_seconds: float = 0.0
    real_seconds: float = 0.0
    counted: Counter[str] = field(default_factory=Counter)
    failed: list[Played] = field(default_factory=list)

    def add(self, played: Played) -> None:
        """One more."""
        self.seeds += 1
        self.owed += played.owed
        self.posts += played.posts
        self.virtual_seconds += played.virtual_seconds
        self.counted += played.counted
        if played.wrong:
            self.failed.append(played)

    def __str__(self) -> str:
        faults = sum(number for what, number in self.counted.items() if not what.startswith("told"))
        rate = self.seeds / self.real_seconds if self.real_seconds else 0.0
        kinds = ", ".join(f"{what} {number}" for what, number in sorted(self.counted.items()))
        return (
            f"{self.seeds} seeds in {self.real_seconds:.0f} s ({rate:.1f} a second), {len(self.failed)} failed; "
            f"{self.owed} deliveries owed, {self.posts} posts tried, {faults} faults, "
            f"{self.virtual_seconds / 3600:.0f} hours of virtual time\n{kinds}"
        )


def told(played: Played) -> str:
    """A failing seed, for whoever wants to see it again."""
    events = "\n".join(f"    {event}" for event in played.events)
    wrong = "\n".join(f"  {what}" for what in played.wrong)
    again = f"pytest tests/simulation --seed {played.seed}"
    return f"seed {played.seed} (again: {again})\n{wrong}\n  its last events:\n{events}"


_stage: list[Stage] = []


def _chunk(seeds: range) -> list[Played]:
    """In a process of the pool: its stage is built once."""
    if not _stage:
        _stage.append(Stage())
        atexit.register(_stage[0].remove)
        gc.disable()
    gc.collect()
    return [play(_stage[0], seed) for seed in seeds]


def run(seeds: range, progress: TextIO | None = None) -> Sum:
    """Play them all, or stop after a handful of failures."""
    total, began, drawn = Sum(), time.monotonic(), 0.0
    chunks = [seeds[start : start + CHUNK] for start in range(0, len(seeds), CHUNK)]
    workers = min(len(chunks), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for played in _flat(pool.map(_chunk, chunks)):
            total.add(played)
            total.real_seconds = time.monotonic() - began
            if progress is not None and played.wrong:
                progress.write(f"\n{told(played)}\n")
            if progress is not None and time.monotonic() - drawn >= DRAW_SECONDS:
                drawn = time.monotonic()
                _draw(progress, total, len(seeds))
            if len(total.failed) >= MOST_FAILURES:
                pool.shutdown(wait=False, cancel_futures=True)
                break
    if progress is not None:
        _draw(progress, total, len(seeds))
        progress.write("\n")
    return total


def _flat(chunks: Iterable[list[Played]]) -> Iterator[Played]:
    for chunk in chunks:
        yield from chunk


def _draw(progress: TextIO, total: Sum, number: int) -> None:
    done = BAR * total.seeds // number
    left = total.real_seconds / total.seeds * (number - total.seeds)
    bar = "█" * done + "·" * (BAR - done)
    progress.write(f"\r{bar} {total.seeds}/{number} seeds, {len(total.failed)} failed, {left:.0f} s left ")
    progress.flush()
