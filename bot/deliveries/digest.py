"""Enqueues the digests that are due, and the roll-ups of what quiet hours and bursts held.

A digest covers the matches that are untold, not a period of time: a missed digest loses nothing. Each digest slot is a
row that is taken once, so two runs make one digest. Digests that are late come as one, which says that it is late.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.deliveries.channel_faults import ChannelFaults
from bot.deliveries.corrected_since import MARKED, corrections
from bot.deliveries.digest_pages import (
    CHANGED,
    CORRECTED,
    POSTED,
    POSTED_NAMED,
    UNCONFIRMED,
    Section,
    enqueue_pages,
    group_by_subscription,
)
from bot.deliveries.due_channels import DueChannel, look
from bot.deliveries.due_digests import DueDigest, is_late, merge_due_digests, own_schedule, slot_name
from bot.deliveries.holds import muted_until
from bot.deliveries.linked_stories import articles_by_home, untold_to_show, view_of
from bot.deliveries.posted_since import stories_posted
from bot.deliveries.quiet_hours import ROLL_UP_MARGIN
from bot.deliveries.rollups import roll_up, stories_of
from bot.deliveries.schedule import last_due
from bot.deliveries.shifts import Handover, handover
from bot.deliveries.shown_mutes import show_passed
from bot.model import Destination, Subscription
from bot.store import destinations, digest_looks, matches, mutes, slots
from bot.store.deliveries import rollups, unconfirmed
from bot.store.engine import Connection, Store, lock_stories
from bot.store.matches import Match
from bot.store.mutes import subscriptions_muted
from bot.store.rows import chunks

LOOKED_AT_ONCE = 20
"""Channels, or mutes, that one transaction looks at: whoever else writes waits for some milliseconds."""


class Digests:
    """Enqueues digests and roll-ups."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def enqueue_due(self) -> int:
        """Enqueues every roll-up and digest that is due; returns the number of messages, and of mutes that have ended.

        A channel in its quiet hours gets no digest: what fell due comes at their end, after the roll-up. A stopped
        workspace gets none: what fell due comes when its token works again.
        """
        faults = ChannelFaults()
        enqueued = await self._roll_up_due(faults)
        async with self._store.read() as c:
            due = await digest_looks.due(c, self._now())
            passed = await mutes.passed(c, self._now())
        for some_mutes in chunks(passed, LOOKED_AT_ONCE):
            with faults.kept(mutes=len(some_mutes)):
                async with self._store.begin() as c:
                    await show_passed(c, some_mutes)
        enqueued += len(passed)
        for some_ids in chunks(due, LOOKED_AT_ONCE):
            enqueued += await self._enqueue_digests(some_ids, faults)
        faults.raise_kept()
        return enqueued

    async def _enqueue_digests(self, some_ids: Sequence[int], faults: ChannelFaults) -> int:
        """Enqueues the digests of these channels. One whose digest has a fault stays due, and is tried again."""
        now = self._now()
        enqueued = 0
        to_make = await self._look_at_all(some_ids, now, faults)
        for channel in to_make:
            with faults.kept(destination=channel.destination.id):
                enqueued += await self._enqueue_for(channel, now)
        await self._look_at_all([channel.destination.id for channel in to_make], now, faults)
        return enqueued

    async def _look_at_all(
        self, destination_ids: Sequence[int], now: datetime, faults: ChannelFaults
    ) -> list[DueChannel]:
        """Looks at all of them in one transaction; where that has a fault, at each in its own."""
        together = ChannelFaults()
        looked: list[DueChannel] = []
        with together.kept(destinations=list(destination_ids)):
            looked = await self._look(destination_ids, now)
        if together:
            for destination_id in destination_ids:
                with faults.kept(destination=destination_id):
                    looked += await self._look([destination_id], now)
        return looked

    async def _look(self, destination_ids: Sequence[int], now: datetime) -> list[DueChannel]:
        if not destination_ids:
            return []
        async with self._store.begin() as c:
            return await look(c, destination_ids, now)

    async def roll_up_due(self) -> int:
        """Enqueues the roll-ups of quiet hours and bursts that are over; returns the number of messages.

        Raises the faults of single channels once all others have their roll-ups.
        """
        faults = ChannelFaults()
        enqueued = await self._roll_up_due(faults)
        faults.raise_kept()
        return enqueued

    async def _roll_up_due(self, faults: ChannelFaults) -> int:
        async with self._store.read() as c:
            ids = await rollups.destinations_with_held(c, self._now() + ROLL_UP_MARGIN)
            with_held = await destinations.some(c, ids)
        enqueued = 0
        for destination in with_held.values():
            with faults.kept(destination=destination.id):
                async with self._store.begin() as c:
                    enqueued += await roll_up(c, destination, self._now())
        return enqueued

    async def _enqueue_for(self, channel: DueChannel, now: datetime) -> int:
        late = [digest for digest in channel.digests if is_late(channel.destination, digest, channel.taken, now)]
        on_time = [digest for digest in channel.digests if digest not in late]
        enqueued = 0
        for together in ([late] if late else []) + [[digest] for digest in on_time]:
            async with self._store.begin() as c:
                enqueued += await self._enqueue(c, channel.destination, together, now, late=together is late)
        return enqueued

    @staticmethod
    async def _enqueue(
        c: Connection, destination: Destination, dues: Sequence[DueDigest], now: datetime, *, late: bool
    ) -> int:
        """Enqueues these digests as one; returns the number of pages.

        The slots are taken even when there is nothing to show: what matches later belongs to the next digest. The
        exclusive section keeps another process from telling the same matches meanwhile.
        """
        await lock_stories(c)
        ours = [due for due in dues if await _take_slot(c, destination, due.at, now)]
        if not ours:
            return 0
        due = merge_due_digests(ours)
        untold = await ripe_matches(c, destination, due.subscriptions, now)
        unsure = await unconfirmed.unreported(c, destination.id)
        known = await corrections(c, destination, {match.story for match in untold}, now)
        first = await _first_shift(c, destination, due, untold, known.stories, now)
        corrected = tuple(story for story in known.stories if story not in first.changed)
        if not (untold or due.even_if_empty or unsure or first.changed or corrected):
            return 0
        sections = group_by_subscription(untold, [subscription.id for subscription in due.subscriptions])
        since = min((due.since_at, *(match.matched_at for match in untold)))
        posted = await stories_posted(c, destination, since, {match.story for match in untold})
        payload: dict[str, object] = {
            "on": _local_date(destination, due.at).isoformat(),
            "since": since.isoformat(),
            "late": late,
            "alerted": len(posted),
            "doubtful": len(unsure),
            "changed": len(first.changed),
            "unchanged": first.unchanged,
            "corrected": len(corrected),
            MARKED: list(known.marked),
        }
        sections += _told_again(first.changed, corrected, posted if due.first_shift_at is not None else ())
        sections += unconfirmed_section([story for each in unsure for story, _ in await stories_of(c, each)], sections)
        pages = await enqueue_pages(c, destination, slot_name(due.at), sections, payload, now, due.at)
        if pages:
            await unconfirmed.mark_reported(c, unsure, pages[0])
        return len(pages)


def _told_again(changed: tuple[int, ...], corrected: tuple[int, ...], posted: tuple[int, ...]) -> tuple[Section, ...]:
    """The sections of stories that were told before; none that is empty. Of those ``posted`` the last few are named."""
    named = [story for story in posted if story not in changed and story not in corrected]
    sections = (
        Section(CHANGED, changed), Section(CORRECTED, corrected), Section(POSTED, tuple(named[-POSTED_NAMED:])),
    )  # fmt: skip
    return tuple(section for section in sections if section.stories)


async def _first_shift(
    c: Connection,
    destination: Destination,
    due: DueDigest,
    untold: Collection[Match],
    corrected: Collection[int],
    now: datetime,
) -> Handover:
    """What the second shift shows of the first; nothing for any other digest."""
    if due.first_shift_at is None:
        return Handover((), 0)
    on, new = _local_date(destination, due.first_shift_at), {match.story for match in untold}
    return await handover(c, destination, due.first_shift_at, on, new, corrected, now)


def unconfirmed_section(unsure: Iterable[int], sections: Sequence[Section]) -> tuple[Section, ...]:
    """A section of the stories whose messages stayed unconfirmed, without those that other sections show."""
    shown = {story for section in sections for story in section.stories}
    stories = dict.fromkeys(story for story in unsure if story not in shown)
    return (Section(UNCONFIRMED, tuple(stories)),) if stories else ()


async def ripe_matches(
    c: Connection, destination: Destination, covered: Sequence[Subscription], now: datetime
) -> list[Match]:
    """The untold matches of these subscriptions, unless these are muted, their story is, or it has too few outlets."""
    by_number = {subscription.id: subscription for subscription in covered}
    cadences = sorted({subscription.cadence for subscription in covered})
    candidates = await matches.untold(c, destination.id, cadences, now)
    muted = subscriptions_muted(await mutes.active(c, destination.id, now))
    untold = [match for match in candidates if match.subscription in by_number and match.subscription not in muted]
    view = await view_of(c, destination.team)
    groups = view.groups
    articles_of = await articles_by_home(c, view, {number for match in untold for number in groups.ids(match.story)})
    ripe: list[Match] = []
    for match in untold:
        of_story = [article for number in groups.ids(match.story) for article in articles_of.get(number, ())]
        enough = len({article.outlet for article in of_story}) >= by_number[match.subscription].min_outlets
        if enough and await muted_until(c, destination.id, match.story, of_story, now) is None:
            ripe.append(match)
    return await untold_to_show(c, groups, ripe)


async def take_past_slot(c: Connection, destination: Destination, now: datetime) -> None:
    """Takes today's slot without a digest: a digest that is set at 09:00 to 08:30 begins tomorrow."""
    await _take_slot(c, destination, last_due(own_schedule(destination), now), now)


async def _take_slot(c: Connection, destination: Destination, at: datetime, now: datetime) -> bool:
    local_date = _local_date(destination, at)
    return await slots.take(c, destination.team, destination.id, local_date, slot_name(at), now)


def _local_date(destination: Destination, at: datetime) -> date:
    return at.astimezone(ZoneInfo(destination.timezone)).date()
