"""Lasting objects are left out of collections, and none that is free stays for longer than a day."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterator
from itertools import islice, takewhile

import pytest

from bot import garbage
from bot.garbage import LONGEST_SECONDS, leave_out_of_collections, leave_out_what_stays, pauses


class Cycle:
    """An object that refers to itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def unfrozen() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_the_pauses_double_up_to_a_day() -> None:
    doubled = list(takewhile(lambda seconds: seconds < LONGEST_SECONDS, pauses()))
    assert doubled[:3] == [60.0, 120.0, 240.0]
    assert len(doubled) == 11
    assert list(islice(pauses(), 11, 14)) == [LONGEST_SECONDS] * 3


def test_what_is_left_out_is_freed_when_all_is_looked_at_again() -> None:
    cycle = Cycle()
    is_there = weakref.ref(cycle)
    leave_out_of_collections()
    assert gc.get_freeze_count() > 1_000
    del cycle
    leave_out_of_collections()
    assert is_there() is not None, "it is in nobody's way"
    leave_out_of_collections(all_again=True)
    assert is_there() is None
    assert gc.get_freeze_count() > 1_000


async def test_it_is_done_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "FIRST_SECONDS", 0.01)
    monkeypatch.setattr(garbage, "LONGEST_SECONDS", 0.02)
    freed = asyncio.Event()
    cycle = Cycle()
    is_there = weakref.ref(cycle, lambda _: freed.set())
    leave_out_of_collections()
    del cycle
    running = asyncio.create_task(leave_out_what_stays())
    async with asyncio.timeout(30):
        await freed.wait()
    running.cancel()
    assert is_there() is None
