"""Corrects every stored wait of a clock that was put back since, at the start and every few seconds."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.errors import StoreTrouble
from bot.intake.page_decisions import LONGEST_PAUSE_SECONDS
from bot.intake.source_state import LONGEST_PAUSE_MINUTES
from bot.operations.inbound_payloads import LEASE as INBOUND_LEASE
from bot.outbox.policy import DeliveryPolicy, rate_limit_pause
from bot.queue.embedded import LEASE_SECONDS
from bot.startup import sleep_unless_stopped
from bot.store.clock_correction import LongestWaits, correct, needs_correction, stored_waits
from bot.store.engine import Store
from handlers.error_mapping import RETRY_AFTER_MAX_SECONDS
from handlers.verbs.mute import MUTE_MAX_SECONDS

log = logging.getLogger("pactbot.clock")

CHECK_SECONDS = 20.0
"""The interval of the check: what waits too long waits at most this much longer."""


def longest_waits(policy: DeliveryPolicy) -> LongestWaits:
    """The longest wait of each kind, as the rules that write them have it."""
    page = timedelta(seconds=LONGEST_PAUSE_SECONDS)
    pause = rate_limit_pause(RETRY_AFTER_MAX_SECONDS, policy.pace_seconds)
    return LongestWaits(
        source=timedelta(minutes=LONGEST_PAUSE_MINUTES),
        page=page,
        job=page,  # a job waits for a page's next try, for its own next try, or for a second message of a trial
        job_lease=timedelta(seconds=LEASE_SECONDS),
        inbound_lease=INBOUND_LEASE,
        delivery_lease=timedelta(seconds=policy.lease_seconds),
        channel=timedelta(seconds=pause.seconds(lambda: 1.0)),
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


async def run_clock_check(
    store: Store, policy: DeliveryPolicy, now: Callable[[], datetime], stop: asyncio.Event
) -> None:
    """Corrects waits every few seconds until ``stop``."""
    while not stop.is_set():
        try:
            await correct_waits(store, policy, now())
        except StoreTrouble as error:
            log.warning("waits_not_corrected", extra={"why": str(error)})
        await sleep_unless_stopped(stop, CHECK_SECONDS)
