"""Bounds the bytes of all bodies that are in memory together: beyond the limit, the largest body is given up.

Each body is bounded by itself, but many outlets are read at once, and a body stays until a parser has taken it. So a
host that sends much loses its own answer, and an ordinary page never waits for one. Only so many readings are under way
at once that ordinary bodies stay within the limit; the others wait for their place.
"""

from __future__ import annotations

import asyncio
import contextlib
import traceback
from collections.abc import AsyncIterator
from contextvars import ContextVar

from scrapers.errors import ScrapeError, TooBig

MAX_HELD_BYTES = 12 * 1024 * 1024
"""Bytes of all bodies together. The largest that is read has ten mebibytes, an ordinary one a few hundred kibibytes."""
MOST_READINGS = 96
"""Readings that may hold a body at once: bodies of 128 KiB each fill the limit."""


class HeldBody:
    """The bytes of one reading, from its first fetched byte until its document has been parsed."""

    def __init__(self, all_held: HeldBodies, scope: asyncio.Timeout) -> None:
        self.size = 0
        self.is_given_up = False
        self._all_held = all_held
        self._scope = scope

    def resize(self, size: int) -> None:
        """Note the size of the present body."""
        self.size = 0 if self.is_given_up else size
        self._all_held.give_up_largest()

    def give_up(self) -> None:
        """End the reading; its bytes are as good as gone."""
        self.size, self.is_given_up = 0, True
        self._scope.reschedule(asyncio.get_running_loop().time())


HELD_BODY: ContextVar[HeldBody | None] = ContextVar("held_body", default=None)
"""The reading that the current task fetches for."""


class HeldBodies:
    """The bodies of all readings of one scraper."""

    def __init__(self, max_bytes: int = MAX_HELD_BYTES, most_readings: int = MOST_READINGS) -> None:
        self._max_bytes = max_bytes
        self._places = asyncio.Semaphore(most_readings)
        self._held: set[HeldBody] = set()

    @contextlib.asynccontextmanager
    async def hold(self, url: str) -> AsyncIterator[HeldBody]:
        """Wait for a place, and count what is fetched within the block until its end.

        An error that leaves the block keeps no body: the variables of its traceback are cleared.

        :raises TooBig: when this body was the largest as all together became too many bytes.
        """
        failure: ScrapeError | None = None
        try:
            async with self._places, asyncio.timeout(None) as scope:
                held = HeldBody(self, scope)
                self._held.add(held)
                token = HELD_BODY.set(held)
                try:
                    yield held
                finally:
                    HELD_BODY.reset(token)
                    self._held.discard(held)
        except TimeoutError as error:
            if not held.is_given_up:
                raise
            _clear(error)
            failure = TooBig(url, "was the largest of too many bytes that came at once")
        except ScrapeError as error:
            _clear(error)
            failure = error
        if failure is not None:
            raise failure.with_traceback(None) from None

    def give_up_largest(self) -> None:
        """Give up the largest bodies until the rest is within the limit."""
        while sum(held.size for held in self._held) > self._max_bytes:
            max(self._held, key=lambda held: held.size).give_up()


def _clear(error: BaseException | None) -> None:
    """Clear the variables of all calls that an error and its causes name: one of them is the body."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__
