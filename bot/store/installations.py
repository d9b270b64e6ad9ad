"""Workspaces that installed the bot: one row a team, active or stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import fetch_one, from_row, try_insert
from bot.store.schema import installations

InstallationState = Literal["active", "stopped"]
UNINSTALLED = "uninstalled"
"""The reason of a workspace that removed the app."""
PURGED = "purged"
"""And of one that is forgotten since; its row stays, so that nobody takes it for a new one."""


@dataclass(frozen=True, slots=True)
class Installation:
    """A workspace. Its token stands in the settings; the column for an encrypted one is kept free."""

    team: str
    enterprise: str | None
    name: str | None
    bot_user: str | None
    bot: str | None
    scopes: tuple[str, ...]
    state: InstallationState
    reason: str | None
    """Slack's word for why it is stopped."""
    installed_at: datetime
    stopped_at: datetime | None
    """When it was last stopped, also when it works again."""
    ask_again_at: datetime | None
    """When to ask Slack whether the token works again."""


async def put(
    c: AsyncConnection,
    team: str,
    now: datetime,
    *,
    enterprise: str | None = None,
    name: str | None = None,
    bot_user: str | None = None,
    bot: str | None = None,
    scopes: tuple[str, ...] = (),
) -> None:
    """The token works: write what auth.test said; the workspace is active from now."""
    await try_insert(c, installations, team=team, installed_at=now)
    said = {"enterprise": enterprise, "name": name, "bot_user": bot_user, "bot": bot, "scopes": list(scopes)}
    active = {"state": "active", "reason": None, "ask_again_at": None}
    await c.execute(update(installations).where(installations.c.team == team).values(**said, **active))


async def get(c: AsyncConnection, team: str) -> Installation | None:
    """The workspace, or None."""
    return await fetch_one(c, Installation, installations, installations.c.team == team)


async def all_of(c: AsyncConnection) -> tuple[Installation, ...]:
    """Every workspace."""
    rows = await c.execute(select(installations).order_by(installations.c.team))
    return tuple(from_row(Installation, row) for row in rows)


async def present(c: AsyncConnection) -> tuple[Installation, ...]:
    """Every workspace that has the app, whether its token works or not."""
    return tuple(row for row in await all_of(c) if row.reason not in (UNINSTALLED, PURGED))


async def stop(c: AsyncConnection, team: str, reason: str, now: datetime, ask_again_at: datetime | None) -> bool:
    """No further call for this workspace; True when it was active until now."""
    await try_insert(c, installations, team=team, installed_at=now)
    row = installations.c
    working = update(installations).where(row.team == team, row.state == "active")
    values = {"state": "stopped", "reason": reason, "stopped_at": now, "ask_again_at": ask_again_at}
    return (await c.execute(working.values(**values))).rowcount == 1


async def note_uninstalled(c: AsyncConnection, team: str, now: datetime) -> None:
    """Slack said that the app was removed, whatever stopped the workspace before: from now its days are counted."""
    row = installations.c
    mine = update(installations).where(row.team == team, row.state == "stopped", row.reason != UNINSTALLED)
    await c.execute(mine.values(reason=UNINSTALLED, stopped_at=now))


async def resume(c: AsyncConnection, team: str) -> bool:
    """The token works again; True when the workspace was stopped."""
    row = installations.c
    stopped = update(installations).where(row.team == team, row.state == "stopped")
    values = {"state": "active", "reason": None, "ask_again_at": None}
    return (await c.execute(stopped.values(**values))).rowcount == 1


async def claim_to_ask(c: AsyncConnection, now: datetime, again_at: datetime) -> tuple[str, ...]:
    """Stopped workspaces whose token is to be tried again now; the next try is set at once, so one worker asks."""
    row = installations.c
    due = update(installations).where(row.state == "stopped", row.ask_again_at <= now)
    found = await c.execute(due.values(ask_again_at=again_at).returning(row.team))
    return tuple(found.scalars())
