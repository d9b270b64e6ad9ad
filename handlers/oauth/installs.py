"""An install of the app as data, and the protocol of the bot that keeps installs (``InstallPort``)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

StateOutcome = Literal["ok", "unknown", "expired", "other_browser"]
"""What became of a state that came back: ``unknown`` is also one that was used before."""


@dataclass(frozen=True, slots=True)
class InstalledBot:
    """The app in one workspace, or in all workspaces of an organization, with its token."""

    team: str
    """Empty for an organization."""
    enterprise: str
    """Empty for a workspace outside of any organization."""
    token: str = field(repr=False)
    installed_at: datetime
    refresh_token: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    """None: the token does not expire."""
    enterprise_name: str | None = None
    name: str | None = None
    app: str | None = None
    bot_user: str | None = None
    bot: str | None = None
    installer: str | None = None
    """The person who installed the app."""
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RefreshedToken:
    """A token that replaces an expiring one, with the token for the next time."""

    token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    seconds: float
    """How long it is valid."""


class InstallsAway(Exception):
    """the bot cannot keep an install now"""


class InstallPort(Protocol):
    """The bot as whoever installs the app sees it; every method raises InstallsAway while the database is away.

    Tokens are encrypted where they are stored.
    """

    async def save(self, bot: InstalledBot) -> None:
        """Stores an install in place of an earlier one; the workspace is served from now on."""

    async def find(self, team: str, enterprise: str) -> InstalledBot | None:
        """Returns the install with exactly this key; None where there is none, or no key opens its token."""

    async def remove(self, team: str, enterprise: str) -> None:
        """Deletes the token of an install; the workspace's own rows stay."""

    async def begin_state(self, state: str, browser: str) -> bool:
        """Stores that a browser, known by its cookie, began an install; False where too many are open."""

    async def take_state(self, state: str, browser: str) -> StateOutcome:
        """Uses up a state, whatever its outcome is."""
