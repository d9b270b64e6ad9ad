"""Looks at an operator's outlet folders and at the stored specs again and again, so that a new one needs no restart.

A file that cannot be used keeps the outlet that it described last, and so does a folder that is away; the log and the
operators' channel are told once, and once when it is mended. The outlet of a removed file is read no longer; its
articles stay. A spec that an admin added in Slack stands in a row where no folder takes it; a file of its key stands
before it.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path

from bot.deliveries.notices import OperatorsChannel
from bot.deliveries.outlet_notices import follow
from bot.errors import StoreTrouble
from bot.model import Job
from bot.startup import sleep_unless_stopped
from bot.store import outlet_specs
from bot.store.engine import Store
from bot.store.outlet_specs import OutletSpec
from bot.store.outlet_troubles import OutletTrouble
from bot.stored_additions import catalogue_with
from scrapers.catalogue import Catalogue
from scrapers.live_outlets import LiveOutlets
from settings.errors import SettingsError

log = logging.getLogger("pactbot.outlets")

LINE = re.compile(r":\d+$")
"""The line of a fault, behind the name of its file."""
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
        self._followed: dict[str, str] | None = None
        """The faults at the last look by their files; None before the first, which ends those of an earlier process."""

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
        async with self._store.read() as c:
            stored = await outlet_specs.present(c)
        catalogue, faults = await asyncio.to_thread(_look, self._outlets.catalogue, self._folders, stored)
        changes = self._outlets.replace(catalogue)
        if changes:
            fields = {"added": changes.added, "changed": changes.changed, "removed": changes.removed}
            log.info("outlets_changed", extra={what: ",".join(keys) for what, keys in fields.items()})
            await self._enqueue(*(Job("scrape", key) for key in (*changes.added, *changes.changed)))
        present = {LINE.sub("", fault.where): str(fault) for fault in faults}
        if present != self._followed:
            await self._follow(present)

    async def _follow(self, faults: dict[str, str]) -> None:
        """Notifies the operators of each fault once, and once of its end."""
        now = self._now()
        present = [OutletTrouble("spec", "", where, "", why, now, now) for where, why in faults.items()]
        async with self._store.begin() as c:
            await follow(c, self._operators, ["spec"], present, now)
        self._followed = faults


def _look(
    before: Catalogue, folders: Sequence[Path], stored: Sequence[OutletSpec]
) -> tuple[Catalogue, list[SettingsError]]:
    """Returns the catalogue of present files and rows, and all their faults; the one before where a folder is away."""
    try:
        catalogue = catalogue_with(before, folders, [(row.key, row.spec) for row in stored])
    except SettingsError as fault:
        return before, [fault]
    return catalogue, catalogue.faults()
