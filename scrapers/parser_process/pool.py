"""Parses documents in two child processes, in the order of the schedule, so that no outlet waits long for another."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import time
from dataclasses import dataclass, field
from typing import Any

from scrapers.errors import Unreachable
from scrapers.parser_process.parent import DEADLINE_SECONDS, MODULE, ParserProcess
from scrapers.parser_process.schedule import Schedule

PARSERS = 2
SOFT_LIMIT_SECONDS = 1.0
"""From this time on a document's outlet is slow: it gives way to others."""


SLOW_BYTES_A_SECOND = 2 * 1024 * 1024
"""A large document of an outlet that is not known yet counts as slow; an ordinary page, as a tenth of a second."""


@dataclass(eq=False, slots=True)
class _Document:
    """A call of a function of child.py, and its outcome."""

    name: str
    args: tuple[object, ...]
    about: str
    outcome: asyncio.Future[Any]
    parsing: asyncio.Task[Any] | None = None
    context: contextvars.Context = field(default_factory=contextvars.copy_context)
    """The caller's, so that what is logged while the document is parsed names the caller's job."""

    def parse_in(self, child: ParserProcess) -> asyncio.Task[Any]:
        parsing = child.run(self.name, *self.args, about=self.about)
        self.parsing = asyncio.create_task(parsing, context=self.context)
        return self.parsing

    async def stop(self) -> None:
        """Cancel the parsing, and wait until its child is gone."""
        if self.parsing is not None:
            self.parsing.cancel()
            await asyncio.wait({self.parsing})

    def expected_seconds(self) -> float:
        """The time that a slow document of this size takes."""
        return sum(len(value) for value in self.args if isinstance(value, bytes | str)) / SLOW_BYTES_A_SECOND

    def settle(self) -> None:
        """Pass the result or the error on, unless nobody waits for it any more."""
        if self.outcome.done() or self.parsing is None or self.parsing.cancelled():
            return
        error = self.parsing.exception()
        if error is not None:
            self.outcome.set_exception(error)
        else:
            self.outcome.set_result(self.parsing.result())

    def fail(self) -> None:
        """Fail, because the pool is being closed."""
        if not self.outcome.done():
            self.outcome.set_exception(Unreachable(self.about, "the parser was closed"))


class ParserPool:
    """Runs the functions of child.py in several processes; outlets take turns."""

    def __init__(
        self,
        *,
        parsers: int = PARSERS,
        soft_limit_seconds: float = SOFT_LIMIT_SECONDS,
        deadline_seconds: float = DEADLINE_SECONDS,
        module: str = MODULE,
    ) -> None:
        self._soft_limit_seconds = soft_limit_seconds
        self._schedule: Schedule[_Document] = Schedule(parsers)
        self._idle = [ParserProcess(deadline_seconds=deadline_seconds, module=module) for _ in range(parsers)]
        self._serving: set[asyncio.Task[None]] = set()

    async def run(self, name: str, *args: object, about: str, outlet: str) -> Any:
        """Run a function of child.py for an outlet's key, in its turn; ``about`` is the address that an error names.

        :raises ScrapeError: as ``ParserProcess.run`` does.
        """
        document = _Document(name, args, about, asyncio.get_running_loop().create_future())
        self._schedule.add(outlet, document, document.expected_seconds())
        self._start()
        try:
            return await document.outcome
        except asyncio.CancelledError:
            if not self._schedule.remove(outlet, document) and document.parsing is not None:
                document.parsing.cancel()
            raise

    async def close(self) -> None:
        """End every child; documents that wait or are being parsed fail."""
        for document in self._schedule.clear():
            document.fail()
        serving = list(self._serving)
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
        for child in self._idle:
            await child.close()

    def _start(self) -> None:
        """Give every idle child the document that the schedule allows."""
        while self._idle and (started := self._schedule.start_next(time.monotonic())) is not None:
            child = self._idle.pop(0)
            task = asyncio.create_task(self._serve(child, *started))
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)

    async def _serve(self, child: ParserProcess, outlet: str, document: _Document) -> None:
        """Parse one document in a child, and give way at the soft limit where another slow outlet is in a parser."""
        within_soft_limit, began = False, time.monotonic()
        try:
            with contextlib.suppress(OSError):  # run meets it again, and says so
                await child.start()
            began = time.monotonic()
            if document.outcome.done():
                return
            parsing = document.parse_in(child)
            done, _ = await asyncio.wait({parsing}, timeout=self._soft_limit_seconds)
            within_soft_limit = bool(done)
            if not (within_soft_limit or self._schedule.passed_soft_limit(outlet) or document.outcome.done()):
                await document.stop()
                self._schedule.put_back(outlet, document)
                return
            await asyncio.wait({parsing})
            document.settle()
        except asyncio.CancelledError:
            await document.stop()
            document.fail()
            raise
        finally:
            now = time.monotonic()
            self._schedule.ended(outlet, within_soft_limit=within_soft_limit, seconds=now - began, now=now)
            self._idle.append(child)
            self._start()
