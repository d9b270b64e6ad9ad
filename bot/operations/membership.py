"""Keeps track of where the bot is a member and installed: invited, removed, archived, uninstalled.

None of these deletes anything.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.deliveries.notices import enqueue_notice
from bot.deliveries.resume import resume_destination, resume_team
from bot.outbox.ports import Alert, SendAlert
from bot.store import bot_tokens, channel_ids, destinations, installations, once, people, subscriptions
from bot.store.engine import Connection, Store
from handlers.requests import SlackEvent
from handlers.text.words import known_language

log = logging.getLogger("pactbot.membership")

RETRY_TOKEN_AFTER = timedelta(minutes=10)
"""How often a refused token from the settings is tried again."""

ConfirmToken = Callable[[str], Awaitable[bool | None]]
"""Asks Slack whether a workspace's token works; None when Slack does not answer."""


class Membership:
    """Takes in Slack's events about channels and the installation."""

    def __init__(
        self,
        store: Store,
        wake_outbox: Callable[[], None],
        now: Callable[[], datetime],
        language: str,
        timezone: str,
        *,
        send_alert: SendAlert,
        confirm_token: ConfirmToken,
    ) -> None:
        self._store = store
        self._wake_outbox = wake_outbox
        self._now = now
        self._language = language
        self._timezone = timezone
        self._send_alert = send_alert
        self._confirm_token = confirm_token

    async def note(self, event: SlackEvent) -> None:
        """Takes in one event."""
        log.info("slack_event", extra={"what": event.kind, "team": event.team, "channel": event.channel})
        if event.kind in ("uninstalled", "tokens_revoked"):
            for team in await self._teams_of(event):
                await self._stop(team, event.kind)
        elif event.kind in ("access_granted", "access_revoked"):
            await self._note_access(event)
        elif event.channel is not None and event.kind in ("joined", "unarchived"):
            async with self._store.begin() as c:
                await self._resume(c, event, event.channel)
        elif event.channel is not None and event.kind in ("left", "archived", "channel_deleted"):
            await self._mark_away(event, event.channel)
        elif event.channel is not None and event.new_channel is not None:
            await self._change_id(event, event.channel, event.new_channel)
        self._wake_outbox()

    # ── channels ───────────────────────────────────────────────────────────────────────────────────────────

    async def _mark_away(self, event: SlackEvent, channel: str) -> None:
        """Marks the channel as away and alerts its owners; an event that comes twice makes one notice."""
        async with self._store.begin() as c:
            destination = await destinations.find(c, event.team, channel)
            if destination is not None:
                await destinations.set_state(c, destination.id, "away", event.kind, self._now())
        if destination is not None:
            await self._send_alert(Alert("away", event.team, event.kind, destination=destination.id))

    async def _change_id(self, event: SlackEvent, channel: str, new_channel: str) -> None:
        """Moves everything of a channel to its new id, where what waits is sent.

        It is logged as a warning, because a setting may name the old id.
        """
        async with self._store.begin() as c:
            destination = await channel_ids.move(c, event.team, channel, new_channel, self._now())
            if destination is not None:
                await resume_destination(c, destination, event.id, self._now())
        log.warning("channel_id_changed", extra={"team": event.team, "channel": channel, "new_channel": new_channel})

    async def _resume(self, c: Connection, event: SlackEvent, channel: str) -> None:
        language = await self._language_of(c, event)
        destination = await destinations.get_or_add(c, event.team, channel, language=language, timezone=self._timezone)
        await resume_destination(c, destination, event.id, self._now())
        if event.kind == "joined" and await once.take(c, event.team, f"hello:{channel}", self._now()):
            key = f"notice:{destination.team}:hello:{destination.slack_id}"
            has_any = bool(await subscriptions.of_destination(c, destination.id))
            code = "hello_subscribed" if has_any else "hello"
            await enqueue_notice(c, key, destination, code, {}, self._now(), opens_channel=True)

    async def _language_of(self, c: Connection, event: SlackEvent) -> str:
        """The language of who invited the bot, in which it greets a new channel; else the workspace's."""
        chosen = (await people.get(c, event.team, event.user)).language if event.user else None
        return chosen or known_language(event.locale) or self._language

    # ── the installation ───────────────────────────────────────────────────────────────────────────────────

    async def _teams_of(self, event: SlackEvent) -> tuple[str, ...]:
        """The workspaces that the app is removed from: of an organization those that it serves with its own token."""
        async with self._store.read() as c:
            if await installations.get(c, event.team) is not None:
                return (event.team,)
            served = await bot_tokens.served_by(c, event.team)
        return served or (event.team,)

    async def _stop(self, team: str, kind: str) -> None:
        """Stops a workspace after asking Slack once whether its token is dead.

        The event may be old and the app installed again. If Slack does not answer, only a removal stops it.
        """
        async with self._store.read() as c:
            installation = await installations.get(c, team)
            installed_at = await bot_tokens.installed_at(c, team)
        works: bool | None = False
        if installation is None or installation.state == "active":
            works = await self._confirm_token(team)
            if works or (works is None and kind == "tokens_revoked"):
                log.warning("installation_not_stopped", extra={"team": team, "what": kind, "works": works})
                return
        async with self._store.begin() as c:
            if await bot_tokens.installed_at(c, team) != installed_at:
                log.warning("installation_not_stopped", extra={"team": team, "what": kind, "works": None})
                return  # it was installed again while Slack was asked about the old token
            stopped = await self._stop_in(c, team, kind, removed=kind == "uninstalled", forget_token=works is False)
        if stopped:
            await self._send_alert(Alert("stopped", team, kind))

    async def _stop_in(self, c: Connection, team: str, kind: str, *, removed: bool, forget_token: bool) -> bool:
        now = self._now()
        stopped = await installations.stop(c, team, kind, now, now + RETRY_TOKEN_AFTER)
        if removed:
            await installations.note_uninstalled(c, team, now)
        if removed and forget_token:
            await bot_tokens.remove_of(c, team)
        return stopped

    async def _note_access(self, event: SlackEvent) -> None:
        """Stops the workspaces that an organization takes the app from, or resumes those that it gives it back to.

        Slack says so itself; the organization's token works either way.
        """
        for team in event.teams:
            async with self._store.read() as c:
                installation = await installations.get(c, team)
            if installation is None or installation.enterprise != event.team:
                continue
            async with self._store.begin() as c:
                if event.kind == "access_granted":
                    await resume_team(c, team, self._now())
                    continue
                stopped = await self._stop_in(c, team, event.kind, removed=True, forget_token=False)
            if stopped:
                await self._send_alert(Alert("stopped", team, event.kind))
