"""``pactbot run``: the bot until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from bot.app import App, Part
from bot.composition import load_config
from bot.errors import CannotStart
from handlers.errors import PortInUse
from settings import logs
from settings.config import Settings, misspelled

log = logging.getLogger("pactbot.run")

LAST_SECONDS = 14.5
"""From a stop to the end of the process at the latest; the app's own deadline is a second shorter."""
M_ARENA_MAX = -8
"""The number of that option in glibc's malloc.h."""


def run(settings: Settings, only: Part | None) -> int:
    """Runs the bot, or one part of it; 0 after a stop that was asked for."""
    logs.set_up(settings.log, settings.log_level)
    for name, nearest in misspelled(os.environ):
        log.warning("unknown_setting", extra={"setting": name, "nearest": nearest or "-"})
    share_one_heap()
    app = App(load_config(settings), only)
    return asyncio.run(until_told(app, last_resort))


def share_one_heap() -> None:
    """Lets all threads take memory from one place: glibc would keep a heap for each, and give little of it back."""
    import ctypes

    with suppress(OSError, AttributeError):  # another C library, which does no such thing
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


def last_resort() -> None:
    """Sees to it that a process that was told to end does, also where a thread hangs, for which Python waits.

    A name server that never answers holds one. What was on its way is in its row, and is settled by the next process.
    """
    timer = threading.Timer(LAST_SECONDS, _leave)
    timer.daemon = True
    timer.start()


def _leave() -> None:
    log.warning("left_what_hangs")
    logging.shutdown()
    os._exit(0)


async def until_told(app: App, told: Callable[[], None] = lambda: None) -> int:
    """Runs the app until SIGINT or SIGTERM; ``told`` is called at the first of them."""
    stop = asyncio.Event()
    with told_by_signals(stop, told):
        try:
            return await app.run(stop)
        except PortInUse as shut:
            raise CannotStart(str(shut)) from None


@contextmanager
def told_by_signals(stop: asyncio.Event, told: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Sets ``stop`` on SIGINT and SIGTERM, also when they come twice or to the whole process group."""
    loop = asyncio.get_running_loop()

    def hear() -> None:
        if not stop.is_set():
            stop.set()
            told()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, hear)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
