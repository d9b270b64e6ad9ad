"""Serves the parent in the child process: runs the functions of FUNCTIONS within limits of memory and CPU time.

The child imports only scrapers and holds no secret: its environment is empty. Any unexpected error ends it, and the
parent starts another.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import struct
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import BinaryIO

from scrapers.errors import NotUnderstood, TooBig
from scrapers.formats.attachments.kinds import kind_of_bytes
from scrapers.formats.results import Discovered, PageReading, SiteSigns
from scrapers.outlet import Outlet, Source
from scrapers.parser_process.robots_rules import RobotsRules

LENGTH = struct.Struct(">Q")


def parse_source(
    data: bytes, url: str, outlet: Outlet, source: Source, now: datetime, content_type: str | None
) -> Discovered:
    """The headlines of a source's answer."""
    from scrapers.discover import discover

    return discover(data, url, outlet, source, now, content_type)


def parse_page(data: bytes, url: str, outlet: Outlet | None, now: datetime, content_type: str | None) -> PageReading:
    """The article of a page, or of a document in its place."""
    if kind_of_bytes(data) is not None:
        return parse_document(data, url, outlet)
    from scrapers.formats.extract import read_page

    return read_page(data, url, outlet, now, content_type)


def parse_document(data: bytes, url: str, outlet: Outlet | None) -> PageReading:
    """The text of a PDF, HWPX or ODT."""
    from scrapers.formats.attachments.document import read_document

    return read_document(data, url, outlet)


def parse_text(data: bytes, url: str, outlet: Outlet | None, page_url: str, content_type: str | None) -> PageReading:
    """The text of an answer that is plain text, in place of the page at ``page_url``."""
    from scrapers.formats.attachments.document import read_plain_text

    return read_plain_text(data, url, outlet, page_url, content_type)


def read_site_signs(data: bytes, url: str, content_type: str | None) -> SiteSigns:
    """What an address says about its site."""
    from scrapers.proposal.site_signs import site_signs

    return site_signs(data, url, content_type)


def robots_verdict(text: str, agent: str, url: str) -> tuple[bool, float | None]:
    """Returns whether a robots.txt allows an address, and its Crawl-delay; here because a hostile pattern is slow."""
    rules = _ROBOTS_RULES.of(text)
    delay = rules.crawl_delay(agent)
    return bool(rules.can_fetch(url, agent)), float(delay) if delay else None


_ROBOTS_RULES = RobotsRules()

FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "parse_source": parse_source,
    "parse_page": parse_page,
    "parse_document": parse_document,
    "parse_text": parse_text,
    "read_site_signs": read_site_signs,
    "robots_verdict": robots_verdict,
}


NICENESS = 5
"""Lowers the priority of parsing, so that a person's command is answered first when processors are busy."""


def serve(functions: Mapping[str, Callable[..., object]], memory_bytes: int, cpu_seconds: int) -> None:
    """Answer the requests on standard input until it ends; SIGPROF kills the process at a document's CPU limit.

    A timer counts from each request on. RLIMIT_CPU would count from the start of the process, by a clock of the kernel
    that runs ahead of getrusage, and would kill an innocent document after some hundreds of others.
    """
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # so that a print is no answer
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, signal.SIG_IGN)  # the parent ends the child by closing the pipe
    os.nice(NICENESS)
    _limit_memory(memory_bytes)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _write(answers, ("ok", None))  # the parent waits for this first answer and counts no time before it
    while (request := _read(requests)) is not None:
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds + 1)
        call, documents = request
        name, args = pickle.loads(call, buffers=documents)  # noqa: S301 – the parent wrote it
        del request, documents
        _write(answers, _answer(functions[name], args))
        signal.setitimer(signal.ITIMER_PROF, 0)


def _answer(function: Callable[..., object], args: tuple[object, ...]) -> tuple[str, object]:
    try:
        return "ok", function(*args)
    except (NotUnderstood, TooBig) as error:
        return type(error).__name__, (error.url, error.problem)


def _limit_memory(more_bytes: int) -> None:
    """Limit the address space to what the process has now and ``more_bytes``; on Linux alone."""
    if sys.platform != "linux":
        return
    with open("/proc/self/statm", "rb") as sizes:
        present_bytes = int(sizes.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (present_bytes + more_bytes,) * 2)


def _read(stream: BinaryIO) -> tuple[bytes, list[bytes]] | None:
    """A call and its documents; None at the end of the requests."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    call, *documents = [
        stream.read(*LENGTH.unpack(stream.read(LENGTH.size))) for _ in range(1 + LENGTH.unpack(head)[0])
    ]
    return call, documents


def _write(stream: BinaryIO, answer: object) -> None:
    data = pickle.dumps(answer, protocol=5)
    stream.write(LENGTH.pack(len(data)) + data)
    stream.flush()
