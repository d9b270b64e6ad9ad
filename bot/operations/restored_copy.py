"""Prepares a database that was restored from a copy, at the start, before anything is sent."""

from __future__ import annotations

import logging
from datetime import datetime

from bot.deliveries.notices import OperatorsChannel, notify_operators
from bot.store import installations, restored
from bot.store.engine import Store

log = logging.getLogger("pactbot.cleanup")


async def prepare_restored_copy(store: Store, operators: OperatorsChannel | None, now: datetime) -> None:
    """Prepares the copy once and notifies the operators of every workspace; nothing is done for any other database."""
    async with store.read() as c:
        if await restored.unprepared_copy(c) is None:
            return
    async with store.begin() as c:
        prepared = await restored.prepare(c, now)
        if prepared is None:
            return
        made_at, unsent = prepared
        log.warning("restored_from_copy", extra={"made_at": made_at.isoformat(), "looked_for": unsent})
        args = {"at": made_at.strftime("%Y-%m-%d %H:%M UTC"), "n": str(unsent)}
        for row in await installations.all_of(c):
            if row.state == "active":
                await notify_operators(
                    c, operators, row.team, f"restored:{made_at.isoformat()}", "restored_copy", args, now
                )
