"""Decides which digests of a channel are due, and when they have to be looked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.deliveries.quiet_hours import after_quiet_hours, quiet_until
from bot.deliveries.schedule import SHIFT_ZONES, Schedule, first_shift_of, last_due, next_due, previous_due
from bot.model import Destination, Subscription

DEFAULT_DIGEST_AT = "08:30"
"""A channel without a digest of its own gets the stories that were too old to alert at this local time."""
LATE_AFTER = timedelta(minutes=15)


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
    first_shift_at: datetime | None = None
    """The day's first shift, where this is the second one; None for any other digest."""


def schedule_of(subscription: Subscription) -> Schedule | None:
    """The schedule of a subscription's digest; None for an instant subscription."""
    if subscription.cadence == "instant":
        return None
    return Schedule(subscription.cadence, subscription.at, subscription.weekday, subscription.timezone)


def own_schedule(destination: Destination) -> Schedule:
    """The schedule of a channel's own digest, or of the digest of what was too old to alert."""
    if destination.digest_at is None:
        return _leftovers_schedule(destination)
    return Schedule(destination.digest_cadence, destination.digest_at, destination.digest_weekday, destination.timezone)


def _leftovers_schedule(destination: Destination) -> Schedule:
    """The schedule of the digest of what was too old to alert, which does not wait for a weekly digest."""
    return Schedule("daily", destination.digest_at or DEFAULT_DIGEST_AT, "mon", destination.timezone)


def next_digest_at(destination: Destination, subscribed: Sequence[Subscription], now: datetime) -> datetime | None:
    """When the channel's next digest comes; None when it has none."""
    schedules = [own_schedule(destination)] if destination.digest_at else []
    schedules += [schedule for subscription in subscribed if (schedule := schedule_of(subscription)) is not None]
    return min((after_quiet_hours(destination, next_due(schedule, now)) for schedule in schedules), default=None)


def next_own_digest_at(destination: Destination, now: datetime) -> datetime | None:
    """When the channel's own digest comes next; None when it has none."""
    if destination.digest_at is None:
        return None
    return after_quiet_hours(destination, next_due(own_schedule(destination), now))


def next_look_at(destination: Destination, subscribed: Sequence[Subscription], now: datetime) -> datetime | None:
    """When some digest of the channel falls due next, or its quiet hours end; None without a subscription."""
    if not subscribed:
        return None
    if (quiet_ends_at := quiet_until(destination, now)) is not None:
        return quiet_ends_at
    own = {own_schedule(destination)}
    if destination.digest_cadence == "weekly":
        own.add(_leftovers_schedule(destination))
    schedules = {*own, *filter(None, map(schedule_of, subscribed))}
    return min(after_quiet_hours(destination, next_due(schedule, now)) for schedule in schedules)


def due_digests(destination: Destination, subscribed: Sequence[Subscription], now: datetime) -> list[DueDigest]:
    """The latest due digest of every schedule, oldest first; digests of one instant are one.

    A channel's own digest covers instant subscriptions, and those whose cadence it has: others keep their own times.
    A subscription is in no digest that fell due before it began.
    """
    covered: defaultdict[datetime, dict[int, tuple[Subscription, Schedule]]] = defaultdict(dict)
    for subscription in subscribed:
        schedule = schedule_of(subscription)
        if schedule is not None and (at := last_due(schedule, now)) > subscription.created_at:
            covered[at][subscription.id] = subscription, schedule
    own = own_schedule(destination)
    own_at = last_due(own, now)
    for subscription in subscribed:
        if subscription.cadence in own_cadences(destination) and own_at > subscription.created_at:
            if own.cadence == "shifts":  # the shift before this one is nearer than the subscription's own last time
                covered[own_at][subscription.id] = subscription, own
            covered[own_at].setdefault(subscription.id, (subscription, own))
        leftovers = _leftovers_schedule(destination)
        leftovers_at = last_due(leftovers, now)
        if own.cadence == "weekly" and subscription.cadence == "instant" and leftovers_at > subscription.created_at:
            covered[leftovers_at].setdefault(subscription.id, (subscription, leftovers))
    return [_due_digest(destination, at, list(covered[at].values()), own_at) for at in sorted(covered)]


def comes_with_own(destination: Destination, subscription: Subscription) -> bool:
    """Whether a subscription's own digest falls due together with the channel's, so that both are one message."""
    own = own_schedule(destination)
    if own.cadence == "hourly":
        return subscription.at[-2:] == own.at[-2:]
    zones = SHIFT_ZONES if own.cadence == "shifts" else (own.zone,)
    is_at_its_day = own.cadence != "weekly" or subscription.weekday[:3].lower() == own.weekday[:3].lower()
    return subscription.at == own.at and subscription.timezone in zones and is_at_its_day


def own_cadences(destination: Destination) -> tuple[str, ...]:
    """The cadences of the subscriptions that a channel's own digest covers."""
    if destination.digest_at is None:
        return ("instant",)
    return "instant", "daily" if destination.digest_cadence == "shifts" else destination.digest_cadence


def _is_posted_if_empty(
    destination: Destination, at: datetime, covered: Sequence[tuple[Subscription, Schedule]], own_at: datetime
) -> bool:
    """Whether a digest without a story says the all-clear: as the channel chose, else the own one that is not hourly.

    The digest of what was too old to alert is no digest that anybody asked for.
    """
    is_own = at == own_at and destination.digest_at is not None
    if destination.empty_digest == "clear":
        return is_own or any(subscription.cadence != "instant" for subscription, _ in covered)
    return is_own and destination.empty_digest is None and destination.digest_cadence != "hourly"


def _due_digest(
    destination: Destination,
    at: datetime,
    covered: Sequence[tuple[Subscription, Schedule]],
    own_at: datetime,
) -> DueDigest:
    ordered = tuple(sorted((subscription for subscription, _ in covered), key=lambda subscription: subscription.id))
    before = {schedule: previous_due(schedule, at) for _, schedule in covered}
    since_at = min(max(before[schedule], subscription.created_at) for subscription, schedule in covered)
    posted = {schedule: _previous_posted_at(destination, schedule, at) for schedule in before}
    previous = frozenset(
        posted[schedule] for subscription, schedule in covered if posted[schedule] > subscription.created_at
    )
    even_if_empty = _is_posted_if_empty(destination, at, covered, own_at)
    first_shift_at = first_shift_of(own_schedule(destination), at) if destination.digest_at else None
    return DueDigest(at, ordered, even_if_empty, since_at, previous, first_shift_at)


def _previous_posted_at(destination: Destination, schedule: Schedule, at: datetime) -> datetime:
    """The previous due instant that is not posted together with this one at the end of the same quiet hours."""
    before = previous_due(schedule, at)
    while after_quiet_hours(destination, before) >= after_quiet_hours(destination, at):
        before = previous_due(schedule, before)
    return before


def merge_due_digests(dues: Sequence[DueDigest]) -> DueDigest:
    """Several due digests as one, at the instant of the last; several are no shift."""
    by_number = {subscription.id: subscription for due in dues for subscription in due.subscriptions}
    return DueDigest(
        max(due.at for due in dues),
        tuple(by_number[number] for number in sorted(by_number)),
        any(due.even_if_empty for due in dues),
        min(due.since_at for due in dues),
        frozenset[datetime]().union(*(due.previous_slots for due in dues)),
        dues[0].first_shift_at if len(dues) == 1 else None,
    )


def is_late(destination: Destination, due: DueDigest, taken: Collection[str], now: datetime) -> bool:
    """Whether a digest should have come a while ago, or the one before it never came."""
    missed = any(slot_name(at) not in taken for at in due.previous_slots)
    return missed or now - after_quiet_hours(destination, due.at) > LATE_AFTER


def slot_name(at: datetime) -> str:
    """The name of a digest slot: its UTC instant, so that a local time that the clock repeats gives two slots."""
    return at.strftime("%Y-%m-%dT%H:%MZ")
