"""Leaves what stays in memory out of the garbage collector, whose look through it stops the event loop for 50 ms."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator

FIRST_SECONDS = 60.0
"""By then the lexicon's automaton, the window of stories and the statements of usual work are there."""
LONGEST_SECONDS = 86_400.0


def pauses() -> Iterator[float]:
    """Yields the pauses between two looks in seconds: each twice as long as the one before, and then a day."""
    seconds = FIRST_SECONDS
    while True:
        yield seconds
        seconds = min(2 * seconds, LONGEST_SECONDS)


def leave_out_of_collections(*, all_again: bool = False) -> None:
    """Collects, and leaves what is left out of later collections; ``all_again`` also looks at what was left out before.

    What is left out is still freed when nothing refers to it; only cycles among it stay until all is looked at again.
    """
    if all_again:
        gc.unfreeze()
    gc.collect()
    gc.freeze()


async def leave_out_what_stays() -> None:
    """Does so for ever, once a day with all that was left out before."""
    for pause in pauses():
        await asyncio.sleep(pause)
        leave_out_of_collections(all_again=pause == LONGEST_SECONDS)
