"""Runs parsers in a child process: starts it on use, kills it after a deadline (watchdog), replaces it when it dies.

A document may cost five seconds and 96 MiB. The parent reads nothing from the child but plain values and the
dataclasses of the parsers' results, so that a document that takes the child over gets no further.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import logging
import os
import pickle
import struct
import sys
from datetime import datetime, timedelta, timezone
from typing import Any

from scrapers.errors import NotUnderstood, ScrapeError, TooBig, Unreachable

log = logging.getLogger(__name__)

MODULE = "scrapers.parser_process.child"
DEADLINE_SECONDS = 5.0
START_SECONDS = 20.0
"""A child imports its parsers in a fraction of a second, on a busy machine in a few."""
MEMORY_BYTES = 96 * 1024 * 1024
"""Memory beyond the 30 MiB of an idle child; an ordinary document takes 20 MiB at most, a hostile one tries 600."""
MAX_ANSWER_BYTES = 32 * 1024 * 1024
MAX_TASKS_PER_CHILD = 2_000
"""After so many tasks the child is replaced, so that a parser's memory leaks do not add up."""
BROKEN = ("broke the parser", "took longer than", "took too much memory")
"""Problems of documents that ended the child begin so."""
_STDERR_TAIL_BYTES = 4_096
_PIECE_BYTES = 64 * 1024
"""A request is written in such pieces, so that the pipe's buffer never holds a second copy of it."""
Buffer = bytes | memoryview
_LENGTH = struct.Struct(">Q")
_RESULT_CLASSES = {
    ("scrapers.article", "Attachment"),
    ("scrapers.aggregators.found_headlines", "FoundHeadline"),
    ("scrapers.article", "Headline"),
    ("scrapers.formats.results", "Discovered"),
    ("scrapers.formats.results", "PageReading"),
    ("scrapers.formats.results", "SiteSigns"),
    ("scrapers.hub_links", "HubLinks"),
}
_DATETIME_CLASSES: dict[str, Any] = {"datetime": datetime, "timedelta": timedelta, "timezone": timezone}
_BOOT = """
import importlib, json, sys
options = json.loads(sys.argv[1])
sys.path[:] = options["path"]
from scrapers.parser_process.child import serve
serve(importlib.import_module(options["module"]).FUNCTIONS, options["memory_bytes"], options["cpu_seconds"])
"""


class ParserProcess:
    """Runs the functions of child.py by name, one at a time, in a process that may die at any time."""

    def __init__(
        self,
        *,
        deadline_seconds: float = DEADLINE_SECONDS,
        memory_bytes: int = MEMORY_BYTES,
        module: str = MODULE,
    ) -> None:
        self._deadline_seconds = deadline_seconds
        self._memory_bytes = memory_bytes
        self._module = module
        self._process: asyncio.subprocess.Process | None = None
        self._stderr_tail: asyncio.Task[bytes] | None = None
        self._tasks = 0
        self._lock = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The id of the running child, or None."""
        return self._process.pid if self._process is not None else None

    async def run(self, name: str, *args: object, about: str) -> Any:
        """Run a function of the child; ``about`` is the address that an error names.

        :raises TooBig: when it took too long or too much memory, after the child was killed; or as the function raised.
        :raises NotUnderstood: when the document broke the parser; or as the function raised.
        :raises Unreachable: when no process can be started.
        """
        request = _request_of(name, args)
        async with self._lock:
            try:
                process = await self._started()
            except OSError as error:
                raise Unreachable(about, f"the parser could not be started: {error.strerror or error}") from error
            self._tasks += 1
            try:
                async with asyncio.timeout(self._deadline_seconds):
                    answer = await self._exchange(process, request)
            except TimeoutError:
                await self._kill()
                raise TooBig(about, f"took longer than {self._deadline_seconds:g} s to read") from None
            except (asyncio.IncompleteReadError, ConnectionError):
                raise await self._died(about) from None
            except asyncio.CancelledError:
                await self._kill()
                raise
        try:
            kind, value = read_answer(answer)
        except pickle.UnpicklingError:
            raise NotUnderstood(about, "made the parser return a value of a type that no parser returns") from None
        if kind == "ok":
            return value
        url, problem = value
        raise {"TooBig": TooBig, "NotUnderstood": NotUnderstood}[kind](url, problem)

    async def start(self) -> None:
        """Start the child, so that the next ``run`` does not wait for it.

        :raises OSError: when no process can be started.
        """
        async with self._lock:
            await self._started()

    async def close(self) -> None:
        """End the child; the next ``run`` starts another."""
        async with self._lock:
            await self._kill()

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is not None and (self._process.returncode is not None or self._tasks >= MAX_TASKS_PER_CHILD):
            await self._kill()
        if self._process is None:
            self._process = await self._spawned()
            self._stderr_tail = asyncio.create_task(_tail_of(self._process.stderr))
            self._tasks = 0
            try:
                async with asyncio.timeout(START_SECONDS):
                    await _next_answer(self._process)
            except (TimeoutError, asyncio.IncompleteReadError):
                raise ConnectionError(await self._kill() or f"it was not ready after {START_SECONDS:g} s") from None
            except asyncio.CancelledError:
                await self._kill()
                raise
        return self._process

    async def _spawned(self) -> asyncio.subprocess.Process:
        options = {
            "path": [entry or os.getcwd() for entry in sys.path],
            "module": self._module,
            "memory_bytes": self._memory_bytes,
            "cpu_seconds": max(1, round(self._deadline_seconds)),
        }
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            "-c",
            _BOOT,
            json.dumps(options),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={"LANG": "C.UTF-8"},
        )

    async def _exchange(self, process: asyncio.subprocess.Process, request: list[Buffer]) -> bytes:
        if process.stdin is None:
            raise ConnectionError("the child has no pipes")
        for part in request:
            view = memoryview(part)
            for start in range(0, len(view), _PIECE_BYTES):
                process.stdin.write(view[start : start + _PIECE_BYTES])
                await process.stdin.drain()
        return await _next_answer(process)

    async def _died(self, about: str) -> ScrapeError:
        """The error for a child that broke its pipe; the last line of its standard error is logged."""
        last_line = await self._kill()
        log.warning("parser_died", extra={"url": about, "why": last_line})
        if "MemoryError" in last_line:
            return TooBig(about, "took too much memory to read")
        return NotUnderstood(about, "broke the parser")

    async def _kill(self) -> str:
        """Kill the child, wait for its end, and return the last line of its standard error."""
        process, self._process = self._process, None
        stderr_tail, self._stderr_tail = self._stderr_tail, None
        if process is None or stderr_tail is None or process.stdin is None or process.stdout is None:
            return ""
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.stdin.close()
        ending = asyncio.gather(process.stdout.read(), stderr_tail, process.wait())
        try:
            _, errors, _ = await asyncio.shield(ending)
        except asyncio.CancelledError:  # its pipes would stay open; a child that was killed ends at once
            await ending
            raise
        lines = errors.decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:200] if lines else ""


def _request_of(name: str, args: tuple[object, ...]) -> list[Buffer]:
    """The parts of a request: the call without its documents, and each document, of which no copy is made."""
    documents: list[pickle.PickleBuffer] = []
    wrapped = tuple(pickle.PickleBuffer(value) if isinstance(value, bytes) else value for value in args)
    call = pickle.dumps((name, wrapped), protocol=5, buffer_callback=documents.append)
    contents: list[Buffer] = [call, *(document.raw() for document in documents)]
    lengths = (_LENGTH.pack(len(content)) for content in contents)
    return [_LENGTH.pack(len(documents)), *(part for pair in zip(lengths, contents, strict=True) for part in pair)]


async def _next_answer(process: asyncio.subprocess.Process) -> bytes:
    if process.stdout is None:
        raise ConnectionError("the child has no pipes")
    (length,) = _LENGTH.unpack(await process.stdout.readexactly(_LENGTH.size))
    if length > MAX_ANSWER_BYTES:
        raise ConnectionError("the child's answer is too long")
    return await process.stdout.readexactly(length)


async def _tail_of(stream: asyncio.StreamReader | None) -> bytes:
    """The last bytes of a stream, which is read all the time, so that a full pipe never blocks the child."""
    tail = b""
    while stream is not None and (chunk := await stream.read(_STDERR_TAIL_BYTES)):
        tail = (tail + chunk)[-_STDERR_TAIL_BYTES:]
    return tail


def read_answer(data: bytes) -> tuple[str, Any]:
    """The kind and value of a child's answer.

    :raises pickle.UnpicklingError: when it holds anything but plain values, times and our result classes.
    """
    kind, value = _AnswerUnpickler(io.BytesIO(data)).load()
    return kind, value


class _AnswerUnpickler(pickle.Unpickler):
    """Unpickles plain values, times and our result classes, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "datetime" and name in _DATETIME_CLASSES:
            return _DATETIME_CLASSES[name]
        if (module, name) in _RESULT_CLASSES:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"the child sent a {module}.{name}")
