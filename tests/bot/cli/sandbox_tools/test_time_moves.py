"""A move of the clock stops just before what falls due next, and never goes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.cli.sandbox_tools.time_moves import LEAD, MOVES, DueTimes, Move, due_times_of, target_of
from bot.deliveries.schedule import Schedule
from tests.support.bot_harness import BotHarness

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)  # noon in Seoul, 22:00 of the day before in New York
SEOUL, NEW_YORK = "Asia/Seoul", "America/New_York"


def at(hhmm: str, zone: str = SEOUL) -> Schedule:
    return Schedule("daily", hhmm, "mon", zone)


@pytest.mark.parametrize(
    ("move", "zone", "due", "expected"),
    [
        ("hour", SEOUL, DueTimes(), NOW + timedelta(hours=1)),
        ("hour", SEOUL, DueTimes((at("12:30"),)), NOW + timedelta(minutes=30) - LEAD),
        ("hour", SEOUL, DueTimes((), (at("12:30"),)), NOW + timedelta(minutes=30) - LEAD),
        ("hour", SEOUL, DueTimes((at("13:30"),)), NOW + timedelta(hours=1)),
        ("digest", SEOUL, DueTimes((at("08:30"),)), datetime(2026, 11, 23, 23, 30, tzinfo=UTC) - LEAD),
        ("digest", SEOUL, DueTimes((at("08:30"),), (at("07:00"),)), datetime(2026, 11, 23, 22, tzinfo=UTC) - LEAD),
        ("digest", NEW_YORK, DueTimes(), datetime(2026, 11, 23, 13, 30, tzinfo=UTC) - LEAD),
        ("morning", SEOUL, DueTimes(), datetime(2026, 11, 23, 23, 30, tzinfo=UTC) - LEAD),
        ("morning", NEW_YORK, DueTimes((at("20:00"),)), datetime(2026, 11, 23, 11, tzinfo=UTC) - LEAD),
    ],
)
def test_a_move_ends_there(move: Move, zone: str, due: DueTimes, expected: datetime) -> None:
    assert target_of(move, NOW, due, zone) == expected


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("seconds", [0, 1, 3, 4])
def test_what_is_about_to_fall_due_is_passed_by_the_next_move(move: Move, seconds: int) -> None:
    now = datetime(2026, 11, 23, 23, 30, tzinfo=UTC) - timedelta(seconds=seconds)
    target = target_of(move, now, DueTimes((at("08:30"),)), SEOUL)
    assert target >= now
    assert (target - now > timedelta(minutes=1)) is (seconds <= LEAD.total_seconds())


async def test_digests_and_ends_of_quiet_hours_are_those_of_channels_and_subscriptions(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "weekly", weekday="fri", at="09:15", timezone=NEW_YORK)
    await harness.subscribe("quantum")
    assert await due_times_of(harness.store) == DueTimes((Schedule("weekly", "09:15", "fri", NEW_YORK),))
    await harness.ask("digest daily 07:05")
    await harness.ask("quiet 22:00-06:45")
    due = await due_times_of(harness.store)
    assert set(due.digests) == {at("07:05"), Schedule("weekly", "09:15", "fri", NEW_YORK)}
    assert due.quiet_ends == (at("06:45"),)
