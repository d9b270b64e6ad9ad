"""Sends one claimed delivery: renders it, calls Slack once and settles it. Reads back and edits in the same way.

    claim ──► render ──► call Slack ──► settle under the claim's epoch

Every way ends in exactly one settlement, or in none: then the lease runs out, and the history is read before anything
is sent again.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import Random
from typing import Literal

from bot.errors import ClaimLost, StoreTrouble
from bot.model import Delivery
from bot.outbox.claimed import ClaimedDelivery, result_or_fault
from bot.outbox.policy import (
    DeliveryPolicy,
    after_failed_post,
    back_off,
    fault_alert,
    rate_limit_pause,
    retry_edit_seconds,
    scope_alert,
)
from bot.outbox.ports import Alert, Drop, Hold, MessagePoster, Render, SendAlert
from bot.outbox.rate_limits import Clocks, Moment, RateLimits
from bot.outbox.revoked_tokens import RevokedTokens
from bot.store.engine import Store
from handlers.cards.shown import Shown
from handlers.errors import (
    DestinationAway,
    EditExpired,
    MessageGone,
    MessageRejected,
    MissingScope,
    NotUnderstood,
    PostError,
    RateLimited,
    ThreadLocked,
    TokenRevoked,
)

log = logging.getLogger("pactbot.outbox")
Method = Literal["read", "edit"]


class Sender:
    """One worker's way to Slack; ``send``, ``read_back`` and ``edit`` each carry one claimed delivery to its end."""

    def __init__(
        self,
        store: Store,
        poster_of: Callable[[str], MessagePoster],
        render: Render,
        clocks: Clocks,
        send_alert: SendAlert,
        random: Random,
        policy: DeliveryPolicy,
        rate_limits: RateLimits,
        tokens: RevokedTokens,
    ) -> None:
        self._store = store
        self._poster_of = poster_of
        self._render = render
        self._clocks = clocks
        self._send_alert = send_alert
        self._draw = random.random
        self._policy = policy
        self._rate_limits = rate_limits
        self._tokens = tokens

    @asynccontextmanager
    async def _claim(self, delivery: Delivery) -> AsyncIterator[ClaimedDelivery]:
        """Bind a claim. When it is lost, or the database is away, the work ends here: the row says what comes next."""
        try:
            yield ClaimedDelivery(delivery, self._store, self._clocks, self._policy, self._rate_limits)
        except ClaimLost as error:
            log.info("claim_lost", extra={"what": str(error)})
        except StoreTrouble as error:
            log.warning("store_trouble", extra={"why": str(error)})

    # ── sending: sending → sent | due | unknown | waiting | held | cancelled | dead ────────────────────────

    async def send(self, delivery: Delivery, claimed_at: Moment) -> None:
        """Render a delivery, post it once and settle it."""
        async with self._claim(delivery) as claimed:
            log.info("claimed", extra=claimed.fields)
            shown = await self._rendered(claimed)
            if isinstance(shown, Hold):
                await claimed.held(shown.until_at)
            elif isinstance(shown, Drop):
                await claimed.cancelled(shown.reason)
            elif shown is not None:
                await self._post(claimed, shown, claimed_at)

    async def _post(self, claimed: ClaimedDelivery, shown: Shown, claimed_at: Moment) -> None:
        try:
            posted = await claimed.post(self._poster_of(claimed.delivery.team), shown, claimed_at)
        except PostError as error:
            log.warning("post_failed", extra={**claimed.fields, "why": type(error).__name__, "code": error.code})
            await self._settle_failed_post(claimed, error)
        else:
            await claimed.sent(posted.ts)
            log.info("sent", extra=claimed.fields)

    async def _settle_failed_post(self, claimed: ClaimedDelivery, error: PostError) -> None:
        failure = after_failed_post(error, claimed.delivery, self._policy)
        if failure.state == "due":
            pause_seconds = failure.pause.seconds(self._draw)
            report = await claimed.due(failure.error, pause_seconds, plain=failure.plain, charge=failure.charge)
        elif failure.state == "waiting":
            report = await claimed.waiting(failure.error)
        elif failure.state == "cancelled":
            report = await claimed.cancelled(failure.error, called=True)
        elif failure.state == "dead":
            report = await claimed.dead(failure.error, called=True)
        else:
            report = await claimed.unknown(failure.error)
        if isinstance(error, TokenRevoked):
            await self._tokens.stop_if_revoked(claimed.delivery.team, error)
        if report and failure.alert is not None:
            await self._send_alert(failure.alert)

    # ── reading back: unknown → sent | unknown | due | cancelled ───────────────────────────────────────────

    async def read_back(self, delivery: Delivery) -> None:
        """Ask Slack's history whether an unknown delivery arrived."""
        async with self._claim(delivery) as claimed:
            if await self._is_rate_limited(claimed, "read"):
                return
            async with self._store.read() as c:
                await claimed.note_returns(c)
            try:
                ts = await claimed.find(self._poster_of(delivery.team))
            except MissingScope as error:
                if await claimed.unreadable(error.code) and (alert := scope_alert(error, delivery)):
                    await self._send_alert(alert)
            except MessageGone as error:
                await self._thread_not_found(claimed, error)
            except PostError as error:
                log.warning("read_failed", extra={**claimed.fields, "why": type(error).__name__, "code": error.code})
                await self._retry(claimed, "read", error, self._policy.between_reads_seconds)
            else:
                log.info("read_back", extra={**claimed.fields, "found": ts is not None})
                await (claimed.sent(ts) if ts is not None else claimed.not_found())

    async def _thread_not_found(self, claimed: ClaimedDelivery, error: MessageGone) -> None:
        """A reply whose thread is gone stands nowhere and is not sent again; without a thread the answer is a fault."""
        if claimed.delivery.after is not None:
            await claimed.cancelled("parent_gone")
        else:
            await self._retry(claimed, "read", error, self._policy.between_reads_seconds)

    # ── editing: sent → sent with a later revision ─────────────────────────────────────────────────────────

    async def edit(self, delivery: Delivery) -> None:
        """Let a sent message show its newest revision; doing it twice does no harm."""
        async with self._claim(delivery) as claimed:
            if await self._is_rate_limited(claimed, "edit"):
                return
            shown = await self._rendered(claimed)
            if isinstance(shown, Hold):
                await claimed.put_off((shown.until_at - self._clocks.now()).total_seconds(), "held")
            elif isinstance(shown, Drop):
                await claimed.edited()
            elif shown is not None:
                await self._edit(claimed, shown)

    async def _edit(self, claimed: ClaimedDelivery, shown: Shown) -> None:
        try:
            await self._edit_or_degrade(claimed, shown)
        except MessageGone:
            await claimed.deleted()
        except (EditExpired, ThreadLocked) as error:
            log.warning("edit_expired", extra={**claimed.fields, "code": error.code})
            await claimed.final(error.code)
        except MessageRejected as error:
            await claimed.edited()
            await self._send_alert(Alert("dead", claimed.delivery.team, error.code, claimed.delivery))
        except PostError as error:
            log.warning("edit_failed", extra={**claimed.fields, "why": type(error).__name__, "code": error.code})
            await self._retry(claimed, "edit", error, retry_edit_seconds(error, self._policy))
        else:
            await claimed.edited()

    async def _edit_or_degrade(self, claimed: ClaimedDelivery, shown: Shown) -> None:
        """With blocks; where Slack rejects them, once as text."""
        delivery, poster = claimed.delivery, self._poster_of(claimed.delivery.team)
        try:
            await claimed.edit(poster, shown, plain=delivery.plain)
        except MessageRejected as error:
            await self._send_alert(Alert("degraded", delivery.team, error.code, delivery))
            await claimed.edit(poster, shown, plain=True)

    # ── steps of more than one way ─────────────────────────────────────────────────────────────────────────

    async def _rendered(self, claimed: ClaimedDelivery) -> Shown | Hold | Drop | None:
        """What to show; None after a fault, which is settled here so that one faulty card stops no channel."""
        delivery = claimed.delivery
        shown, fault = await result_or_fault(self._read_and_render(claimed))
        if fault is None:
            return shown
        if isinstance(fault, StoreTrouble):
            seconds = back_off(1).seconds(self._draw)  # the delivery's own tries say nothing of an outage
            await (claimed.due("store", seconds) if delivery.state == "sending" else claimed.put_off(seconds, "store"))
            return None
        log.error("render_failed", extra=claimed.fields, exc_info=fault)
        code = f"render:{type(fault).__name__}"
        await (claimed.dead(code) if delivery.state == "sending" else claimed.edited())
        await self._send_alert(Alert("dead", delivery.team, code, delivery))
        return None

    async def _read_and_render(self, claimed: ClaimedDelivery) -> Shown | Hold | Drop:
        async with self._store.read() as c:
            await claimed.note_returns(c)
            return await self._render(c, claimed.delivery)

    async def _is_rate_limited(self, claimed: ClaimedDelivery, method: Method) -> bool:
        """True, and put off, where Slack asked this workspace to pause all reads, or all edits."""
        team, now = claimed.delivery.team, self._clocks.moment()
        seconds = self._rate_limits.method_wait_seconds(team, method, now)
        if not seconds:
            return False
        await claimed.put_off(seconds, "ratelimited")
        return True

    async def _retry(self, claimed: ClaimedDelivery, method: Method, error: PostError, seconds: float) -> None:
        """Put off a read or an edit that failed, and act on what the error says of the channel or the workspace."""
        delivery = claimed.delivery
        if isinstance(error, RateLimited):
            pause = rate_limit_pause(error.retry_after_seconds, self._policy.pace_seconds)
            pause_seconds = pause.seconds(self._draw)
            self._rate_limits.pause_method(delivery.team, method, pause_seconds, self._clocks.moment())
            seconds = max(seconds, pause_seconds)
        await claimed.put_off(seconds, error.code)
        if isinstance(error, DestinationAway):
            if await claimed.channel_is_away(error):
                await self._send_alert(Alert("away", delivery.team, error.code, delivery))
        elif isinstance(error, TokenRevoked):
            await self._tokens.stop_if_revoked(delivery.team, error)
        elif isinstance(error, NotUnderstood | MessageGone):
            await self._send_alert(fault_alert(error.code, delivery))
