"""Knows the workspaces that installed the app by OAuth: who serves each of them, and the client that posts there."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable

from bot.store import bot_tokens, installations
from bot.store.engine import Store
from bot.store.installations import PURGED, Installation
from bot.workspaces.installs import identity_from_row
from bot.workspaces.tokens import KEPT_SECONDS
from handlers.client import SlackClient
from handlers.post import Poster
from handlers.slack_facts import Identity

TEAM = re.compile(r"T[A-Z0-9]{1,40}")
"""A workspace's id. What else a payload may name, as an organization, is no workspace."""


class InstalledWorkspaces:
    """The workspaces in the rows. What is read is kept for five seconds, so a new install is known soon everywhere."""

    def __init__(
        self,
        store: Store,
        client: SlackClient,
        new_poster: Callable[[str], Poster],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self.client = client
        self.register: Callable[[Identity], Awaitable[None]] | None = None
        """Begins to serve a workspace of an organization that has the app; set once the services stand."""
        self._store = store
        self._new_poster = new_poster
        self._seconds = seconds
        self._kept: dict[tuple[str, str], tuple[float, Identity]] = {}
        self._posters: dict[str, Poster] = {}

    def forget(self) -> None:
        """Reads every installation anew: one has changed."""
        self._kept.clear()

    def poster(self, team: str) -> Poster:
        """Returns the client of a workspace, which asks for the token of the moment at every call."""
        if team not in self._posters:
            self._posters[team] = self._new_poster(team)
        return self._posters[team]

    async def identity(self, team: str, enterprise: str = "") -> Identity | None:
        """Returns the installation that serves a workspace, or without a team an organization's own."""
        until, kept = self._kept.get((team, enterprise), (0.0, None))
        if self._seconds() < until:
            return kept
        identity = await self._look_up(team, enterprise)
        if identity is not None:
            self._kept[team, enterprise] = (self._seconds() + KEPT_SECONDS, identity)
        return identity

    async def _look_up(self, team: str, enterprise: str) -> Identity | None:
        if team and not TEAM.fullmatch(team):
            return None
        async with self._store.read() as c:
            known = await installations.get(c, team) if team else None
            if known is not None and known.reason != PURGED:
                return _identity_from(known)
            row = await bot_tokens.serving(c, team, enterprise)
        if row is None:
            return None
        identity = identity_from_row(row, team or enterprise)
        if team and self.register is not None:
            await self.register(identity)
        return identity


def _identity_from(known: Installation) -> Identity:
    return Identity(known.team, known.bot_user or "", known.bot, known.name or "", "", known.enterprise, known.scopes)
