"""A digest in two shifts: Seoul's morning shows what is new, Washington's what is new or changed since."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.deliveries.due_digests import due_digests, merge_due_digests
from bot.deliveries.schedule import Schedule, first_shift_of, last_due, next_due
from bot.deliveries.shifts import has_changed
from handlers.blocks.message import render
from handlers.cards.shown import Shown
from tests.support.bot_harness import BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT
from tests.support.sample_rows import AT, stored_article, stored_destination, stored_subscription

SHIFTS = Schedule("shifts", "08:30", "mon", "Asia/Seoul")
SEOUL = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
WASHINGTON = datetime(2026, 3, 3, 13, 30, tzinfo=UTC)
"""Half past eight in the morning of the third of March, in both capitals."""
OTHER = "A zeppelin over the river"
OTHER_TEXT = "A zeppelin flew over the Han river on Tuesday, and thousands watched it from the bridges."


def test_shifts_come_in_the_morning_of_both_capitals_whatever_the_zone() -> None:
    for zone in ("Asia/Seoul", "Europe/Paris"):
        shifts = Schedule("shifts", "08:30", "mon", zone)
        assert next_due(shifts, SEOUL - timedelta(seconds=1)) == SEOUL
        assert next_due(shifts, SEOUL) == WASHINGTON
        assert last_due(shifts, WASHINGTON) == WASHINGTON
        assert last_due(shifts, WASHINGTON - timedelta(seconds=1)) == SEOUL


def test_the_second_shift_knows_the_first_of_its_day() -> None:
    assert first_shift_of(SHIFTS, WASHINGTON) == SEOUL
    assert first_shift_of(SHIFTS, SEOUL) is None
    assert first_shift_of(SHIFTS, WASHINGTON + timedelta(minutes=1)) is None
    assert first_shift_of(Schedule("daily", "08:30", "mon", "America/New_York"), WASHINGTON) is None
    summer = datetime(2026, 7, 1, 12, 30, tzinfo=UTC)
    assert first_shift_of(SHIFTS, summer) == datetime(2026, 6, 30, 23, 30, tzinfo=UTC)


def test_only_a_digest_of_one_slot_is_a_shift() -> None:
    channel = stored_destination(digest_at="08:30", digest_cadence="shifts")
    old = stored_subscription(created_at=SEOUL - timedelta(days=9))
    (due,) = due_digests(channel, [old], WASHINGTON)
    assert (due.at, due.first_shift_at, due.even_if_empty) == (WASHINGTON, SEOUL, True)
    assert merge_due_digests([due]).first_shift_at == SEOUL
    daily = stored_subscription(cadence="daily", created_at=SEOUL - timedelta(days=9))
    (shift,) = due_digests(channel, [daily], SEOUL)
    assert shift.since_at == WASHINGTON - timedelta(days=1), "it covers what came since the last shift"
    assert merge_due_digests([due, due]).first_shift_at is None


@pytest.mark.parametrize(
    ("cadence", "empty", "covered"),
    [
        ("hourly", None, {1: False, 3: False}),
        ("weekly", None, {1: True, 4: True}),
        ("shifts", "skip", {1: False, 2: False}),
        ("hourly", "clear", {1: True, 3: True}),
    ],
)
def test_a_channels_digest_covers_its_own_cadence_and_what_is_instant(
    cadence: str, empty: str | None, covered: dict[int, bool]
) -> None:
    channel = stored_destination(digest_at="08:00", digest_cadence=cadence, empty_digest=empty)
    began = {"created_at": AT - timedelta(days=30), "at": "09:20"}
    subscribed = [
        stored_subscription(id=number, cadence=name, **began)
        for number, name in enumerate(("instant", "daily", "hourly", "weekly"), start=1)
    ]
    due_at = datetime(2026, 3, 1, 23, tzinfo=UTC)  # eight in the morning of Monday, the second of March, in Seoul
    found = {
        subscription.id: digest.even_if_empty
        for digest in due_digests(channel, subscribed, due_at + timedelta(minutes=1))
        if digest.at == (due_at if cadence != "shifts" else datetime(2026, 3, 1, 23, tzinfo=UTC))
        for subscription in digest.subscriptions
    }
    assert found == covered


def test_what_was_too_old_to_alert_does_not_wait_for_a_weekly_digest() -> None:
    channel = stored_destination(digest_at="08:00", digest_cadence="weekly")
    subscribed = [stored_subscription(created_at=AT - timedelta(days=30))]
    thursday = datetime(2026, 3, 5, 2, tzinfo=UTC)
    due = due_digests(channel, subscribed, thursday)
    assert [(digest.at.day, digest.even_if_empty) for digest in due] == [(1, True), (4, False)]


def test_a_story_has_changed_when_something_material_came_after_the_shift() -> None:
    korean = stored_article(1, language="ko", first_seen_at=AT)
    later = AT + timedelta(seconds=1)
    assert not has_changed([korean, stored_article(2, language="ko", first_seen_at=later)], AT)
    assert has_changed([korean, stored_article(2, language="en", first_seen_at=later)], AT)
    assert not has_changed([korean, stored_article(2, language="en", first_seen_at=AT)], AT)
    assert has_changed([korean, stored_article(2, language="ko", kind="official", first_seen_at=later)], AT)


TALKS = "Korea and the United States review the Technology Prosperity Deal"
TALKS_TEXT = (
    "Officials of South Korea and the United States reviewed the U.S.-ROK Technology Prosperity Deal in Gyeongju on "
    "Monday, and spoke about artificial intelligence, quantum computing and space, the science ministry said."
)
KOREAN_TALKS = "한미 기술번영 업무협약 점검"
KOREAN_TALKS_TEXT = (
    "한국과 미국이 월요일 경주에서 인공지능, 양자컴퓨터, 우주를 아우르는 한미 기술번영 업무협약을 점검했다."
)


async def _digest_at(harness: BotHarness, at: datetime) -> None:
    harness.at = at
    await harness.digests.enqueue_due()
    await harness.deliver()


async def test_the_second_shift_shows_what_is_new_or_changed_and_counts_the_rest(harness: BotHarness) -> None:
    await harness.ask("digest shifts")
    await harness.subscribe("quantum OR zeppelin", "daily", at="08:30")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.publish("herald", OTHER, OTHER_TEXT)
    await _digest_at(harness, SEOUL)
    await _digest_at(harness, WASHINGTON)
    first, second = harness.digests_in()
    assert (first.stories, first.unchanged) == (2, 0)
    assert (second.stories, second.changed, second.unchanged, second.sections) == (0, 0, 2, ())


async def test_the_second_shift_shows_a_story_again_that_another_language_has_joined(harness: BotHarness) -> None:
    await harness.ask("digest shifts")
    await harness.subscribe("pact OR quantum", "daily", at="08:30")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.publish("herald", TALKS, TALKS_TEXT)
    await _digest_at(harness, SEOUL)
    harness.pass_time(hours=1)
    await harness.publish("ilbo", KOREAN_TALKS, KOREAN_TALKS_TEXT, language="ko")
    await _digest_at(harness, WASHINGTON)
    second = harness.digests_in()[-1]
    assert (second.stories, second.changed, second.unchanged) == (0, 1, 1)
    assert [(part.kind, [line.story for line in part.lines]) for part in second.sections] == [("changed", ["ST2"])]
    english, korean = (render(Shown(second, language)) for language in ("en", "ko"))
    assert english.text == "1 changed since the first shift · 1 unchanged"
    assert "Changed since the first shift" in english.plain
    assert "앞 요약 이후 달라진 소식 1건 · 그대로인 소식 1건" in korean.plain


SIGNED = "Korea and the United States sign Technology Prosperity Deal"
SIGNED_TEXT = "South Korea and the United States signed the U.S.-ROK Technology Prosperity Deal in Gyeongju on Monday."


@pytest.mark.parametrize("cadence", ["daily", "weekly"])
@pytest.mark.parametrize("told", [True, False])
async def test_an_all_clear_counts_a_major_story_that_was_posted_since_the_first_shift(
    harness: BotHarness, cadence: str, told: bool
) -> None:
    """Whichever subscription it met: a weekly one is in no shift."""
    await harness.ask("digest shifts")
    await harness.subscribe("quantum", "daily", at="08:30")
    await harness.subscribe("pact", cadence, at="08:30")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await _digest_at(harness, SEOUL)
    harness.pass_time(hours=1)
    await harness.publish("herald", SIGNED, SIGNED_TEXT)
    if told:
        await harness.deliver()
        assert [card.severity for card in harness.cards()] == [1]
    await _digest_at(harness, WASHINGTON)
    second = harness.digests_in()[-1]
    assert (second.stories, second.alerted, second.unchanged) == (0, 1, 1)
    ((kind, lines),) = [(section.kind, section.lines) for section in second.sections]
    assert (kind, [(line.story, line.headline) for line in lines]) == ("posted", [("ST2", SIGNED)])
    assert "Already posted here since the first shift" in render(Shown(second, "en")).plain
    english, korean = (render(Shown(second, language)).text for language in ("en", "ko"))
    assert "No new developments" not in english
    assert "1 story already posted here since the first shift; 1 unchanged" in english
    assert "앞 요약 이후 이미 올린 소식 1건 외에는" in korean
    if told:
        await _digest_at(harness, SEOUL + timedelta(days=1))
        assert harness.digests_in()[-1].alerted == 0, "it is counted once"


async def test_a_muted_story_of_the_first_shift_is_neither_shown_nor_counted(harness: BotHarness) -> None:
    await harness.ask("digest shifts")
    await harness.subscribe("quantum", "daily", at="08:30")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await _digest_at(harness, SEOUL)
    await harness.ask("mute ST1 3d")
    await _digest_at(harness, WASHINGTON)
    assert harness.digests_in()[-1].unchanged == 0
