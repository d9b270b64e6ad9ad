"""Tries again to store what was read while the database is busy, because fetching and parsing it again costs more.

So it does where another process has stored the same article in this moment: the next try knows it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.errors import StoreBusy, StoreConflict

T = TypeVar("T")
PAUSES_SECONDS = (1.0, 5.0, 20.0)
"""The pauses before the further tries. The store itself has waited for seconds before it says that it is busy."""

log = logging.getLogger("pactbot.intake")


async def stored(store: Callable[[], Awaitable[T]], outlet: str) -> tuple[T, int]:
    """Returns the answer of ``store`` and the number of tries in vain; what it stores twice must change nothing.

    Raises StoreBusy when the last try, after half a minute, finds the database busy as well.
    """
    for tries, pause in enumerate(PAUSES_SECONDS):
        try:
            return await store(), tries
        except StoreBusy as busy:
            log.info("reading_kept", extra={"outlet": outlet, "why": str(busy), "pause_seconds": pause})
            await asyncio.sleep(pause)
        except StoreConflict as conflict:
            log.info("reading_kept", extra={"outlet": outlet, "why": str(conflict), "pause_seconds": 0})
    return await store(), len(PAUSES_SECONDS)
