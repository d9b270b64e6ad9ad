"""The outbox: claims what is due, has it carried to Slack, settles it. Two of them on one database post once.

The protocol in short: a row says ``sending`` before a call is made; a definite failure makes it due again; anything
else makes it ``unknown``, and Slack is asked by the message's key, after a quarantine and twice, before it is sent
again. What a killed process left in ``sending`` becomes ``unknown`` when its lease runs out.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from collections.abc import Callable, Coroutine
from datetime import datetime
from random import Random
from typing import Any
from uuid import uuid4

from bot.errors import ClaimLost, StoreTrouble
from bot.model import Delivery
from bot.outbox.policy import DeliveryPolicy, after
from bot.outbox.ports import Alert, MessagePoster, Render, ResumeTeam, SendAlert
from bot.outbox.rate_limits import Clocks, RateLimits
from bot.outbox.revoked_tokens import RevokedTokens
from bot.outbox.sender import Sender
from bot.store import destinations, installations
from bot.store.deliveries import claims
from bot.store.deliveries import table as deliveries
from bot.store.deliveries.claims import Lease, PendingWork
from bot.store.engine import Connection, Store

log = logging.getLogger("pactbot.outbox")

AT_ONCE = 16
"""Calls to Slack at the same time, each in another channel."""
IDLE_SECONDS = 1.0
BUSY_SECONDS = 0.2
TROUBLE_SECONDS = 2.0


def worker_name() -> str:
    """Of this process, for people who read the rows."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"


async def log_trouble(trouble: Alert) -> None:
    """Tell nobody but the log."""
    fields = {"kind": trouble.kind, "team": trouble.team, "code": trouble.code}
    log.warning("trouble", extra=fields)


class Outbox:
    """Sends what is owed. ``render`` runs when a message is sent or edited; ``tell`` hears what went wrong.

    ``seconds`` is a clock that only passes: rests and quarantines outlast a wall clock that is set.
    """

    def __init__(
        self,
        store: Store,
        poster_of: Callable[[str], MessagePoster],
        render: Render,
        now: Callable[[], datetime],
        *,
        resume_team: ResumeTeam,
        tell: SendAlert = log_trouble,
        random: Random | None = None,
        policy: DeliveryPolicy | None = None,
        worker: str | None = None,
        at_once: int = AT_ONCE,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._now = now
        self._clocks = Clocks(now, seconds)
        self._policy = policy or DeliveryPolicy()
        self._rests = RateLimits()
        self._ask_after_seconds = 0.0
        """By the clock that nobody sets: a quarantine that a set clock cut short is waited for here."""
        drawn = random or Random()  # noqa: S311 - spreads retries, guards nothing
        self._tokens = RevokedTokens(store, poster_of, self._clocks, tell, self._policy, resume_team)
        self._courier = Sender(
            store, poster_of, render, self._clocks, tell, drawn, self._policy, self._rests, self._tokens
        )
        self._lease = Lease(worker or worker_name(), self._policy.lease_seconds)
        self._at_once = at_once
        self._running: set[asyncio.Task[None]] = set()
        self._bell = asyncio.Event()

    def wake(self) -> None:
        """Something is owed: look at once."""
        self._bell.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set; then claim nothing more and end what is on the way, within a call's deadline."""
        while not stop.is_set():
            self._bell.clear()  # before looking: what is rung meanwhile is heard
            try:
                taken = await self._look()
            except StoreTrouble as error:
                log.warning("store_trouble", extra={"why": str(error)})
                await self._wait(stop, TROUBLE_SECONDS)
            else:
                await self._wait(stop, BUSY_SECONDS if taken or self._running else IDLE_SECONDS)
        await self._drain()

    async def run_once(self) -> int:
        """One round, to its end: how many deliveries were taken up."""
        taken = await self._look()
        await self._ended()
        return taken

    async def settled(self, number: int, timeout_seconds: float = 2.0) -> Delivery | None:
        """Ring, and wait a moment for a delivery's outcome; the row as it is by then."""
        self.wake()
        loop = asyncio.get_running_loop()
        until = loop.time() + timeout_seconds
        while True:
            async with self._store.read() as c:
                found = await deliveries.get(c, number)
            if found is None or found.state not in ("due", "sending") or loop.time() >= until:
                return found
            await asyncio.sleep(0.05)

    # ── a round ────────────────────────────────────────────────────────────────────────────────────────────

    async def _look(self) -> int:
        """A round if there is anything to do; asking costs no write."""
        if len(self._running) >= self._at_once:
            return 0
        async with self._store.read() as c:
            waiting = await claims.pending_work(c, self._now(), self._policy.edit_gap_seconds)
            await self._mind_jumps(c)
        return await self._take_up(waiting) if waiting else 0

    async def _take_up(self, waiting: PendingWork) -> int:
        """Does what was found, and nothing else: what is claimed here is committed before the first call is made."""
        policy, room = self._policy, max(0, self._at_once - len(self._running))
        asks: list[Delivery] = []
        sends: list[Delivery] = []
        edits: list[Delivery] = []
        teams: tuple[str, ...] = ()
        async with self._store.begin() as c:
            taken = self._clocks.moment()  # not before this worker's turn to write: a clock may be set meanwhile
            now = taken.at
            await self._tidy(c, waiting, now)
            if waiting.ask and self._clocks.seconds() >= self._ask_after_seconds:
                asks = await claims.claim_unknown(c, now, self._lease, room)
            if waiting.send or waiting.held:
                await self._mind_jumps(c)
                sends = await claims.claim(c, now, self._lease, room, self._rests.resting(self._clocks.moment()))
            if waiting.edit:
                edits = await claims.claim_edits(c, now, self._lease, room, policy.edit_gap_seconds)
            if waiting.token:
                teams = await installations.claim_to_ask(c, now, after(now, policy.ask_again_seconds))
        for delivery in sends:
            self._start(self._in_hand(self._courier.send(delivery, taken), delivery), f"send {delivery.key}")
        for delivery in asks:
            self._start(self._in_hand(self._courier.ask(delivery), delivery), f"ask {delivery.key}")
        for delivery in edits:
            self._start(self._in_hand(self._courier.edit(delivery), delivery), f"edit {delivery.key}")
        for team in teams:
            self._start(self._tokens.ask(team), f"ask_token {team}")
        return len(sends) + len(asks) + len(edits) + len(teams)

    async def _mind_jumps(self, c: Connection) -> None:
        """Where the wall clock was put forward, rests and quarantines in the rows end too soon: keep them here."""
        now = self._clocks.moment()
        if gained := self._rests.gained(now):
            log.warning("clock_put_forward", extra={"seconds": gained})
            self._rests.keep(await destinations.pauses(c, after(now.at, -gained)), now, gained)
            self._ask_after_seconds = now.seconds + self._policy.unconfirmed_seconds

    async def _tidy(self, c: Connection, waiting: PendingWork, now: datetime) -> None:
        """What time has ended: claims of workers that are gone, what was held, what follows a message of no future."""
        if waiting.expired:
            # the call of a claim begins at most so much later than the claim
            await claims.expire_leases(c, now, self._policy.quarantine_seconds + self._policy.late_seconds)
        if waiting.held:
            await claims.release_held(c, now)
        if waiting.orphans:
            await claims.cancel_dependents(c)

    async def _in_hand(self, errand: Coroutine[Any, Any, None], delivery: Delivery) -> None:
        try:
            await errand
        finally:
            self._courier.let_go(delivery)

    def _start(self, errand: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(_watched(errand), name=name)
        self._running.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (fault := task.exception()):
            log.error("errand_failed", extra={"errand": task.get_name()}, exc_info=fault)
        self._bell.set()

    async def _wait(self, stop: asyncio.Event, seconds: float) -> None:
        """Until the bell, the stop, or that long."""
        waiters = {asyncio.create_task(self._bell.wait()), asyncio.create_task(stop.wait())}
        await asyncio.wait(waiters, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for waiter in waiters:
            waiter.cancel()
        await asyncio.wait(waiters)

    async def _ended(self) -> None:
        while self._running:
            await asyncio.wait(self._running)

    async def _drain(self) -> None:
        """A call that is out ends by its own deadline, and then it is settled: nothing is left in ``sending``."""
        if self._running:
            await asyncio.wait(self._running, timeout=self._policy.call_seconds + 2.0)
        for task in list(self._running):
            task.cancel()
        await self._ended()


async def _watched(errand: Coroutine[Any, Any, None]) -> None:
    """Somebody else's claim, or a database that is away, ends an errand quietly: the row knows what comes next."""
    try:
        await errand
    except ClaimLost as error:
        log.info("lost", extra={"what": str(error)})
    except StoreTrouble as error:
        log.warning("store_trouble", extra={"why": str(error)})
