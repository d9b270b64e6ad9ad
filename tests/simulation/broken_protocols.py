"""Protocols broken on purpose: the simulation must notice each of them, or it would notice nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.deliveries import enqueue, holds
from bot.errors import ClaimLost, StoreTrouble
from bot.model import Delivery, DeliveryState, Destination
from bot.outbox.policy import DeliveryPolicy, metadata_key
from bot.outbox.ports import MessagePoster
from bot.outbox.rate_limits import RateLimits
from bot.store.deliveries import claims, ready_channels, settlements
from bot.store.deliveries.bursts import BurstCard
from bot.store.deliveries.shares import Shares
from bot.store.deliveries.table import find_all
from bot.store.engine import Connection, Store
from bot.store.schema import deliveries, destinations
from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from handlers.errors import OutcomeUnknown, PostError
from tests.simulation.loop import Process
from tests.simulation.simulation import POLICY, OutboxLike, Simulation
from tests.simulation.slack import Message, Slack, SlackClient

_row = deliveries.c


class RetryingClient(SlackClient):
    """Behaves like a web client with retry handlers: a dropped connection is tried once more."""

    async def post(
        self, channel: str, shown: Shown, *, key: str, thread_ts: str | None = None, plain: bool = False
    ) -> Message:
        """chat.postMessage, twice after an unknown outcome"""
        try:
            return await super().post(channel, shown, key=key, thread_ts=thread_ts, plain=plain)
        except OutcomeUnknown:
            return await super().post(channel, shown, key=key, thread_ts=thread_ts, plain=plain)


def retrying(slack: Slack, team: str) -> MessagePoster:
    """A client with the SDK's default retries."""
    return RetryingClient(slack, team)


async def _unfenced(
    c: Connection, delivery: int, _epoch: int, _states: Sequence[DeliveryState], **values: object
) -> None:
    """Settle without looking at the epoch: the last writer wins."""
    await c.execute(update(deliveries).where(_row.id == delivery).values(**values))


async def _settle_again(
    c: Connection, delivery: int, epoch: int, states: Sequence[DeliveryState], **values: object
) -> None:
    """Settle under the claim's epoch, also a claim that has ended."""
    fenced = update(deliveries).where(_row.id == delivery, _row.epoch == epoch, _row.state.in_(states))
    if (await c.execute(fenced.values(**values))).rowcount != 1:
        raise ClaimLost(f"delivery {delivery}")


@contextmanager
def commit_after_the_call() -> Iterator[None]:
    """Claim without writing: while the call runs, only the worker's memory knows of it."""
    claimed_until: dict[tuple[str, int], datetime] = {}

    async def claim(
        c: Connection, now: datetime, lease: claims.Lease, limit: Shares, paused: Sequence[int] = ()
    ) -> list[Delivery]:
        query = select(ready_channels.head()).select_from(destinations)
        query = query.where(ready_channels.ready(), ready_channels.pause_over()).limit(limit.room)
        heads_found = (await c.execute(query, {"now": now})).scalars()
        ids = [head for head in heads_found if claimed_until.get((lease.worker, head), now) <= now]
        claimed_until.update({(lease.worker, head): now + timedelta(seconds=POLICY.lease_seconds) for head in ids})
        return [replace(delivery, last_try_at=now) for delivery in await find_all(c, _row.id.in_(ids))]

    async def from_due(c: Connection, delivery: int, epoch: int, states: Any, **values: object) -> None:
        await _settle_again(c, delivery, epoch, (*states, "due"), **values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(claims, "claim", claim)
        patch.setattr(settlements, "_settle", from_due)
        yield


@contextmanager
def settled_twice() -> Iterator[None]:
    """A settlement whose commit counted although it failed is made once more under the same claim."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settlements, "_settle", _settle_again)
        yield


@contextmanager
def no_fencing() -> Iterator[None]:
    """A worker that was paused settles deliveries that another has claimed since."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settlements, "_settle", _unfenced)
        yield


@contextmanager
def edits_do_not_wait() -> Iterator[None]:
    """The next edit leaves although the last one, whose answer was lost, may still arrive."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DeliveryPolicy, "unconfirmed_seconds", property(lambda policy: policy.edit_gap_seconds))
        yield


@contextmanager
def pauses_by_wall_clock() -> Iterator[None]:
    """Only the rows keep a channel's pause, by a wall clock that is set."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RateLimits, "paused", lambda _rate_limits, _now: ())
        yield


@contextmanager
def ended_holds_are_overtaken() -> Iterator[None]:
    """A card that comes between a burst's end and its roll-up is sent at once."""
    joins_until = holds.joins_until

    def joins_running(destination: Destination, cards: Sequence[BurstCard], now: datetime) -> datetime | None:
        ends_at = joins_until(destination, cards, now)
        return ends_at if ends_at is not None and ends_at > now else None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(enqueue, "joins_until", joins_running)
        yield


class Naive:
    """Posts due deliveries and marks them afterwards; posts again after any failure."""

    def __init__(self, simulation: Simulation, store: Store, process: Process) -> None:
        self._simulation = simulation
        self._store = store

    def wake(self) -> None:
        """It has no rounds to start."""

    async def run(self, stop: asyncio.Event) -> None:
        """Send every second."""
        while not stop.is_set():
            try:
                await self._round()
            except (StoreTrouble, PostError, TimeoutError):
                self._simulation.counted["naive sender failed"] += 1
            await asyncio.sleep(1)

    async def _round(self) -> None:
        async with self._store.read() as c:
            due = await find_all(c, _row.state == "due", _row.not_before <= self._simulation.wall())
        for delivery in due:
            card = Shown(NoticeCard((), zone=f"r{delivery.wanted_revision}"), "en")
            async with asyncio.timeout(10):
                posted = await self._simulation.slack.client(delivery.team).post(
                    delivery.slack_id, card, key=metadata_key(delivery.key)
                )
            async with self._store.begin() as c:
                sent = {"state": "sent", "ts": posted.ts, "shown_revision": delivery.wanted_revision}
                await c.execute(update(deliveries).where(_row.id == delivery.id).values(**sent))


def naive(simulation: Simulation, store: Store, process: Process) -> OutboxLike:
    """In place of the outbox."""
    return Naive(simulation, store, process)
