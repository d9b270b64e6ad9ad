"""What was acknowledged and not done: a process was killed, the database was away, a handler failed. Taken up again.

A change is made however late, because the channel's post says it; an answer to a mere question is dropped once Slack's
answer address has expired. What does not succeed in a few tries is given up, and the operators hear of it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.deliveries.notices import OperatorsChannel, notify_operators
from bot.errors import StoreTrouble
from bot.operations.inbound_rows import LEASE, inbound_from, inbound_key
from bot.store import inbound
from bot.store.engine import Connection, Store
from bot.store.inbound import Inbound
from handlers.requests import Request, SlackEvent

log = logging.getLogger("pactbot.inbound")

LOOK_SECONDS = 5.0
MAX_TRIES = 5
AT_ONCE = 20
ANSWERABLE_FOR = timedelta(minutes=30)
"""Slack's answer address works this long."""
InboundItem = Request | SlackEvent
Decision = Literal["again", "late", "given_up"]


def decide(heard: InboundItem | None, tries: int, heard_at: datetime, now: datetime) -> Decision:
    """What becomes of something left behind; None is what nobody can read."""
    if heard is None or tries > MAX_TRIES:
        return "given_up"
    if isinstance(heard, Request) and not heard.ask.changes_channel and heard_at < now - ANSWERABLE_FOR:
        return "late"
    return "again"


@dataclass(frozen=True, slots=True)
class InboundRecovery:
    """Looks for it. ``operators`` is where it is told that something was given up, if there is such a channel."""

    store: Store
    now: Callable[[], datetime]
    operators: OperatorsChannel | None = None

    async def run(
        self, in_hand: Callable[[], Iterable[InboundItem]], resume: Callable[..., None], stop: asyncio.Event
    ) -> None:
        """Has what was left done again, at the start and ever after; all of it in the order in which it was heard."""
        while not stop.is_set():
            try:
                left = await self.look(in_hand())
            except StoreTrouble as trouble:
                log.warning("unfinished_waits", extra={"why": str(trouble)})
            else:
                if left:
                    resume(*left)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await stop.wait()

    async def look(self, in_hand: Iterable[InboundItem] = ()) -> list[InboundItem]:
        """What is to be done again now, in the order in which it was heard; what is in hand stays in hand."""
        now, keys = self.now(), [inbound_key(heard) for heard in in_hand]
        async with self.store.read() as c:
            left = await inbound.is_any_left(c, now)
        if not keys and not left:
            return []
        async with self.store.begin() as c:
            if keys:
                await inbound.keep(c, keys, now + LEASE)
            rows = await inbound.take_up(c, now, now + LEASE, AT_ONCE)
            return [heard for row in rows if (heard := await self._decided(c, row, now)) is not None]

    async def _decided(self, c: Connection, row: Inbound, now: datetime) -> InboundItem | None:
        heard = _read(row)
        fate = decide(heard, row.tries, row.heard_at, now)
        about = {"reference": row.id, "kind": row.kind, "tries": row.tries, "heard": row.heard_at.isoformat()}
        if fate == "again":
            log.info("taken_up_again", extra=about)
            return heard
        await inbound.handled(c, row.team, row.id, now)
        if fate == "late":
            log.warning("asked_too_long_ago", extra=about)
        else:
            log.error("given_up", extra=about)
            await self._tell_operators(c, row, now)
        return None

    async def _tell_operators(self, c: Connection, row: Inbound, now: datetime) -> None:
        args = {"reference": row.id, "heard": row.heard_at.isoformat()}
        await notify_operators(c, self.operators, row.team, f"given_up:{row.id}", f"given_up_{row.kind}", args, now)


def _read(row: Inbound) -> InboundItem | None:
    try:
        return inbound_from(row.id, row.kind, row.payload)
    except (KeyError, TypeError, ValueError):
        return None
