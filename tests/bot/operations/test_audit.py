"""The daily audit: what stands in a channel is counted by its key, and what was never told is found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.deliveries.notices import OperatorsChannel
from bot.operations.audit import Auditor, lost_of
from bot.outbox.worker import opaque
from bot.store import slots
from bot.store.deliveries import audits, doubts
from bot.store.deliveries import table as deliveries
from handlers.cards import NoticeCard

QUANTUM = "Seoul opens a quantum computing centre"
QUANTUM_TEXT = "Seoul opened a centre for quantum computing on Monday, and researchers moved in."


def auditor(world: Any) -> Auditor:
    return Auditor(world.store, lambda _team: world.slack, OperatorsChannel("COPS", "en", "Asia/Seoul"), world.now, 0.0)


async def last(world: Any) -> Any:
    async with world.store.read() as c:
        return await audits.last_of(c, "T1")


async def lost(world: Any) -> int:
    async with world.store.read() as c:
        return await lost_of(c, "T1", world.now())


async def posted(world: Any) -> Any:
    await world.subscribe("quantum")
    item = await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    await world.deliver()
    assert len(world.cards()) == 1
    world.pass_time(minutes=10)
    return item


async def audited(world: Any) -> Any:
    """What an audit of now finds."""
    await auditor(world).run()
    return await last(world)


async def test_all_is_well_and_status_says_so_and_the_operators_hear_nothing(world: Any) -> None:
    await posted(world)
    assert await auditor(world).run() == 0
    found = await last(world)
    assert (found.on, found.posted, found.doubled, found.lost, found.unread) == (world.at.date(), 1, 0, 0, 0)
    audited = (await world.ask("status")).health.audited
    assert (audited.posted, audited.doubled, audited.lost) == (1, 0, 0)


async def test_what_stands_there_twice_is_counted_and_told_once_a_day(world: Any) -> None:
    item = await posted(world)
    async with world.store.read() as c:
        (card,) = await deliveries.of_story(c, (await world.row(item)).story)
    world.slack.doubles = [opaque(card.key), opaque("somebody else's")]
    assert [await auditor(world).run(), await auditor(world).run()] == [1, 0]
    assert (await last(world)).doubled == 1
    await world.deliver()
    (notice,) = world.shown(NoticeCard, "COPS")
    assert notice.notes[0].code == "audit_wrong"
    assert notice.notes[0].args == {"posted": "1", "doubled": "1", "missing": "0", "lost": "0", "unsent": "0"}
    world.slack.doubles = []
    world.pass_time(days=1)
    assert await auditor(world).run() == 0
    assert (await last(world)).doubled == 0


async def test_what_does_not_stand_there_is_counted_and_told(world: Any) -> None:
    await posted(world)
    keys = dict(world.slack.keys)
    world.slack.keys.clear()
    found = await audited(world)
    assert (found.posted, found.doubled, found.missing) == (1, 0, 1)
    world.slack.keys.update(keys)
    await world.deliver()
    (notice,) = world.shown(NoticeCard, "COPS")
    assert notice.notes[0].args["missing"] == "1"


async def test_a_card_whose_deletion_was_seen_is_not_missed(world: Any) -> None:
    item = await posted(world)
    world.slack.keys.clear()
    async with world.store.begin() as c:
        (card,) = await deliveries.of_story(c, (await world.row(item)).story)
        await c.exec_driver_sql(
            f"UPDATE deliveries SET state = 'cancelled', error = 'message_gone' WHERE id = {card.id}"
        )
    assert (await audited(world)).missing == 0


async def test_what_was_posted_a_moment_ago_is_counted_by_the_next_audit_and_once(world: Any) -> None:
    await posted(world)
    world.pass_time(minutes=-9)
    assert (await audited(world)).posted == 0
    world.pass_time(days=1)
    assert (await audited(world)).posted == 1
    world.pass_time(days=1)
    assert (await audited(world)).posted == 0


@pytest.mark.parametrize(("days", "counted"), [(3, 1), (6, 1), (9, 0)])
async def test_days_without_an_audit_are_made_up_as_far_as_a_week(world: Any, days: int, counted: int) -> None:
    assert (await audited(world)).posted == 0
    await posted(world)
    world.pass_time(days=days)
    assert (await audited(world)).posted == counted


async def test_what_was_given_up_is_told(world: Any) -> None:
    place = await world.channel()
    facts = {"team": "T1", "destination": place.id, "kind": "notice", "payload": {"code": "hello", "args": {}}}
    async with world.store.begin() as c:
        for name, state, error in (
            ("a", "dead", "invalid_blocks"),
            ("b", "cancelled", doubts.LEFT),
            ("c", "cancelled", "muted"),
        ):
            number = await deliveries.enqueue(c, f"notice:{name}", now=world.at, **facts)
            await c.exec_driver_sql(f"UPDATE deliveries SET state = '{state}', error = '{error}' WHERE id = {number}")
    world.pass_time(minutes=10)
    assert (await audited(world)).unsent == 2
    await world.deliver()
    (notice,) = world.shown(NoticeCard, "COPS")
    assert notice.notes[0].args["unsent"] == "2"
    world.pass_time(days=1)
    assert (await audited(world)).unsent == 0


async def test_a_channel_that_cannot_be_read_is_said_to_be_unread(world: Any) -> None:
    await posted(world)
    world.slack.closed.add("C1")
    await auditor(world).run()
    assert ((await last(world)).doubled, (await last(world)).unread) == (0, 1)


async def test_threads_are_looked_at_too(world: Any) -> None:
    item = await posted(world)
    place = await world.channel()
    async with world.store.begin() as c:
        (card,) = await deliveries.of_story(c, (await world.row(item)).story)
        facts = {"payload": {"code": "hello", "args": {}}, "after": card.id, "now": world.now()}
        await deliveries.enqueue(c, "notice:in:thread", team="T1", destination=place.id, kind="notice", **facts)
    await world.deliver()
    world.pass_time(minutes=10)
    world.slack.doubles = [opaque("notice:in:thread")]
    await auditor(world).run()
    assert ((await last(world)).posted, (await last(world)).doubled) == (2, 1)


async def test_a_match_that_its_digest_passed_over_is_lost_and_what_waits_or_is_muted_is_not(world: Any) -> None:
    await world.subscribe("quantum", "daily")
    item = await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    place = await world.channel()
    async with world.store.begin() as c:
        on = (world.at + timedelta(hours=9)).date()
        for days in (1, 2):  # the slots of two mornings, taken by somebody who told nothing
            slot = (world.at + timedelta(days=days)).replace(hour=23, minute=30) - timedelta(days=1)
            await slots.take(c, "T1", place.id, on + timedelta(days=days), slot.strftime("%Y-%m-%dT%H:%MZ"), world.at)
    assert await lost(world) == 0
    world.pass_time(hours=23)
    await world.digests.make_due()
    assert await lost(world) == 0, "not a day old"
    world.pass_time(days=1)
    await world.digests.make_due()
    assert world.digests_in() == []
    assert await lost(world) == 1
    number = (await world.row(item)).story
    await world.ask(f"mute ST{number} for 30d")
    assert await lost(world) == 0


async def test_what_is_due_for_a_day_is_lost_and_what_is_held_or_away_is_not(world: Any) -> None:
    place = await world.channel()
    facts = {"team": "T1", "destination": place.id, "kind": "notice", "payload": {"code": "hello", "args": {}}}
    async with world.store.begin() as c:
        await deliveries.enqueue(c, "notice:due", now=world.at, **facts)
        until = world.at + timedelta(days=3)
        await deliveries.enqueue(c, "notice:held", now=world.at, not_before=until, held=True, **facts)
    world.pass_time(hours=23)
    assert await lost(world) == 0
    world.pass_time(hours=2)
    assert await lost(world) == 1
    world.slack.closed.add("C1")
    async with world.store.begin() as c:
        await c.exec_driver_sql("UPDATE destinations SET state = 'away'")
    assert await lost(world) == 0
