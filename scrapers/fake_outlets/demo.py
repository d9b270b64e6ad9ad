"""The sandbox's demo: minutes of fictional news, read from ``demo/*.toml`` and published at their offsets."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any

from scrapers.fake_outlets.fake_articles import FakeArticle
from scrapers.fake_outlets.server import FakeOutlets


@dataclass(frozen=True, slots=True)
class DemoStep:
    """One event of the demo: an outlet publishes an article, or corrects the text of an earlier one."""

    at_seconds: float
    """Offset from the demo's start; negative for an article of the baseline, published before the start."""
    outlet: str
    article: FakeArticle
    correction: bool
    topics: tuple[str, ...]
    """The topics that the article is about: pact, uk, officials, or a sector id; empty for some of the traps."""
    story: str
    """Steps with the same story report the same event."""


def load_demo() -> tuple[DemoStep, ...]:
    """Every step, ordered by its offset."""
    folder = resources.files("scrapers.fake_outlets") / "demo"
    files = [entry for entry in folder.iterdir() if entry.name.endswith(".toml")]
    steps = [_step(row) for file in files for row in tomllib.loads(file.read_text("utf-8"))["article"]]
    return tuple(sorted(steps, key=lambda step: (step.at_seconds, step.article.slug)))


def publish_baseline(fake_outlets: FakeOutlets, now: datetime | None = None) -> tuple[DemoStep, ...]:
    """Load the demo and publish its baseline, backdated; returns all steps, for ``play_demo``."""
    steps = load_demo()
    now = now or datetime.now(UTC)
    for step in steps:
        if step.at_seconds < 0:
            fake_outlets.publish(step.outlet, step.article, now + timedelta(seconds=step.at_seconds))
    return steps


async def play_demo(
    fake_outlets: FakeOutlets,
    steps: Sequence[DemoStep],
    *,
    speed: float = 1.0,
    stop: asyncio.Event | None = None,
) -> int:
    """Publish the steps after the baseline at their offsets, on the event loop's clock; returns how many.

    ``speed`` divides the offsets. ``stop`` ends the demo early.
    """
    loop = asyncio.get_running_loop()
    stop = stop or asyncio.Event()
    started = loop.time()
    count = 0
    for step in steps:
        if step.at_seconds < 0:
            continue
        if await _stopped_within(stop, started + step.at_seconds / speed - loop.time()):
            break
        _publish_step(fake_outlets, step)
        count += 1
    return count


def _publish_step(fake_outlets: FakeOutlets, step: DemoStep) -> None:
    if step.correction:
        fake_outlets.correct(step.outlet, step.article)
    else:
        fake_outlets.publish(step.outlet, step.article)


async def _stopped_within(stop: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(stop.wait(), max(0.0, seconds))
    except TimeoutError:
        return False
    return True


def _step(row: dict[str, Any]) -> DemoStep:
    article = FakeArticle(
        slug=row["id"],
        headline=row["headline"],
        paragraphs=tuple(row["paragraphs"]),
        byline=row.get("byline", ""),
        attached=tuple(row.get("attached", ())),
        free_chars=row.get("free_chars"),
    )
    return DemoStep(
        at_seconds=float(row["at_seconds"]),
        outlet=row["outlet"],
        article=article,
        correction=row.get("correction", False),
        topics=tuple(row["topics"]),
        story=row["story"],
    )
