"""Quiet hours hold what comes and roll it up at their end: nothing is lost and nothing comes twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.deliveries.quiet_hours import ROLL_UP_MARGIN, is_end_of_quiet_hours, quiet_until
from bot.model import Destination
from bot.store import destinations
from handlers.cards.subscriptions import ChangeCard
from tests.support.bot_harness import BotHarness
from tests.support.unlike_stories import headline_of, text_of

ZONES = ("Asia/Seoul", "America/New_York", "Australia/Lord_Howe")
TIMES = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from((0, 15, 30, 59)))
SIGNED = "Korea and the United States sign Technology Prosperity Deal"
SIGNED_TEXT = "South Korea and the United States signed the U.S.-ROK Technology Prosperity Deal in Gyeongju on Monday."
TITLES = tuple(headline_of(number) for number in range(10))


def channel(zone: str, start: str | None, end: str | None) -> Destination:
    return Destination(1, "T1", "C1", None, "en", zone, "active", None, None, start, end)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def body(title: str) -> str:
    """The text below a title."""
    return text_of(TITLES.index(title))


# ── at which instants ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("zone", "start", "end", "at", "until"),
    [
        ("Asia/Seoul", "22:00", "07:00", "2026-03-02T13:00", "2026-03-02T22:00"),
        ("Asia/Seoul", "22:00", "07:00", "2026-03-02T21:59", "2026-03-02T22:00"),
        ("Asia/Seoul", "22:00", "07:00", "2026-03-02T22:00", None),
        ("Asia/Seoul", "22:00", "07:00", "2026-03-02T12:59", None),
        ("Asia/Seoul", "12:00", "13:00", "2026-03-02T03:30", "2026-03-02T04:00"),
        ("Asia/Seoul", None, None, "2026-03-02T13:00", None),
        ("America/New_York", "22:00", "07:00", "2026-03-08T03:00", "2026-03-08T11:00"),  # an hour shorter
        ("America/New_York", "22:00", "07:00", "2026-11-01T02:00", "2026-11-01T12:00"),  # an hour longer
        ("America/New_York", "02:10", "02:50", "2026-03-08T07:20", "2026-03-08T07:50"),  # skipped: later by the gap
        ("Australia/Lord_Howe", "22:00", "07:00", "2026-04-04T12:00", "2026-04-04T20:30"),  # half an hour longer
        ("Pacific/Apia", "22:00", "07:00", "2011-12-30T16:59", "2011-12-30T17:00"),  # a whole day is skipped
        ("America/New_York", "02:00", "02:30", "2026-03-08T07:10", "2026-03-08T07:30"),
        ("America/New_York", "02:30", "03:15", "2026-03-08T07:16", None),  # it would end before it starts
        ("Asia/Seoul", "07:00", "07:00", "2026-03-02T22:00", "2026-03-03T22:00"),  # the whole day
    ],
)
def test_quiet_hours_are_local_time(zone: str, start: str | None, end: str | None, at: str, until: str | None) -> None:
    assert quiet_until(channel(zone, start, end), instant(at)) == (instant(until) if until else None)


@given(st.sampled_from(ZONES), TIMES, TIMES, st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31)))
def test_quiet_hours_always_end_where_they_say(zone: str, start: str, end: str, naive: datetime) -> None:
    destination, at = channel(zone, start, end), naive.replace(tzinfo=UTC)
    until = quiet_until(destination, at)
    local = at.astimezone(ZoneInfo(zone)).strftime("%H:%M")
    if until is None:
        in_hours = start <= local < end if start < end else local >= start or local < end
        no_clock_change = (
            at.astimezone(ZoneInfo(zone)).utcoffset()
            == (at - timedelta(days=1)).astimezone(ZoneInfo(zone)).utcoffset()
            == (at + timedelta(days=1)).astimezone(ZoneInfo(zone)).utcoffset()
        )
        assert not (in_hours and no_clock_change)
        return
    assert at < until <= at + timedelta(hours=25)
    assert is_end_of_quiet_hours(destination, until)
    assert quiet_until(destination, until) is None or start == end


# ── in a channel ───────────────────────────────────────────────────────────────────────────────────────────


async def night(
    harness: BotHarness, titles: tuple[str, ...] = TITLES[:3], line: str = "quiet 22:00-07:00"
) -> list[Any]:
    """Publishes these at night in a channel with quiet hours."""
    await harness.subscribe("quantum")
    await harness.ask(line)
    harness.at = instant("2026-03-02T14:00")  # 23:00 in Seoul
    items = []
    for title in titles:
        items.append(await harness.publish("herald", title, body(title)))
        harness.pass_time(minutes=20)
    await harness.deliver()
    return items


async def morning(harness: BotHarness, minutes: int = 0) -> None:
    harness.at = instant("2026-03-02T22:00") + timedelta(minutes=minutes)  # 07:00 in Seoul
    await harness.digests.enqueue_due()
    await harness.deliver()


def rolled_up(harness: BotHarness) -> list[str]:
    return [line.headline for digest in harness.digests_in() for part in digest.sections for line in part.lines]


async def test_held_cards_come_once_as_one_roll_up_in_the_morning(harness: BotHarness) -> None:
    await night(harness)
    assert harness.cards() == []
    await morning(harness, minutes=-1)
    assert rolled_up(harness) == []
    await morning(harness)
    (card,) = harness.digests_in()
    assert (card.rolled, card.stories, card.late) == ("quiet", 3, False)
    assert sorted(rolled_up(harness)) == sorted(TITLES[:3])
    for minutes in (1, 6, 90, 24 * 60):
        await morning(harness, minutes)
    assert len(rolled_up(harness)) == 3
    assert harness.cards() == []


@pytest.mark.parametrize("is_late", [False, True], ids=["before the roll-up", "before it is shown"])
async def test_merged_stories_count_once_on_every_page(harness: BotHarness, is_late: bool) -> None:
    await night(harness, TITLES[:10])
    if is_late:
        harness.at = instant("2026-03-02T22:00")
        await harness.digests.enqueue_due()
    await harness.ask("merge ST1 ST10")
    await morning(harness)
    assert [card.stories for card in harness.digests_in()] == [9, 9]


async def test_a_process_that_was_off_at_the_end_of_quiet_hours_rolls_up_at_its_start(harness: BotHarness) -> None:
    await night(harness)
    harness.start()
    await morning(harness, minutes=3 * 24 * 60 + 11)
    assert [card.rolled for card in harness.digests_in()] == ["quiet"]
    assert len(rolled_up(harness)) == 3


async def test_without_the_digest_job_the_outbox_rolls_the_cards_up_after_the_margin(harness: BotHarness) -> None:
    assert timedelta(minutes=5) == ROLL_UP_MARGIN
    await night(harness)
    harness.at = instant("2026-03-02T22:00") + ROLL_UP_MARGIN - timedelta(seconds=2)
    await harness.deliver(1)
    assert rolled_up(harness) == []
    harness.at = instant("2026-03-02T22:00") + ROLL_UP_MARGIN
    await harness.deliver()
    assert len(rolled_up(harness)) == 3
    await morning(harness, minutes=60)
    assert (len(rolled_up(harness)), harness.cards()) == (3, [])


async def test_a_severe_story_is_not_held(harness: BotHarness) -> None:
    await harness.subscribe("topic:pact")
    await night(harness, (), "quiet 22:00-07:00")
    await harness.publish("herald", SIGNED, SIGNED_TEXT)
    await harness.deliver()
    assert [(card.headline, card.severity) for card in harness.cards()] == [(SIGNED, 1)]


async def test_a_card_that_is_due_before_quiet_hours_is_held_and_a_digest_waits(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "hourly")
    await harness.subscribe("space")
    await harness.ask("quiet 22:00-07:00")
    harness.at = instant("2026-03-02T12:59")
    await harness.digests.enqueue_due()
    title = "Busan builds a space launch pad for rockets"
    await harness.publish("herald", title, f"{title}. The space agency launches rockets and satellites there.")
    await harness.publish("herald", TITLES[0], body(TITLES[0]))
    harness.at = instant("2026-03-02T13:30")
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert harness.slack.posts["C1"].keys() == {"0.000100"}, "only the change is posted"
    await morning(harness)
    assert sorted(rolled_up(harness)) == sorted((title, TITLES[0]))
    assert [card.late for card in harness.digests_in()] == [False, False]


async def test_quiet_hours_are_a_change_that_the_channel_reads_and_undo_reverts(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    answer = await harness.ask("quiet 22:00-07:00")
    assert answer.notes[0].code == "said_in_channel"
    (change,) = harness.shown(ChangeCard)
    assert (change.what, change.quiet, change.undo) == ("quiet_on", ("22:00", "07:00"), f"undo {change.change}")
    assert change.args == {"start": "22:00", "end": "07:00", "zone": "Asia/Seoul"}
    assert [line.query for line in change.lines] == ["quantum"]
    assert (await harness.ask("list")).quiet == ("22:00", "07:00")
    await harness.ask("quiet 23:00-06:00")
    await harness.ask("quiet off")
    await harness.ask("undo 3")
    await harness.deliver()
    assert harness.shown(ChangeCard)[-1].quiet == ("23:00", "06:00")
    await harness.ask("undo 2")
    await harness.deliver()
    assert harness.shown(ChangeCard)[-1].quiet == ("22:00", "07:00")
    await harness.ask("undo 1")
    await harness.deliver()
    assert harness.shown(ChangeCard)[-1].quiet is None


@pytest.mark.parametrize("line", ["quiet off", "quiet 12:00-13:00", "undo 1"])
async def test_ending_quiet_hours_early_sends_what_they_held(harness: BotHarness, line: str) -> None:
    await night(harness)
    await harness.ask(line)
    await harness.deliver()
    assert sorted(rolled_up(harness)) == sorted(TITLES[:3])
    await morning(harness)
    assert len(rolled_up(harness)) == 3


async def test_new_quiet_hours_hold_what_the_old_ones_held(harness: BotHarness) -> None:
    await night(harness)
    await harness.ask("quiet 21:00-06:00")
    harness.at = instant("2026-03-02T20:59")
    await harness.digests.enqueue_due()
    assert rolled_up(harness) == []
    harness.at = instant("2026-03-02T21:00")
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert len(rolled_up(harness)) == 3


async def test_a_muted_story_stays_held_when_the_rest_is_rolled_up(harness: BotHarness) -> None:
    items = await night(harness)
    numbers = [(await harness.row(item)).story for item in items]
    await harness.ask(f"mute ST{numbers[0]} for 3d")
    await morning(harness)
    assert sorted(rolled_up(harness)) == sorted(TITLES[1:3])
    harness.pass_time(days=3)
    await harness.deliver()
    assert [card.headline for card in harness.cards()] == [TITLES[0]]


async def test_why_says_that_quiet_hours_hold_a_story_and_then_how_it_was_posted(harness: BotHarness) -> None:
    items = await night(harness)
    number = (await harness.row(items[0])).story
    stages = {stage.stage: stage for stage in (await harness.ask(f"why ST{number}")).stages}
    assert stages["muted"].notes[0].code == "is_quiet"
    assert stages["posted"].notes[0].code == "delivery_held"
    await morning(harness)
    stages = {stage.stage: stage for stage in (await harness.ask(f"why ST{number}")).stages}
    assert stages["queued"].notes[0].code == "queued_as_digest"
    assert stages["posted"].passed


async def test_a_channel_that_is_absent_in_the_morning_gets_the_roll_up_when_it_is_back(harness: BotHarness) -> None:
    await night(harness)
    destination = await harness.channel()
    async with harness.store.begin() as c:
        await destinations.set_state(c, destination.id, "away", "left", harness.now())
    await morning(harness)
    assert rolled_up(harness) == []
    harness.pass_time(hours=40)
    await harness.ask("list")
    await harness.ask("quiet 23:00-07:00")
    await harness.deliver()
    assert sorted(rolled_up(harness)) == sorted(TITLES[:3])


@pytest.mark.parametrize("rolled_up_first", [False, True])
async def test_a_story_that_becomes_severe_alerts_at_once_during_and_after_quiet_hours(
    harness: BotHarness, rolled_up_first: bool
) -> None:
    await night(harness, ())
    text = "The U.S.-ROK Technology Prosperity Deal, signed last October, covers quantum computing and space."
    item = await harness.publish("herald", "How a technology pact took shape", text)
    await harness.deliver()
    assert harness.cards() == []
    if rolled_up_first:
        await morning(harness)
        assert len(rolled_up(harness)) == 1
    await harness.take(item, SIGNED_TEXT, title=SIGNED, published_at=harness.at)
    await harness.deliver()
    assert [(card.headline, card.severity) for card in harness.cards()] == [(SIGNED, 1)]
    await harness.take(item, SIGNED_TEXT + " More soon.", title=SIGNED, published_at=harness.at)
    await morning(harness, minutes=300)
    assert (len(harness.cards()), len(rolled_up(harness))) == (1, int(rolled_up_first))
