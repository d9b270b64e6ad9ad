"""Begins to serve what was just installed: one workspace, or those that an organization's token serves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.store import bot_tokens, installations
from bot.store.engine import Store
from handlers.oauth.installs import InstalledBot
from handlers.slack_facts import Identity


class NewInstalls:
    """Takes in each install after its token is stored."""

    def __init__(
        self,
        store: Store,
        register: Callable[[Identity], Awaitable[None]],
        notify_lost_scopes: Callable[[str, str, Sequence[str]], Awaitable[None]],
        forget: Callable[[], None],
    ) -> None:
        """``register`` serves a workspace from now on; ``forget`` reads what was kept of tokens and workspaces anew."""
        self._store = store
        self._register = register
        self._notify_lost_scopes = notify_lost_scopes
        self._forget = forget

    async def take_in(self, identity: Identity, bot: InstalledBot) -> None:
        """Serves the workspaces of an install, and tells its installer what it allows no more."""
        async with self._store.read() as c:
            teams = (bot.team,) if bot.team else await bot_tokens.served_by(c, bot.enterprise)
            before = [await installations.get(c, team) for team in teams]
        self._forget()
        for team, known in zip(teams, before, strict=True):
            name = identity.team_name or ((known.name or "") if known else "")
            await self._register(replace(identity, team=team, team_name=name))
            lost = [scope for scope in known.scopes if scope not in bot.scopes] if known else []
            if lost and bot.installer:
                await self._notify_lost_scopes(team, bot.installer, lost)
        self._forget()
