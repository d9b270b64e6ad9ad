"""Looks at an operator's outlet folders again and again, so that a new or changed spec needs no restart.

A file that cannot be used keeps the outlet that it described last, and so does a folder that is away; the log and the
operators' channel are told once. The outlet of a removed file is read no longer; its articles stay.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

from bot.deliveries.notices import OperatorsChannel, notify_operators
from bot.errors import StoreTrouble
from bot.model import Job
from bot.startup import sleep_unless_stopped
from bot.store import installations
from bot.store.engine import Store
from scrapers.catalogue import Catalogue, reread
from scrapers.live_outlets import LiveOutlets
from scrapers.spec_files import read_spec_files
from settings.errors import SettingsError

log = logging.getLogger("pactbot.outlets")

LOOK_SECONDS = 20.0
"""The interval at which the folders are looked at; schedules follow within as much again."""


class OutletReload:
    """Keeps the live outlets as the files of the folders describe them."""

    def __init__(
        self,
        outlets: LiveOutlets,
        folders: Sequence[Path],
        store: Store,
        operators: OperatorsChannel | None,
        enqueue: Callable[..., Awaitable[None]],
        now: Callable[[], datetime],
    ) -> None:
        self._outlets = outlets
        self._folders = folders
        self._store = store
        self._operators = operators
        self._enqueue = enqueue
        self._now = now
        self._reported: frozenset[str] = frozenset()

    async def run(self, stop: asyncio.Event, look_seconds: float = LOOK_SECONDS) -> None:
        """Looks at the folders until ``stop``."""
        while not stop.is_set():
            try:
                await self.look()
            except StoreTrouble as error:  # the schedules read what is new; the next look reports the faults
                log.warning("outlet_changes_not_stored", extra={"why": str(error)})
            await sleep_unless_stopped(stop, look_seconds)

    async def look(self) -> None:
        """Looks once: replaces the outlets, enqueues a reading of those that are new, and reports new faults."""
        catalogue, faults = await asyncio.to_thread(_look, self._outlets.catalogue, self._folders)
        changes = self._outlets.replace(catalogue)
        if changes:
            fields = {"added": changes.added, "changed": changes.changed, "removed": changes.removed}
            log.info("outlets_changed", extra={what: ",".join(keys) for what, keys in fields.items()})
            await self._enqueue(*(Job("scrape", key) for key in (*changes.added, *changes.changed)))
        for fault in faults:
            if str(fault) not in self._reported:
                await self._report(str(fault))
        self._reported = frozenset(map(str, faults))

    async def _report(self, fault: str) -> None:
        log.warning("outlet_spec_unusable", extra={"why": fault})
        now = self._now()
        what = f"spec:{now:%Y-%m-%d}:{blake2b(fault.encode(), digest_size=8).hexdigest()}"
        async with self._store.begin() as c:
            for installation in await installations.present(c):
                await notify_operators(
                    c, self._operators, installation.team, what, "outlet_spec_unusable", {"why": fault}, now
                )
        self._reported |= {fault}


def _look(before: Catalogue, folders: Sequence[Path]) -> tuple[Catalogue, list[SettingsError]]:
    """Returns the catalogue of the present files and all their faults; the one before where a folder is away."""
    try:
        catalogue = reread(before, read_spec_files(folders))
    except SettingsError as fault:
        return before, [fault]
    return catalogue, catalogue.faults()
