"""Keeps the faults of single channels, so that a fault of one stops no other, and raises them at the end of a round."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from bot.errors import StoreBusy, StoreConflict

log = logging.getLogger(__name__)


class ChannelFaults:
    """The faults of one round through many channels.

    A database that is busy or unreachable ends the round at once: it fails for every channel.
    """

    def __init__(self) -> None:
        self._faults: list[Exception] = []

    @contextmanager
    def kept(self, **what: object) -> Iterator[None]:
        """Logs and keeps a fault of what is done inside; ``what`` names it in the log."""
        try:
            yield
        except (StoreBusy, StoreConflict):
            raise
        except Exception as fault:
            log.exception("channel_failed", extra={"fault": type(fault).__name__, **what})
            self._faults.append(fault)

    def __bool__(self) -> bool:
        return bool(self._faults)

    def raise_kept(self) -> None:
        """Raises what was kept, so that the round is tried again."""
        if self._faults:
            raise ExceptionGroup("some channels failed", self._faults)
