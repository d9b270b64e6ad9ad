"""Reads and writes the ``install_states`` table: installs that began in a browser and are not finished.

A row holds hashes alone, so that whoever reads the database cannot finish another person's install.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import try_insert
from bot.store.schema import install_states

_row = install_states.c


async def begin(c: AsyncConnection, state: str, browser: str, expires_at: datetime) -> None:
    """Stores that a browser, known by its cookie, began an install."""
    await try_insert(c, install_states, state=_hash(state), browser=_hash(browser), expires_at=expires_at)


async def take(c: AsyncConnection, state: str) -> tuple[str, datetime] | None:
    """Deletes a state and returns the hash of its browser and when it expires; None for one that is not there.

    Of two that come at once, one gets it.
    """
    taken = delete(install_states).where(_row.state == _hash(state)).returning(_row.browser, _row.expires_at)
    row = (await c.execute(taken)).first()
    return (str(row.browser), row.expires_at) if row is not None else None


def is_of(browser_hash: str, browser: str) -> bool:
    """Returns whether a stored hash is that of this browser's cookie."""
    return _hash(browser) == browser_hash


async def count(c: AsyncConnection) -> int:
    """Returns the number of states, which is bounded by whoever begins them."""
    return (await c.execute(select(func.count()).select_from(install_states))).scalar_one()


async def forget_expired(c: AsyncConnection, now: datetime) -> None:
    """Deletes the states that have expired."""
    await c.execute(delete(install_states).where(_row.expires_at <= now))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
