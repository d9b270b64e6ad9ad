"""``pactbot run``: runs the bot until it is stopped; the settings are checked before anything heavy is imported."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from argparse import Namespace
from contextlib import suppress

from bot.cli.signals import Runnable, exit_at_deadline, run_until_signal
from bot.garbage import leave_out_of_collections, leave_out_what_stays
from bot.required_settings import check_required
from settings import logs
from settings.config import load, misspelled

log = logging.getLogger("pactbot.run")

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
"""The numbers of these options in glibc's malloc.h."""
LARGE_BLOCK_BYTES = 64 * 1024
SWITCH_SECONDS = 0.0005
"""Python lets a thread that computes keep the interpreter for 5 ms whenever the event loop wants it; this is enough."""


def run(options: Namespace) -> int:
    """Runs the bot, or the one part of ``--only``; 0 after a stop that was asked for."""
    settings = load()
    logs.set_up(settings.log, settings.log_level)
    for name, nearest in misspelled(os.environ):
        log.warning("unknown_setting", extra={"setting": name, "nearest": nearest or "-"})
    check_required(settings)
    share_one_heap()
    sys.setswitchinterval(SWITCH_SECONDS)

    from bot.app import App
    from bot.composition import load_config
    from bot.errors import CannotStart
    from handlers.errors import PortInUse

    app = App(load_config(settings), options.only)
    leave_out_of_collections()
    try:
        return asyncio.run(_run(app))
    except PortInUse as error:
        raise CannotStart(str(error)) from None


async def _run(app: Runnable) -> int:
    leaving_out = asyncio.create_task(leave_out_what_stays())
    try:
        return await run_until_signal(app, exit_at_deadline)
    finally:
        leaving_out.cancel()


def share_one_heap() -> None:
    """Lets all threads allocate from one heap: glibc would keep a heap for each, and give little of it back.

    Large blocks, such as bodies, stand outside the heap and are given back at once. glibc would move that threshold up
    to the largest block that was ever freed.
    """
    import ctypes

    with suppress(OSError, AttributeError):  # another C library has no such option
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK_BYTES)
