"""Digests: each slot once, across clock changes and restarts; every story once; nothing lost on the way to a page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.deliveries.digest_pages import Section, Sizes, group_by_subscription, split_into_pages
from bot.deliveries.due_digests import due_digests, next_digest_at
from bot.deliveries.schedule import Schedule, instant_of, last_due, next_due, previous_due
from bot.model import Cadence, Destination, Subscription
from bot.store import destinations
from bot.store.matches import Match
from tests.support.bot_harness import BotHarness

ZONES = ("Asia/Seoul", "America/New_York", "Australia/Lord_Howe")
CADENCES: tuple[Cadence, ...] = ("instant", "daily", "weekly", "hourly")
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
QUANTUM = "Seoul opens a quantum computing centre"
QUANTUM_TEXT = "Seoul opened a centre for quantum computing on Monday, and researchers moved in."


def place(zone: str, digest_at: str | None = None) -> Destination:
    return Destination(1, "T1", "C1", None, "en", zone, "active", None, digest_at, None, None)


def wish(number: int, cadence: Cadence, zone: str, at: str = "08:30", created_at: datetime = BEGAN) -> Subscription:
    return Subscription(number, "T1", 1, "U1", "quantum", cadence, at, "mon", zone, 1, created_at, None, "active", None)


# ── at which instants ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "day,at,zone,instant",
    [
        (date(2026, 3, 2), "08:30", "Asia/Seoul", "2026-03-01T23:30"),
        (date(2026, 3, 8), "02:30", "America/New_York", "2026-03-08T07:30"),  # skipped: as much later
        (date(2026, 11, 1), "01:30", "America/New_York", "2026-11-01T05:30"),  # twice: the first
        (date(2026, 11, 1), "08:30", "America/New_York", "2026-11-01T13:30"),
        (date(2026, 4, 5), "01:45", "Australia/Lord_Howe", "2026-04-04T14:45"),
    ],
)
def test_a_local_time_is_one_instant(day: date, at: str, zone: str, instant: str) -> None:
    assert instant_of(day, at, zone) == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@pytest.mark.parametrize("zone,minute", [("Asia/Seoul", 15), ("Asia/Kolkata", 45), ("Australia/Adelaide", 45)])
def test_an_hourly_digest_counts_the_minutes_of_its_own_zone(zone: str, minute: int) -> None:
    found = last_due(Schedule("hourly", "00:15", "mon", zone), datetime(2026, 3, 2, 9, 50, 7, tzinfo=UTC))
    assert (found.minute, found.astimezone(ZoneInfo(zone)).minute, found.second) == (minute, 15, 0)


@pytest.mark.parametrize(
    "zone,at,since,wanted",
    [  # half an hour is skipped, half an hour is told twice, an hour is told twice, an hour is skipped
        ("Australia/Lord_Howe", "00:15", "2026-10-03T13:30", ["00:15", "01:15", "03:15", "04:15"]),
        ("Australia/Lord_Howe", "00:15", "2026-04-04T13:00", ["00:15", "01:15", "02:15", "03:15"]),
        ("Australia/Lord_Howe", "00:45", "2026-04-04T13:00", ["00:45", "01:45", "01:45", "02:45"]),
        ("America/New_York", "00:30", "2026-11-01T04:00", ["00:30", "01:30", "01:30", "02:30"]),
        ("America/New_York", "00:30", "2026-03-08T05:00", ["00:30", "01:30", "03:30", "04:30"]),
    ],
)
def test_an_hourly_digest_falls_due_whenever_its_minute_comes(
    zone: str, at: str, since: str, wanted: list[str]
) -> None:
    schedule = Schedule("hourly", at, "mon", zone)
    now = datetime.fromisoformat(since).replace(tzinfo=UTC) - timedelta(seconds=1)
    found = []
    for _ in wanted:
        now = next_due(schedule, now)
        found.append(now)
    assert [one.astimezone(ZoneInfo(zone)).strftime("%H:%M") for one in found] == wanted
    assert [last_due(schedule, one + timedelta(seconds=1)) for one in found] == found
    assert [previous_due(schedule, one) for one in found[1:]] == found[:-1]


@given(
    st.sampled_from(["hourly", "daily", "weekly"]),
    st.sampled_from(["00:00", "01:30", "02:15", "08:30", "23:59"]),
    st.sampled_from(ZONES),
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
)
def test_now_lies_between_the_last_and_the_next(cadence: Any, at: str, zone: str, now: datetime) -> None:
    schedule = Schedule(cadence, at, "sunday", zone)
    last, following = last_due(schedule, now), next_due(schedule, now)
    assert last <= now < following
    assert last_due(schedule, last) == last
    assert last_due(schedule, following) == following
    assert previous_due(schedule, following) == last
    minutes = {one.astimezone(ZoneInfo(zone)).strftime("%M") for one in (last, following)}
    assert cadence != "hourly" or minutes == {at[3:]}


def test_a_channel_away_for_a_week_gets_one_digest_not_seven() -> None:
    there, asked = place("Asia/Seoul", "08:30"), [wish(1, "daily", "Asia/Seoul")]
    due = due_digests(there, asked, datetime(2026, 3, 9, 3, tzinfo=UTC))
    assert [one.at for one in due] == [datetime(2026, 3, 8, 23, 30, tzinfo=UTC)]


def test_a_subscription_is_in_no_digest_that_fell_due_before_it_began() -> None:
    now = datetime(2026, 3, 2, 6, tzinfo=UTC)
    young = [wish(1, "daily", "Asia/Seoul", created_at=now), wish(2, "instant", "Asia/Seoul", created_at=now)]
    assert due_digests(place("Asia/Seoul", "08:30"), young, now + timedelta(minutes=1)) == []


def test_a_channels_own_digest_leaves_weekly_and_hourly_wishes_their_time() -> None:
    asked = [wish(n, cadence, "Asia/Seoul", "10:00") for n, cadence in enumerate(CADENCES)]
    due = due_digests(place("Asia/Seoul", "08:30"), asked, datetime(2026, 3, 3, 3, 30, tzinfo=UTC))
    covers = {
        one.at.astimezone(ZoneInfo("Asia/Seoul")).strftime("%d %H:%M"): [s.id for s in one.subscriptions] for one in due
    }
    assert covers == {"02 10:00": [2], "03 08:30": [0, 1], "03 10:00": [1], "03 12:00": [3]}
    assert {one.even_if_empty for one in due if one.at.hour == 23} == {True}
    assert sum(one.even_if_empty for one in due) == 1


def test_the_next_digest_is_the_first_of_all_of_them() -> None:
    now = datetime(2026, 3, 2, 6, tzinfo=UTC)
    asked = [wish(1, "daily", "America/New_York")]
    assert next_digest_at(place("Asia/Seoul"), asked, now) == datetime(2026, 3, 2, 13, 30, tzinfo=UTC)
    assert next_digest_at(place("Asia/Seoul"), [wish(1, "instant", "Asia/Seoul")], now) is None


# ── what is in it ──────────────────────────────────────────────────────────────────────────────────────────


def met(subscription: int, story: int) -> Match:
    return Match(subscription * 1000 + story, "T1", subscription, 1, story, 1, "daily", BEGAN, None, None)


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 60)), max_size=200))
def test_every_story_stands_once_under_the_first_who_asked(pairs: list[tuple[int, int]]) -> None:
    sections = group_by_subscription([met(*pair) for pair in pairs], [1, 2, 3, 4])
    told = [story for section in sections for story in section.stories]
    assert sorted(told) == sorted({story for _, story in pairs})
    for section in sections:
        for story in section.stories:
            assert section.subscription == min(sub for sub, other in pairs if other == story)


@given(st.lists(st.integers(1, 40), max_size=12), st.integers(100, 3_000), st.integers(0, 600))
def test_pages_hold_every_story_once_in_order(sizes: list[int], line: int, heading: int) -> None:
    sections = [Section(n, tuple(range(100 * n, 100 * n + size))) for n, size in enumerate(sizes)]
    numbers = [story for part in sections for story in part.stories]
    weight = Sizes(dict.fromkeys(numbers, line), {part.subscription: heading for part in sections})
    pages = split_into_pages(sections, weight)
    flat = [(part.subscription, story) for page in pages for part in page for story in part.stories]
    assert flat == [(part.subscription, story) for part in sections for story in part.stories]
    assert sum(len(part.stories) for part in pages[0]) <= 8
    assert all(0 < sum(len(part.stories) for part in page) <= 12 for page in pages[1:])
    assert all(sum(heading + line * len(part.stories) for part in page) <= 8_000 for page in pages)


# ── with rows ──────────────────────────────────────────────────────────────────────────────────────────────


async def at_next(harness: BotHarness, hour: int, minute: int = 30) -> None:
    """To the next such time in Seoul."""
    local = harness.at.astimezone(ZoneInfo("Asia/Seoul"))
    wanted = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    harness.at = (wanted if wanted > local else wanted + timedelta(days=1)).astimezone(UTC)


async def test_a_daily_subscription_gets_one_digest_however_often_the_clock_rings(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert harness.slack.posts == {}
    await at_next(harness, 8)
    made = [await harness.digests.enqueue_due() for _ in range(3)]
    harness.start()
    assert [*made, await harness.digests.enqueue_due()] == [1, 0, 0, 0]
    await harness.deliver()
    (digest,) = harness.digests_in()
    assert [line.headline for part in digest.sections for line in part.lines] == [QUANTUM]
    assert (digest.late, digest.on.isoformat(), digest.alerted) == (False, "2026-03-03", 0)


async def test_an_empty_period_is_silent_for_a_subscription_and_an_all_clear_for_a_channel(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily")
    await harness.subscribe("quantum", channel="C2")
    await harness.ask("digest daily 08:30", channel="C2")
    await at_next(harness, 8)
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert harness.digests_in() == []
    assert [(one.stories, one.sections) for one in harness.digests_in("C2")] == [(0, ())]


async def test_the_all_clear_owns_up_to_what_was_alerted(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    await harness.ask("digest daily 08:30")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    await at_next(harness, 8)
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert [(one.stories, one.alerted) for one in harness.digests_in()] == [(0, 1)]
    await at_next(harness, 8)
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert [one.alerted for one in harness.digests_in()] == [1, 0]


async def test_a_digest_set_after_its_time_begins_tomorrow_also_while_away(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    place = await harness.channel()
    async with harness.store.begin() as c:
        await destinations.set_state(c, place.id, "away", "archived", harness.at)
    harness.slack.closed.add("C1")
    await harness.ask("digest daily 08:30")
    assert await harness.digests.enqueue_due() == 0
    harness.slack.closed.clear()
    await harness.ask("digest daily 08:30")
    assert await harness.digests.enqueue_due() == 0
    await at_next(harness, 8)
    assert await harness.digests.enqueue_due() == 1


async def test_a_missed_digest_is_caught_up_once_and_says_so(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await at_next(harness, 8)
    harness.pass_time(days=3, hours=4)
    assert [await harness.digests.enqueue_due(), await harness.digests.enqueue_due()] == [1, 0]
    await harness.deliver()
    assert [one.late for one in harness.digests_in()] == [True]


async def test_what_comes_up_after_a_silent_slot_waits_for_the_next_one(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    await at_next(harness, 8)
    assert await harness.digests.enqueue_due() == 0
    harness.pass_time(hours=3)
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT, at=harness.at - timedelta(hours=30))
    assert await harness.digests.enqueue_due() == 0
    await at_next(harness, 8)
    assert await harness.digests.enqueue_due() == 1


async def test_a_long_digest_has_its_pages_in_its_thread(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily")
    for n in range(14):
        words = [f"{''.join(Random(100 * n + k).sample('abcdefghijklmnop', 8))}" for k in range(12)]
        await harness.publish(
            "herald", f"{' '.join(words[:6])} quantum computer", f"{' '.join(words)} quantum computer."
        )
    await at_next(harness, 8)
    made = await harness.digests.enqueue_due()
    await harness.deliver()
    first, *rest = harness.digests_in()
    assert (len(rest) + 1, first.page, first.pages) == (made, 1, made)
    assert made > 1
    lines = [line.story for one in (first, *rest) for part in one.sections for line in part.lines]
    assert (len(lines), len(set(lines))) == (first.stories, first.stories)
    assert len(harness.slack.threads) == len(rest)


async def test_a_muted_story_waits_for_the_digest_after_its_mute(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily")
    await harness.ask("mute outlet herald 1d")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await at_next(harness, 8)
    assert await harness.digests.enqueue_due() == 0
    await at_next(harness, 8)
    assert await harness.digests.enqueue_due() == 1
