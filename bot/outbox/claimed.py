"""A claimed delivery: calls Slack once while the lease is renewed, and settles under the claim's epoch."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import Any, Literal, TypeVar

from bot.errors import ClaimLost, StoreBusy, StoreTrouble
from bot.model import Delivery
from bot.outbox.policy import (
    CallTooLate,
    DeliveryPolicy,
    after,
    cursor_of,
    is_waiting,
    metadata_key,
    payload_with_cursor,
    read_window,
)
from bot.outbox.ports import HasTs, MessagePoster
from bot.outbox.rate_limits import Clocks, Moment, RateLimits
from bot.store import destinations
from bot.store.deliveries import settlements, unconfirmed
from bot.store.engine import Connection, Store
from handlers.cards.shown import Shown
from handlers.errors import DestinationAway, OutcomeUnknown, PostError, RateLimited

log = logging.getLogger("pactbot.outbox")
T = TypeVar("T")
Settle = Callable[[Connection], Awaitable[object]]

AT_ONCE_SECONDS = 1.0
"""Between the last look at a claim and its call; the lease has that much to spare."""
SETTLE_TRIES = 3
RETRY_AT_LEAST_SECONDS = 1.0


class ClaimedDelivery:
    """A delivery under a worker's claim. Every write raises ClaimLost where another worker has claimed it since."""

    def __init__(
        self, delivery: Delivery, store: Store, clocks: Clocks, policy: DeliveryPolicy, rate_limits: RateLimits
    ) -> None:
        self.delivery = delivery
        self._epoch = (delivery.id, delivery.epoch)
        self._store = store
        self._now = clocks.now
        self._clocks = clocks
        self._policy = policy
        self._rate_limits = rate_limits
        self._tried_at: datetime | None = None
        self._cursor = cursor_of(delivery)
        self._returns = 0
        """How often the channel had come back when Slack was asked."""

    # ── the call ───────────────────────────────────────────────────────────────────────────────────────────

    async def post(self, poster: MessagePoster, shown: Shown, claimed_at: Moment) -> HasTs:
        """Post the message once, unless the claim is no longer this worker's."""
        delivery, begun_at = self.delivery, self._clocks.moment()
        if begun_at.seconds_since(claimed_at) >= self._policy.late_seconds:  # a slow render, or a paused process
            async with self._store.begin() as c:
                await settlements.begin_call(c, *self._epoch, self._now(), self._policy.lease_seconds)
        self._tried_at = self._now()
        posting = partial(
            poster.post, delivery.slack_id, shown, key=metadata_key(delivery.key), thread_ts=delivery.thread_ts,
            plain=delivery.plain,
        )  # fmt: skip
        return await self._call(self._policy.call_seconds, self._at_once(begun_at, posting))

    async def find(self, poster: MessagePoster) -> str | None:
        """Read the channel's history back, around all tries; the ts of the message, or None.

        An attempt that is rate limited or fails keeps its place: the next one goes on at the page that is missing.
        """
        try:
            return await self._call(self._policy.read_seconds, self._find_page_by_page(poster))
        except (RateLimited, OutcomeUnknown):
            raise
        except PostError:
            self._cursor = ""  # such as invalid_cursor
            raise

    async def _find_page_by_page(self, poster: MessagePoster) -> str | None:
        delivery = self.delivery
        since_at, until_at = read_window(delivery, self._policy)
        for _ in range(self._policy.pages_a_read):
            page = await poster.read_page(
                delivery.slack_id, since_at=since_at, until_at=until_at, thread_ts=delivery.thread_ts,
                cursor=self._cursor,
            )  # fmt: skip
            ts = page.ts_of(metadata_key(delivery.key))
            if ts is not None or not page.next_cursor:
                return ts
            self._cursor = page.next_cursor
        raise OutcomeUnknown("too_many_pages", delivery.slack_id)

    async def edit(self, poster: MessagePoster, shown: Shown, *, plain: bool) -> None:
        """Edit the message once, unless the claim is no longer this worker's."""
        delivery, begun_at, policy = self.delivery, self._clocks.moment(), self._policy
        assert delivery.ts is not None
        async with self._store.begin() as c:
            await settlements.begin_edit(c, *self._epoch, self._now(), policy.lease_seconds, policy.unconfirmed_seconds)
        editing = partial(poster.edit, delivery.slack_id, delivery.ts, shown, plain=plain)
        await self._call(policy.call_seconds, self._at_once(begun_at, editing))

    async def _call(self, seconds: float, call: Coroutine[Any, Any, T]) -> T:
        """Make one call inside its deadline, the lease renewed meanwhile. Any fault that is no PostError is unknown."""
        renewing = asyncio.ensure_future(self._renew_lease())
        try:
            async with asyncio.timeout(seconds):
                answer, fault = await result_or_fault(call)
        except TimeoutError:
            raise OutcomeUnknown("timeout", self.delivery.slack_id) from None
        finally:
            renewing.cancel()
            await asyncio.wait({renewing})
        if fault is None:
            return answer  # type: ignore[return-value] # without a fault there is an answer
        if isinstance(fault, PostError):
            raise fault
        log.error("call_failed", extra=self.fields, exc_info=fault)
        raise OutcomeUnknown(type(fault).__name__, self.delivery.slack_id) from fault

    async def _renew_lease(self) -> None:
        """Renew the lease until it is cancelled or the claim is lost."""
        while True:
            await asyncio.sleep(self._policy.renew_every_seconds)
            try:
                async with self._store.begin() as c:
                    await settlements.renew(c, *self._epoch, self._now(), self._policy.lease_seconds)
            except StoreTrouble as error:
                log.warning("lease_not_renewed", extra={**self.fields, "why": str(error)})
                if (task := asyncio.current_task()) is not None and task.cancelling():
                    return  # a failing rollback may hide that the call has ended
            except ClaimLost:
                return

    async def _at_once(self, begun_at: Moment, call: Callable[[], Awaitable[T]]) -> T:
        """Check the clock in the step in which the request leaves: a process that was paused since must not send it."""
        if self._clocks.moment().seconds_since(begun_at) >= AT_ONCE_SECONDS:
            raise CallTooLate("slept")
        return await call()

    # ── settling a post or a read ──────────────────────────────────────────────────────────────────────────

    async def sent(self, ts: str) -> None:
        """The message stands in Slack, as Slack answered or as it was found there."""
        await self._settle_and_pause(lambda c: settlements.settle_sent(c, *self._epoch, ts, self._now()))

    async def due(self, error: str, pause_seconds: float, *, plain: bool = False, charge: bool = False) -> bool:
        """It was not posted: try again. The pause is the channel's, so that nothing behind it goes first."""

        async def settle(c: Connection) -> None:
            await settlements.settle_due(c, *self._epoch, self._now(), error, charge=charge, plain=plain)

        return await self._settle_and_pause(settle, pause_seconds)

    async def unknown(self, error: str) -> bool:
        """Its outcome is unknown: the history is read when the quarantine is over."""
        assert self._tried_at is not None
        read_at = after(self._tried_at, self._policy.quarantine_seconds)
        return await self._settle_and_pause(lambda c: settlements.settle_unknown(c, *self._epoch, read_at, error))

    async def waiting(self, error: str) -> bool:
        """The channel is away: wait for its return. True when that was not known before.

        Where the channel came back after the call began, the delivery is due again, because no return would release it.
        """
        away: bool | None = None

        async def settle(c: Connection) -> None:
            nonlocal away
            away = await self._set_away(c, error)
            if away is None:
                await settlements.settle_due(c, *self._epoch, self._now(), error, charge=False)
            else:
                await settlements.settle_waiting(c, *self._epoch, error)

        return await self._settle_and_pause(settle) and bool(away)

    async def held(self, until_at: datetime) -> None:
        """A mute or quiet hours keep it back until then."""
        await self._settle(lambda c: settlements.settle_held(c, *self._epoch, until_at))

    async def cancelled(self, reason: str, *, called: bool = False) -> bool:
        """It is not to be sent any more; where Slack was called, the channel pauses."""
        settle = self._settle_and_pause if called else self._settle
        return await settle(lambda c: settlements.settle_cancelled(c, *self._epoch, reason))

    async def dead(self, error: str, *, called: bool = False) -> bool:
        """It can never be sent; where Slack was called, the channel pauses."""
        settle = self._settle_and_pause if called else self._settle
        return await settle(lambda c: settlements.settle_dead(c, *self._epoch, error))

    async def not_found(self) -> None:
        """A read did not find the message: read again, or after the last read send it again."""
        between_seconds, reads = self._policy.between_reads_seconds, self._policy.reads
        await self._settle(lambda c: settlements.note_empty_read(c, *self._epoch, self._now(), between_seconds, reads))

    async def unreadable(self, error: str) -> bool:
        """The history may not be read: the policy says whether to send it again as a repeat, or to give it up."""

        async def settle(c: Connection) -> None:
            if self._policy.resend_unconfirmed:
                await settlements.settle_due(c, *self._epoch, self._now(), error, repeat=True)
            else:
                await settlements.settle_cancelled(c, *self._epoch, unconfirmed.MAY_HAVE_BEEN_SENT)

        return await self._settle(settle)

    # ── settling an edit ───────────────────────────────────────────────────────────────────────────────────

    async def edited(self) -> None:
        """The message shows the revision that was tried, or never will."""
        await self._settle(lambda c: settlements.settle_edit(c, *self._epoch, self._now()))

    async def final(self, error: str) -> None:
        """Slack lets the message be edited no more."""
        await self._settle(lambda c: settlements.settle_as_shown(c, *self._epoch, self._now(), error))

    async def deleted(self) -> None:
        """The message was deleted in Slack."""
        await self._settle(lambda c: settlements.settle_gone(c, *self._epoch))

    # ── a read or an edit that is made again ───────────────────────────────────────────────────────────────

    async def put_off(self, seconds: float, error: str) -> None:
        """Read or edit again, not before that many seconds (at least one)."""
        retry_at = after(self._now(), max(seconds, RETRY_AT_LEAST_SECONDS))
        payload = payload_with_cursor(self.delivery, self._cursor)
        await self._settle(lambda c: settlements.put_off(c, *self._epoch, retry_at, error, payload))

    async def channel_is_away(self, error: DestinationAway) -> bool:
        """Note that a read or an edit found the channel away; True when that was not known before."""
        async with self._store.begin() as c:
            return bool(await self._set_away(c, error.code))

    # ── writing ────────────────────────────────────────────────────────────────────────────────────────────

    async def note_returns(self, c: Connection) -> None:
        """Remember how often the channel came back, before Slack is asked: an older answer must not set it away."""
        self._returns = await destinations.returns(c, self.delivery.destination)

    async def _set_away(self, c: Connection, error: str) -> bool | None:
        state: Literal["waiting", "away"] = "waiting" if is_waiting(error) else "away"
        return await destinations.set_away(c, self.delivery.destination, state, error, self._now(), self._returns)

    async def _settle(self, settle: Settle) -> bool:
        """Write a settlement; where the database stays busy, leave it to the lease's end (False)."""
        for left in reversed(range(SETTLE_TRIES)):
            try:
                async with self._store.begin() as c:
                    await settle(c)
            except StoreBusy as error:
                log.warning("not_settled", extra={"why": str(error), "given_up": not left})
            else:
                return True
        return False

    async def _settle_and_pause(self, settle: Settle, seconds: float = 0.0) -> bool:
        """Write a settlement of a call that reached the channel: the next post there comes after a pause."""
        destination = self.delivery.destination
        self._rate_limits.pause(destination, max(seconds, self._policy.pace_seconds), self._clocks.moment())

        async def both(c: Connection) -> None:
            await settle(c)
            # not before its turn to write: the wall clock may have been set meanwhile
            await destinations.pause(c, destination, self._rate_limits.row_end(destination, self._clocks.moment()))

        return await self._settle(both)

    @property
    def fields(self) -> dict[str, object]:
        """The delivery, for the log."""
        delivery = self.delivery
        return {
            "delivery": delivery.id, "key": delivery.key, "team": delivery.team, "channel": delivery.slack_id,
            "attempt": delivery.attempts,
            **({"trace": delivery.trace} if delivery.trace else {}),
        }  # fmt: skip


async def result_or_fault(work: Coroutine[Any, Any, T]) -> tuple[T | None, BaseException | None]:
    """Run this to its end and return its result or its fault: the one place where a fault of any kind is a value."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task})
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
    if task.cancelled():
        return None, asyncio.CancelledError()
    fault = task.exception()
    return (None, fault) if fault else (task.result(), None)
