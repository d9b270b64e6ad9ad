"""Senders that break the protocol on purpose: what the simulation must notice, or it would notice nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.errors import StoreTrouble
from bot.model import Delivery, DeliveryState
from bot.outbox.policy import DeliveryPolicy, metadata_key
from bot.outbox.ports import MessagePoster
from bot.outbox.rate_limits import RateLimits
from bot.store.deliveries import claims, settlements
from bot.store.deliveries.table import find_all
from bot.store.engine import Connection, Store
from bot.store.schema import deliveries, destinations
from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from handlers.errors import OutcomeUnknown, PostError
from tests.simulation.slack import Line, Message, Slack
from tests.simulation.timeline import Process
from tests.simulation.world import TERMS, Sender, World

_d = deliveries.c


class RetryingLine(Line):
    """Does what a web client with retry handlers does: a dropped connection is tried once more."""

    async def post(
        self, channel: str, shown: Shown, *, key: str, thread_ts: str | None = None, plain: bool = False
    ) -> Message:
        """chat.postMessage, twice when need be"""
        try:
            return await super().post(channel, shown, key=key, thread_ts=thread_ts, plain=plain)
        except OutcomeUnknown:
            return await super().post(channel, shown, key=key, thread_ts=thread_ts, plain=plain)


def retrying(slack: Slack, team: str) -> MessagePoster:
    """The line of a client that was left as it comes."""
    return RetryingLine(slack, team)


async def _unfenced(
    c: Connection, delivery: int, _epoch: int, _states: Sequence[DeliveryState], **values: object
) -> None:
    """Whoever comes last is believed."""
    await c.execute(update(deliveries).where(_d.id == delivery).values(**values))


@contextmanager
def commit_after_the_call() -> Iterator[None]:
    """The row says nothing while the call is out; the worker alone remembers what it has in hand."""
    in_hand: dict[tuple[str, int], datetime] = {}

    async def claim(
        c: Connection, now: datetime, lease: claims.Lease, limit: int, paused: Sequence[int] = ()
    ) -> list[Delivery]:
        heads = claims._heads()
        query = select(heads.c.head).join(destinations, heads.c.destination == destinations.c.id)
        query = query.where(claims._pause_over(), claims._open_channel()).limit(limit)
        found = (await c.execute(query, {"now": now})).scalars()
        numbers = [number for number in found if in_hand.get((lease.worker, number), now) <= now]
        in_hand.update({(lease.worker, number): now + timedelta(seconds=TERMS.lease_seconds) for number in numbers})
        return [replace(it, last_try_at=now) for it in await find_all(c, _d.id.in_(numbers))]

    async def from_due(c: Connection, delivery: int, epoch: int, states: Any, **values: object) -> None:
        await _SETTLE(c, delivery, epoch, (*states, "due"), **values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(claims, "claim", claim)
        patch.setattr(settlements, "_settle", from_due)
        yield


@contextmanager
def no_fencing() -> Iterator[None]:
    """A worker that slept settles what is not its own any more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settlements, "_settle", _unfenced)
        yield


@contextmanager
def edits_do_not_wait() -> Iterator[None]:
    """The next edit sets out although the last one, whose answer was lost, may still arrive."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DeliveryPolicy, "unconfirmed_seconds", property(lambda policy: policy.edit_gap_seconds))
        yield


@contextmanager
def rests_by_the_wall() -> Iterator[None]:
    """Nobody keeps a rest but the rows, by a clock that somebody sets."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RateLimits, "paused", lambda _rests, _now: ())
        yield


_SETTLE: Callable[..., Any] = settlements._settle


class Naive:
    """Posts what is due and marks it afterwards; what failed is posted again."""

    def __init__(self, world: World, store: Store, process: Process) -> None:
        self._world = world
        self._store = store

    def wake(self) -> None:
        """It looks often enough."""

    async def run(self, stop: asyncio.Event) -> None:
        """Every second."""
        while not stop.is_set():
            try:
                await self._round()
            except (StoreTrouble, PostError, TimeoutError):
                self._world.counted["naive sender failed"] += 1
            await asyncio.sleep(1)

    async def _round(self) -> None:
        async with self._store.read() as c:
            due = await find_all(c, _d.state == "due", _d.not_before <= self._world.wall())
        for one in due:
            card = Shown(NoticeCard((), zone=f"r{one.wanted_revision}"), "en")
            async with asyncio.timeout(10):
                posted = await self._world.slack.line(one.team).post(one.slack_id, card, key=metadata_key(one.key))
            async with self._store.begin() as c:
                sent = {"state": "sent", "ts": posted.ts, "shown_revision": one.wanted_revision}
                await c.execute(update(deliveries).where(_d.id == one.id).values(**sent))


def naive(world: World, store: Store, process: Process) -> Sender:
    """In place of the outbox."""
    return Naive(world, store, process)
