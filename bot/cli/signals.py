"""Runs a coroutine until SIGINT or SIGTERM, and ends a process that does not end by itself."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

log = logging.getLogger("pactbot.run")

EXIT_DEADLINE_SECONDS = 14.5
"""From a stop to the end of the process at the latest; the app's own deadline is a second shorter."""


class Runnable(Protocol):
    """A program that runs until ``stop`` is set and returns its exit code."""

    async def run(self, stop: asyncio.Event) -> int:
        """Runs until ``stop``."""


def ignore_stop() -> None:
    """Does nothing at a stop."""


async def run_until_signal(program: Runnable, on_stop: Callable[[], None] = ignore_stop) -> int:
    """Runs the program until SIGINT or SIGTERM; ``on_stop`` is called at the first of them."""
    stop = asyncio.Event()
    with stop_on_signals(stop, on_stop):
        return await program.run(stop)


@contextmanager
def stop_on_signals(stop: asyncio.Event, on_stop: Callable[[], None] = ignore_stop) -> Iterator[None]:
    """Sets ``stop`` on SIGINT and SIGTERM, also when they come twice or to the whole process group."""
    loop = asyncio.get_running_loop()

    def handle() -> None:
        if not stop.is_set():
            stop.set()
            on_stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, handle)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def exit_at_deadline() -> None:
    """Starts the timer that ends this process also where a thread hangs, for which Python would wait.

    A name server that never answers hangs one. A delivery on its way is in its row, and the next process settles it.
    """
    timer = threading.Timer(EXIT_DEADLINE_SECONDS, _exit_now)
    timer.daemon = True
    timer.start()


def _exit_now() -> None:
    log.warning("exit_deadline_passed")
    logging.shutdown()
    os._exit(0)
