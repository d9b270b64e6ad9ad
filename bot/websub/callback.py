"""Answers WebSub hubs at /websub/{token}: verifies what we asked for, and takes pushes as hints."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from bot.errors import StoreTrouble
from bot.model import Job
from bot.store import hub_subscriptions
from bot.store.engine import Connection, Store
from bot.store.hub_subscriptions import HubSubscription
from bot.websub.decisions import PUSHED_STATES, denied, is_expected, push_due_at, verified
from bot.websub.requests import next_job
from bot.websub.signatures import is_signed

log = logging.getLogger("pactbot.websub")

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
"""32 random bytes."""
UNKNOWN = (404, "")
NOT_READY = (503, "")

EnqueueIn = Callable[[Connection, Job], Awaitable[None]]
"""Enqueues a job in the transaction of this connection."""


class HubCallback:
    """The answers to hubs."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.store: Store | None = None
        self._enqueue_in: EnqueueIn | None = None
        self._now = now

    def open(self, store: Store, enqueue_in: EnqueueIn) -> None:
        """Answers from now on, because the database is ready."""
        self.store, self._enqueue_in = store, enqueue_in

    def close(self) -> None:
        """Answers no more, because the process ends: hubs come back."""
        self.store = None

    async def verify(self, token: str, query: Mapping[str, str]) -> tuple[int, str]:
        """Returns status and text for a hub that verifies or denies a subscription: the challenge if we asked."""
        try:
            row = await self._row(token)
            return NOT_READY if self.store is None else await self._verify(self.store, row, query)
        except StoreTrouble as error:
            return _away(error)

    async def receive(self, token: str, signature: str, body: bytes) -> int:
        """Returns the status for a push. A signed one makes its source due; one that is not signed is ignored."""
        try:
            row = await self._row(token)
            return NOT_READY[0] if self.store is None else await self._receive(self.store, row, signature, body)
        except StoreTrouble as error:
            return _away(error)[0]

    async def _row(self, token: str) -> HubSubscription | None:
        """Returns the row of a callback; what is no token is not looked up."""
        if self.store is None or not TOKEN.fullmatch(token):
            return None
        async with self.store.read() as c:
            return await hub_subscriptions.by_token(c, token)

    async def _verify(self, store: Store, row: HubSubscription | None, query: Mapping[str, str]) -> tuple[int, str]:
        mode, topic = query.get("hub.mode", ""), query.get("hub.topic", "")
        if row is None or topic != row.topic:
            return UNKNOWN
        now = self._now()
        if mode == "denied":
            reason = query.get("hub.reason", "")
            log.info("hub_denied", extra={"outlet": row.outlet, "hub": row.hub, "why": reason[:200]})
            async with store.begin() as c:
                await _deny(c, row, reason, now)
            return 200, ""
        if not is_expected(row, mode, topic):
            return UNKNOWN
        async with store.begin() as c:
            if mode == "unsubscribe":
                await hub_subscriptions.forget(c, row)
            elif not await self._note_verified(c, row, query.get("hub.lease_seconds", ""), now):
                return UNKNOWN
        log.info("hub_verified", extra={"outlet": row.outlet, "hub": row.hub, "mode": mode})
        return 200, query.get("hub.challenge", "")

    async def _receive(self, store: Store, row: HubSubscription | None, signature: str, body: bytes) -> int:
        if row is None:
            return UNKNOWN[0]
        if row.state not in PUSHED_STATES:
            return 410
        if not is_signed(row.secret, signature, body):
            log.warning("push_not_signed", extra={"outlet": row.outlet, "hub": row.hub})
            return 202
        now = self._now()
        due_at = push_due_at(row, now)
        async with store.begin() as c:
            await hub_subscriptions.note_push(c, row, due_at, now)
            await self._enqueue(c, Job("scrape", row.outlet, due_at))
        log.info("pushed", extra={"outlet": row.outlet, "url": row.url})
        return 202

    async def _note_verified(self, c: Connection, row: HubSubscription, lease_seconds: str, now: datetime) -> bool:
        """Notes that a hub has verified a request, and when it is renewed; returns False where it was replaced."""
        after = verified(row, lease_seconds, now)
        if not await hub_subscriptions.replace_unchanged(c, row, after):
            return False
        for job in next_job(after.next_try_at, now):
            await self._enqueue(c, job)
        return True

    async def _enqueue(self, c: Connection, job: Job) -> None:
        assert self._enqueue_in is not None
        await self._enqueue_in(c, job)


async def _deny(c: Connection, row: HubSubscription, reason: str, now: datetime) -> None:
    """Notes that a hub denies a subscription; of one that is to end, nothing is left."""
    if row.state == "leaving":
        await hub_subscriptions.forget(c, row)
    else:
        await hub_subscriptions.replace_unchanged(c, row, denied(row, reason, now))


def _away(error: StoreTrouble) -> tuple[int, str]:
    log.warning("hub_not_answered", extra={"why": str(error)})
    return NOT_READY
