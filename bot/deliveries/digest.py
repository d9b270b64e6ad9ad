"""Digests: what falls due, what it covers, and the deliveries that tell it.

A digest covers what was matched and not yet told, never a window of the wall clock: a missed one loses nothing. Each
slot is a row, so a clock that rings twice makes one digest. Those that are late are told as one, which says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.deliveries.digest_pages import DOUBTFUL, Section, enqueue_pages, group_by_subscription
from bot.deliveries.holds import muted_until
from bot.deliveries.quiet_hours import after_quiet_hours, quiet_until
from bot.deliveries.rollups import roll_up, stories_of
from bot.deliveries.schedule import Schedule, last_due, next_due, previous_due
from bot.model import Delivery, Destination, Subscription
from bot.store import articles, destinations, installations, matches, slots, subscriptions
from bot.store.deliveries import rollups, unconfirmed
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection, Store, exclusive
from bot.store.matches import Match

DEFAULT_DIGEST_AT = "08:30"
"""When what was too old to alert is told, in a channel without a digest of its own."""
LATE_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class DueDigest:
    """A digest that falls due: its instant, whose untold stories it covers, and whether it speaks when empty."""

    at: datetime
    subscriptions: tuple[Subscription, ...]
    always: bool
    since_at: datetime
    """The digest before, or when the oldest of its subscriptions began."""
    before: frozenset[datetime]
    """When its schedules fell due before, where they were there already and the channel was not asleep."""


def schedule_of(subscription: Subscription) -> Schedule | None:
    """When a subscription's digest falls due; None for an instant one."""
    if subscription.cadence == "instant":
        return None
    return Schedule(subscription.cadence, subscription.at, subscription.weekday, subscription.timezone)


def own_schedule(destination: Destination) -> Schedule:
    """When a channel's own digest falls due: at its time, or when what was too old to alert is told."""
    return Schedule("daily", destination.digest_at or DEFAULT_DIGEST_AT, "mon", destination.timezone)


def schedules_of(destination: Destination, asked: Sequence[Subscription]) -> list[Schedule]:
    """Every schedule a channel has, for the clock."""
    return list(
        dict.fromkeys([own_schedule(destination), *(each for one in asked if (each := schedule_of(one)) is not None)])
    )


def next_digest_at(destination: Destination, asked: Sequence[Subscription], now: datetime) -> datetime | None:
    """When the channel's next digest comes; None when it has none."""
    own = [own_schedule(destination)] if destination.digest_at else []
    all_of_them = [*own, *(found for one in asked if (found := schedule_of(one)) is not None)]
    return min((after_quiet_hours(destination, next_due(one, now)) for one in all_of_them), default=None)


def due_digests(destination: Destination, asked: Sequence[Subscription], now: datetime) -> list[DueDigest]:
    """The latest digest of every schedule that has come due, those of one instant together, oldest first.

    A channel's own digest covers what is instant or daily; what is weekly or hourly comes when it was asked for.
    A subscription is in no digest that fell due before it began.
    """
    covered: defaultdict[datetime, dict[int, tuple[Subscription, Schedule]]] = defaultdict(dict)
    own = own_schedule(destination)
    for one in asked:
        schedule = schedule_of(one)
        if schedule is not None and (at := last_due(schedule, now)) > one.created_at:
            covered[at][one.id] = one, schedule
    at = last_due(own, now)
    for one in asked:
        mine = one.cadence in (("instant", "daily") if destination.digest_at else ("instant",))
        if mine and at > one.created_at:
            covered[at].setdefault(one.id, (one, own))
    speaks = at if destination.digest_at else None
    return [_due_digest(destination, at, list(covered[at].values()), always=at == speaks) for at in sorted(covered)]


def _due_digest(
    destination: Destination, at: datetime, covered: Sequence[tuple[Subscription, Schedule]], *, always: bool
) -> DueDigest:
    asked = tuple(one for one, _ in sorted(covered, key=lambda pair: pair[0].id))
    before = {schedule: previous_due(schedule, at) for _, schedule in covered}
    since = min(max(before[schedule], one.created_at) for one, schedule in covered)
    woken = {schedule: _previous_posted_at(destination, schedule, at) for schedule in before}
    old = frozenset(woken[schedule] for one, schedule in covered if woken[schedule] > one.created_at)
    return DueDigest(at, asked, always, since, old)


def _previous_posted_at(destination: Destination, schedule: Schedule, at: datetime) -> datetime:
    """The instant before at which a digest of its own was due: what one night held comes at its end as one."""
    before = previous_due(schedule, at)
    while after_quiet_hours(destination, before) >= after_quiet_hours(destination, at):
        before = previous_due(schedule, before)
    return before


def merge_due_digests(dues: Sequence[DueDigest]) -> DueDigest:
    """Digests that are told as one, at the instant of the last."""
    asked = {one.id: one for due in dues for one in due.subscriptions}
    return DueDigest(
        max(due.at for due in dues),
        tuple(asked[number] for number in sorted(asked)),
        any(due.always for due in dues),
        min(due.since_at for due in dues),
        frozenset[datetime]().union(*(due.before for due in dues)),
    )


class Digests:
    """Makes the digests that are due."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def enqueue_due(self) -> int:
        """Makes every digest whose slot has come and is not taken; returns how many messages that owes.

        In its quiet hours a channel gets none: what fell due comes at their end, after what was held. A workspace that
        is stopped gets none: what fell due comes when its token works again.
        """
        made = await self.roll_up_due()
        now = self._now()
        async with self._store.read() as c:
            stopped = await _stopped_teams(c)
            there = await destinations.all_of_team(c, None)
        for destination in there:
            awake = destination.state == "active" and quiet_until(destination, now) is None
            if awake and destination.team not in stopped:
                made += await self._make_for(destination)
        return made

    async def roll_up_due(self) -> int:
        """Tells together what was held over quiet hours or in a burst, where these are over."""
        async with self._store.read() as c:
            stopped = await _stopped_teams(c)
            found = [await destinations.get(c, number) for number in await rollups.destinations_with_held(c)]
        made = 0
        for destination in (one for one in found if one is not None and one.team not in stopped):
            async with self._store.begin() as c:
                made += await roll_up(c, destination, self._now())
        return made

    async def _make_for(self, destination: Destination) -> int:
        now = self._now()
        async with self._store.read() as c:
            asked = await subscriptions.of_destination(c, destination.id)
            due = due_digests(destination, asked, now)
            looked_at = {slot_of(at) for one in due for at in (one.at, *one.before)}
            taken = await slots.taken(c, destination.id, looked_at) if due else frozenset()
        open_ones = [one for one in due if slot_of(one.at) not in taken]
        late = [one for one in open_ones if _is_late(destination, one, taken, now)]
        made = 0
        for together in ([late] if late else []) + [[one] for one in open_ones if one not in late]:
            async with self._store.begin() as c:
                made += await self._make(c, destination, together, now, late=together is late)
        return made

    @staticmethod
    async def _make(
        c: Connection, destination: Destination, dues: Sequence[DueDigest], now: datetime, *, late: bool
    ) -> int:
        """The slots are taken also where there is nothing to say: what comes up later is the next digest's.

        Nobody else, in another process, may be about to tell what is untold here.
        """
        await exclusive(c, "placing")
        mine = [due for due in dues if await _take(c, destination, due.at, now)]
        if not mine:
            return 0
        due = merge_due_digests(mine)
        untold = await ripe_matches(c, destination, due.subscriptions, now)
        doubtful = await unconfirmed.unreported(c, destination.id)
        if not untold and not due.always and not doubtful:
            return 0
        sections = group_by_subscription(untold, [one.id for one in due.subscriptions])
        since = min((due.since_at, *(match.matched_at for match in untold)))
        payload: dict[str, object] = {
            "on": _local_date(destination, due.at).isoformat(),
            "since": since.isoformat(),
            "late": late,
            "alerted": await _count_alerted(c, due.subscriptions, since),
            "doubtful": len(doubtful),
        }
        sections += doubtful_section(doubtful, sections)
        owed = await enqueue_pages(c, destination, slot_of(due.at), sections, payload, now)
        if owed:
            await unconfirmed.mark_reported(c, doubtful, owed[0])
        return len(owed)


def doubtful_section(left: Sequence[Delivery], sections: Sequence[Section]) -> tuple[Section, ...]:
    """The stories of messages that were left in doubt, without those that are told here anyway."""
    here = {story for section in sections for story in section.stories}
    found = dict.fromkeys(story for one in left for story, _ in stories_of(one) if story not in here)
    return (Section(DOUBTFUL, tuple(found)),) if found else ()


def _is_late(destination: Destination, due: DueDigest, taken: Collection[str], now: datetime) -> bool:
    """It was to come a while ago, or the one before it never came."""
    missed = any(slot_of(at) not in taken for at in due.before)
    return missed or now - after_quiet_hours(destination, due.at) > LATE_AFTER


async def _stopped_teams(c: Connection) -> frozenset[str]:
    """Workspaces to which nothing is said, because their token does not work."""
    return frozenset(one.team for one in await installations.all_of(c) if one.state != "active")


async def _count_alerted(c: Connection, asked: Sequence[Subscription], since: datetime) -> int:
    """How many stories were posted as cards since then: an all-clear must not sound as if nothing had been."""
    met = await matches.since(c, [one.id for one in asked], since)
    told = {match.told_by: match.story for match in met if match.told_by is not None}
    by = [await deliveries.get(c, number) for number in told]
    return len({one.story for one in by if one is not None and one.kind == "card" and one.state == "sent"})


async def ripe_matches(
    c: Connection, destination: Destination, asked: Sequence[Subscription], now: datetime
) -> list[Match]:
    """What these subscriptions matched and nobody told, without what is muted or has too few outlets yet."""
    wanted = {one.id: one for one in asked}
    cadences = sorted({one.cadence for one in asked})
    untold = [m for m in await matches.untold(c, destination.id, cadences, now) if m.subscription in wanted]
    of_story = await articles.of_stories(c, {match.story for match in untold})
    ripe: list[Match] = []
    for match in untold:
        mine = of_story.get(match.story, ())
        enough = len({article.outlet for article in mine}) >= wanted[match.subscription].min_outlets
        if enough and await muted_until(c, destination.id, match.story, mine, now) is None:
            ripe.append(match)
    return ripe


async def take_past_slot(c: Connection, destination: Destination, now: datetime) -> None:
    """A channel that sets its digest at 09:00 to 08:30 means tomorrow's: today's slot counts as taken."""
    await _take(c, destination, last_due(own_schedule(destination), now), now)


def slot_of(at: datetime) -> str:
    """The name of a slot: its instant, so that a local time that the clock repeats is two."""
    return at.strftime("%Y-%m-%dT%H:%MZ")


async def _take(c: Connection, destination: Destination, at: datetime, now: datetime) -> bool:
    return await slots.take(c, destination.team, destination.id, _local_date(destination, at), slot_of(at), now)


def _local_date(destination: Destination, at: datetime) -> date:
    return at.astimezone(ZoneInfo(destination.timezone)).date()
