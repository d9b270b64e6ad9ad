"""The roll call: channels that are away are asked about now and then, because the event of a return may be lost.

Slack gives up on an event after some minutes. Where it says that the bot is in a channel again, that is a return like
any other. Where it may not be asked, or hides the channel, one message is let out, at most once an hour: a post is the
permission test. What else waits there stays until that one has arrived.
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

AT_ONCE = 20
"""Channels asked about in one go; the next go comes a minute later."""
PAUSE = timedelta(minutes=1)
TRIAL_EVERY = timedelta(minutes=55)
"""Between two messages let out in one channel: the hourly bell may ring a little early."""
OLD_AFTER = timedelta(days=1)
"""An older card comes with others in one message."""
MEMBERSHIP_REASONS = (None, "not_in_channel", "channel_not_found", "is_archived", "left", "archived")
"""Absences that end when the bot is a member again and the channel open; of any other Slack's answer says nothing."""


class ChannelState(Protocol):
    """What Slack tells of a channel."""

    @property
    def member(self) -> bool:
        """The bot is in it."""

    @property
    def archived(self) -> bool:
        """It is shut."""


class ChannelLookup(Protocol):
    """Who asks Slack; raises the kinds of PostError."""

    async def channel_facts(self, channel: str) -> ChannelState | None:
        """What a channel is; None without the scope to ask."""


@dataclass(frozen=True, slots=True)
class AbsenceCheck:
    """What a go came to: how many channels may go on, and whether the next ones are to be asked about, and when."""

    back: int
    after: int | None = None
    next_at: datetime | None = None


class AbsentChannels:
    """Asks about absent channels. ``settled`` waits a moment for the outcome of a delivery."""

    def __init__(
        self,
        store: Store,
        informant_of: Callable[[str], ChannelLookup],
        settled: Callable[[int], Awaitable[Delivery | None]],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._informant_of = informant_of
        self._settled = settled
        self._now = now

    async def run(self, after: int = 0) -> AbsenceCheck:
        """Asks about the absent channels that follow this number."""
        async with self._store.read() as c:
            found = await absent_channels.absent(c, after, AT_ONCE)
        back, last = 0, after
        for place in found:
            try:
                back += await self._call(place)
            except RateLimited as trouble:
                return AbsenceCheck(
                    back, last, self._now() + max(PAUSE, timedelta(seconds=trouble.retry_after_seconds))
                )
            except PostError as trouble:
                log.warning("not_asked", extra={"channel": place.slack_id, "why": trouble.code})
            last = place.id
        return AbsenceCheck(back, last, self._now() + PAUSE) if len(found) == AT_ONCE else AbsenceCheck(back)

    async def _call(self, place: Destination) -> bool:
        here = await self._is_here(place)
        if here:
            return await self._resume(place)
        return await self._try(place) if here is None else False

    async def _is_here(self, place: Destination) -> bool | None:
        """None: Slack does not say. A private channel without the bot looks as if it were none."""
        if place.state == "active" or place.person is not None or place.away_reason not in MEMBERSHIP_REASONS:
            return None
        try:
            facts = await self._informant_of(place.team).channel_facts(place.slack_id)
        except DestinationAway as answer:
            return None if answer.code == "channel_not_found" else False
        return None if facts is None else facts.member and not facts.archived

    async def _resume(self, place: Destination) -> bool:
        async with self._store.begin() as c:
            returns = await destinations.returns(c, place.id)
            await resume_destination(c, place, f"call:{returns}", self._now())
        log.info("returned", extra={"team": place.team, "channel": place.slack_id})
        return True

    # ── where Slack does not say ───────────────────────────────────────────────────────────────────────────

    async def _try(self, place: Destination) -> bool:
        """Lets one message out; where it arrives, the rest follows."""
        async with self._store.begin() as c:
            if await self._arrived(c, place):
                trial = None
            elif not await self._may_try(c, place):
                return False
            else:
                trial = await absent_channels.trial_of(c, place.id, self._now() - OLD_AFTER)
                if trial is not None:
                    await absent_channels.start_trial(c, place.id, trial, self._now())
                await self._open(c, place)
        if trial is None:
            return await self._resume(place)
        outcome = await self._settled(trial)
        return await self._resume(place) if outcome is not None and outcome.state == "sent" else False

    async def _arrived(self, c: Connection, place: Destination) -> bool:
        """What was let out before has arrived since."""
        tried, posted = (
            await absent_channels.tried_at(c, place.id),
            await deliveries.last_post_at(c, destination=place.id),
        )
        return place.state == "active" and tried is not None and posted is not None and posted >= tried

    async def _may_try(self, c: Connection, place: Destination) -> bool:
        tried = await absent_channels.tried_at(c, place.id)
        if tried is not None and self._now() - tried < TRIAL_EVERY:
            return False
        return await absent_channels.has_waiting(c, place.id) or await absent_channels.has_untold(c, place.id)

    async def _open(self, c: Connection, place: Destination) -> None:
        await absent_channels.note_tried(c, place.id, self._now())
        await destinations.set_state(c, place.id, "active", None, self._now())
        await destinations.note_return(c, place.id)
