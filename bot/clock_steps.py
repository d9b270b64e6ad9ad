"""Follows the database's clock, and corrects stored waits and marks that cannot be right, every few seconds."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.errors import StoreTrouble
from bot.intake.page_decisions import LONGEST_PAUSE_SECONDS
from bot.intake.source_state import LONGEST_PAUSE_MINUTES
from bot.operations.inbound_payloads import LEASE as INBOUND_LEASE
from bot.outbox.policy import DeliveryPolicy
from bot.present import Present
from bot.queue.embedded import LEASE_SECONDS
from bot.startup import sleep_unless_stopped
from bot.store.clock_correction import LongestWaits, correct, needs_correction, stored_waits
from bot.store.deliveries import dependents, ready_channels
from bot.store.engine import Store, database_now
from handlers.verbs.mute import MUTE_MAX_SECONDS

log = logging.getLogger("pactbot.clock")

CHECK_SECONDS = 20.0
"""The interval of the check: what waits too long waits at most this much longer."""
MARKS_SECONDS = 300.0
"""The interval of the check of marks, which reads all that is due."""
TOLERANCE_SECONDS = 0.25
"""The present is left alone while it differs by no more than this and half the time that the answer took: so much is
unknown."""


def longest_waits(policy: DeliveryPolicy) -> LongestWaits:
    """The longest wait of each kind, as the rules that write them have it."""
    page = timedelta(seconds=LONGEST_PAUSE_SECONDS)
    return LongestWaits(
        source=timedelta(minutes=LONGEST_PAUSE_MINUTES),
        page=page,
        job=page,  # a job waits for a page's next try, for its own next try, or for a second message of a trial
        job_lease=timedelta(seconds=LEASE_SECONDS),
        inbound_lease=INBOUND_LEASE,
        delivery_lease=timedelta(seconds=policy.lease_seconds),
        channel=policy.longest_pause,
        token=timedelta(seconds=policy.ask_again_seconds),
        mute=timedelta(seconds=MUTE_MAX_SECONDS),
    )


async def correct_waits(store: Store, policy: DeliveryPolicy, now: datetime) -> int:
    """Corrects what the present clock cannot have written; returns the number of instants. Mostly it only reads."""
    longest = longest_waits(policy)
    waits = stored_waits(longest)
    async with store.read() as c:
        if not await needs_correction(c, waits, now):
            return 0
    async with store.begin() as c:
        corrected = await correct(c, waits, longest.mute, now)
    log.warning("clock_was_put_back", extra={"corrected": corrected})
    return corrected


async def mark_missed_channels(store: Store) -> int:
    """Lets claims look at channels in which a delivery is ready although no trigger noted it; returns their number.

    The triggers note every such channel. Where one is gone, as after a restore of the rows alone, posts are late by the
    interval of the check, and none is lost.
    """
    async with store.read() as c:
        ids = await ready_channels.missed(c)
    if ids:
        async with store.begin() as c:
            await ready_channels.mark(c, ids)
        log.error("due_channels_missed", extra={"channels": len(ids)})
    return len(ids)


async def note_missed_parents(store: Store) -> int:
    """Notes parents that are gone while deliveries wait for them, which triggers did not note; returns their number."""
    async with store.read() as c:
        parents = await dependents.missed(c)
    if parents:
        async with store.begin() as c:
            await dependents.note(c, parents)
    return len(parents)


async def follow_database_clock(store: Store, present: Present, seconds: Callable[[], float] = time.monotonic) -> None:
    """Corrects the present by PostgreSQL's clock; ``seconds`` is a monotonic clock.

    Leases, quarantines and pauses are rows that one machine writes and another reads. By two clocks that are a minute
    apart, a lease would end as soon as it began, and a quarantine before it had protected anything. SQLite's processes
    share a machine, and its clock.
    """
    if store.embedded:
        return
    async with store.read() as c:
        asked_at = seconds()
        database_at = await database_now(c)
        machine_at = present.machine()
        took_seconds = seconds() - asked_at  # last, so that a process that was stopped meanwhile takes long
    correction = database_at + timedelta(seconds=took_seconds / 2) - machine_at
    if abs(correction - present.correction) > timedelta(seconds=TOLERANCE_SECONDS + took_seconds / 2):
        present.correction = correction
        log.warning("clock_corrected", extra={"seconds": round(correction.total_seconds(), 1)})


async def run_clock_check(store: Store, policy: DeliveryPolicy, present: Present, stop: asyncio.Event) -> None:
    """Follows the database's clock and corrects waits and marks every few seconds until ``stop``."""
    marks_checked_at = float("-inf")
    while not stop.is_set():
        try:
            await follow_database_clock(store, present)
            await correct_waits(store, policy, present.now())
            if time.monotonic() - marks_checked_at >= MARKS_SECONDS:
                await mark_missed_channels(store)
                await note_missed_parents(store)
                marks_checked_at = time.monotonic()
        except StoreTrouble as error:
            log.warning("waits_not_corrected", extra={"why": str(error)})
        await sleep_unless_stopped(stop, CHECK_SECONDS)
