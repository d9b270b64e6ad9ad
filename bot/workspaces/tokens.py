"""Knows the token of each workspace, and refreshes the tokens that expire.

```
token(team) ─ kept for five seconds ─ else the row, decrypted ─ expires soon? ─ one process refreshes it under a lease
```
Slack takes a refresh token once: of two answers to one refresh token only the later one works. So whoever refreshes
holds a lease, commits it before the call, and writes the answer under the row's epoch. A refresh begins two hours
before the token expires. If its answer is lost, the old token works on, and the next try shows whether Slack has taken
the refresh token; only if it has, and the old token has expired, the app has to be installed again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import StoreTrouble, TokenUnreadable
from bot.store import bot_tokens, installations
from bot.store.bot_tokens import BotTokenRow
from bot.store.engine import Store
from bot.store.installations import PURGED, UNINSTALLED
from bot.workspaces.token_cipher import Opened, TokenCipher
from handlers.errors import OutcomeUnknown, PostError, RateLimited, TokenRevoked
from handlers.oauth.access import OAuthAccess
from handlers.oauth.installs import RefreshedToken

log = logging.getLogger("pactbot.workspaces")

KEPT_SECONDS = 5.0
"""How soon a process sees what another one installed, refreshed or removed."""
REFRESH_BEFORE = timedelta(hours=2)
"""A token lives for twelve hours: so long before its end it is refreshed, and a refresh that fails is tried again."""
WAIT_SECONDS = 12.0
"""How long one process waits for another that refreshes an expired token."""
LOOK_SECONDS = 0.2
WRITE_PAUSES_SECONDS = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
"""A new token that is not written would be lost, so it is tried for a while."""
WAIT_A_MOMENT = 3.0
NOT_INSTALLED, UNREADABLE, EXPIRED = "not_installed", "token_unreadable", "token_expired"


class Tokens:
    """The tokens of all workspaces. Every method raises PostError; nothing was posted then."""

    def __init__(
        self,
        store: Store,
        cipher: TokenCipher,
        access: OAuthAccess,
        now: Callable[[], datetime],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._cipher = cipher
        self._access = access
        self._now = now
        self._seconds = seconds
        self._kept: dict[str, tuple[float, str]] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._unreadable: set[str] = set()

    def forget(self) -> None:
        """Reads every token anew: an install has changed."""
        self._kept.clear()

    async def token(self, team: str) -> str:
        """Returns the workspace's token of the moment."""
        return self._kept_token(team) or await self._read_one_by_one(team, None)

    async def renewed(self, team: str, refused: str) -> str:
        """Returns the token that replaces one which Slack called expired; it is refreshed unless that is done."""
        self._kept.pop(team, None)
        return await self._read_one_by_one(team, refused)

    def _kept_token(self, team: str) -> str | None:
        until, token = self._kept.get(team, (0.0, None))
        return token if self._seconds() < until else None

    async def _read_one_by_one(self, team: str, refused: str | None) -> str:
        """Reads the token once for all tasks that ask in this moment."""
        async with self._locks.setdefault(team, asyncio.Lock()):
            kept = self._kept_token(team)
            if kept is not None and kept != refused:
                return kept
            try:
                token = await self._read(team, refused)
            except StoreTrouble as trouble:
                log.warning("token_not_read", extra={"team": team, "why": str(trouble)})
                raise RateLimited("store_busy", "", WAIT_A_MOMENT) from None
            self._kept[team] = (self._seconds() + KEPT_SECONDS, token)
            return token

    async def _read(self, team: str, refused: str | None) -> str:
        row = await self._row(team)
        token = await self._clear_text(row)
        is_refused = token == refused
        if row.refresh_token is None:
            if is_refused:
                raise TokenRevoked(EXPIRED)
            return token
        now = self._now()
        if is_refused or (row.expires_at is not None and row.expires_at - now <= REFRESH_BEFORE):
            works = not is_refused and row.expires_at is not None and now < row.expires_at
            row = await self._refreshed(row, works)
            token = await self._clear_text(row)
        return token

    async def _row(self, team: str) -> BotTokenRow:
        """Returns the install that serves a workspace. Raises TokenRevoked where there is none."""
        async with self._store.read() as c:
            installation = await installations.get(c, team)
            row = await bot_tokens.serving(c, team, (installation.enterprise if installation else None) or "")
        is_left = installation is not None and installation.reason in (UNINSTALLED, PURGED)
        if row is None or (is_left and not row.team):  # its organization has the app, this workspace has left it
            raise TokenRevoked(NOT_INSTALLED)
        return row

    async def _clear_text(self, row: BotTokenRow) -> str:
        """Decrypts a row's token. Under an older key the row is encrypted again."""
        owner = owner_of(row.team, row.enterprise)
        try:
            token, refresh_token = opened(self._cipher, row)
        except TokenUnreadable:
            if owner not in self._unreadable:
                self._unreadable.add(owner)
                cure = "add the key that it was stored under to PACT_SECRET_KEY, behind the others, or install again"
                log.error("token_unreadable", extra={"team": row.team, "enterprise": row.enterprise, "cure": cure})
            raise TokenRevoked(UNREADABLE) from None
        self._unreadable.discard(owner)
        if token.is_old_key or (refresh_token is not None and refresh_token.is_old_key):
            again = self._cipher.encrypt(refresh_token.text, owner) if refresh_token is not None else None
            async with self._store.begin() as c:
                await bot_tokens.put_encrypted_again(c, row, self._cipher.encrypt(token.text, owner), again)
        return token.text

    # ── refreshing ─────────────────────────────────────────────────────────────────────────────────────────

    async def _refreshed(self, row: BotTokenRow, works: bool) -> BotTokenRow:
        """Returns the row with a new token; while the old one ``works``, the old row where that is not possible now."""
        end = self._seconds() + WAIT_SECONDS
        while True:
            async with self._store.begin() as c:
                is_ours = await bot_tokens.claim_refresh(c, row, self._now())
                current = await bot_tokens.get(c, row.team, row.enterprise)
            if current is None:
                raise TokenRevoked(NOT_INSTALLED)
            if current.epoch != row.epoch:
                return current
            if is_ours:
                return await self._refresh(current, works)
            if works:
                return row  # another process refreshes it, or has just failed to
            if self._seconds() >= end:
                raise RateLimited("token_refresh", "", WAIT_A_MOMENT)
            await asyncio.sleep(LOOK_SECONDS)

    async def _refresh(self, row: BotTokenRow, works: bool) -> BotTokenRow:
        """Calls Slack once, under the lease of the row."""
        fields = {"team": row.team, "enterprise": row.enterprise}
        _, refresh_token = opened(self._cipher, row)
        assert refresh_token is not None
        try:
            new = await self._access.refresh(refresh_token.text)
        except (RateLimited, OutcomeUnknown) as unknown:  # the lease ends by itself, and the next try shows what it was
            log.warning("token_refresh_unknown", extra={**fields, "why": unknown.code})
            if works:
                return row
            raise RateLimited("token_refresh", "", WAIT_A_MOMENT) from None
        except PostError as refusal:
            return await self._after_refusal(row, works, refusal)
        log.info("token_refreshed", extra=fields)
        return await self._write(row, new)

    async def _after_refusal(self, row: BotTokenRow, works: bool, refusal: PostError) -> BotTokenRow:
        """Goes on with the old token while it works; the app has to be installed again before it ends."""
        until = self._now() + bot_tokens.LONGEST_REFRESH_WAIT
        async with self._store.begin() as c:
            await bot_tokens.put_off_refresh(c, row, until)
            current = await bot_tokens.get(c, row.team, row.enterprise)
        if current is not None and current.epoch != row.epoch:
            return current
        expires_at = row.expires_at.isoformat() if row.expires_at else "-"
        cure = "install the app in this workspace again at /slack/install; nothing of it is lost"
        fields = {"team": row.team, "enterprise": row.enterprise, "why": refusal.code, "expires_at": expires_at}
        log.error("token_not_refreshed", extra={**fields, "cure": cure})
        if works:
            return row
        raise TokenRevoked(EXPIRED) from None

    async def _write(self, row: BotTokenRow, new: RefreshedToken) -> BotTokenRow:
        owner = owner_of(row.team, row.enterprise)
        token, refresh_token = (self._cipher.encrypt(text, owner) for text in (new.token, new.refresh_token))
        expires_at = self._now() + timedelta(seconds=new.seconds)
        for pause_seconds in (*WRITE_PAUSES_SECONDS, None):
            try:
                async with self._store.begin() as c:
                    await bot_tokens.put_refreshed(c, row, token, refresh_token, expires_at)
                    current = await bot_tokens.get(c, row.team, row.enterprise)
                break
            except StoreTrouble:
                if pause_seconds is None:
                    log.error("token_not_written", extra={"team": row.team, "enterprise": row.enterprise})
                    raise
                await asyncio.sleep(pause_seconds)
        if current is None:
            raise TokenRevoked(NOT_INSTALLED)
        return replace(current, refreshing_until_at=None)


class TeamTokens:
    """The tokens of one workspace, as its poster asks for them."""

    def __init__(self, tokens: Tokens, team: str) -> None:
        self._tokens = tokens
        self._team = team

    async def token(self) -> str:
        """Returns the token of the moment."""
        return await self._tokens.token(self._team)

    async def renewed(self, refused: str) -> str:
        """Returns the token that replaces a refused one."""
        return await self._tokens.renewed(self._team, refused)


def owner_of(team: str, enterprise: str) -> str:
    """Returns the name under which a row's tokens are encrypted."""
    return f"{enterprise}/{team}"


def opened(cipher: TokenCipher, row: BotTokenRow) -> tuple[Opened, Opened | None]:
    """Decrypts a row's token and refresh token. Raises TokenUnreadable."""
    owner = owner_of(row.team, row.enterprise)
    token = cipher.decrypt(row.token, owner)
    return token, cipher.decrypt(row.refresh_token, owner) if row.refresh_token is not None else None
