"""What is done while a claim is held: one call inside its deadline, the lease renewed, the outcome written down."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from bot.errors import ClaimLost, StoreBusy, StoreTrouble
from bot.model import Delivery
from bot.outbox.policy import DeliveryPolicy, after
from bot.outbox.rate_limits import Clocks, Moment, RateLimits
from bot.store import destinations
from bot.store.deliveries import settlements
from bot.store.engine import Connection, Store
from handlers.errors import OutcomeUnknown, PostError

log = logging.getLogger("pactbot.outbox")
T = TypeVar("T")
Settle = Callable[[Connection], Awaitable[object]]
AT_ONCE_SECONDS = 1.0
"""From the last look at a claim until its call leaves; the lease has that much to spare."""


class Slept(PostError):
    """the process slept after its last look at the claim, and did not call"""


class Hand:
    """Holds claims for a courier: calls, renews, settles."""

    def __init__(self, store: Store, clocks: Clocks, policy: DeliveryPolicy, rests: RateLimits) -> None:
        self._store = store
        self._now = clocks.now
        self.moment = clocks.moment
        self._policy = policy
        self._rests = rests

    async def call(self, d: Delivery, seconds: float, call: Coroutine[Any, Any, T]) -> T:
        """One call, inside its deadline, the lease renewed meanwhile; any other failure becomes OutcomeUnknown."""
        renewing = asyncio.ensure_future(self._keep(d))
        try:
            async with asyncio.timeout(seconds):
                answer, fault = await outcome(call)
        except TimeoutError:
            raise OutcomeUnknown("timeout", d.slack_id) from None
        finally:
            renewing.cancel()
            await asyncio.wait({renewing})
        if fault is None:
            return answer  # type: ignore[return-value] # without a fault there is an answer
        if isinstance(fault, PostError):
            raise fault
        log.error("call_failed", extra=fields(d), exc_info=fault)
        raise OutcomeUnknown(type(fault).__name__, d.slack_id) from fault

    async def _keep(self, d: Delivery) -> None:
        """Renew the claim three times a lease; once it is lost there is nothing left to keep."""
        while True:
            await asyncio.sleep(self._policy.lease_seconds / 3)
            try:
                async with self._store.begin() as c:
                    await settlements.renew(c, d.id, d.epoch, self._now(), self._policy.lease_seconds)
            except StoreTrouble as error:
                log.warning("not_renewed", extra={**fields(d), "why": str(error)})
                if (task := asyncio.current_task()) is not None and task.cancelling():
                    return  # a failing rollback may hide that the call has ended
            except ClaimLost:
                return

    async def begin_late(self, d: Delivery, claimed: Moment) -> None:
        """The claim may be old (a slow render, a process that slept): ClaimLost unless it is still ours."""
        if self.moment().seconds_since(claimed) >= self._policy.late_seconds:
            async with self._store.begin() as c:
                await settlements.begin_call(c, d.id, d.epoch, self._now(), self._policy.lease_seconds)

    async def begin_edit(self, d: Delivery) -> None:
        """An edit sets out: ClaimLost unless the claim is still ours."""
        async with self._store.begin() as c:
            lease, doubt = self._policy.lease_seconds, self._policy.unconfirmed_seconds
            await settlements.begin_edit(c, d.id, d.epoch, self._now(), lease, doubt)

    async def at_once(self, begun: Moment, call: Callable[[], Awaitable[T]]) -> T:
        """The last look, in the step in which the request leaves: whoever was stopped since must not send any more."""
        if self.moment().seconds_since(begun) >= AT_ONCE_SECONDS:
            raise Slept("slept")
        return await call()

    async def settle(self, settle: Settle) -> bool:
        """Write it down; a busy database is tried three times, then the lease is left to run out (False)."""
        for last in (False, False, True):
            try:
                async with self._store.begin() as c:
                    await settle(c)
            except StoreBusy as error:
                log.warning("not_settled", extra={"why": str(error), "given_up": last})
            else:
                return True
        return False

    async def settle_paced(self, d: Delivery, settle: Settle, seconds: float | None = None) -> bool:
        """Settle after a call that reached the channel: the next one there comes a second (or ``seconds``) later."""
        rest = self._policy.pace_seconds if seconds is None else max(seconds, self._policy.pace_seconds)
        self._rests.note(d.destination, rest, self.moment())

        async def both(c: Connection) -> None:
            await settle(c)
            await destinations.pause(c, d.destination, after(self._now(), rest))

        return await self.settle(both)


async def outcome(work: Coroutine[Any, Any, T]) -> tuple[T | None, BaseException | None]:
    """Run it to its end and look at how it ended: the one place where a fault of any kind is a value."""
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


def fields(d: Delivery) -> dict[str, object]:
    """A delivery, for the log."""
    return {"delivery": d.id, "key": d.key, "team": d.team, "channel": d.slack_id, "attempt": d.attempts}
