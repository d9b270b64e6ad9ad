"""The parser's child process as its parent sees it: started when needed, killed when late, replaced when it dies."""

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

DEADLINE_SECONDS = 5.0
MEMORY_BYTES = 96 * 1024 * 1024
"""What a document may add to an idle parser's 30 MiB: an ordinary one adds 20 at most, a hostile one tries 600."""
MAX_ANSWER_BYTES = 32 * 1024 * 1024
TASKS_PER_CHILD = 2_000
"""After so many the child is replaced, so that nothing a parser leaks adds up."""
_TAIL_BYTES = 4_096
_LENGTH = struct.Struct(">Q")
_NOUNS = {
    ("scrapers.article", "Headline"),
    ("scrapers.formats.results", "Discovered"),
    ("scrapers.formats.results", "PageReading"),
}
_TIMES: dict[str, Any] = {"datetime": datetime, "timedelta": timedelta, "timezone": timezone}
_BOOT = """
import importlib, json, sys
options = json.loads(sys.argv[1])
sys.path[:] = options["path"]
from scrapers.parser_process.child import serve
serve(importlib.import_module(options["module"]).FUNCTIONS, options["memory_bytes"], options["cpu_seconds"])
"""


class ParserProcess:
    """Runs the functions of scrapers/parser_process/child.py by name, one at a time, in a process that may be lost."""

    def __init__(
        self,
        *,
        deadline_seconds: float = DEADLINE_SECONDS,
        memory_bytes: int = MEMORY_BYTES,
        module: str = "scrapers.parser_process.child",
    ) -> None:
        self._deadline_seconds = deadline_seconds
        self._memory_bytes = memory_bytes
        self._module = module
        self._process: asyncio.subprocess.Process | None = None
        self._last_words: asyncio.Task[bytes] | None = None
        self._tasks = 0
        self._turn = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The process that is up now, if any."""
        return self._process.pid if self._process is not None else None

    async def run(self, name: str, *args: object, about: str) -> Any:
        """Run a function of the child; ``about`` is the address that an error will name.

        :raises TooBig: when it took too long or too much memory; the child is replaced.
        :raises Unreachable: when no process can be started.
        :raises NotUnderstood: when the input broke the parser, or the function said so.
        """
        request = pickle.dumps((name, args), protocol=5)
        async with self._turn:
            try:
                process = await self._started()
            except OSError as cause:
                raise Unreachable(about, f"the parser could not be started: {cause.strerror}") from cause
            try:
                async with asyncio.timeout(self._deadline_seconds):
                    answer = await self._exchange(process, request)
            except TimeoutError:
                await self._end()
                raise TooBig(about, f"took longer than {self._deadline_seconds:g} s to read") from None
            except (asyncio.IncompleteReadError, ConnectionError):
                raise await self._died(about) from None
            except asyncio.CancelledError:
                await self._end()
                raise
        try:
            kind, value = read_answer(answer)
        except pickle.UnpicklingError:
            raise NotUnderstood(about, "made the parser say what a parser does not say") from None
        if kind == "ok":
            return value
        url, problem = value
        raise {"TooBig": TooBig, "NotUnderstood": NotUnderstood}[kind](url, problem)

    async def close(self) -> None:
        """End the child; it starts again when something is to be run."""
        async with self._turn:
            await self._end()

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is not None and (self._process.returncode is not None or self._tasks >= TASKS_PER_CHILD):
            await self._end()
        if self._process is None:
            options = {
                "path": [entry or os.getcwd() for entry in sys.path],
                "module": self._module,
                "memory_bytes": self._memory_bytes,
                "cpu_seconds": max(1, round(self._deadline_seconds)),
            }
            self._process = await asyncio.create_subprocess_exec(
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
            self._last_words = asyncio.create_task(_tail(self._process.stderr))
            self._tasks = 0
        self._tasks += 1
        return self._process

    async def _exchange(self, process: asyncio.subprocess.Process, request: bytes) -> bytes:
        stdin, stdout = process.stdin, process.stdout
        if stdin is None or stdout is None:
            raise ConnectionError("the child has no pipes")
        stdin.write(_LENGTH.pack(len(request)))
        stdin.write(request)
        await stdin.drain()
        (length,) = _LENGTH.unpack(await stdout.readexactly(_LENGTH.size))
        if length > MAX_ANSWER_BYTES:
            raise ConnectionError("the child's answer is too long to be one")
        return await stdout.readexactly(length)

    async def _died(self, about: str) -> ScrapeError:
        """The error for a child that broke its pipe, with its last words in the log."""
        last = await self._end()
        log.warning("parser_died", extra={"url": about, "why": last})
        if "MemoryError" in last:
            return TooBig(about, "took too much memory to read")
        return NotUnderstood(about, "broke the parser")

    async def _end(self) -> str:
        """Kill the child, wait for it, and give back the last line of what it wrote to standard error."""
        process, self._process = self._process, None
        last_words, self._last_words = self._last_words, None
        if process is None or last_words is None or process.stdin is None or process.stdout is None:
            return ""
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.stdin.close()
        _, errors, _ = await asyncio.gather(process.stdout.read(), last_words, process.wait())
        lines = errors.decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:200] if lines else ""


async def _tail(stream: asyncio.StreamReader | None) -> bytes:
    """The end of a stream: read all along, so that whoever writes to it never has to wait."""
    kept = b""
    while stream is not None and (chunk := await stream.read(_TAIL_BYTES)):
        kept = (kept + chunk)[-_TAIL_BYTES:]
    return kept


def read_answer(data: bytes) -> tuple[str, Any]:
    """What the child said.

    :raises pickle.UnpicklingError: when it is anything but plain values, times and our nouns.
    """
    kind, value = _Answers(io.BytesIO(data)).load()
    return kind, value


class _Answers(pickle.Unpickler):
    """Reads what the child says: our nouns and times, nothing else. A parser that was taken over gets no further."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "datetime" and name in _TIMES:
            return _TIMES[name]
        if (module, name) in _NOUNS:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"the child sent a {module}.{name}")
