"""``edit`` changes a subscription in place: what the line names, and nothing else; it begins anew."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from handlers.cards.answers import ErrorCard, NoticeCard
from handlers.cards.modals import BuilderCard
from tests.support.bot_harness import BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT


async def fields(harness: BotHarness) -> tuple[Any, ...]:
    (row,) = await harness.active_subscriptions()
    return row.query, row.cadence, row.at, row.weekday, row.timezone, row.min_outlets


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("edit S1 space", ("space", "daily", "08:30", "mon", "Asia/Seoul", 1)),
        ("수정 1 space as weekly on friday", ("space", "weekly", "08:30", "fri", "Asia/Seoul", 1)),
        ("edit S1 as daily at 07:15", ("quantum", "daily", "07:15", "mon", "Asia/Seoul", 1)),
        ("edit s1 as daily tz UTC", ("quantum", "daily", "08:30", "mon", "UTC", 1)),
        ("수정 S1 매일 저녁 7시 반", ("quantum", "daily", "19:30", "mon", "Asia/Seoul", 1)),
        ("수정 S1 즉시", ("quantum", "instant", "08:30", "mon", "Asia/Seoul", 1)),
        ("edit S1 min 2 outlets", ("quantum", "daily", "08:30", "mon", "Asia/Seoul", 2)),
        ("edit S1 as instant", ("quantum", "instant", "08:30", "mon", "Asia/Seoul", 1)),
    ],
)
async def test_a_line_changes_what_it_names(harness: BotHarness, line: str, after: tuple[Any, ...]) -> None:
    await harness.subscribe("quantum", "daily")
    harness.pass_time(hours=1)
    before = await fields(harness)
    await harness.ask(line)
    assert await fields(harness) == after
    (row,) = await harness.active_subscriptions()
    assert row.created_at == harness.at, "it begins anew"
    await harness.ask("undo 1")
    assert await fields(harness) == before


async def test_an_end_is_given_moved_and_taken_back(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily")
    await harness.ask("edit S1 for 3d")
    ends_at = harness.at + timedelta(days=3)
    assert (await harness.active_subscriptions())[0].ends_at == ends_at
    harness.pass_time(days=1)
    await harness.ask("edit S1 for 1w")
    assert (await harness.active_subscriptions())[0].ends_at == harness.at + timedelta(weeks=1)
    await harness.ask("undo 2")
    assert (await harness.active_subscriptions())[0].ends_at == ends_at
    await harness.ask("undo 1")
    assert (await harness.active_subscriptions())[0].ends_at is None


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("edit S1 quantom daily 25:00", "option.bad_time"),
        ("edit S1 as dailly", "option.bad_cadence"),
        ("edit S1 weekly", "option.bare_schedule"),
        ("edit S1 space in #other", "edit_stays"),
        ("edit S1 space for me", "edit_stays"),
        ("edit S2 space", "subscription_not_here"),
        ("edit Sx space", "edit_needs"),
        ("edit", "edit_needs"),
    ],
)
async def test_a_wrong_line_changes_nothing(harness: BotHarness, line: str, code: str) -> None:
    await harness.subscribe("quantum", "daily")
    before = await fields(harness)
    card = await harness.ask(line)
    assert isinstance(card, ErrorCard)
    assert card.note.code == code
    assert await fields(harness) == before
    assert harness.slack.posts == {}


async def test_the_caret_stands_under_the_wrong_word(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily")
    card = await harness.ask("edit S1 as dailly")
    assert card.line[card.position : card.position + card.length] == "dailly"
    assert card.nearest == "edit S1 as daily"


async def test_the_same_again_is_said_and_an_id_alone_opens_the_builder(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily")
    card = await harness.ask("edit S1 quantum")
    assert isinstance(card, NoticeCard)
    assert [note.code for note in card.notes] == ["edit_same"]
    builder = await harness.ask("edit S1")
    assert isinstance(builder, BuilderCard)
    assert (builder.query, builder.cadence, builder.channel, builder.subscription) == ("quantum", "daily", "C1", 1)
    assert builder.preview is not None


async def test_what_an_old_query_matched_stays_owed(harness: BotHarness) -> None:
    subscription = await harness.subscribe("quantum", "daily")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.ask("edit S1 space as daily at 09:00")
    assert await harness.untold(subscription) == [1]
    harness.pass_time(days=2)
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert [line.headline for part in harness.digests_in()[0].sections for line in part.lines] == [QUANTUM]


async def test_a_sixth_instant_one_is_refused(harness: BotHarness) -> None:
    for number in range(5):
        await harness.subscribe(f'"word {number}"')
    await harness.subscribe("quantum", "daily")
    card = await harness.ask("edit S6 as instant")
    assert isinstance(card, ErrorCard)
    assert card.note.code == "too_many_instant"
