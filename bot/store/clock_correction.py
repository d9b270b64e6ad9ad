"""Lists every stored instant that something waits for, and corrects those of a clock that was put back since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import digest_looks, mutes
from bot.store.bot_tokens import LONGEST_REFRESH_WAIT
from bot.store.deliveries import future_tries
from bot.store.destinations import LAST_TRY_THERE
from bot.store.future_instants import (
    StoredEvent,
    StoredWait,
    correct_event,
    correct_wait,
    has_event_ahead,
    waits_ahead,
)
from bot.store.hosts import LONGEST_WAIT
from bot.store.hub_subscriptions import LONGEST_LEASE, PUSH_GAP
from bot.store.schema import (
    HELD_DELIVERY,
    STALE_DELIVERY,
    UNHANDLED,
    WANTED,
    articles,
    bot_tokens,
    deliveries,
    destinations,
    hosts,
    hub_subscriptions,
    inbound,
    installations,
    jobs,
    matches,
    outlet_troubles,
    page_refusals,
    processes,
    robots,
    sources,
)


@dataclass(frozen=True, slots=True)
class LongestWaits:
    """The longest wait of each kind."""

    source: timedelta
    page: timedelta
    job: timedelta
    job_lease: timedelta
    inbound_lease: timedelta
    delivery_lease: timedelta
    channel: timedelta
    """A channel's pause: the longest Retry-After of Slack."""
    token: timedelta
    mute: timedelta


_NOT_STOPPED = func.coalesce(sources.c.error_code, "") != "stopped"


def stored_waits(longest: LongestWaits) -> tuple[StoredWait, ...]:
    """Returns every column that something waits for, except the ends of mutes and when digests are looked at."""
    job, delivery, hub = jobs.c, deliveries.c, hub_subscriptions.c
    return (
        StoredWait(hosts.c.next_turn_at, LONGEST_WAIT, hosts.c.written_at),
        StoredWait(hosts.c.put_off_until_at, LONGEST_WAIT, hosts.c.written_at),
        StoredWait(sources.c.next_due_at, longest.source, sources.c.last_try_at, (_NOT_STOPPED,)),
        StoredWait(page_refusals.c.next_page_at, longest.source, page_refusals.c.last_at),
        StoredWait(hub.next_try_at, LONGEST_LEASE, hub.asked_at),
        StoredWait(hub.push_due_at, PUSH_GAP, hub.last_push_at),
        StoredWait(articles.c.next_try_at, longest.page, articles.c.first_seen_at, (WANTED,)),
        StoredWait(job.due_at, longest.job, job.put_at, (job.state == "waiting",)),
        StoredWait(job.lease_until_at, longest.job_lease, None, (job.state == "running",)),
        StoredWait(inbound.c.lease_until_at, longest.inbound_lease, None, (UNHANDLED,)),
        StoredWait(destinations.c.next_post_at, longest.channel, LAST_TRY_THERE),
        StoredWait(installations.c.ask_again_at, longest.token, None, (installations.c.state == "stopped",)),
        StoredWait(bot_tokens.c.refreshing_until_at, LONGEST_REFRESH_WAIT),
        StoredWait(
            delivery.lease_until_at, longest.delivery_lease, None, (delivery.state.in_(("sending", "unknown")),)
        ),
        StoredWait(delivery.lease_until_at, longest.delivery_lease, None, (STALE_DELIVERY,)),
        StoredWait(delivery.not_before, timedelta(0), None, (delivery.state == "due",)),
        StoredWait(delivery.not_before, longest.mute, None, (HELD_DELIVERY,)),
        StoredWait(delivery.not_before, longest.channel, delivery.last_try_at, (delivery.state == "unknown",)),
        StoredWait(delivery.not_before, longest.channel, None, (STALE_DELIVERY,)),
    )


EVENTS = (
    StoredEvent(sources.c.last_try_at),
    StoredEvent(sources.c.last_ok_at),
    StoredEvent(sources.c.full_read_at),
    StoredEvent(sources.c.baseline_at),
    StoredEvent(sources.c.gone_first_at),
    StoredEvent(sources.c.failing_since),
    StoredEvent(hosts.c.written_at),
    StoredEvent(page_refusals.c.last_at),
    StoredEvent(outlet_troubles.c.since_at),
    StoredEvent(page_refusals.c.read_at),
    StoredEvent(robots.c.fetched_at),
    StoredEvent(jobs.c.put_at),
    StoredEvent(matches.c.matched_at, (matches.c.told_by.is_(None),)),
    StoredEvent(deliveries.c.sent_at),
    StoredEvent(deliveries.c.edited_at, (STALE_DELIVERY,)),
    StoredEvent(processes.c.beat_at),
)
"""What a later decision compares with the present, and would take for young for as long as it lies in the future."""


async def needs_correction(c: AsyncConnection, waits: Sequence[StoredWait], now: datetime) -> bool:
    """Whether a row holds an instant that the present clock cannot have written. Read only."""
    if await mutes.made_ahead(c, now) or await future_tries.has_any(c, now) or await digest_looks.are_ahead(c, now):
        return True
    for wait in waits:
        if await waits_ahead(c, wait, now):
            return True
    for event in EVENTS:
        if await has_event_ahead(c, event, now):
            return True
    return False


async def correct(c: AsyncConnection, waits: Sequence[StoredWait], longest_mute: timedelta, now: datetime) -> int:
    """Corrects waits before the events that they began with; returns the number of corrected instants."""
    corrected = 0
    for wait in waits:
        corrected += await correct_wait(c, wait, now)
    corrected += await future_tries.correct(c, now) + await digest_looks.look_again(c, now)
    for mute in await mutes.made_ahead(c, now):
        await mutes.move_back(c, mute, longest_mute, now)
        corrected += 1
    for event in EVENTS:
        corrected += await correct_event(c, event, now)
    return corrected
