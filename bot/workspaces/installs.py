"""Keeps installs of the app: tokens encrypted, states of installs that began in a browser, and who must learn of it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta

from bot.errors import StoreTrouble, TokenUnreadable
from bot.store import bot_tokens, install_states
from bot.store.bot_tokens import BotTokenRow
from bot.store.engine import Connection, Store
from bot.workspaces.token_cipher import TokenCipher
from bot.workspaces.tokens import opened, owner_of
from handlers.oauth.installs import InstalledBot, InstallsAway, StateOutcome
from handlers.slack_facts import Identity

log = logging.getLogger("pactbot.workspaces")

STATE_LIFE = timedelta(minutes=10)
"""How long a person may take to allow the app."""
OPEN_STATES_MAX = 5_000
"""Anybody can begin an install: beyond so many that are open, a new one has to wait."""


class Installs:
    """The installs of one app. ``on_install`` serves a workspace from now on, with the token that is stored by then."""

    def __init__(
        self,
        store: Store,
        cipher: TokenCipher,
        now: Callable[[], datetime],
        on_install: Callable[[Identity, InstalledBot], Awaitable[None]],
    ) -> None:
        self._store = store
        self._cipher = cipher
        self._now = now
        self._on_install = on_install

    @asynccontextmanager
    async def _begin(self) -> AsyncIterator[Connection]:
        with _as_away():
            async with self._store.begin() as c:
                yield c

    @asynccontextmanager
    async def _read(self) -> AsyncIterator[Connection]:
        with _as_away():
            async with self._store.read() as c:
                yield c

    async def save(self, bot: InstalledBot) -> None:
        """Stores an install in place of an earlier one, and serves its workspace."""
        owner = owner_of(bot.team, bot.enterprise)
        refresh_token = self._cipher.encrypt(bot.refresh_token, owner) if bot.refresh_token else None
        row = BotTokenRow(
            bot.team, bot.enterprise, self._cipher.encrypt(bot.token, owner), bot.installed_at, refresh_token,
            bot.expires_at, bot.enterprise_name, bot.name, bot.app, bot.bot_user, bot.bot, bot.installer, bot.scopes,
        )  # fmt: skip
        async with self._begin() as c:
            await bot_tokens.put(c, row)
        log.info("installed", extra={"team": bot.team, "enterprise": bot.enterprise, "scopes": ",".join(bot.scopes)})
        with _as_away():
            await self._on_install(identity_from_row(row, bot.team or bot.enterprise), bot)

    async def find(self, team: str, enterprise: str) -> InstalledBot | None:
        """Returns the install with exactly this key; None where there is none, or no key opens its token."""
        async with self._read() as c:
            row = await bot_tokens.get(c, team, enterprise)
        if row is None:
            return None
        try:
            token, refresh_token = opened(self._cipher, row)
        except TokenUnreadable:
            return None
        return InstalledBot(
            row.team, row.enterprise, token.text, row.installed_at, refresh_token.text if refresh_token else None,
            row.expires_at, row.enterprise_name, row.name, row.app, row.bot_user, row.bot, row.installer, row.scopes,
        )  # fmt: skip

    async def remove(self, team: str, enterprise: str) -> None:
        """Deletes the token of an install."""
        async with self._begin() as c:
            await bot_tokens.remove(c, team, enterprise)

    async def begin_state(self, state: str, browser: str) -> bool:
        """Stores that a browser began an install; False where too many are open."""
        now = self._now()
        async with self._begin() as c:
            await install_states.forget_expired(c, now)
            if await install_states.count(c) >= OPEN_STATES_MAX:
                return False
            await install_states.begin(c, state, browser, now + STATE_LIFE)
        return True

    async def take_state(self, state: str, browser: str) -> StateOutcome:
        """Uses up a state, whatever its outcome is: one that another browser brought is of no use to anybody."""
        async with self._begin() as c:
            taken = await install_states.take(c, state)
        if taken is None:
            return "unknown"
        browser_hash, expires_at = taken
        if not install_states.is_of(browser_hash, browser):
            return "other_browser"
        return "ok" if self._now() < expires_at else "expired"


@contextmanager
def _as_away() -> Iterator[None]:
    try:
        yield
    except StoreTrouble as trouble:
        log.warning("install_not_stored", extra={"why": str(trouble)})
        raise InstallsAway from None


def identity_from_row(row: BotTokenRow, team: str) -> Identity:
    """Returns what is known of the app in a workspace that this install serves."""
    name = row.name if row.team else None
    return Identity(team, row.bot_user or "", row.bot, name or "", "", row.enterprise or None, row.scopes)
