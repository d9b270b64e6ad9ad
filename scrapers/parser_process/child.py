"""The parser's child process: what it can do, by name, and the loop that serves its parent.

It runs only what is listed in FUNCTIONS, imports only this room, and holds no secret: its environment is empty.
Whatever it does not understand ends it; the parent starts another.
"""

from __future__ import annotations

import functools
import os
import pickle
import resource
import signal
import struct
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, BinaryIO

from scrapers.errors import NotUnderstood, TooBig
from scrapers.formats.results import Discovered, PageReading
from scrapers.outlet import Outlet, Source

LENGTH = struct.Struct(">Q")


def parse_source(
    data: bytes, url: str, outlet: Outlet, source: Source, now: datetime, content_type: str | None
) -> Discovered:
    """A source's answer → its headlines."""
    from scrapers.discover import discover

    return discover(data, url, outlet, source, now, content_type)


def parse_page(data: bytes, url: str, outlet: Outlet | None, now: datetime, content_type: str | None) -> PageReading:
    """A page → its reading."""
    from scrapers.formats.extract import read_page

    return read_page(data, url, outlet, now, content_type)


def robots_verdict(text: str, agent: str, url: str) -> tuple[bool, float | None]:
    """A robots.txt's answer: hostile patterns cost time here, not in the bot."""
    rules = _robots(text)
    delay = rules.crawl_delay(agent)
    return bool(rules.can_fetch(url, agent)), float(delay) if delay else None


@functools.lru_cache(maxsize=64)
def _robots(text: str) -> Any:
    from protego import Protego

    return Protego.parse(text)


FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "parse_source": parse_source,
    "parse_page": parse_page,
    "robots_verdict": robots_verdict,
}


BEHIND = 5
"""How far parsing stands back where processors are few: a person who waits for an answer goes first."""


def serve(functions: Mapping[str, Callable[..., object]], memory_bytes: int, cpu_seconds: int) -> None:
    """Answer requests on standard input until it ends."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print must not become an answer
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the parent decides when this ends: it closes the pipe
    os.nice(BEHIND)
    _limit_memory(memory_bytes)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while (request := _read(requests)) is not None:
        _allow_cpu(cpu_seconds)
        name, args = pickle.loads(request)  # noqa: S301 – written by the parent
        _write(answers, _answer(functions[name], args))


def _answer(function: Callable[..., object], args: tuple[object, ...]) -> tuple[str, object]:
    try:
        return "ok", function(*args)
    except (NotUnderstood, TooBig) as problem:
        return type(problem).__name__, (problem.url, problem.problem)


def _limit_memory(more_bytes: int) -> None:
    """Address space beyond what the process began with; elsewhere than on Linux the limit is not kept."""
    if sys.platform != "linux":
        return
    with open("/proc/self/statm", "rb") as sizes:
        began_with = int(sizes.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (began_with + more_bytes,) * 2)


def _allow_cpu(seconds: int) -> None:
    """The limit counts from the process's birth: move it ahead for each request."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def _read(stream: BinaryIO) -> bytes | None:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return stream.read(LENGTH.unpack(head)[0])


def _write(stream: BinaryIO, answer: object) -> None:
    data = pickle.dumps(answer, protocol=5)
    stream.write(LENGTH.pack(len(data)) + data)
    stream.flush()
