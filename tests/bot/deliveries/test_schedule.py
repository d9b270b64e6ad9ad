"""A digest's schedule gives the right instants in every zone and over every clock change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.deliveries.schedule import Schedule, instant_of, last_due, next_due, previous_due

ZONES = ("Asia/Seoul", "America/New_York", "Australia/Lord_Howe")


@pytest.mark.parametrize(
    ("day", "at", "zone", "instant"),
    [
        (date(2026, 3, 2), "08:30", "Asia/Seoul", "2026-03-01T23:30"),
        (date(2026, 3, 8), "02:30", "America/New_York", "2026-03-08T07:30"),  # skipped: later by the gap
        (date(2026, 11, 1), "01:30", "America/New_York", "2026-11-01T05:30"),  # occurs twice: the first
        (date(2026, 11, 1), "08:30", "America/New_York", "2026-11-01T13:30"),
        (date(2026, 4, 5), "01:45", "Australia/Lord_Howe", "2026-04-04T14:45"),
    ],
)
def test_a_local_time_is_one_instant(day: date, at: str, zone: str, instant: str) -> None:
    assert instant_of(day, at, zone) == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@pytest.mark.parametrize(("zone", "minute"), [("Asia/Seoul", 15), ("Asia/Kolkata", 45), ("Australia/Adelaide", 45)])
def test_an_hourly_digest_counts_the_minutes_of_its_own_zone(zone: str, minute: int) -> None:
    due_at = last_due(Schedule("hourly", "00:15", "mon", zone), datetime(2026, 3, 2, 9, 50, 7, tzinfo=UTC))
    assert (due_at.minute, due_at.astimezone(ZoneInfo(zone)).minute, due_at.second) == (minute, 15, 0)


@pytest.mark.parametrize(
    ("zone", "local_time", "since", "expected"),
    [  # the clock skips half an hour, repeats half an hour, repeats an hour, skips an hour
        ("Australia/Lord_Howe", "00:15", "2026-10-03T13:30", ["00:15", "01:15", "03:15", "04:15"]),
        ("Australia/Lord_Howe", "00:15", "2026-04-04T13:00", ["00:15", "01:15", "02:15", "03:15"]),
        ("Australia/Lord_Howe", "00:45", "2026-04-04T13:00", ["00:45", "01:45", "01:45", "02:45"]),
        ("America/New_York", "00:30", "2026-11-01T04:00", ["00:30", "01:30", "01:30", "02:30"]),
        ("America/New_York", "00:30", "2026-03-08T05:00", ["00:30", "01:30", "03:30", "04:30"]),
    ],
)
def test_an_hourly_digest_falls_due_whenever_its_minute_comes(
    zone: str, local_time: str, since: str, expected: list[str]
) -> None:
    schedule = Schedule("hourly", local_time, "mon", zone)
    now = datetime.fromisoformat(since).replace(tzinfo=UTC) - timedelta(seconds=1)
    instants = []
    for _ in expected:
        now = next_due(schedule, now)
        instants.append(now)
    assert [at.astimezone(ZoneInfo(zone)).strftime("%H:%M") for at in instants] == expected
    assert [last_due(schedule, at + timedelta(seconds=1)) for at in instants] == instants
    assert [previous_due(schedule, at) for at in instants[1:]] == instants[:-1]


@given(
    st.sampled_from(["hourly", "daily", "weekly"]),
    st.sampled_from(["00:00", "01:30", "02:15", "08:30", "23:59"]),
    st.sampled_from(ZONES),
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
)
def test_now_lies_between_the_last_and_the_next(cadence: Any, local_time: str, zone: str, now: datetime) -> None:
    schedule = Schedule(cadence, local_time, "sunday", zone)
    last, following = last_due(schedule, now), next_due(schedule, now)
    assert last <= now < following
    assert last_due(schedule, last) == last
    assert last_due(schedule, following) == following
    assert previous_due(schedule, following) == last
    minutes = {at.astimezone(ZoneInfo(zone)).strftime("%M") for at in (last, following)}
    assert cadence != "hourly" or minutes == {local_time[3:]}
