"""The daily audit: what stands in a channel is counted by its key, and what was never told is found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.deliveries.notices import OperatorsChannel
from bot.operations.audit import Auditor, count_lost
from bot.outbox.policy import metadata_key
from bot.store import slots
from bot.store.deliveries import audits, unconfirmed
from bot.store.deliveries import table as deliveries
from handlers.cards.answers import NoticeCard
from tests.support.bot_harness import BotHarness

QUANTUM = "Seoul opens a quantum computing centre"
QUANTUM_TEXT = "Seoul opened a centre for quantum computing on Monday, and researchers moved in."


def auditor(harness: BotHarness) -> Auditor:
    return Auditor(
        harness.store, lambda _team: harness.slack, OperatorsChannel("COPS", "en", "Asia/Seoul"), harness.now, 0.0
    )


async def last(harness: BotHarness) -> Any:
    async with harness.store.read() as c:
        return await audits.last_of(c, "T1")


async def lost(harness: BotHarness) -> int:
    async with harness.store.read() as c:
        return await count_lost(c, "T1", harness.now())


async def posted(harness: BotHarness) -> Any:
    await harness.subscribe("quantum")
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert len(harness.cards()) == 1
    harness.pass_time(minutes=10)
    return item


async def audited(harness: BotHarness) -> Any:
    """What an audit of now finds."""
    await auditor(harness).run()
    return await last(harness)


async def test_all_is_well_and_status_says_so_and_the_operators_hear_nothing(harness: BotHarness) -> None:
    await posted(harness)
    assert await auditor(harness).run() == 0
    found = await last(harness)
    assert (found.on, found.posted, found.doubled, found.lost, found.unread) == (harness.at.date(), 1, 0, 0, 0)
    audited = (await harness.ask("status")).health.audited
    assert (audited.posted, audited.doubled, audited.lost) == (1, 0, 0)


async def test_what_stands_there_twice_is_counted_and_told_once_a_day(harness: BotHarness) -> None:
    item = await posted(harness)
    async with harness.store.read() as c:
        (card,) = await deliveries.of_story(c, (await harness.row(item)).story)
    harness.slack.doubles = [metadata_key(card.key), metadata_key("somebody else's")]
    assert [await auditor(harness).run(), await auditor(harness).run()] == [1, 0]
    assert (await last(harness)).doubled == 1
    await harness.deliver()
    (notice,) = harness.shown(NoticeCard, "COPS")
    assert notice.notes[0].code == "audit_wrong"
    assert notice.notes[0].args == {"posted": "1", "doubled": "1", "missing": "0", "lost": "0", "unsent": "0"}
    harness.slack.doubles = []
    harness.pass_time(days=1)
    assert await auditor(harness).run() == 0
    assert (await last(harness)).doubled == 0


async def test_what_does_not_stand_there_is_counted_and_told(harness: BotHarness) -> None:
    await posted(harness)
    keys = dict(harness.slack.keys)
    harness.slack.keys.clear()
    found = await audited(harness)
    assert (found.posted, found.doubled, found.missing) == (1, 0, 1)
    harness.slack.keys.update(keys)
    await harness.deliver()
    (notice,) = harness.shown(NoticeCard, "COPS")
    assert notice.notes[0].args["missing"] == "1"


async def test_a_card_whose_deletion_was_seen_is_not_missed(harness: BotHarness) -> None:
    item = await posted(harness)
    harness.slack.keys.clear()
    async with harness.store.begin() as c:
        (card,) = await deliveries.of_story(c, (await harness.row(item)).story)
        await c.exec_driver_sql(
            f"UPDATE deliveries SET state = 'cancelled', error = 'message_gone' WHERE id = {card.id}"
        )
    assert (await audited(harness)).missing == 0


async def test_what_was_posted_a_moment_ago_is_counted_by_the_next_audit_and_once(harness: BotHarness) -> None:
    await posted(harness)
    harness.pass_time(minutes=-9)
    assert (await audited(harness)).posted == 0
    harness.pass_time(days=1)
    assert (await audited(harness)).posted == 1
    harness.pass_time(days=1)
    assert (await audited(harness)).posted == 0


@pytest.mark.parametrize(("days", "counted"), [(3, 1), (6, 1), (9, 0)])
async def test_days_without_an_audit_are_made_up_as_far_as_a_week(harness: BotHarness, days: int, counted: int) -> None:
    assert (await audited(harness)).posted == 0
    await posted(harness)
    harness.pass_time(days=days)
    assert (await audited(harness)).posted == counted


async def test_what_was_given_up_is_told(harness: BotHarness) -> None:
    place = await harness.channel()
    facts: dict[str, Any] = {
        "team": "T1",
        "destination": place.id,
        "kind": "notice",
        "payload": {"code": "hello", "args": {}},
    }
    async with harness.store.begin() as c:
        for name, state, error in (
            ("a", "dead", "invalid_blocks"),
            ("b", "cancelled", unconfirmed.MAY_HAVE_BEEN_SENT),
            ("c", "cancelled", "muted"),
        ):
            number = await deliveries.enqueue(c, f"notice:{name}", now=harness.at, **facts)
            await c.exec_driver_sql(f"UPDATE deliveries SET state = '{state}', error = '{error}' WHERE id = {number}")
    harness.pass_time(minutes=10)
    assert (await audited(harness)).unsent == 2
    await harness.deliver()
    (notice,) = harness.shown(NoticeCard, "COPS")
    assert notice.notes[0].args["unsent"] == "2"
    harness.pass_time(days=1)
    assert (await audited(harness)).unsent == 0


async def test_a_channel_that_cannot_be_read_is_said_to_be_unread(harness: BotHarness) -> None:
    await posted(harness)
    harness.slack.closed.add("C1")
    await auditor(harness).run()
    assert ((await last(harness)).doubled, (await last(harness)).unread) == (0, 1)


async def test_threads_are_looked_at_too(harness: BotHarness) -> None:
    item = await posted(harness)
    place = await harness.channel()
    async with harness.store.begin() as c:
        (card,) = await deliveries.of_story(c, (await harness.row(item)).story)
        facts: dict[str, Any] = {"payload": {"code": "hello", "args": {}}, "after": card.id, "now": harness.now()}
        await deliveries.enqueue(c, "notice:in:thread", team="T1", destination=place.id, kind="notice", **facts)
    await harness.deliver()
    harness.pass_time(minutes=10)
    harness.slack.doubles = [metadata_key("notice:in:thread")]
    await auditor(harness).run()
    assert ((await last(harness)).posted, (await last(harness)).doubled) == (2, 1)


async def test_a_match_that_its_digest_passed_over_is_lost_and_a_waiting_or_muted_one_is_not(
    harness: BotHarness,
) -> None:
    await harness.subscribe("quantum", "daily")
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    place = await harness.channel()
    async with harness.store.begin() as c:
        on = (harness.at + timedelta(hours=9)).date()
        for days in (1, 2):  # the slots of two mornings, taken by somebody who told nothing
            slot = (harness.at + timedelta(days=days)).replace(hour=23, minute=30) - timedelta(days=1)
            await slots.take(c, "T1", place.id, on + timedelta(days=days), slot.strftime("%Y-%m-%dT%H:%MZ"), harness.at)
    assert await lost(harness) == 0
    harness.pass_time(hours=23)
    await harness.digests.enqueue_due()
    assert await lost(harness) == 0, "not a day old"
    harness.pass_time(days=1)
    await harness.digests.enqueue_due()
    assert harness.digests_in() == []
    assert await lost(harness) == 1
    number = (await harness.row(item)).story
    await harness.ask(f"mute ST{number} for 30d")
    assert await lost(harness) == 0


async def test_what_is_due_for_a_day_is_lost_and_what_is_held_or_away_is_not(harness: BotHarness) -> None:
    place = await harness.channel()
    facts: dict[str, Any] = {
        "team": "T1",
        "destination": place.id,
        "kind": "notice",
        "payload": {"code": "hello", "args": {}},
    }
    async with harness.store.begin() as c:
        await deliveries.enqueue(c, "notice:due", now=harness.at, **facts)
        until = harness.at + timedelta(days=3)
        await deliveries.enqueue(c, "notice:held", now=harness.at, not_before=until, held=True, **facts)
    harness.pass_time(hours=23)
    assert await lost(harness) == 0
    harness.pass_time(hours=2)
    assert await lost(harness) == 1
    harness.slack.closed.add("C1")
    async with harness.store.begin() as c:
        await c.exec_driver_sql("UPDATE destinations SET state = 'away'")
    assert await lost(harness) == 0
