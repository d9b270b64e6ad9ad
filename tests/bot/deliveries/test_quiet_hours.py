"""Quiet hours: what comes meanwhile is held and told in one message at their end, never lost, never twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.deliveries.due_digests import local_times
from bot.deliveries.quiet_hours import ROLL_UP_MARGIN, is_end_of_quiet_hours, quiet_until
from bot.model import Destination
from bot.store import destinations
from handlers.cards.subscriptions import ChangeCard
from handlers.requests import Asker, Unclear
from handlers.verbs.parse import parse
from handlers.verbs.quiet import Quiet
from tests.support.bot_harness import BotHarness

ZONES = ("Asia/Seoul", "America/New_York", "Australia/Lord_Howe")
TIMES = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from((0, 15, 30, 59)))
SIGNED = "Korea and U.S. sign implementation plan of the Technology Prosperity Deal"
SIGNED_TEXT = (
    "South Korea and the United States signed the plan of their Technology Prosperity Deal in Seoul on Tuesday."
)
WORDS = [f"{n:x}" * 6 for n in range(1, 8)]
TITLES = tuple(f"{word} {word[::-1]}z qubit {n * 17}" for n, word in enumerate(WORDS))


def place(zone: str, start: str | None, end: str | None) -> Destination:
    return Destination(1, "T1", "C1", None, "en", zone, "active", None, None, start, end)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def body(title: str) -> str:
    """A text that is like no other one's: two like ones are one story."""
    return f"{title.split()[0]} a quantum computer {TITLES.index(title)}."


# ── at which instants ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "zone,start,end,at,until",
    [
        ("Asia/Seoul", "22:00", "07:00", "2026-03-02T13:00", "2026-03-02T22:00"),
        ("Asia/Seoul", "22:00", "07:00", "2026-03-02T21:59", "2026-03-02T22:00"),
        ("Asia/Seoul", "22:00", "07:00", "2026-03-02T22:00", None),
        ("Asia/Seoul", "22:00", "07:00", "2026-03-02T12:59", None),
        ("Asia/Seoul", "12:00", "13:00", "2026-03-02T03:30", "2026-03-02T04:00"),
        ("Asia/Seoul", None, None, "2026-03-02T13:00", None),
        ("America/New_York", "22:00", "07:00", "2026-03-08T03:00", "2026-03-08T11:00"),  # an hour shorter
        ("America/New_York", "22:00", "07:00", "2026-11-01T02:00", "2026-11-01T12:00"),  # an hour longer
        ("America/New_York", "02:10", "02:50", "2026-03-08T07:20", "2026-03-08T07:50"),  # skipped: as much later
        ("Australia/Lord_Howe", "22:00", "07:00", "2026-04-04T12:00", "2026-04-04T20:30"),  # half an hour longer
    ],
)
def test_quiet_hours_are_local_time(zone: str, start: str | None, end: str | None, at: str, until: str | None) -> None:
    assert quiet_until(place(zone, start, end), instant(at)) == (instant(until) if until else None)


@given(st.sampled_from(ZONES), TIMES, TIMES, st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31)))
def test_quiet_hours_always_end_where_they_say(zone: str, start: str, end: str, naive: datetime) -> None:
    here, at = place(zone, start, end), naive.replace(tzinfo=UTC)
    until = quiet_until(here, at)
    local = at.astimezone(ZoneInfo(zone)).strftime("%H:%M")
    if until is None:
        asleep = start <= local < end if start < end else local >= start or local < end
        still = (
            at.astimezone(ZoneInfo(zone)).utcoffset()
            == (at - timedelta(days=1)).astimezone(ZoneInfo(zone)).utcoffset()
            == (at + timedelta(days=1)).astimezone(ZoneInfo(zone)).utcoffset()
        )
        assert not (asleep and still)
        return
    assert at < until <= at + timedelta(hours=25)
    assert is_end_of_quiet_hours(here, until)
    assert quiet_until(here, until) is None or start == end


@pytest.mark.parametrize(
    "line,ask",
    [
        ("quiet 22:00-07:00", Quiet("22:00", "07:00")),
        ("quiet 22:00 - 7:00", Quiet("22:00", "07:00")),
        ("quiet from 22:00 to 07:00", Quiet("22:00", "07:00")),
        ("q 22:00–07:00", Quiet("22:00", "07:00")),
        ("방해금지 22:00~07:00", Quiet("22:00", "07:00")),
        ("방해금지 22시부터 7시30분까지", Quiet("22:00", "07:30")),
        ("quiet off", Quiet(None, None)),
        ("방해금지 끄기", Quiet(None, None)),
        ("quiet", Unclear(6, 1, "quiet_needs", "quiet 22:00-07:00")),
        ("quiet 22:00", Unclear(6, 5, "quiet_needs", "quiet 22:00-07:00")),
        ("quiet 22:00-25:00", Unclear(6, 11, "quiet_needs", "quiet 22:00-07:00")),
        ("quiet 22:00-22:00", Unclear(6, 11, "quiet_same", "quiet 22:00-07:00")),
        ("quiet 22:00-07:00 daily", Unclear(18, 5, "not_taken", "quiet 22:00-07:00")),
        ("quiet off now", Unclear(10, 3, "not_taken", "quiet off")),
    ],
)
def test_quiet_hours_are_understood_as_people_write_them(line: str, ask: object) -> None:
    assert parse(line, Asker("T1", "U1", "C1", False))[0] == ask


# ── in a channel ───────────────────────────────────────────────────────────────────────────────────────────


async def night(
    harness: BotHarness, titles: tuple[str, ...] = TITLES[:3], line: str = "quiet 22:00-07:00"
) -> list[Any]:
    """A channel with quiet hours in whose night these were published."""
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


def told(harness: BotHarness) -> list[str]:
    return [line.headline for card in harness.digests_in() for part in card.sections for line in part.lines]


async def test_what_is_held_comes_once_in_one_message_in_the_morning(harness: BotHarness) -> None:
    await night(harness)
    assert harness.cards() == []
    await morning(harness, minutes=-1)
    assert told(harness) == []
    await morning(harness)
    (card,) = harness.digests_in()
    assert (card.rolled, card.stories, card.late) == ("quiet", 3, False)
    assert sorted(told(harness)) == sorted(TITLES[:3])
    for minutes in (1, 6, 90, 24 * 60):
        await morning(harness, minutes)
    assert len(told(harness)) == 3
    assert harness.cards() == []


async def test_a_restart_over_the_end_of_the_night_tells_it_together_all_the_same(harness: BotHarness) -> None:
    await night(harness)
    harness.start()
    await morning(harness, minutes=3 * 24 * 60 + 11)
    assert [card.rolled for card in harness.digests_in()] == ["quiet"]
    assert len(told(harness)) == 3


async def test_where_nobody_rolls_up_each_goes_by_itself_and_none_is_lost(harness: BotHarness) -> None:
    await night(harness)
    harness.at = instant("2026-03-02T22:00") + ROLL_UP_MARGIN
    await harness.deliver()
    assert sorted(card.headline for card in harness.cards()) == sorted(TITLES[:3])
    await morning(harness, minutes=60)
    assert told(harness) == []


async def test_what_is_severe_comes_through_the_night(harness: BotHarness) -> None:
    await harness.subscribe("topic:pact")
    await night(harness, (), "quiet 22:00-07:00")
    await harness.publish("herald", SIGNED, SIGNED_TEXT)
    await harness.deliver()
    assert [(card.headline, card.severity) for card in harness.cards()] == [(SIGNED, 1)]


async def test_a_card_that_was_due_before_the_night_is_held_too_and_a_digest_waits(harness: BotHarness) -> None:
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
    assert harness.slack.posts["C1"].keys() == {"0.000100"}, "only the change itself"
    await morning(harness)
    assert sorted(told(harness)) == sorted((title, TITLES[0]))
    assert [card.late for card in harness.digests_in()] == [False, False]


async def test_quiet_hours_are_a_change_said_in_the_channel_and_taken_back(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    answer = await harness.ask("quiet 22:00-07:00")
    assert answer.notes[0].code == "said_in_channel"
    (said,) = harness.shown(ChangeCard)
    assert (said.what, said.quiet, said.undo) == ("quiet_on", ("22:00", "07:00"), f"undo {said.change}")
    assert said.args == {"start": "22:00", "end": "07:00", "zone": "Asia/Seoul"}
    assert [line.query for line in said.lines] == ["quantum"]
    assert (await harness.ask("list")).quiet == ("22:00", "07:00")
    assert (7, 0, "Asia/Seoul", None) in await local_times(harness.store)
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
async def test_who_ends_the_night_early_gets_what_it_held(harness: BotHarness, line: str) -> None:
    await night(harness)
    await harness.ask(line)
    await harness.deliver()
    assert sorted(told(harness)) == sorted(TITLES[:3])
    await morning(harness)
    assert len(told(harness)) == 3


async def test_other_hours_hold_what_the_old_ones_held(harness: BotHarness) -> None:
    await night(harness)
    await harness.ask("quiet 21:00-06:00")
    harness.at = instant("2026-03-02T20:59")
    await harness.digests.enqueue_due()
    assert told(harness) == []
    harness.at = instant("2026-03-02T21:00")
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert len(told(harness)) == 3


async def test_a_muted_story_stays_held_when_the_night_is_told(harness: BotHarness) -> None:
    items = await night(harness)
    numbers = [(await harness.row(item)).story for item in items]
    await harness.ask(f"mute ST{numbers[0]} for 3d")
    await morning(harness)
    assert sorted(told(harness)) == sorted(TITLES[1:3])
    harness.pass_time(days=3)
    await harness.deliver()
    assert [card.headline for card in harness.cards()] == [TITLES[0]]


async def test_why_says_that_it_is_quiet_and_then_how_it_was_told(harness: BotHarness) -> None:
    items = await night(harness)
    number = (await harness.row(items[0])).story
    stages = {stage.stage: stage for stage in (await harness.ask(f"why ST{number}")).stages}
    assert stages["muted"].notes[0].code == "is_quiet"
    assert stages["posted"].notes[0].code == "delivery_held"
    await morning(harness)
    stages = {stage.stage: stage for stage in (await harness.ask(f"why ST{number}")).stages}
    assert stages["queued"].notes[0].code == "queued_as_digest"
    assert stages["posted"].passed


async def test_a_channel_that_was_away_over_the_morning_gets_it_when_it_is_back(harness: BotHarness) -> None:
    await night(harness)
    place = await harness.channel()
    async with harness.store.begin() as c:
        await destinations.set_state(c, place.id, "away", "left", harness.now())
    await morning(harness)
    assert told(harness) == []
    harness.pass_time(hours=40)
    await harness.ask("list")
    await harness.ask("quiet 23:00-07:00")
    await harness.deliver()
    assert sorted(told(harness)) == sorted(TITLES[:3])


@pytest.mark.parametrize("told_first", [False, True])
async def test_a_story_that_turns_severe_is_told_at_once_from_the_night_and_after_it(
    harness: BotHarness, told_first: bool
) -> None:
    await night(harness, ())
    text = "The U.S.-ROK Technology Prosperity Deal, signed last October, covers quantum computing and space."
    item = await harness.publish("herald", "How a technology pact took shape", text)
    await harness.deliver()
    assert harness.cards() == []
    if told_first:
        await morning(harness)
        assert len(told(harness)) == 1
    await harness.take(item, SIGNED_TEXT, title=SIGNED, published_at=harness.at)
    await harness.deliver()
    assert [(card.headline, card.severity) for card in harness.cards()] == [(SIGNED, 1)]
    await harness.take(item, SIGNED_TEXT + " More soon.", title=SIGNED, published_at=harness.at)
    await morning(harness, minutes=300)
    assert (len(harness.cards()), len(told(harness))) == (1, int(told_first))


# ── bursts ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_burst_is_five_cards_and_one_message_of_the_rest_in_order(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    for title in TITLES:
        await harness.publish("herald", title, body(title))
    await harness.deliver(12)
    assert [card.headline for card in harness.cards()] == list(TITLES[:5])
    await harness.digests.enqueue_due()
    assert told(harness) == []
    harness.pass_time(minutes=10)
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert told(harness) == list(TITLES[5:])
    (card,) = harness.digests_in()
    assert (card.rolled, card.stories) == ("burst", 2)
    harness.pass_time(minutes=10)
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert len(harness.cards()) + len(told(harness)) == 7


async def test_one_left_over_is_a_card_and_what_is_severe_passes_through(harness: BotHarness) -> None:
    await harness.subscribe("quantum OR topic:pact")
    for title in TITLES[:6]:
        await harness.publish("herald", title, body(title))
    await harness.publish("herald", SIGNED, SIGNED_TEXT)
    await harness.deliver(12)
    assert [card.headline for card in harness.cards()] == [*TITLES[:5], SIGNED]
    harness.pass_time(minutes=10)
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert [card.headline for card in harness.cards()] == [*TITLES[:5], SIGNED, TITLES[5]]
    assert harness.digests_in() == []


async def test_a_quiet_quarter_of_an_hour_ends_a_burst(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    for title in TITLES:
        await harness.publish("herald", title, body(title))
        harness.pass_time(minutes=3)
        await harness.deliver(2)
    assert [card.headline for card in harness.cards()] == list(TITLES)
