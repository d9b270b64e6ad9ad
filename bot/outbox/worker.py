"""Claims due deliveries and hands each to the sender. Any number of outboxes on one database post each message once.

The protocol: a row is ``sending`` before a call is made; a definite failure makes it ``due`` again; any other failure
makes it ``unknown``. An unknown delivery is looked up in Slack's history by its key, after a quarantine and twice,
before it is sent again. A killed process leaves rows in ``sending``; they become ``unknown`` when their lease ends.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from collections import Counter
from collections.abc import Callable, Collection, Coroutine
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any, Literal
from uuid import uuid4

from bot.errors import StoreBusy, StoreConflict, StoreTrouble
from bot.model import Delivery, DeliveryState
from bot.outbox.claimed import result_or_fault
from bot.outbox.policy import DeliveryPolicy, after
from bot.outbox.ports import Alert, MessagePoster, Render, ResumeTeam, RollUp, SendAlert
from bot.outbox.rate_limits import Clocks, RateLimits
from bot.outbox.revoked_tokens import RevokedTokens
from bot.outbox.sender import Sender
from bot.quiet_looks import Look, QuietLooks
from bot.store import destinations, installations
from bot.store.deliveries import claims, dependents
from bot.store.deliveries import table as deliveries
from bot.store.deliveries.claims import Lease, PendingWork
from bot.store.deliveries.shares import Shares
from bot.store.engine import Connection, Store

log = logging.getLogger("pactbot.outbox")
Kind = Literal["post", "read", "edit", "token"]

CONCURRENCY = 32
"""Calls to Slack of each kind at the same time, each in another channel; one workspace has at most half of them."""
TOKENS_AT_ONCE = 4
"""Questions whether the token of a stopped workspace works again; the other workspaces are asked in later rounds."""
IDLE_SECONDS = 1.0
"""Between two rounds while nothing is due."""
BUSY_SECONDS = 0.2
"""Between two rounds while deliveries are on their way."""
TROUBLE_SECONDS = 2.0
"""Between two rounds while the database is away."""
OUTCOME_POLL_SECONDS = 0.05
ON_THE_WAY: tuple[DeliveryState, ...] = ("due", "sending")


def worker_name() -> str:
    """A name for this process in the rows that it claims."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"


async def log_alert(alert: Alert) -> None:
    """Write an alert into the log alone."""
    log.warning("alert", extra={"kind": alert.kind, "team": alert.team, "code": alert.code})


async def roll_up_nothing() -> None:
    """Leave the roll-ups to somebody else."""


class Outbox:
    """Sends due deliveries. ``render`` makes a message when it is sent or edited; ``send_alert`` learns of faults.

    ``roll_up`` runs before held cards are released: the job that rolls them up may be late, after a machine has slept.

    ``seconds`` is a monotonic clock: pauses and quarantines outlast a wall clock that is set.
    """

    def __init__(
        self,
        store: Store,
        poster_of: Callable[[str], MessagePoster],
        render: Render,
        now: Callable[[], datetime],
        *,
        resume_team: ResumeTeam,
        send_alert: SendAlert = log_alert,
        roll_up: RollUp = roll_up_nothing,
        random: Random | None = None,
        policy: DeliveryPolicy | None = None,
        worker: str | None = None,
        concurrency: int = CONCURRENCY,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._now = now
        self._roll_up = roll_up
        self._clocks = Clocks(now, seconds)
        self._policy = policy or DeliveryPolicy()
        self._rate_limits = RateLimits()
        self._read_back_after_seconds = 0.0
        """By the monotonic clock: quarantines that a wall clock put forward cut short are waited for until then."""
        random = random or Random()  # noqa: S311 - spreads retries, guards nothing
        self._tokens = RevokedTokens(store, poster_of, self._clocks, send_alert, self._policy, resume_team)
        self._sender = Sender(
            store, poster_of, render, self._clocks, send_alert, random, self._policy, self._rate_limits, self._tokens
        )
        self._lease = Lease(worker or worker_name(), self._policy.lease_seconds)
        self._concurrency = concurrency
        self._running: dict[asyncio.Task[None], tuple[Kind, str]] = {}
        """The kind and the workspace of each running call."""
        self._woken = asyncio.Event()
        self._looks = QuietLooks(store, follows_steps=False)

    def wake(self) -> None:
        """Start a round at once: a delivery was enqueued."""
        self._woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set; then claim nothing more and finish running calls, within a call's deadline."""
        while not stop.is_set():
            woken = self._woken.is_set()
            self._woken.clear()  # before the round: a delivery enqueued meanwhile starts the next one
            try:
                if woken or self._running or self._looks.is_needed(self._now()):
                    await self._round()
            except StoreTrouble as error:
                log.warning("store_trouble", extra={"why": str(error)})
                await self._wait(stop, TROUBLE_SECONDS)
            else:
                await self._wait(stop, BUSY_SECONDS if self._running else IDLE_SECONDS)
        await self._drain()

    async def run_once(self) -> int:
        """One round, until all that it started has ended; how much that was."""
        started = await self._round()
        await self._ended()
        return started

    async def settled(
        self,
        delivery_id: int,
        timeout_seconds: float,
        longest_poll_seconds: float = OUTCOME_POLL_SECONDS,
        unsettled: Collection[DeliveryState] = ON_THE_WAY,
    ) -> Delivery | None:
        """Wake the outbox and wait for a delivery's outcome; the row as it is by then.

        One that is due in an absent channel waits, although its row says so only where it was tried itself.
        """
        self.wake()
        poll_seconds = OUTCOME_POLL_SECONDS
        loop = asyncio.get_running_loop()
        until = loop.time() + timeout_seconds
        while True:
            async with self._store.read() as c:
                delivery = await deliveries.get(c, delivery_id)
                is_due = delivery is not None and delivery.state == "due"
                channel = await destinations.get(c, delivery.destination) if delivery and is_due else None
            if delivery is not None and channel is not None and channel.state != "active":
                return replace(delivery, state="waiting")
            if delivery is None or delivery.state not in unsettled or loop.time() >= until:
                return delivery
            await asyncio.sleep(poll_seconds)
            poll_seconds = min(2 * poll_seconds, longest_poll_seconds)

    # ── a round ────────────────────────────────────────────────────────────────────────────────────────────

    async def _round(self) -> int:
        """Claim and start what is due; how much that is. A round in which nothing is due writes nothing."""
        transactions, now = self._looks.transactions(), self._now()
        async with self._store.read() as c:
            pending = await claims.pending_work(c, now, self._policy.edit_gap_seconds)
            await self._keep_pauses(c)
        if pending:
            if pending.ended_holds:
                await self._roll_up_ended()
            return await self._claim_and_start(pending, now)
        self._looks.remember(Look(transactions, now, next_at=now if pending.waits else None))
        return 0

    async def _roll_up_ended(self) -> None:
        """Roll up the cards whose hold is over; after a fault they are sent one by one."""
        _, fault = await result_or_fault(self._roll_up())
        if isinstance(fault, StoreBusy | StoreConflict):
            raise fault
        if fault is not None:
            log.error("roll_up_failed", exc_info=fault)

    async def _claim_and_start(self, pending: PendingWork, looked_at: datetime) -> int:
        """Claim in one transaction, which is committed before the first call is made.

        Only holds that were over at ``looked_at`` end: a later one may have a roll-up that is still to be made.
        """
        policy = self._policy
        posts: list[Delivery] = []
        reads: list[Delivery] = []
        edits: list[Delivery] = []
        teams: tuple[str, ...] = ()
        async with self._store.begin() as c:
            claimed_at = self._clocks.moment()  # not before this worker's turn to write: a clock may be set meanwhile
            now = claimed_at.at
            await self._expire(c, pending, now, looked_at)
            if pending.reads and self._clocks.seconds() >= self._read_back_after_seconds:
                reads = await claims.claim_unknown(c, now, self._lease, self._shares("read"))
            if pending.posts or pending.ended_holds:
                await self._keep_pauses(c)
                paused = self._rate_limits.paused(self._clocks.moment())
                posts = await claims.claim(c, now, self._lease, self._shares("post"), paused)
            if pending.edits:
                edits = await claims.claim_edits(c, now, self._lease, self._shares("edit"), policy.edit_gap_seconds)
            free = TOKENS_AT_ONCE - sum(kind == "token" for kind, _ in self._running.values())
            if pending.stopped_teams and free > 0:
                again_at = after(now, policy.ask_again_seconds)
                teams = await installations.claim_to_ask(c, now, again_at, free)
        for delivery in posts:
            self._start("post", delivery.team, self._sender.send(delivery, claimed_at), f"send {delivery.key}")
        for delivery in reads:
            self._start("read", delivery.team, self._sender.read_back(delivery), f"read_back {delivery.key}")
        for delivery in edits:
            self._start("edit", delivery.team, self._sender.edit(delivery), f"edit {delivery.key}")
        for team in teams:
            self._start("token", team, self._tokens.resume_if_restored(team), f"check_token {team}")
        return len(posts) + len(reads) + len(edits) + len(teams)

    async def _keep_pauses(self, c: Connection) -> None:
        """Where the wall clock was put forward, the rows' pauses and quarantines end too soon: keep them here."""
        now = self._clocks.moment()
        if gain_seconds := self._rate_limits.clock_gain_seconds(now):
            log.warning("clock_put_forward", extra={"seconds": gain_seconds})
            pauses = await destinations.pauses(c, after(now.at, -gain_seconds))
            self._rate_limits.keep_pauses(pauses, now, gain_seconds, self._policy.longest_pause)
            self._read_back_after_seconds = now.seconds + self._policy.unconfirmed_seconds

    async def _expire(self, c: Connection, pending: PendingWork, now: datetime, looked_at: datetime) -> None:
        """End the leases of workers that are gone, holds that are over, and deliveries whose parent never comes."""
        if pending.expired_leases:
            # the call of a claim begins at most so much later than the claim
            await claims.expire_leases(c, now, self._policy.quarantine_seconds + self._policy.late_seconds)
        if pending.ended_holds:
            await claims.release_held(c, looked_at)
        if pending.dependents:
            await dependents.cancel_dependents(c)

    # ── running tasks ──────────────────────────────────────────────────────────────────────────────────────

    def _shares(self, kind: Kind) -> Shares:
        """How many calls of a kind each workspace may begin now."""
        running = Counter(team for of_kind, team in self._running.values() if of_kind == kind)
        return Shares(self._concurrency - running.total(), running, is_single=False)

    def _start(self, kind: Kind, team: str, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._running[task] = (kind, team)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        if not task.cancelled() and (fault := task.exception()):
            log.error("task_failed", extra={"task": task.get_name()}, exc_info=fault)
        self._woken.set()

    async def _wait(self, stop: asyncio.Event, seconds: float) -> None:
        """Wait until woken, until the stop, or that long."""
        waiters = {asyncio.create_task(self._woken.wait()), asyncio.create_task(stop.wait())}
        await asyncio.wait(waiters, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for waiter in waiters:
            waiter.cancel()
        await asyncio.wait(waiters)

    async def _ended(self) -> None:
        while self._running:
            await asyncio.wait(self._running)

    async def _drain(self) -> None:
        """Let running calls end by their own deadline and settle: no delivery is left in ``sending``."""
        if self._running:
            await asyncio.wait(self._running, timeout=self._policy.drain_seconds)
        for task in list(self._running):
            task.cancel()
        await self._ended()
