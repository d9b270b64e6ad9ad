"""The sandbox's demo: some minutes of news, read from ``demo/*.toml`` and published along their offsets."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any

from scrapers.fake_outlets.published import Piece
from scrapers.fake_outlets.server import FakeOutlets


@dataclass(frozen=True, slots=True)
class DemoStep:
    """One thing that happens in the demo: a piece appears, or replaces the words of an earlier one."""

    at_seconds: float
    """From the start; below zero it stands there before the first reader comes."""
    outlet: str
    piece: Piece
    correction: bool
    topics: tuple[str, ...]
    """What it is about, in the words of a query: pact, uk, officials, or a sector; none for a trap without any."""
    story: str
    """Cues with the same word report the same event."""


def load_demo() -> tuple[DemoStep, ...]:
    """Every cue, in the order of the clock."""
    files = sorted(
        (
            entry
            for entry in (resources.files("scrapers.fake_outlets") / "demo").iterdir()
            if entry.name.endswith(".toml")
        ),
        key=lambda entry: entry.name,
    )
    cues = [_cue(row) for file in files for row in tomllib.loads(file.read_text("utf-8"))["piece"]]
    return tuple(sorted(cues, key=lambda cue: (cue.at_seconds, cue.piece.slug)))


def _cue(row: dict[str, Any]) -> DemoStep:
    piece = Piece(
        slug=row["id"],
        headline=row["headline"],
        paragraphs=tuple(row["paragraphs"]),
        byline=row.get("byline", ""),
    )
    return DemoStep(
        at_seconds=float(row["at_seconds"]),
        outlet=row["outlet"],
        piece=piece,
        correction=row.get("correction", False),
        topics=tuple(row["topics"]),
        story=row["story"],
    )


def lay_out(newsroom: FakeOutlets, cues: Sequence[DemoStep], now: datetime) -> None:
    """Publish what stands there before the first reader comes, backdated."""
    for cue in cues:
        if cue.at_seconds < 0:
            newsroom.publish(cue.outlet, cue.piece, now + timedelta(seconds=cue.at_seconds))


async def play(
    newsroom: FakeOutlets,
    cues: Sequence[DemoStep] | None = None,
    *,
    speed: float = 1.0,
    stop: asyncio.Event | None = None,
) -> int:
    """Publish the cues along the event loop's clock, ``speed`` times as fast as written; returns how many came out.

    What stands there from the start must have been laid out before. ``stop`` ends it early.
    """
    loop = asyncio.get_running_loop()
    stop = stop or asyncio.Event()
    started = loop.time()
    told = 0
    for cue in load_demo() if cues is None else cues:
        if cue.at_seconds < 0:
            continue
        if await _stopped_within(stop, started + cue.at_seconds / speed - loop.time()):
            break
        tell(newsroom, cue)
        told += 1
    return told


def tell(newsroom: FakeOutlets, cue: DemoStep) -> str:
    """Publish one cue now; returns its address."""
    if cue.correction:
        return newsroom.correct(cue.outlet, cue.piece)
    return newsroom.publish(cue.outlet, cue.piece)


async def _stopped_within(stop: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(stop.wait(), max(0.0, seconds))
    except TimeoutError:
        return False
    return True


def open_demo(newsroom: FakeOutlets, now: datetime | None = None) -> tuple[DemoStep, ...]:
    """Load the demo and lay out what stands there from the start; the rest is for ``play``."""
    cues = load_demo()
    lay_out(newsroom, cues, now or datetime.now(UTC))
    return cues
