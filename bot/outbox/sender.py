"""Carries one claimed delivery to Slack, or asks Slack about it, and writes down what came of it.

Every errand ends in exactly one settlement under the claim's epoch, or in none: then the lease runs out and the
delivery is asked about before anything is sent again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from random import Random
from typing import Literal

from bot.errors import StoreTrouble
from bot.model import Delivery
from bot.outbox.claimed import Hand, Slept, fields, outcome
from bot.outbox.policy import DeliveryPolicy, after, back_off_seconds, is_waiting, metadata_key, throttled_seconds
from bot.outbox.ports import Alert, Drop, Hold, MessagePoster, Render, SendAlert
from bot.outbox.rate_limits import Clocks, Moment, RateLimits
from bot.outbox.revoked_tokens import RevokedTokens
from bot.store import destinations
from bot.store.deliveries import settlements, unconfirmed
from bot.store.engine import Connection, Store
from handlers.cards.shown import Shown
from handlers.errors import (
    DestinationAway,
    EditExpired,
    MessageGone,
    MessageRejected,
    MissingScope,
    OutcomeUnknown,
    PostError,
    RateLimited,
    ThreadLocked,
    TokenRevoked,
)

log = logging.getLogger("pactbot.outbox")


class Sender:
    """One worker's way to Slack."""

    def __init__(
        self,
        store: Store,
        poster_of: Callable[[str], MessagePoster],
        render: Render,
        clocks: Clocks,
        tell: SendAlert,
        random: Random,
        policy: DeliveryPolicy,
        rests: RateLimits,
        tokens: RevokedTokens,
    ) -> None:
        self._store = store
        self._poster_of = poster_of
        self._render = render
        self._now = clocks.now
        self._tell = tell
        self._random = random
        self._policy = policy
        self._rests = rests
        self._hand = Hand(store, clocks, policy, rests)
        self._tokens = tokens
        self._returns: dict[int, int] = {}
        """Of each delivery in hand: how often its channel had come back when Slack was asked."""

    # ── sending ────────────────────────────────────────────────────────────────────────────────────────────

    def let_go(self, d: Delivery) -> None:
        """The delivery is no longer in hand."""
        self._returns.pop(d.id, None)

    async def send(self, d: Delivery, claimed: Moment) -> None:
        """Post what is ``sending`` since ``claimed``, once."""
        shown = await self._rendered(d)
        if isinstance(shown, Hold):
            await self._hand.settle(lambda c: settlements.settle_held(c, d.id, d.epoch, shown.until_at))
        elif isinstance(shown, Drop):
            await self._hand.settle(lambda c: settlements.settle_cancelled(c, d.id, d.epoch, shown.reason))
        elif shown is not None:
            await self._post(d, shown, claimed)

    async def _post(self, d: Delivery, shown: Shown, claimed: Moment) -> None:
        begun = self._hand.moment()
        await self._hand.begin_late(d, claimed)
        tried_at = self._now()
        poster, key = self._poster_of(d.team), metadata_key(d.key)
        posting = partial(poster.post, d.slack_id, shown, key=key, thread_ts=d.thread_ts, plain=d.plain)
        try:
            posted = await self._hand.call(d, self._policy.call_seconds, self._hand.at_once(begun, posting))
        except PostError as error:
            log.warning("not_sent", extra={**fields(d), "why": type(error).__name__, "code": error.code})
            await self._not_posted(d, error, tried_at)
        else:
            await self._hand.settle_paced(
                d, lambda c: settlements.settle_sent(c, d.id, d.epoch, posted.ts, self._now())
            )
            log.info("sent", extra=fields(d))

    async def _not_posted(self, d: Delivery, error: PostError, tried_at: datetime) -> None:
        if isinstance(error, RateLimited):
            await self._again(d, error.code, self._rest_seconds(error))
        elif isinstance(error, Slept):
            await self._again(d, error.code, 0.0)
        elif isinstance(error, DestinationAway):
            await self._leave(d, error)
        elif isinstance(error, MessageRejected):
            await self._degrade(d, error)
        elif isinstance(error, MissingScope):
            await self._again(d, error.code, self._policy.ask_again_seconds)
            await self._tell_scope(d, error)
        elif isinstance(error, TokenRevoked):
            await self._again(d, error.code, back_off_seconds(5, self._draw()))
            await self._tokens.refused(d.team, error)
        elif isinstance(error, MessageGone | ThreadLocked):
            await self._hand.settle_paced(d, lambda c: settlements.settle_cancelled(c, d.id, d.epoch, "parent_gone"))
        else:
            ask_at = after(tried_at, self._policy.quarantine_seconds)
            await self._hand.settle_paced(d, lambda c: settlements.settle_unknown(c, d.id, d.epoch, ask_at, error.code))

    async def _again(self, d: Delivery, code: str, seconds: float, *, plain: bool = False) -> bool:
        """Not posted for certain: due again. The channel rests, and with it what stands behind: the order is kept."""

        async def due(c: Connection) -> None:
            await settlements.settle_due(c, d.id, d.epoch, self._now(), code, charge=plain, plain=plain)

        return await self._hand.settle_paced(d, due, seconds)

    async def _leave(self, d: Delivery, error: DestinationAway) -> None:
        changed = False

        async def settle(c: Connection) -> None:
            nonlocal changed
            away = await self._set_away(c, d, error)
            if away is None:  # it came back between the answer and here: try again, or nobody ever would
                await settlements.settle_due(c, d.id, d.epoch, self._now(), error.code, charge=False)
            else:
                await settlements.settle_waiting(c, d.id, d.epoch, error.code)
                changed = away

        if await self._hand.settle_paced(d, settle) and changed:
            await self._tell(Alert("away", d.team, error.code, d))

    async def _set_away(self, c: Connection, d: Delivery, error: DestinationAway) -> bool | None:
        state: Literal["waiting", "away"] = "waiting" if is_waiting(error.code) else "away"
        before = self._returns.pop(d.id, 0)
        return await destinations.set_away(c, d.destination, state, error.code, self._now(), before)

    async def _degrade(self, d: Delivery, error: MessageRejected) -> None:
        """Once as text; if that is refused too it is dead."""
        if d.plain:
            settled = await self._hand.settle_paced(d, lambda c: settlements.settle_dead(c, d.id, d.epoch, error.code))
        else:
            settled = await self._again(d, error.code, 0.0, plain=True)
        if settled:
            await self._tell(Alert("dead" if d.plain else "degraded", d.team, error.code, d))

    # ── asking ─────────────────────────────────────────────────────────────────────────────────────────────

    async def ask(self, d: Delivery) -> None:
        """Read back whether Slack has what is ``unknown``."""
        assert d.first_try_at is not None
        assert d.last_try_at is not None
        if await self._rests_with(d, "read"):
            return
        async with self._store.read() as c:
            self._returns[d.id] = await destinations.returns(c, d.destination)
        since_at = after(d.first_try_at, -self._policy.margin_seconds)
        until_at = after(d.last_try_at, self._policy.reach_seconds)
        poster, key = self._poster_of(d.team), metadata_key(d.key)
        finding = poster.find(d.slack_id, key, since_at=since_at, until_at=until_at, thread_ts=d.thread_ts)
        try:
            ts = await self._hand.call(d, self._policy.read_seconds, finding)
        except MissingScope as error:
            await self._send_blind(d, error)
        except PostError as error:
            log.warning("not_read", extra={**fields(d), "why": type(error).__name__, "code": error.code})
            await self._off(d, "read", error, self._policy.between_reads_seconds)
        else:
            await self._asked(d, ts)

    async def _asked(self, d: Delivery, ts: str | None) -> None:
        log.info("asked", extra={**fields(d), "found": ts is not None})
        read = self._policy.between_reads_seconds, self._policy.reads
        if ts is None:
            await self._hand.settle(lambda c: settlements.note_empty_read(c, d.id, d.epoch, self._now(), *read))
        else:
            await self._hand.settle_paced(d, lambda c: settlements.settle_sent(c, d.id, d.epoch, ts, self._now()))

    async def _send_blind(self, d: Delivery, error: MissingScope) -> None:
        """Nobody may look whether it is there: the installation's policy decides."""

        async def settle(c: Connection) -> None:
            if self._policy.resend_unconfirmed:
                await settlements.settle_due(c, d.id, d.epoch, self._now(), error.code, repeat=True)
            else:
                await settlements.settle_cancelled(c, d.id, d.epoch, unconfirmed.MAY_HAVE_BEEN_SENT)

        if await self._hand.settle(settle):
            await self._tell_scope(d, error)

    async def _rests_with(self, d: Delivery, method: str) -> bool:
        """Slack asked this workspace to wait with all reads, or with all edits: then this one waits too, uncalled."""
        seconds = self._rests.method_seconds(d.team, method, self._hand.moment())
        if seconds:
            await self._put_off(d, seconds, "ratelimited")
        return seconds > 0

    async def _off(self, d: Delivery, method: str, error: PostError, seconds: float) -> None:
        """A read or an edit that failed comes again later; what it says of channel or workspace is taken in."""
        if isinstance(error, RateLimited):
            rest = self._rest_seconds(error)
            self._rests.note_method(d.team, method, rest, self._hand.moment())
            seconds = max(seconds, rest)
        await self._put_off(d, seconds, error.code)
        if isinstance(error, DestinationAway):
            async with self._store.begin() as c:
                changed = await self._set_away(c, d, error)
            if changed:
                await self._tell(Alert("away", d.team, error.code, d))
        elif isinstance(error, TokenRevoked):
            await self._tokens.refused(d.team, error)

    async def _put_off(self, d: Delivery, seconds: float, why: str) -> None:
        at = after(self._now(), max(seconds, 1.0))
        await self._hand.settle(lambda c: settlements.put_off(c, d.id, d.epoch, at, why))

    # ── editing ────────────────────────────────────────────────────────────────────────────────────────────

    async def edit(self, d: Delivery) -> None:
        """Let a sent message show its newest revision; doing it twice does no harm."""
        assert d.ts is not None
        if await self._rests_with(d, "edit"):
            return
        shown = await self._rendered(d)
        if isinstance(shown, Hold):
            await self._put_off(d, (shown.until_at - self._now()).total_seconds(), "held")
        elif isinstance(shown, Drop):
            await self._edited(d)
        elif shown is not None:
            await self._show(d, d.ts, shown)

    async def _show(self, d: Delivery, ts: str, shown: Shown) -> None:
        try:
            await self._show_some_way(d, ts, shown)
        except MessageGone:
            await self._hand.settle(lambda c: settlements.settle_gone(c, d.id, d.epoch))
        except (EditExpired, ThreadLocked) as error:
            code = error.code
            log.warning("edit_ended", extra={**fields(d), "code": code})
            await self._hand.settle(lambda c: settlements.settle_as_shown(c, d.id, d.epoch, self._now(), code))
        except MessageRejected as error:
            await self._edited(d)
            await self._tell(Alert("dead", d.team, error.code, d))
        except PostError as error:
            log.warning("not_edited", extra={**fields(d), "why": type(error).__name__, "code": error.code})
            await self._off(d, "edit", error, self._until_next_edit(error))
        else:
            await self._edited(d)

    def _until_next_edit(self, error: PostError) -> float:
        """What may still arrive is waited for, or the older text would stand last."""
        if isinstance(error, MissingScope):
            return self._policy.ask_again_seconds
        return self._policy.unconfirmed_seconds if isinstance(error, OutcomeUnknown) else self._policy.edit_gap_seconds

    async def _show_some_way(self, d: Delivery, ts: str, shown: Shown) -> None:
        """With blocks; where they are refused, once as text."""
        try:
            await self._call_edit(d, ts, shown, plain=d.plain)
        except MessageRejected as error:
            await self._tell(Alert("degraded", d.team, error.code, d))
            await self._call_edit(d, ts, shown, plain=True)

    async def _call_edit(self, d: Delivery, ts: str, shown: Shown, *, plain: bool) -> None:
        begun = self._hand.moment()
        await self._hand.begin_edit(d)
        editing = partial(self._poster_of(d.team).edit, d.slack_id, ts, shown, plain=plain)
        await self._hand.call(d, self._policy.call_seconds, self._hand.at_once(begun, editing))

    async def _edited(self, d: Delivery) -> None:
        await self._hand.settle(lambda c: settlements.settle_edit(c, d.id, d.epoch, self._now()))

    # ── rendering ──────────────────────────────────────────────────────────────────────────────────────────

    async def _rendered(self, d: Delivery) -> Shown | Hold | Drop | None:
        """What to show. None after a fault, which is settled here: a card of ours must not stop a channel."""
        shown, fault = await outcome(self._make(d))
        if fault is None:
            return shown
        if isinstance(fault, StoreTrouble):
            seconds = back_off_seconds(d.attempts, self._draw())
            await (self._again(d, "store", seconds) if d.state == "sending" else self._put_off(d, seconds, "store"))
            return None
        log.error("not_rendered", extra=fields(d), exc_info=fault)
        code = f"render:{type(fault).__name__}"
        if d.state == "sending":
            await self._hand.settle(lambda c: settlements.settle_dead(c, d.id, d.epoch, code))
        else:
            await self._edited(d)
        await self._tell(Alert("dead", d.team, code, d))
        return None

    async def _make(self, d: Delivery) -> Shown | Hold | Drop:
        async with self._store.read() as c:
            self._returns[d.id] = await destinations.returns(c, d.destination)
            return await self._render(c, d)

    # ── small things ───────────────────────────────────────────────────────────────────────────────────────

    async def _tell_scope(self, d: Delivery, error: MissingScope) -> None:
        """Once a delivery: its row remembers."""
        if d.error != error.code:
            await self._tell(Alert("scope", d.team, error.needed, d))

    def _rest_seconds(self, error: RateLimited) -> float:
        return throttled_seconds(error.retry_after_seconds, self._policy.pace_seconds, self._draw())

    def _draw(self) -> float:
        return self._random.random()
