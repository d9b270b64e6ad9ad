"""A process lives while its heartbeats come; a type of process of which none has lived for five minutes is missing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.operations.process_roles import counts, missing
from bot.store.processes import Process

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LONG_AGO = NOW - timedelta(hours=2)


def process(part: str, silent_seconds: float, *, ended: bool = False) -> Process:
    beat_at = NOW - timedelta(seconds=silent_seconds)
    return Process(f"{part}{silent_seconds}", part, LONG_AGO, beat_at, beat_at if ended else None)


@pytest.mark.parametrize(
    ("processes", "counted"),
    [
        ([], {}),
        ([process("all", 0)], {}),
        ([process("all", 0), process("worker", 60)], {}),
        ([process("all", 0), process("worker", 59.9)], {"web": 1, "clock": 1, "worker": 2}),
        ([process("all", 0), process("all", 10)], {"web": 2, "clock": 2, "worker": 2}),
        ([process("slack", 0), process("clock", 5, ended=True)], {"web": 1, "clock": 0, "worker": 0}),
        ([process("slack", 0), process("part of a newer version", 0)], {"web": 1, "clock": 0, "worker": 0}),
    ],
)
def test_living_processes_are_counted_by_type(processes: list[Process], counted: dict[str, int]) -> None:
    assert counts(processes, NOW) == counted


@pytest.mark.parametrize(
    ("processes", "watched_seconds", "absent"),
    [
        ([process("all", 0)], 9999, {}),
        ([process("slack", 0), process("clock", 0), process("worker", 300)], 9999, {}),
        ([process("slack", 0), process("clock", 0), process("worker", 301)], 9999, {"worker": 301}),
        ([process("slack", 0), process("clock", 0), process("worker", 301, ended=True)], 9999, {"worker": 301}),
        ([process("slack", 0), process("clock", 0), process("worker", 301), process("worker", 1)], 9999, {}),
        ([process("slack", 0), process("clock", 0), process("all", 299), process("worker", 301)], 9999, {}),
        ([process("slack", 0), process("clock", 600), process("worker", 301)], 300, {}),  # after an outage
        ([process("slack", 0), process("clock", 600)], 301, {"clock": 600, "worker": 7200}),  # never a worker
    ],
)
def test_a_type_is_missing_after_five_minutes_that_were_watched(
    processes: list[Process], watched_seconds: float, absent: dict[str, float]
) -> None:
    found = missing(processes, NOW - timedelta(seconds=watched_seconds), NOW)
    assert found == {role: NOW - timedelta(seconds=seconds) for role, seconds in absent.items()}
