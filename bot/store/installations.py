"""Reads and writes the ``installations`` table: the workspaces that have the app, active or stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import fetch_one, from_row, try_insert
from bot.store.schema import installations

InstallationState = Literal["active", "stopped"]
UNINSTALLED = "uninstalled"
"""The reason of a workspace that removed the app."""
PURGED = "purged"
"""The reason of a workspace whose rows are deleted since; its own row stays, so that it is not taken for a new one."""


@dataclass(frozen=True, slots=True)
class Installation:
    """A workspace that has or had the app. Its token is in the settings, or in the table ``bot_tokens``."""

    team: str
    enterprise: str | None
    name: str | None
    bot_user: str | None
    bot: str | None
    scopes: tuple[str, ...]
    state: InstallationState
    reason: str | None
    """Why it is stopped, in Slack's word."""
    installed_at: datetime
    stopped_at: datetime | None
    """When it was last stopped; kept when it is active again."""
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
    """Writes what auth.test answered; the workspace is active from now."""
    await try_insert(c, installations, team=team, installed_at=now)
    answered = {"enterprise": enterprise, "name": name, "bot_user": bot_user, "bot": bot, "scopes": list(scopes)}
    active = {"state": "active", "reason": None, "ask_again_at": None}
    await c.execute(update(installations).where(installations.c.team == team).values(**answered, **active))


async def get(c: AsyncConnection, team: str) -> Installation | None:
    """Returns the workspace, or None."""
    return await fetch_one(c, Installation, installations, installations.c.team == team)


async def all_of(c: AsyncConnection) -> tuple[Installation, ...]:
    """Returns every workspace."""
    rows = await c.execute(select(installations).order_by(installations.c.team))
    return tuple(from_row(Installation, row) for row in rows)


def is_stopped(team: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the workspace of a row is stopped: an expression for a query, which asks for each row that it finds."""
    return exists().where(installations.c.team == team, installations.c.state != "active")


async def present(c: AsyncConnection) -> tuple[Installation, ...]:
    """Returns every workspace that has the app, whether its token works or not."""
    return tuple(row for row in await all_of(c) if row.reason not in (UNINSTALLED, PURGED))


async def stop(c: AsyncConnection, team: str, reason: str, now: datetime, ask_again_at: datetime | None) -> bool:
    """Stops all calls for a workspace; returns True if it was active until now."""
    await try_insert(c, installations, team=team, installed_at=now)
    row = installations.c
    working = update(installations).where(row.team == team, row.state == "active")
    values = {"state": "stopped", "reason": reason, "stopped_at": now, "ask_again_at": ask_again_at}
    return (await c.execute(working.values(**values))).rowcount == 1


async def note_uninstalled(c: AsyncConnection, team: str, now: datetime) -> None:
    """Notes that the app was removed, whatever stopped the workspace before; later its rows are deleted."""
    row = installations.c
    stopped = update(installations).where(row.team == team, row.state == "stopped", row.reason != UNINSTALLED)
    await c.execute(stopped.values(reason=UNINSTALLED, stopped_at=now))


async def resume(c: AsyncConnection, team: str) -> bool:
    """Makes a workspace whose token works again active; returns True if it was stopped."""
    row = installations.c
    stopped = update(installations).where(row.team == team, row.state == "stopped")
    values = {"state": "active", "reason": None, "ask_again_at": None}
    return (await c.execute(stopped.values(**values))).rowcount == 1


async def claim_to_ask(c: AsyncConnection, now: datetime, again_at: datetime, limit: int) -> tuple[str, ...]:
    """Returns stopped workspaces whose token is due to be tried, and sets the next try, so that one worker asks.

    At most ``limit``, the longest due first: what stopped all workspaces at once must not have all asked at once.
    """
    row = installations.c
    due = select(row.team).where(row.state == "stopped", row.ask_again_at <= now)
    due = due.order_by(row.ask_again_at, row.team).limit(limit).with_for_update(skip_locked=True)
    claimed = update(installations).where(row.team.in_(due)).values(ask_again_at=again_at)
    return tuple(sorted((await c.execute(claimed.returning(row.team))).scalars()))
