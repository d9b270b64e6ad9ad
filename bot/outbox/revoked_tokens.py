"""A workspace's token that Slack refuses: asked about once more; then all of that workspace stops until it works."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.outbox.policy import DeliveryPolicy, after
from bot.outbox.ports import Alert, MessagePoster, ResumeTeam, SendAlert
from bot.outbox.rate_limits import Clocks
from bot.store import installations
from bot.store.engine import Store
from handlers.errors import PostError, TokenRevoked


class RevokedTokens:
    """Stops a workspace and lets it go on."""

    def __init__(
        self,
        store: Store,
        poster_of: Callable[[str], MessagePoster],
        clocks: Clocks,
        tell: SendAlert,
        policy: DeliveryPolicy,
        resume_team: ResumeTeam,
    ) -> None:
        self._store = store
        self._poster_of = poster_of
        self._now = clocks.now
        self._tell = tell
        self._policy = policy
        self._resume_team = resume_team
        self._confirming: set[str] = set()

    async def ask(self, team: str) -> None:
        """Does a stopped workspace's token work again?"""
        if not await self._confirmed(team):
            return
        async with self._store.begin() as c:
            resumed = await self._resume_team(c, team, self._now())
        if resumed:
            await self._tell(Alert("resumed", team, "ok"))

    async def refused(self, team: str, error: TokenRevoked) -> None:
        """Slack says that the token is no good: ask once more, then stop everything of this workspace."""
        if team in self._confirming:
            return
        self._confirming.add(team)
        try:
            if await self._confirmed(team) is not False:
                return
            now = self._now()
            async with self._store.begin() as c:
                again_at = after(now, self._policy.ask_again_seconds)
                stopped = await installations.stop(c, team, error.code, now, again_at)
        finally:
            self._confirming.discard(team)
        if stopped:
            await self._tell(Alert("stopped", team, error.code))

    async def _confirmed(self, team: str) -> bool | None:
        """None: nobody can say now."""
        try:
            async with asyncio.timeout(self._policy.call_seconds):
                return await self._poster_of(team).confirm()
        except (PostError, TimeoutError):
            return None
