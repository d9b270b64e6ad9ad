"""Stops a workspace whose token Slack refuses, after asking once more, and resumes it when the token works again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from bot.errors import StoreTrouble
from bot.outbox.policy import DeliveryPolicy, after
from bot.outbox.ports import Alert, MessagePoster, ResumeTeam, SendAlert
from bot.outbox.rate_limits import Clocks
from bot.store import installations
from bot.store.engine import Store
from handlers.errors import PostError, TokenRevoked

log = logging.getLogger("pactbot.outbox")


class RevokedTokens:
    """Stops and resumes workspaces."""

    def __init__(
        self,
        store: Store,
        poster_of: Callable[[str], MessagePoster],
        clocks: Clocks,
        send_alert: SendAlert,
        policy: DeliveryPolicy,
        resume_team: ResumeTeam,
    ) -> None:
        self._store = store
        self._poster_of = poster_of
        self._now = clocks.now
        self._send_alert = send_alert
        self._policy = policy
        self._resume_team = resume_team
        self._checking: set[str] = set()

    async def stop_if_revoked(self, team: str, error: TokenRevoked) -> None:
        """Ask Slack once more whether the token works; if it does not, stop all of this workspace's deliveries."""
        if team in self._checking:
            return
        self._checking.add(team)
        try:
            if await self._token_works(team) is not False:
                return
            now = self._now()
            async with self._store.begin() as c:
                again_at = after(now, self._policy.ask_again_seconds)
                stopped = await installations.stop(c, team, error.code, now, again_at)
        finally:
            self._checking.discard(team)
        if stopped:
            await self._send_alert(Alert("stopped", team, error.code))

    async def resume_if_restored(self, team: str) -> None:
        """Resume a stopped workspace whose token works again; a database that is away leaves it to the next check."""
        if not await self._token_works(team):
            return
        try:
            async with self._store.begin() as c:
                resumed = await self._resume_team(c, team, self._now())
            if resumed:
                await self._send_alert(Alert("resumed", team, "ok"))
        except StoreTrouble as error:
            log.warning("store_trouble", extra={"why": str(error)})

    async def _token_works(self, team: str) -> bool | None:
        """None where Slack gives no answer now."""
        try:
            async with asyncio.timeout(self._policy.call_seconds):
                return await self._poster_of(team).confirm()
        except (PostError, TimeoutError):
            return None
