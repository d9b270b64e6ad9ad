"""Where the bot is and is not: invited, removed, archived, uninstalled. Nothing is deleted in any of these."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.desk.returning import resume
from bot.model import Destination
from bot.store import deliveries, destinations, firsts, installations
from bot.store.engine import Connection, Store
from handlers.asks import Happened

log = logging.getLogger("pactbot.presence")

ASK_AGAIN = timedelta(minutes=10)
"""A token from settings that was refused is tried again this often."""


class Presence:
    """Takes note of what Slack tells about channels and the installation. ``ring`` wakes the outbox."""

    def __init__(
        self, store: Store, ring: Callable[[], None], now: Callable[[], datetime], language: str, timezone: str
    ) -> None:
        self._store = store
        self._ring = ring
        self._now = now
        self._language = language
        self._timezone = timezone

    async def note(self, event: Happened) -> None:
        """One thing that happened."""
        log.info("happened", extra={"what": event.kind, "team": event.team, "channel": event.channel})
        async with self._store.begin() as c:
            if event.kind in ("uninstalled", "tokens_revoked"):
                await installations.stop(c, event.team, event.kind, self._now(), self._now() + ASK_AGAIN)
            elif event.channel is not None and event.kind in ("joined", "unarchived"):
                await self._back(c, event, event.channel)
            elif event.channel is not None and event.kind in ("left", "archived", "channel_deleted"):
                await self._away(c, event, event.channel)
        self._ring()

    async def _away(self, c: Connection, event: Happened, channel: str) -> None:
        place = await destinations.find(c, event.team, channel)
        if place is not None:
            await destinations.set_state(c, place.id, "away", event.kind, self._now())

    async def _back(self, c: Connection, event: Happened, channel: str) -> None:
        place = await destinations.get_or_add(c, event.team, channel, language=self._language, timezone=self._timezone)
        await resume(c, place, event.id, self._now())
        if event.kind == "joined" and await firsts.take(c, event.team, f"hello:{channel}", self._now()):
            await self._owe_hello(c, place)

    async def _owe_hello(self, c: Connection, place: Destination) -> None:
        await deliveries.owe(
            c,
            f"notice:{place.team}:hello:{place.slack_id}",
            team=place.team,
            destination=place.id,
            kind="notice",
            now=self._now(),
            payload={"code": "hello", "args": {}},
        )
