"""Looks at the spellings that admins added again and again, so that every process reads by them within a minute."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from bot.deliveries.subscription_index import SubscriptionIndex
from bot.errors import StoreTrouble
from bot.startup import sleep_unless_stopped
from bot.store import lexicon_additions
from bot.store.engine import Store
from bot.stored_additions import usable_lexicon

log = logging.getLogger("pactbot.lexicon")


class LexiconReload:
    """Keeps the lexicon of the subscriptions as its file and the added spellings describe it."""

    def __init__(self, index: SubscriptionIndex, path: Path | None, store: Store) -> None:
        self._index = index
        self._path = path
        self._store = store
        self._used: tuple[str, ...] = ()
        """The additions at the last look."""

    async def run(self, stop: asyncio.Event, look_seconds: float) -> None:
        """Looks at the rows until ``stop``."""
        while not stop.is_set():
            try:
                await self.look()
            except StoreTrouble as error:
                log.warning("lexicon_additions_not_read", extra={"why": str(error)})
            await sleep_unless_stopped(stop, look_seconds)

    async def look(self) -> None:
        """Looks once; the lexicon is built again only where the rows changed."""
        async with self._store.read() as c:
            additions = tuple(row.toml for row in await lexicon_additions.present(c))
        if additions == self._used:
            return
        lexicon = await asyncio.to_thread(usable_lexicon, self._path, additions)
        await self._index.replace_lexicon(lexicon)
        self._used = additions
        log.info("lexicon_changed", extra={"additions": len(additions), "version": lexicon.version})
