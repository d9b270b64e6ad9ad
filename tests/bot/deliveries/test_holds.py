"""Messages are held by mutes, quiet hours and bursts until the instant that each rule names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from bot.clock_steps import correct_waits
from bot.deliveries.change_quiet_hours import change_quiet_hours
from bot.deliveries.holds import (
    BURST_CARDS,
    BURST_WINDOW,
    burst_ends_at,
    cards_to_join,
    held_until,
    holds_of,
    is_running,
    joins_until,
    muted_until,
    waits_for_roll_up,
)
from bot.deliveries.quiet_hours import ROLL_UP_MARGIN
from bot.model import Destination, Topics
from bot.outbox.policy import DeliveryPolicy
from bot.store import destinations
from bot.store import mutes as mutes_table
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection
from bot.store.future_instants import MAX_SKEW
from bot.store.schema import mutes
from tests.support.bot_harness import TEAM, BotHarness
from tests.support.sample_rows import AT, stored_article, stored_delivery, stored_destination, stored_story

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
NIGHT = AT + timedelta(hours=14)
"""23:00 in Seoul."""
MORNING = AT + timedelta(hours=22)
"""07:00 in Seoul."""


async def add_mutes(c: Connection, destination: Destination, muted: Sequence[tuple[str, str, float]]) -> None:
    """Mutes as two channels that became one may have them: also two of the same target."""
    for kind, target, hours in muted:
        row = {"team": TEAM, "destination": destination.id, "kind": kind, "target": target, "person": None}
        await c.execute(insert(mutes).values(**row, made_at=NIGHT - HOUR, until_at=NIGHT + hours * HOUR))


async def add_card(c: Connection, destination: Destination, key: str, created_at: datetime, **fields: Any) -> int:
    defaults: dict[str, Any] = {"kind": "card", "team": TEAM, "destination": destination.id, "now": created_at}
    delivery_id = await deliveries.enqueue(c, f"{destination.slack_id}:{key}", **{**defaults, **fields})
    assert delivery_id is not None
    return delivery_id


# ── mutes and quiet hours ──────────────────────────────────────────────────────────────────────────────────


async def test_a_story_is_muted_until_the_longest_mute_of_it_or_of_all_its_outlets_ends(
    harness: BotHarness,
) -> None:
    both, one = ("herald", "times"), ("herald",)
    cases: list[tuple[list[tuple[str, str, float]], tuple[str, ...], float | None]] = [
        ([], one, None),
        ([("story", "1", 1), ("story", "2", 5)], one, 1),
        ([("story", "1", 1), ("outlet", "herald", 3)], one, 3),
        ([("story", "1", 5), ("outlet", "herald", 3)], one, 5),
        ([("outlet", "herald", 3), ("outlet", "times", 2)], both, 2),
        ([("outlet", "herald", 2), ("outlet", "times", 3)], both, 2),
        ([("outlet", "herald", 3)], both, None),
        ([("outlet", "herald", 3), ("outlet", "shy", 2)], one, 3),
        ([("outlet", "herald", 3)], (), None),
        ([("outlet", "1", 3), ("story", "herald", 3)], one, None),
        ([("outlet", "herald", 3), ("outlet", "herald", 1)], one, 3),
        ([("outlet", "herald", 1), ("outlet", "herald", 3)], one, 3),
        ([("story", "1", 0)], one, None),
    ]
    for number, (muted, outlets, hours) in enumerate(cases):
        destination = await harness.channel(f"C{number}")
        articles = [stored_article(n, outlet=outlet) for n, outlet in enumerate(outlets)]
        async with harness.store.begin() as c:
            await add_mutes(c, destination, muted)
            until = await muted_until(c, destination.id, 1, articles, NIGHT)
        assert until == (None if hours is None else NIGHT + hours * HOUR), cases[number]


async def test_of_two_mutes_of_a_target_the_longer_one_counts_and_both_end_together(harness: BotHarness) -> None:
    destination = await harness.channel()
    async with harness.store.begin() as c:
        await add_mutes(c, destination, [("story", "1", 3), ("story", "1", 1), ("story", "2", 9)])
        assert await mutes_table.until(c, destination.id, "story", "1", NIGHT) == NIGHT + 3 * HOUR
        assert await mutes_table.end(c, destination.id, "story", "1", NIGHT)
        assert await mutes_table.until(c, destination.id, "story", "1", NIGHT) is None


@pytest.mark.parametrize(
    ("made", "end", "corrected"),
    [
        (5 * HOUR, 7 * HOUR, 2 * HOUR),
        (5 * HOUR, 5 * HOUR + timedelta(days=200), timedelta(days=90)),
        (timedelta(minutes=1), 7 * HOUR, None),
        (-HOUR, timedelta(days=80), None),
    ],
)
async def test_a_mute_of_a_clock_that_was_put_back_keeps_its_length_of_at_most_ninety_days(
    harness: BotHarness, made: timedelta, end: timedelta, corrected: timedelta | None
) -> None:
    channel = await harness.channel()
    async with harness.store.begin() as c:
        row = {"team": TEAM, "destination": channel.id, "kind": "story", "target": "1", "person": None}
        await c.execute(insert(mutes).values(**row, made_at=NIGHT + made, until_at=NIGHT + end))
        held = await add_card(c, channel, "held", NIGHT, not_before=NIGHT + end, held=True)
        other = await add_card(c, channel, "other", NIGHT, not_before=NIGHT + 9 * HOUR, held=True)
    assert (await correct_waits(harness.store, DeliveryPolicy(), NIGHT) > 0) == (corrected is not None)
    until = NIGHT + (end if corrected is None else corrected)
    async with harness.store.read() as c:
        assert await mutes_table.until(c, channel.id, "story", "1", NIGHT) == until
        ends = [getattr(await deliveries.get(c, number), "not_before", None) for number in (held, other)]
    assert ends == [until, NIGHT + 9 * HOUR]


async def test_a_message_is_held_until_mutes_and_quiet_hours_are_both_over(harness: BotHarness) -> None:
    five, none = ROLL_UP_MARGIN, timedelta(0)
    cases: list[tuple[list[tuple[str, str, float]], datetime, int, timedelta, datetime | None]] = [
        ([], NIGHT, 0, none, MORNING),
        ([], NIGHT, 0, five, MORNING + timedelta(minutes=5)),
        ([], NIGHT, 1, five, None),
        ([], MORNING, 0, five, None),
        ([("story", "1", 2)], NIGHT, 1, five, NIGHT + 2 * HOUR),
        ([("story", "1", 2)], NIGHT, 0, five, MORNING + five),
        ([("story", "1", 20)], NIGHT, 0, five, NIGHT + 20 * HOUR),
        ([("story", "1", 20)], MORNING, 0, five, NIGHT + 20 * HOUR),
    ]
    for number, (muted, now, severity, margin, expected) in enumerate(cases):
        destination = await harness.channel(f"C{number}")
        story = stored_story(topics=Topics(severity=severity))
        async with harness.store.begin() as c:
            await destinations.set_quiet(c, destination.id, "22:00", "07:00")
            await add_mutes(c, destination, muted)
            until = await held_until(c, destination.id, story, [stored_article()], now, margin)
        assert until == expected, cases[number]


async def test_a_grown_story_stays_held_for_its_roll_up_unless_it_is_severe(harness: BotHarness) -> None:
    channel = await harness.channel()
    of_night = stored_delivery(destination=channel.id, not_before=MORNING + ROLL_UP_MARGIN)
    of_mute = stored_delivery(destination=channel.id, not_before=MORNING)
    async with harness.store.begin() as c:
        await destinations.set_quiet(c, channel.id, "22:00", "07:00")
        for card, now, severity, stays in (
            (of_night, MORNING + SECOND, 0, True),
            (of_night, MORNING + SECOND, 1, False),
            (of_night, NIGHT, 1, False),
            (of_mute, MORNING + SECOND, 0, False),
            (of_mute, MORNING - SECOND, 0, True),
        ):
            story = stored_story(topics=Topics(severity=severity))
            holds = await holds_of(c, [channel.id], now)
            assert holds[channel.id].keeps(card, story, [stored_article()], now) == stays


async def test_new_quiet_hours_move_what_the_old_ones_hold_and_nothing_else(harness: BotHarness) -> None:
    other = NIGHT + timedelta(hours=3)
    cases: list[tuple[str | None, str | None, dict[str, tuple[str, datetime]]]] = [
        ("21:00", "06:00", {"card": ("held", MORNING - HOUR + ROLL_UP_MARGIN), "reply": ("held", MORNING - HOUR)}),
        (None, None, {"card": ("cancelled", MORNING + ROLL_UP_MARGIN), "reply": ("held", NIGHT)}),
        ("12:00", "13:00", {"card": ("cancelled", MORNING + ROLL_UP_MARGIN), "reply": ("held", NIGHT)}),
    ]
    for number, (start, end, moved) in enumerate(cases):
        channel = await harness.channel(f"C{number}")
        async with harness.store.begin() as c:
            await destinations.set_quiet(c, channel.id, "22:00", "07:00")
            destination = await destinations.get(c, channel.id)
            assert destination is not None
            held = {
                "card": await add_card(c, channel, "card", NIGHT, not_before=MORNING + ROLL_UP_MARGIN, held=True),
                "reply": await add_card(c, channel, "reply", NIGHT, kind="reply", not_before=MORNING, held=True),
                "muted card": await add_card(c, channel, "muted", NIGHT, not_before=other, held=True),
                "muted reply": await add_card(c, channel, "mreply", NIGHT, kind="reply", not_before=other, held=True),
                "early card": await add_card(c, channel, "early", NIGHT, not_before=MORNING, held=True),
            }
            changed = await change_quiet_hours(c, destination, start, end, NIGHT)
            assert (changed.quiet_from, changed.quiet_to) == (start, end)
            assert await destinations.get(c, channel.id) == changed
            stay = {"muted card": other, "muted reply": other, "early card": MORNING}
            expected = moved | {name: ("held", until) for name, until in stay.items()}
            for name, delivery_id in held.items():
                delivery = await deliveries.get(c, delivery_id)
                assert delivery is not None
                assert (delivery.state, delivery.not_before) == expected[name], (number, name)


# ── bursts ─────────────────────────────────────────────────────────────────────────────────────────────────


def in_burst(ends_at: datetime) -> dict[str, Any]:
    """A card that is held until the end of a burst."""
    return {"payload": {"burst": ends_at.isoformat()}, "not_before": ends_at + ROLL_UP_MARGIN, "held": True}


async def test_the_sixth_card_in_ten_minutes_begins_a_hold_and_those_that_follow_join_it(harness: BotHarness) -> None:
    assert (5, timedelta(minutes=10), timedelta(minutes=1)) == (BURST_CARDS, BURST_WINDOW, MAX_SKEW)
    last = NIGHT + timedelta(minutes=11)
    five: list[tuple[float, Mapping[str, Any]]] = [(age, {}) for age in (599, 400, 300, 200, 0)]
    cases: list[tuple[str, list[tuple[float, Mapping[str, Any]]], datetime | None]] = [
        ("five cards", [*five], NIGHT + SECOND),
        ("the first is too old", [(600, {}), *five[1:]], None),
        ("four cards", five[1:], None),
        ("another machine's clock", [*five[:4], (-60, {})], NIGHT + SECOND),
        ("a clock that was put back", [*five[:4], (-61, {})], None),
        ("one was muted", [*five[:4], (0, {"held": True, "not_before": NIGHT + HOUR})], None),
        ("replies do not count", [*five[:4], (0, {"kind": "reply"})], None),
        ("one left its burst", [*five[:4], (0, {"payload": {"burst": (NIGHT - HOUR).isoformat()}})], None),
        ("it joins", [(60, in_burst(NIGHT + 9 * SECOND))], NIGHT + 9 * SECOND),
        ("it joins after the end", [(60, in_burst(NIGHT - 9 * SECOND))], NIGHT - 9 * SECOND),
        ("it joins the last", [(60, in_burst(NIGHT + 9 * SECOND)), (60, in_burst(NIGHT))], NIGHT + 9 * SECOND),
        ("the longest burst", [(60, in_burst(last))], last),
        ("longer than a burst", [(60, in_burst(last + SECOND))], None),
        ("a reply is not joined", [(60, {**in_burst(NIGHT + SECOND), "kind": "reply"})], None),
    ]
    for number, (name, cards, expected) in enumerate(cases):
        channel = await harness.channel(f"C{number}")
        async with harness.store.begin() as c:
            for n, (age, fields) in enumerate(cards):
                await add_card(c, channel, str(n), NIGHT - age * SECOND, **fields)
            read = await cards_to_join(c, [channel.id], NIGHT)
            assert joins_until(channel, read[channel.id], NIGHT) == expected, name


@pytest.mark.parametrize(
    ("ends_at", "running"),
    [
        (AT, False),
        (AT + SECOND, True),
        (AT + timedelta(minutes=11), True),
        (AT + timedelta(minutes=11, seconds=1), False),
        (AT - SECOND, False),
    ],
)
def test_a_burst_runs_until_its_end_and_no_longer_than_a_burst_can(ends_at: datetime, running: bool) -> None:
    assert is_running(ends_at, AT) == running


def test_a_card_waits_for_a_roll_up_at_the_end_of_its_burst_or_of_quiet_hours() -> None:
    quiet = stored_destination(quiet_from="22:00", quiet_to="07:00")
    of_burst = stored_delivery(payload={"burst": AT.isoformat()}, not_before=AT + ROLL_UP_MARGIN)
    of_mute = stored_delivery(payload={"burst": AT.isoformat()}, not_before=AT + ROLL_UP_MARGIN + SECOND)
    of_night = stored_delivery(not_before=MORNING + ROLL_UP_MARGIN)
    assert (burst_ends_at(of_burst), burst_ends_at(of_night)) == (AT, None)
    waiting = [waits_for_roll_up(card, quiet) for card in (of_burst, of_mute, of_night)]
    assert waiting == [True, False, True]
    assert not waits_for_roll_up(of_night, stored_destination())
