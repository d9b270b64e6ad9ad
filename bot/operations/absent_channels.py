"""Checks absent channels now and then, because the event of the bot's return to a channel may be lost.

Slack gives up on an event after some minutes. If Slack says that the bot is a member again, the channel is resumed. If
Slack cannot be asked, or hides the channel, one waiting message is sent as a trial, at most once an hour: the post is
the permission test. Everything else there waits until the trial has arrived.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.deliveries.resume import resume_destination
from bot.model import Delivery, Destination
from bot.store import absent_channels, destinations
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection, Store
from handlers.errors import DestinationAway, PostError, RateLimited

log = logging.getLogger("pactbot.absent_channels")

CHANNELS_A_RUN = 20
"""Channels that one run checks; the next run follows a minute later."""
PAUSE = timedelta(minutes=1)
TRIAL_EVERY = timedelta(minutes=55)
"""The least time between two trials in a channel; below an hour, because the hourly job may start a little early."""
OLD_AFTER = timedelta(days=1)
"""A card older than this is no trial: it comes in the roll-up."""
MEMBERSHIP_REASONS = (None, "not_in_channel", "channel_not_found", "is_archived", "left", "archived")
"""Absences that end when the bot is a member of an open channel; for any other, Slack's answer proves nothing."""


class ChannelState(Protocol):
    """Slack's facts about a channel."""

    @property
    def member(self) -> bool:
        """The bot is a member."""

    @property
    def archived(self) -> bool:
        """The channel is archived."""


class ChannelLookup(Protocol):
    """Asks Slack about channels; raises the kinds of PostError."""

    async def channel_facts(self, channel: str) -> ChannelState | None:
        """A channel's facts; None without the scope to ask."""


@dataclass(frozen=True, slots=True)
class AbsenceCheck:
    """The result of a run: the number of channels that were resumed, and where and when the next run continues."""

    resumed: int
    after: int | None = None
    next_at: datetime | None = None


class AbsentChannels:
    """Checks absent channels. ``wait_for_delivery`` waits a moment for a delivery's outcome."""

    def __init__(
        self,
        store: Store,
        lookup_of: Callable[[str], ChannelLookup],
        wait_for_delivery: Callable[[int], Awaitable[Delivery | None]],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._lookup_of = lookup_of
        self._wait_for_delivery = wait_for_delivery
        self._now = now

    async def run(self, after: int = 0) -> AbsenceCheck:
        """Checks the absent channels whose ids follow ``after``."""
        async with self._store.read() as c:
            absent = await absent_channels.absent(c, after, CHANNELS_A_RUN)
        resumed, last = 0, after
        for destination in absent:
            try:
                resumed += await self._check(destination)
            except RateLimited as limit:
                pause = max(PAUSE, timedelta(seconds=limit.retry_after_seconds))
                return AbsenceCheck(resumed, last, self._now() + pause)
            except PostError as error:
                log.warning("channel_not_checked", extra={"channel": destination.slack_id, "why": error.code})
            last = destination.id
        if len(absent) == CHANNELS_A_RUN:
            return AbsenceCheck(resumed, last, self._now() + PAUSE)
        return AbsenceCheck(resumed)

    async def _check(self, destination: Destination) -> bool:
        is_member = await self._is_member(destination)
        if is_member:
            return await self._resume(destination)
        return await self._try(destination) if is_member is None else False

    async def _is_member(self, destination: Destination) -> bool | None:
        """Whether the bot is a member of the open channel; None where Slack does not say.

        Slack answers about a private channel without the bot as if there were none.
        """
        asks = destination.state != "active" and destination.person is None
        if not asks or destination.away_reason not in MEMBERSHIP_REASONS:
            return None
        try:
            facts = await self._lookup_of(destination.team).channel_facts(destination.slack_id)
        except DestinationAway as error:
            return None if error.code == "channel_not_found" else False
        return None if facts is None else facts.member and not facts.archived

    async def _resume(self, destination: Destination) -> bool:
        async with self._store.begin() as c:
            returns = await destinations.returns(c, destination.id)
            await resume_destination(c, destination, f"call:{returns}", self._now())
        log.info("channel_resumed", extra={"team": destination.team, "channel": destination.slack_id})
        return True

    # ── trials, where Slack does not say ───────────────────────────────────────────────────────────────────

    async def _try(self, destination: Destination) -> bool:
        """Sends one message as a trial; if it arrives, the channel is resumed."""
        async with self._store.begin() as c:
            if await self._trial_arrived(c, destination):
                trial = None
            elif not await self._may_try(c, destination):
                return False
            else:
                trial = await absent_channels.trial_of(c, destination.id, self._now() - OLD_AFTER)
                if trial is not None:
                    await absent_channels.start_trial(c, destination.id, trial, self._now())
                await self._activate(c, destination)
        if trial is None:
            return await self._resume(destination)
        delivery = await self._wait_for_delivery(trial)
        return await self._resume(destination) if delivery is not None and delivery.state == "sent" else False

    async def _trial_arrived(self, c: Connection, destination: Destination) -> bool:
        """Whether the trial of an earlier run has arrived since."""
        tried_at = await absent_channels.tried_at(c, destination.id)
        posted_at = await deliveries.last_post_at(c, destination=destination.id)
        arrived = tried_at is not None and posted_at is not None and posted_at >= tried_at
        return destination.state == "active" and arrived

    async def _may_try(self, c: Connection, destination: Destination) -> bool:
        tried_at = await absent_channels.tried_at(c, destination.id)
        if tried_at is not None and timedelta(0) <= self._now() - tried_at < TRIAL_EVERY:
            return False
        return await absent_channels.has_waiting(c, destination.id) or await absent_channels.has_untold(
            c, destination.id
        )

    async def _activate(self, c: Connection, destination: Destination) -> None:
        await absent_channels.note_tried(c, destination.id, self._now())
        await destinations.set_state(c, destination.id, "active", None, self._now())
        await destinations.note_return(c, destination.id)
