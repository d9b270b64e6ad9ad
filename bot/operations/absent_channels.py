"""Checks absent channels now and then, because the event of the bot's return to a channel may be lost.

Slack gives up on an event after some minutes, and one refused post may be a glitch. So Slack is asked after a minute,
after five more, then hourly. If it says that the bot is a member, the channel is resumed. If it cannot be asked, or
hides the channel, one waiting message is sent as a trial at the same times: the post is the permission test. Everything
else there waits until the trial has arrived.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.deliveries.resume import resume_destination
from bot.model import Delivery, Destination
from bot.process_start import ProcessStart
from bot.store import absent_channels, destinations
from bot.store.absent_channels import AbsentChannel
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection, Store
from handlers.errors import DestinationAway, PostError, RateLimited

log = logging.getLogger("pactbot.absent_channels")

CHANNELS_A_RUN = 20
"""Channels that one run checks; the next run follows a minute later."""
PAUSE = timedelta(minutes=1)
CANDIDATES_A_RUN = 500
"""Absent channels that one run looks through for those that are due."""
FIRST_ASKS = (timedelta(minutes=1), timedelta(minutes=5))
"""How long after its absence began, and after the first question, Slack is asked about a channel."""
ASK_EVERY = timedelta(hours=1)
OLD_AFTER = timedelta(days=1)
"""A card older than this is no trial: it comes in the roll-up."""
MEMBERSHIP_REASONS = (None, "not_in_channel", "channel_not_found", "is_archived", "left", "archived")
"""Absences that end when the bot is a member of an open channel; for any other, Slack's answer proves nothing."""


def ask_again_after(asks: int) -> timedelta:
    """The time from the last question about an absent channel, or from its absence's beginning, to the next one."""
    return FIRST_ASKS[asks] if asks < len(FIRST_ASKS) else ASK_EVERY


def is_due(channel: AbsentChannel, now: datetime, began_at: datetime) -> bool:
    """True when Slack is to be asked about a channel; also when a clock that was set back puts the last time ahead.

    ``began_at`` is when this process began: no event of a return was received before, so it asks at once, but about no
    channel more than once a minute, because a process may begin again and again.
    """
    since_at = channel.since_at
    if since_at is None or now < since_at:
        return True
    wait = ask_again_after(channel.asks)
    if since_at < began_at:
        wait = FIRST_ASKS[0] if channel.asks else timedelta(0)
    return now >= since_at + wait


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
        self._start = ProcessStart(now())

    async def run(self, after: int = 0) -> AbsenceCheck:
        """Checks the absent channels whose ids follow ``after`` and that are due."""
        async with self._store.read() as c:
            absent = await absent_channels.absent(c, after, CANDIDATES_A_RUN)
        due = [channel for channel in absent if channel.destination.state == "active" or self._is_due(channel)]
        resumed, last = 0, after
        for channel in due[:CHANNELS_A_RUN]:
            destination = channel.destination
            try:
                resumed += await self._check(channel)
            except RateLimited as limit:
                pause = max(PAUSE, timedelta(seconds=limit.retry_after_seconds))
                return AbsenceCheck(resumed, last, self._now() + pause)
            except PostError as error:
                log.warning("channel_not_checked", extra={"channel": destination.slack_id, "why": error.code})
            last = destination.id
        if len(due) > CHANNELS_A_RUN:
            return AbsenceCheck(resumed, last, self._now() + PAUSE)
        if len(absent) == CANDIDATES_A_RUN:
            return AbsenceCheck(resumed, absent[-1].destination.id, self._now() + PAUSE)
        return AbsenceCheck(resumed)

    async def _check(self, channel: AbsentChannel) -> bool:
        destination = channel.destination
        if destination.state == "active" and await self._trial_arrived(destination):
            return await self._resume(destination)
        if not self._is_due(channel):
            return False
        try:
            is_member = await self._is_member(destination)
        except RateLimited:
            raise  # Slack was not asked
        except PostError:
            await self._note_asked(destination)
            raise
        await self._note_asked(destination)
        if is_member:
            return await self._resume(destination)
        return await self._try(destination) if is_member is None else False

    def _is_due(self, channel: AbsentChannel) -> bool:
        now = self._now()
        return is_due(channel, now, self._start.by(now))

    async def _note_asked(self, destination: Destination) -> None:
        async with self._store.begin() as c:
            await absent_channels.note_asked(c, destination.id, self._now())

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
            waiting = await absent_channels.has_waiting(c, destination.id)
            if not waiting and not await absent_channels.has_untold(c, destination.id):
                return False
            trial = await absent_channels.trial_of(c, destination.id, self._now() - OLD_AFTER)
            if trial is not None:
                await absent_channels.start_trial(c, destination.id, trial, self._now())
            await self._activate(c, destination)
        if trial is None:
            return await self._resume(destination)
        delivery = await self._wait_for_delivery(trial)
        return await self._resume(destination) if delivery is not None and delivery.state == "sent" else False

    async def _trial_arrived(self, destination: Destination) -> bool:
        """Whether the trial of an earlier run has arrived since."""
        async with self._store.read() as c:
            tried_at = await absent_channels.tried_at(c, destination.id)
            posted_at = await deliveries.last_post_at(c, destination=destination.id)
        return tried_at is not None and posted_at is not None and posted_at >= tried_at

    async def _activate(self, c: Connection, destination: Destination) -> None:
        await absent_channels.note_tried(c, destination.id, self._now())
        await destinations.set_state(c, destination.id, "active", None, self._now())
        await destinations.note_return(c, destination.id)
