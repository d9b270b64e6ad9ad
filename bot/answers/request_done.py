"""Settles the request whose line an admin has run: its message shows who ran it, and whoever asked is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.model import Delivery, Destination
from bot.store import destinations
from bot.store.deliveries import admin_requests
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection
from handlers.requests import Request
from handlers.verbs.parse import parse

REQUEST = "request_of"
"""The code of the notice that asks an admin to run a line."""


async def settle_requests(c: Connection, request: Request, changed: Destination | None, now: datetime) -> None:
    """Settles each request once, in the transaction that marks the admin's press or command as handled.

    A change settles every request for it, wherever it was made: those in the channel that it ``changed``, and where it
    is of the workspace, all. An answer settles only the request that was pressed, because nobody else got it.
    """
    for asked in await admin_requests.unsettled(c, request.asker.team):
        if await _is_settled_by(c, asked, request, changed) and await admin_requests.settle(
            c, asked, request.asker.user, now
        ):
            await _tell_who_asked(c, asked, request, now)


async def _is_settled_by(c: Connection, asked: Delivery, request: Request, changed: Destination | None) -> bool:
    channel = await destinations.get(c, asked.destination)
    if channel is None:
        return False
    is_pressed = request.asked_in_ts is not None and (channel.slack_id, asked.ts) == (
        request.asker.channel, request.asked_in_ts,
    )  # fmt: skip
    line = str(asked.payload["line"])
    if is_pressed:
        return line == request.line
    is_where_asked = request.ask.admins_only or (changed is not None and changed.id == channel.id)
    return request.ask.changes_channel and is_where_asked and parse(line, request.asker)[0] == request.ask


async def _tell_who_asked(c: Connection, asked: Delivery, request: Request, now: datetime) -> None:
    """Enqueues no message about one's own request, and none where no direct message could be opened."""
    payload: Any = asked.payload
    direct = await destinations.get(c, payload["direct"]) if payload.get("direct") else None
    if direct is None or payload["user"] == request.asker.user:
        return
    code = "request_done" if request.ask.changes_channel else "request_read"
    await deliveries.enqueue(
        c, f"request-done:{asked.id}", team=asked.team, destination=direct.id, kind="notice", now=now,
        payload={"code": code, "args": {}, "user": request.asker.user, "was_run": payload["line"]},
    )  # fmt: skip
