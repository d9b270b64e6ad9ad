"""Where the bot is and is not: invited, removed, archived, uninstalled. Nothing is deleted in any of these."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.deliveries.notices import enqueue_notice
from bot.deliveries.resume import resume_destination
from bot.outbox.ports import Alert, SendAlert
from bot.store import destinations, installations, once
from bot.store.engine import Connection, Store
from handlers.requests import Happened

log = logging.getLogger("pactbot.membership")

RETRY_TOKEN_AFTER = timedelta(minutes=10)
"""A token from settings that was refused is tried again this often."""

ConfirmToken = Callable[[str], Awaitable[bool | None]]
"""Does a workspace's token work? None: nobody can say now."""


async def notify_nobody(_trouble: Alert) -> None:
    """Tells nobody."""


async def cannot_confirm(_team: str) -> bool | None:
    """Asks nobody."""
    return None


class Membership:
    """Takes note of what Slack tells about channels and the installation. ``ring`` wakes the outbox."""

    def __init__(
        self,
        store: Store,
        ring: Callable[[], None],
        now: Callable[[], datetime],
        language: str,
        timezone: str,
        *,
        tell: SendAlert = notify_nobody,
        confirmed: ConfirmToken = cannot_confirm,
    ) -> None:
        self._store = store
        self._wake_outbox = ring
        self._now = now
        self._language = language
        self._timezone = timezone
        self._tell = tell
        self._confirmed = confirmed

    async def note(self, event: Happened) -> None:
        """One thing that happened."""
        log.info("happened", extra={"what": event.kind, "team": event.team, "channel": event.channel})
        if event.kind in ("uninstalled", "tokens_revoked"):
            await self._stop(event)
        elif event.channel is not None and event.kind in ("joined", "unarchived"):
            async with self._store.begin() as c:
                await self._back(c, event, event.channel)
        elif event.channel is not None and event.kind in ("left", "archived", "channel_deleted"):
            await self._away(event, event.channel)
        self._wake_outbox()

    # ── channels ───────────────────────────────────────────────────────────────────────────────────────────

    async def _away(self, event: Happened, channel: str) -> None:
        """The owners hear of it also when this is taken up a second time: their notice is owed once."""
        async with self._store.begin() as c:
            place = await destinations.find(c, event.team, channel)
            if place is not None:
                await destinations.set_state(c, place.id, "away", event.kind, self._now())
        if place is not None:
            await self._tell(Alert("away", event.team, event.kind, destination=place.id))

    async def _back(self, c: Connection, event: Happened, channel: str) -> None:
        place = await destinations.get_or_add(c, event.team, channel, language=self._language, timezone=self._timezone)
        await resume_destination(c, place, event.id, self._now())
        if event.kind == "joined" and await once.take(c, event.team, f"hello:{channel}", self._now()):
            await enqueue_notice(c, f"notice:{place.team}:hello:{place.slack_id}", place, "hello", {}, self._now())

    # ── the installation ───────────────────────────────────────────────────────────────────────────────────

    async def _stop(self, event: Happened) -> None:
        """Slack is asked once whether the token is really dead: an event may be old, and the app installed again."""
        async with self._store.read() as c:
            known = await installations.get(c, event.team)
        if known is None or known.state == "active":
            works = await self._confirmed(event.team)
            if works or (works is None and event.kind == "tokens_revoked"):
                log.warning("not_stopped", extra={"team": event.team, "what": event.kind, "works": works})
                return
        now = self._now()
        async with self._store.begin() as c:
            stopped = await installations.stop(c, event.team, event.kind, now, now + RETRY_TOKEN_AFTER)
            if event.kind == "uninstalled":
                await installations.note_uninstalled(c, event.team, now)
        if stopped:
            await self._tell(Alert("stopped", event.team, event.kind))
