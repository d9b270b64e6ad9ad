"""Tells a person, in the bot's direct message, that an admin has run the line that the person asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.store import destinations
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection
from handlers.requests import Request

REQUEST = "request_of"
"""The code of the notice that asks an admin to run a line."""


async def notify_who_asked(c: Connection, request: Request, now: datetime) -> None:
    """Enqueues the message once for each notice, in the transaction that marks the admin's press as handled.

    Nothing is enqueued for a press elsewhere, for one's own request, and where no direct message could be opened.
    """
    if request.asked_in_ts is None:
        return
    asker = request.asker
    asked = await deliveries.by_ts(c, asker.team, asker.channel, request.asked_in_ts)
    payload: Any = asked.payload if asked is not None else {}
    if asked is None or payload.get("code") != REQUEST or payload.get("line") != request.line:
        return
    direct = await destinations.get(c, payload["direct"]) if payload.get("direct") else None
    if direct is None or payload["user"] == asker.user:
        return
    code = "request_done" if request.ask.changes_channel else "request_read"
    await deliveries.enqueue(
        c, f"request-done:{asked.id}", team=asker.team, destination=direct.id, kind="notice", now=now,
        payload={"code": code, "args": {}, "user": asker.user, "was_run": request.line},
    )  # fmt: skip
