"""Bolt's own protocol for installations (slack_sdk's AsyncInstallationStore) over the bot's rows.

The app asks for bot tokens alone, so an installation is its bot: what belongs to a person is never stored.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore

from handlers.oauth.installs import InstalledBot, InstallPort

log = logging.getLogger("pactbot.oauth")


class RowInstallationStore(AsyncInstallationStore):
    """Saves, finds and deletes installs by organization and workspace."""

    def __init__(self, port: InstallPort) -> None:
        self._port = port

    @property
    def logger(self) -> logging.Logger:
        """The log of installs."""
        return log

    async def async_save(self, installation: Installation) -> None:
        """Saves an installation's bot; raises ValueError for an installation without one."""
        if not installation.bot_token:
            raise ValueError("an installation without a bot's token is not used")
        await self._port.save(_from_bot(installation.to_bot(), installation.user_id))

    async def async_save_bot(self, bot: Bot) -> None:
        """Saves a bot; who installed it stays as it was."""
        before = await self._port.find("" if bot.is_enterprise_install else bot.team_id or "", bot.enterprise_id or "")
        await self._port.save(_from_bot(bot, before.installer if before else None))

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """Returns the bot of a workspace, or of an organization."""
        found = await self._port.find("" if is_enterprise_install else team_id or "", enterprise_id or "")
        return _to_installation(found).to_bot() if found is not None else None

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """Returns the installation of a workspace, or of an organization; of a person only who installed it."""
        found = await self._port.find("" if is_enterprise_install else team_id or "", enterprise_id or "")
        if found is None or user_id not in (None, found.installer):
            return None
        return _to_installation(found)

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Deletes the bot of a workspace, or, without one, of an organization."""
        await self._port.remove(team_id or "", enterprise_id or "")

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Deletes an installation; with a person only what is theirs, of which nothing is stored."""
        if user_id is None:
            await self._port.remove(team_id or "", enterprise_id or "")


def _from_bot(bot: Bot, installer: str | None) -> InstalledBot:
    expires_at = bot.bot_token_expires_at
    return InstalledBot(
        "" if bot.is_enterprise_install else bot.team_id or "",
        bot.enterprise_id or "",
        bot.bot_token,
        datetime.fromtimestamp(bot.installed_at, UTC),
        refresh_token=bot.bot_refresh_token,
        expires_at=datetime.fromtimestamp(expires_at, UTC) if expires_at is not None else None,
        enterprise_name=bot.enterprise_name,
        name=bot.team_name,
        app=bot.app_id,
        bot_user=bot.bot_user_id or None,
        bot=bot.bot_id or None,
        installer=installer,
        scopes=tuple(bot.bot_scopes),
    )


def _to_installation(found: InstalledBot) -> Installation:
    return Installation(
        app_id=found.app,
        enterprise_id=found.enterprise or None,
        enterprise_name=found.enterprise_name,
        team_id=found.team or None,
        team_name=found.name,
        bot_token=found.token,
        bot_id=found.bot or "",
        bot_user_id=found.bot_user or "",
        bot_scopes=list(found.scopes),
        bot_refresh_token=found.refresh_token,
        bot_token_expires_at=int(found.expires_at.timestamp()) if found.expires_at else None,
        user_id=found.installer or "",
        is_enterprise_install=not found.team,
        installed_at=found.installed_at.timestamp(),
    )
