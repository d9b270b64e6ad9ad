"""Decides which digests of a channel are due, and at which local times the clock has to look for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.deliveries.quiet_hours import after_quiet_hours, quiet_until
from bot.deliveries.schedule import Schedule, last_due, next_due, previous_due
from bot.model import Destination, Subscription
from bot.store import destinations, subscriptions
from bot.store.engine import Store

DEFAULT_DIGEST_AT = "08:30"
"""A channel without a digest of its own gets the stories that were too old to alert at this local time."""
LATE_AFTER = timedelta(minutes=15)

LocalTime = tuple[int, int, str, str | None]
"""Hour, minute, zone, and the weekday of a weekly digest."""


@dataclass(frozen=True, slots=True)
class DueDigest:
    """A digest that is due: its instant, the subscriptions it covers, and whether it is posted when empty."""

    at: datetime
    subscriptions: tuple[Subscription, ...]
    even_if_empty: bool
    since_at: datetime
    """The instant of the digest before, or of the oldest subscription's start, whichever is later."""
    previous_slots: frozenset[datetime]
    """When the schedules fell due before, except before the subscription began or during the same quiet hours."""


def schedule_of(subscription: Subscription) -> Schedule | None:
    """The schedule of a subscription's digest; None for an instant subscription."""
    if subscription.cadence == "instant":
        return None
    return Schedule(subscription.cadence, subscription.at, subscription.weekday, subscription.timezone)


def own_schedule(destination: Destination) -> Schedule:
    """The schedule of a channel's own digest, or of the digest of what was too old to alert."""
    return Schedule("daily", destination.digest_at or DEFAULT_DIGEST_AT, "mon", destination.timezone)


def next_digest_at(destination: Destination, subscribed: Sequence[Subscription], now: datetime) -> datetime | None:
    """When the channel's next digest comes; None when it has none."""
    schedules = [own_schedule(destination)] if destination.digest_at else []
    schedules += [schedule for subscription in subscribed if (schedule := schedule_of(subscription)) is not None]
    return min((after_quiet_hours(destination, next_due(schedule, now)) for schedule in schedules), default=None)


def next_look_at(destination: Destination, subscribed: Sequence[Subscription], now: datetime) -> datetime | None:
    """When some digest of the channel falls due next, or its quiet hours end; None without a subscription."""
    if not subscribed:
        return None
    if (quiet_ends_at := quiet_until(destination, now)) is not None:
        return quiet_ends_at
    schedules = {own_schedule(destination), *filter(None, map(schedule_of, subscribed))}
    return min(after_quiet_hours(destination, next_due(schedule, now)) for schedule in schedules)


def due_digests(destination: Destination, subscribed: Sequence[Subscription], now: datetime) -> list[DueDigest]:
    """The latest due digest of every schedule, oldest first; digests of one instant are one.

    A channel's own digest covers instant and daily subscriptions; weekly and hourly ones keep their own times.
    A subscription is in no digest that fell due before it began.
    """
    covered: defaultdict[datetime, dict[int, tuple[Subscription, Schedule]]] = defaultdict(dict)
    for subscription in subscribed:
        schedule = schedule_of(subscription)
        if schedule is not None and (at := last_due(schedule, now)) > subscription.created_at:
            covered[at][subscription.id] = subscription, schedule
    own = own_schedule(destination)
    own_at = last_due(own, now)
    own_cadences = ("instant", "daily") if destination.digest_at else ("instant",)
    for subscription in subscribed:
        if subscription.cadence in own_cadences and own_at > subscription.created_at:
            covered[own_at].setdefault(subscription.id, (subscription, own))
    posted_if_empty = own_at if destination.digest_at else None
    return [
        _due_digest(destination, at, list(covered[at].values()), even_if_empty=at == posted_if_empty)
        for at in sorted(covered)
    ]


def _due_digest(
    destination: Destination,
    at: datetime,
    covered: Sequence[tuple[Subscription, Schedule]],
    *,
    even_if_empty: bool,
) -> DueDigest:
    ordered = tuple(sorted((subscription for subscription, _ in covered), key=lambda subscription: subscription.id))
    before = {schedule: previous_due(schedule, at) for _, schedule in covered}
    since_at = min(max(before[schedule], subscription.created_at) for subscription, schedule in covered)
    posted = {schedule: _previous_posted_at(destination, schedule, at) for schedule in before}
    previous = frozenset(
        posted[schedule] for subscription, schedule in covered if posted[schedule] > subscription.created_at
    )
    return DueDigest(at, ordered, even_if_empty, since_at, previous)


def _previous_posted_at(destination: Destination, schedule: Schedule, at: datetime) -> datetime:
    """The previous due instant that is not posted together with this one at the end of the same quiet hours."""
    before = previous_due(schedule, at)
    while after_quiet_hours(destination, before) >= after_quiet_hours(destination, at):
        before = previous_due(schedule, before)
    return before


def merge_due_digests(dues: Sequence[DueDigest]) -> DueDigest:
    """Several due digests as one, at the instant of the last."""
    by_number = {subscription.id: subscription for due in dues for subscription in due.subscriptions}
    return DueDigest(
        max(due.at for due in dues),
        tuple(by_number[number] for number in sorted(by_number)),
        any(due.even_if_empty for due in dues),
        min(due.since_at for due in dues),
        frozenset[datetime]().union(*(due.previous_slots for due in dues)),
    )


def is_late(destination: Destination, due: DueDigest, taken: Collection[str], now: datetime) -> bool:
    """Whether a digest should have come a while ago, or the one before it never came."""
    missed = any(slot_name(at) not in taken for at in due.previous_slots)
    return missed or now - after_quiet_hours(destination, due.at) > LATE_AFTER


def slot_name(at: datetime) -> str:
    """The name of a digest slot: its UTC instant, so that a local time that the clock repeats gives two slots."""
    return at.strftime("%Y-%m-%dT%H:%MZ")


async def local_times(store: Store) -> list[LocalTime]:
    """Every local time at which some digest falls due or some quiet hours end, each once.

    Hourly digests are left out: the digest job runs every minute anyway.
    """
    async with store.read() as c:
        digests = await destinations.digest_times(c)
        quiet_ends = await destinations.quiet_ends(c)
        scheduled = await subscriptions.schedules(c)
    times: dict[LocalTime, None] = {}
    for at_or_none, zone in digests:
        times[(*_hour_and_minute(at_or_none or DEFAULT_DIGEST_AT), zone, None)] = None
    for at, zone in quiet_ends:
        times[(*_hour_and_minute(at), zone, None)] = None
    for cadence, at, weekday, zone in scheduled:
        if cadence in ("daily", "weekly"):
            times[(*_hour_and_minute(at), zone, weekday if cadence == "weekly" else None)] = None
    return list(times)


def _hour_and_minute(at: str) -> tuple[int, int]:
    hour, minute = at.split(":")
    return int(hour), int(minute)
