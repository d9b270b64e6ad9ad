"""Recovers requests and events that were acknowledged and not handled: after a crash, or when a handler failed.

A change is made however late, because the channel's post announces it. A question is dropped when Slack's address for
its answer has expired. What fails several times is given up, and the operators are notified.
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
from bot.operations.inbound_payloads import LEASE, inbound_from, inbound_key
from bot.store import inbound
from bot.store.engine import Connection, Store
from bot.store.inbound import Inbound
from handlers.requests import Request, SlackEvent

log = logging.getLogger("pactbot.inbound")

LOOK_SECONDS = 5.0
MAX_TRIES = 5
ROWS_A_LOOK = 20
ANSWERABLE_FOR = timedelta(minutes=30)
"""Slack's address for an answer works this long."""
InboundItem = Request | SlackEvent
Decision = Literal["retry", "expired", "given_up"]


def decide(item: InboundItem | None, tries: int, heard_at: datetime, now: datetime) -> Decision:
    """What to do with an unhandled row; ``item`` is None when its payload cannot be read."""
    if item is None or tries > MAX_TRIES:
        return "given_up"
    if isinstance(item, Request) and not item.ask.changes_channel and heard_at < now - ANSWERABLE_FOR:
        return "expired"
    return "retry"


@dataclass(frozen=True, slots=True)
class InboundRecovery:
    """Finds unhandled rows; ``operators`` are notified of those that are given up."""

    store: Store
    now: Callable[[], datetime]
    operators: OperatorsChannel | None = None

    async def run(
        self, in_progress: Callable[[], Iterable[InboundItem]], resume: Callable[..., None], stop: asyncio.Event
    ) -> None:
        """Resumes unhandled items until ``stop``, at the start and every few seconds, in the order of their arrival."""
        while not stop.is_set():
            try:
                items = await self.look(in_progress())
            except StoreTrouble as error:
                log.warning("inbound_recovery_failed", extra={"why": str(error)})
            else:
                if items:
                    resume(*items)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await stop.wait()

    async def look(self, in_progress: Iterable[InboundItem] = ()) -> list[InboundItem]:
        """Renews the lease of the items in progress; claims and returns those to be handled again, oldest first."""
        now, keys = self.now(), [inbound_key(item) for item in in_progress]
        async with self.store.read() as c:
            any_left = await inbound.has_unclaimed(c, now)
        if not keys and not any_left:
            return []
        async with self.store.begin() as c:
            if keys:
                await inbound.renew(c, keys, now + LEASE)
            rows = await inbound.claim(c, now, now + LEASE, ROWS_A_LOOK)
            return [item for row in rows if (item := await self._recover(c, row, now)) is not None]

    async def _recover(self, c: Connection, row: Inbound, now: datetime) -> InboundItem | None:
        """The item to be handled again; None when it is expired or given up."""
        item = _read(row)
        decision = decide(item, row.tries, row.heard_at, now)
        fields = {"reference": row.id, "kind": row.kind, "tries": row.tries, "heard": row.heard_at.isoformat()}
        if decision == "retry":
            log.info("inbound_retried", extra=fields)
            return item
        await inbound.mark_handled(c, row.team, row.id, now)
        if decision == "expired":
            log.warning("inbound_expired", extra=fields)
        else:
            log.error("inbound_given_up", extra=fields)
            await self._notify_operators(c, row, now)
        return None

    async def _notify_operators(self, c: Connection, row: Inbound, now: datetime) -> None:
        args = {"reference": row.id, "heard": row.heard_at.isoformat()}
        what, code = f"given_up:{row.id}", f"given_up_{row.kind}"
        await notify_operators(c, self.operators, row.team, what, code, args, now)


def _read(row: Inbound) -> InboundItem | None:
    try:
        return inbound_from(row.id, row.kind, row.payload)
    except (KeyError, TypeError, ValueError):
        return None
