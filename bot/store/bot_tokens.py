"""Reads and writes the ``bot_tokens`` table: the encrypted token of each install by OAuth.

A row belongs to one workspace, or, with an empty ``team``, to all workspaces of an organization that installed the app
for all of them. Whoever refreshes a token holds the row's lease first, because Slack takes a refresh token once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import fetch_one, fields_of, from_row, upsert
from bot.store.schema import bot_tokens, installations

REFRESH_LEASE = timedelta(seconds=30)
"""How long one process alone may refresh a token: longer than the call may take."""
LONGEST_REFRESH_WAIT = timedelta(minutes=10)
"""How long a refused refresh is not tried again."""
_row = bot_tokens.c


@dataclass(frozen=True, slots=True)
class BotTokenRow:
    """One install. ``token`` and ``refresh_token`` are encrypted; none of this class is ever logged."""

    team: str
    """Empty for an organization."""
    enterprise: str
    """Empty for a workspace outside of any organization."""
    token: str
    installed_at: datetime
    refresh_token: str | None = None
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
    epoch: int = 0
    """Rises with every new token; what an older one writes is refused."""
    refreshing_until_at: datetime | None = None
    """While it lies ahead, one process refreshes the token, or a refresh has just failed."""


async def put(c: AsyncConnection, row: BotTokenRow) -> None:
    """Writes an install in place of an earlier one; a workspace that joined an organization keeps one row."""
    if row.team:
        await c.execute(delete(bot_tokens).where(_row.team == row.team, _row.enterprise != row.enterprise))
    before = await get(c, row.team, row.enterprise)
    epoch = before.epoch + 1 if before is not None else 0
    await upsert(c, bot_tokens, fields_of(row) | {"scopes": list(row.scopes), "epoch": epoch})


async def get(c: AsyncConnection, team: str, enterprise: str) -> BotTokenRow | None:
    """Returns the install with exactly this key, or None."""
    return await fetch_one(c, BotTokenRow, bot_tokens, _row.team == team, _row.enterprise == enterprise)


async def serving(c: AsyncConnection, team: str, enterprise: str) -> BotTokenRow | None:
    """Returns the install that serves a workspace: its own, or that of its organization; None where there is none."""
    own = and_(_row.team == team, _row.team != "")
    wanted = or_(own, and_(_row.team == "", _row.enterprise == enterprise)) if enterprise else own
    found = await c.execute(select(bot_tokens).where(wanted).order_by(_row.team.desc()))  # its own comes first
    row = found.first()
    return from_row(BotTokenRow, row) if row is not None else None


async def installed_at(c: AsyncConnection, team: str) -> datetime | None:
    """Returns when the workspace's own token was installed; None without one."""
    at: datetime | None = (await c.execute(select(_row.installed_at).where(_row.team == team))).scalars().first()
    return at


async def all_of(c: AsyncConnection) -> tuple[BotTokenRow, ...]:
    """Returns every install, in the order of workspaces."""
    rows = await c.execute(select(bot_tokens).order_by(_row.enterprise, _row.team))
    return tuple(from_row(BotTokenRow, row) for row in rows)


async def remove(c: AsyncConnection, team: str, enterprise: str) -> bool:
    """Deletes an install; returns whether there was one."""
    where = (_row.team == team, _row.enterprise == enterprise)
    return (await c.execute(delete(bot_tokens).where(*where))).rowcount == 1


async def served_by(c: AsyncConnection, enterprise: str) -> tuple[str, ...]:
    """Returns the workspaces of an organization that have no token of their own."""
    has_own = exists().where(_row.team == installations.c.team)
    query = select(installations.c.team).where(installations.c.enterprise == enterprise, ~has_own)
    return tuple((await c.execute(query.order_by(installations.c.team))).scalars())


async def remove_of(c: AsyncConnection, team: str) -> None:
    """Deletes a workspace's own token, or else its organization's once none of its workspaces is active."""
    if (await c.execute(delete(bot_tokens).where(_row.team == team))).rowcount:
        return
    row = installations.c
    enterprise = (await c.execute(select(row.enterprise).where(row.team == team))).scalar_one_or_none()
    if not enterprise:
        return
    active = select(row.team).where(row.enterprise == enterprise, row.state == "active").limit(1)
    if (await c.execute(active)).first() is None:
        await remove(c, "", enterprise)


async def claim_refresh(c: AsyncConnection, row: BotTokenRow, now: datetime) -> bool:
    """Takes the lease to refresh a token; False where another process has it, or the token is a newer one by now."""
    is_free = or_(_row.refreshing_until_at.is_(None), _row.refreshing_until_at <= now)
    claim = update(bot_tokens).where(*_same(row), is_free).values(refreshing_until_at=now + REFRESH_LEASE)
    return (await c.execute(claim)).rowcount == 1


async def put_refreshed(
    c: AsyncConnection, row: BotTokenRow, token: str, refresh_token: str | None, expires_at: datetime | None
) -> bool:
    """Writes the new token and ends the lease; False where the row has a newer one by now."""
    values = {"token": token, "refresh_token": refresh_token, "expires_at": expires_at, "refreshing_until_at": None}
    written = update(bot_tokens).where(*_same(row)).values(epoch=row.epoch + 1, **values)
    return (await c.execute(written)).rowcount == 1


async def put_off_refresh(c: AsyncConnection, row: BotTokenRow, until: datetime) -> None:
    """Lets nobody try to refresh this token until then."""
    await c.execute(update(bot_tokens).where(*_same(row)).values(refreshing_until_at=until))


async def put_encrypted_again(c: AsyncConnection, row: BotTokenRow, token: str, refresh_token: str | None) -> None:
    """Writes the same token under the newest key, unless the row has a newer token by now."""
    values = {"token": token, "refresh_token": refresh_token}
    await c.execute(update(bot_tokens).where(*_same(row)).values(**values))


def _same(row: BotTokenRow) -> tuple[ColumnElement[bool], ...]:
    return (_row.team == row.team, _row.enterprise == row.enterprise, _row.epoch == row.epoch)
