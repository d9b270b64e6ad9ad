"""Digests of a channel: those that are due, those that are late, and the local times of their schedule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.deliveries.due_digests import LATE_AFTER, due_digests, is_late, next_digest_at, slot_name
from bot.model import Cadence, Destination, Subscription

CADENCES: tuple[Cadence, ...] = ("instant", "daily", "weekly", "hourly")
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
SEOUL = ZoneInfo("Asia/Seoul")


def destination(zone: str, digest_at: str | None = None) -> Destination:
    return Destination(1, "T1", "C1", None, "en", zone, "active", None, digest_at, None, None)


def subscription(
    number: int, cadence: Cadence, zone: str, at: str = "08:30", created_at: datetime = BEGAN
) -> Subscription:
    return Subscription(number, "T1", 1, "U1", "quantum", cadence, at, "mon", zone, 1, created_at, None, "active", None)


def test_only_the_latest_of_seven_missed_digests_is_due() -> None:
    channel, subscribed = destination("Asia/Seoul", "08:30"), [subscription(1, "daily", "Asia/Seoul")]
    due = due_digests(channel, subscribed, datetime(2026, 3, 9, 3, tzinfo=UTC))
    assert [digest.at for digest in due] == [datetime(2026, 3, 8, 23, 30, tzinfo=UTC)]


def test_a_subscription_is_in_no_digest_that_fell_due_before_it_began() -> None:
    now = datetime(2026, 3, 2, 6, tzinfo=UTC)
    young = [
        subscription(1, "daily", "Asia/Seoul", created_at=now),
        subscription(2, "instant", "Asia/Seoul", created_at=now),
    ]
    assert due_digests(destination("Asia/Seoul", "08:30"), young, now + timedelta(minutes=1)) == []


def test_a_channels_own_digest_leaves_weekly_and_hourly_subscriptions_their_times() -> None:
    subscribed = [subscription(number, cadence, "Asia/Seoul", "10:00") for number, cadence in enumerate(CADENCES)]
    due = due_digests(destination("Asia/Seoul", "08:30"), subscribed, datetime(2026, 3, 3, 3, 30, tzinfo=UTC))
    covers = {
        digest.at.astimezone(SEOUL).strftime("%d %H:%M"): [covered.id for covered in digest.subscriptions]
        for digest in due
    }
    assert covers == {"02 10:00": [2], "03 08:30": [0, 1], "03 10:00": [1], "03 12:00": [3]}
    assert {digest.even_if_empty for digest in due if digest.at.hour == 23} == {True}
    assert sum(digest.even_if_empty for digest in due) == 1


def test_the_next_digest_is_the_first_of_all_of_them() -> None:
    now = datetime(2026, 3, 2, 6, tzinfo=UTC)
    subscribed = [subscription(1, "daily", "America/New_York")]
    assert next_digest_at(destination("Asia/Seoul"), subscribed, now) == datetime(2026, 3, 2, 13, 30, tzinfo=UTC)
    assert next_digest_at(destination("Asia/Seoul"), [subscription(1, "instant", "Asia/Seoul")], now) is None


@pytest.mark.parametrize(
    ("delay", "previous_made", "late"),
    [
        (LATE_AFTER, True, False),
        (LATE_AFTER + timedelta(seconds=1), True, True),
        (timedelta(0), False, True),
    ],
)
def test_a_digest_is_late_after_a_quarter_of_an_hour_or_when_the_one_before_never_came(
    delay: timedelta, previous_made: bool, late: bool
) -> None:
    assert timedelta(minutes=15) == LATE_AFTER
    channel, due_at = destination("Asia/Seoul", "08:30"), datetime(2026, 3, 8, 23, 30, tzinfo=UTC)
    [due] = due_digests(channel, [subscription(1, "daily", "Asia/Seoul")], due_at)
    taken = {slot_name(at) for at in due.previous_slots} if previous_made else set()
    assert is_late(channel, due, taken, due_at + delay) == late


@pytest.mark.parametrize(
    ("age", "covered", "previous"),
    [
        (timedelta(0), False, False),
        (timedelta(seconds=1), True, False),
        (timedelta(days=1), True, False),
        (timedelta(days=1, seconds=1), True, True),
    ],
)
@pytest.mark.parametrize("cadence", ["instant", "daily"])
def test_a_digest_covers_a_subscription_from_the_first_slot_after_it_began(
    cadence: Cadence, age: timedelta, covered: bool, previous: bool
) -> None:
    due_at = datetime(2026, 3, 8, 23, 30, tzinfo=UTC)
    subscribed = [subscription(1, cadence, "Asia/Seoul", created_at=due_at - age)]
    due = due_digests(destination("Asia/Seoul", "08:30"), subscribed, due_at)
    assert [digest.at for digest in due] == ([due_at] if covered else [])
    for digest in due:
        assert digest.previous_slots == ({due_at - timedelta(days=1)} if previous else frozenset())
        assert digest.since_at == due_at - min(age, timedelta(days=1))
