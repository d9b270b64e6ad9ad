"""The daily audit counts each delivery's key in its channel, and finds what was never posted."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.deliveries.due_digests import slot_name
from bot.deliveries.notices import OperatorsChannel
from bot.operations.audit import PAGES_MAX, Auditor, audit_period, count_lost
from bot.outbox.policy import metadata_key
from bot.store import slots
from bot.store.deliveries import audits, unconfirmed
from bot.store.deliveries import table as deliveries
from handlers.cards.answers import NoticeCard
from handlers.history import HistoryPage
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


async def lost_count(harness: BotHarness) -> int:
    async with harness.store.read() as c:
        return await count_lost(c, "T1", harness.now())


async def post_a_card(harness: BotHarness) -> Any:
    await harness.subscribe("quantum")
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert len(harness.cards()) == 1
    harness.pass_time(minutes=10)
    return item


async def audited(harness: BotHarness) -> Any:
    """Runs the audit; returns its result."""
    await auditor(harness).run()
    return await last(harness)


async def test_an_audit_without_fault_stands_in_the_status_and_sends_no_notice(harness: BotHarness) -> None:
    await post_a_card(harness)
    assert await auditor(harness).run() == 0
    audit = await last(harness)
    assert (audit.on, audit.posted, audit.doubled, audit.lost, audit.unread) == (harness.at.date(), 1, 0, 0, 0)
    audited = (await harness.ask("status")).health.audited
    assert (audited.posted, audited.doubled, audited.lost) == (1, 0, 0)


async def test_a_doubled_post_is_counted_and_reported_once_a_day(harness: BotHarness) -> None:
    item = await post_a_card(harness)
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


async def test_two_runs_at_once_audit_once_and_report_once(harness: BotHarness) -> None:
    item = await post_a_card(harness)
    async with harness.store.read() as c:
        (card,) = await deliveries.of_story(c, (await harness.row(item)).story)
    harness.slack.doubles = [metadata_key(card.key)]
    both = auditor(harness)
    assert sorted(await asyncio.gather(both.run(), both.run())) == [0, 1]
    assert (await last(harness)).doubled == 1


async def test_a_missing_post_is_counted_and_reported(harness: BotHarness) -> None:
    await post_a_card(harness)
    keys = dict(harness.slack.keys)
    harness.slack.keys.clear()
    audit = await audited(harness)
    assert (audit.posted, audit.doubled, audit.missing) == (1, 0, 1)
    harness.slack.keys.update(keys)
    await harness.deliver()
    (notice,) = harness.shown(NoticeCard, "COPS")
    assert notice.notes[0].args["missing"] == "1"


async def test_a_card_whose_deletion_was_seen_is_not_missing(harness: BotHarness) -> None:
    item = await post_a_card(harness)
    harness.slack.keys.clear()
    async with harness.store.begin() as c:
        (card,) = await deliveries.of_story(c, (await harness.row(item)).story)
        await c.exec_driver_sql(
            f"UPDATE deliveries SET state = 'cancelled', error = 'message_gone' WHERE id = {card.id}"
        )
    assert (await audited(harness)).missing == 0


async def test_a_post_of_the_last_five_minutes_is_counted_by_the_next_audit_only(harness: BotHarness) -> None:
    await post_a_card(harness)
    harness.pass_time(minutes=-9)
    assert (await audited(harness)).posted == 0
    harness.pass_time(days=1)
    assert (await audited(harness)).posted == 1
    harness.pass_time(days=1)
    assert (await audited(harness)).posted == 0


@pytest.mark.parametrize(("days", "counted"), [(3, 1), (6, 1), (9, 0)])
async def test_an_audit_covers_days_without_one_up_to_a_week(harness: BotHarness, days: int, counted: int) -> None:
    assert (await audited(harness)).posted == 0
    await post_a_card(harness)
    harness.pass_time(days=days)
    assert (await audited(harness)).posted == counted


async def test_a_delivery_that_was_given_up_is_reported(harness: BotHarness) -> None:
    channel = await harness.channel()
    facts: dict[str, Any] = {
        "team": "T1",
        "destination": channel.id,
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


async def test_a_channel_that_cannot_be_read_back_counts_as_unread(harness: BotHarness) -> None:
    await post_a_card(harness)
    harness.slack.closed.add("C1")
    await auditor(harness).run()
    assert ((await last(harness)).doubled, (await last(harness)).unread) == (0, 1)


async def test_threads_are_read_back_too(harness: BotHarness) -> None:
    item = await post_a_card(harness)
    channel = await harness.channel()
    async with harness.store.begin() as c:
        (card,) = await deliveries.of_story(c, (await harness.row(item)).story)
        facts: dict[str, Any] = {"payload": {"code": "hello", "args": {}}, "after": card.id, "now": harness.now()}
        await deliveries.enqueue(c, "notice:in:thread", team="T1", destination=channel.id, kind="notice", **facts)
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
    channel = await harness.channel()
    async with harness.store.begin() as c:
        on = (harness.at + timedelta(hours=9)).date()
        for days in (1, 2):  # the slots of two mornings are taken and nothing was posted
            slot = (harness.at + timedelta(days=days)).replace(hour=23, minute=30) - timedelta(days=1)
            await slots.take(
                c, "T1", channel.id, on + timedelta(days=days), slot.strftime("%Y-%m-%dT%H:%MZ"), harness.at
            )
    assert await lost_count(harness) == 0
    harness.pass_time(hours=23)
    await harness.digests.enqueue_due()
    assert await lost_count(harness) == 0, "a match is lost only after a day"
    harness.pass_time(days=1)
    await harness.digests.enqueue_due()
    assert harness.digests_in() == []
    assert await lost_count(harness) == 1
    number = (await harness.row(item)).story
    await harness.ask(f"mute ST{number} for 30d")
    assert await lost_count(harness) == 0


async def test_a_delivery_that_is_due_for_a_day_is_lost_unless_it_is_held_or_its_channel_absent(
    harness: BotHarness,
) -> None:
    channel = await harness.channel()
    facts: dict[str, Any] = {
        "team": "T1",
        "destination": channel.id,
        "kind": "notice",
        "payload": {"code": "hello", "args": {}},
    }
    async with harness.store.begin() as c:
        await deliveries.enqueue(c, "notice:due", now=harness.at, **facts)
        until = harness.at + timedelta(days=3)
        await deliveries.enqueue(c, "notice:held", now=harness.at, not_before=until, held=True, **facts)
    harness.pass_time(hours=23)
    assert await lost_count(harness) == 0
    harness.pass_time(hours=2)
    assert await lost_count(harness) == 1
    harness.slack.closed.add("C1")
    async with harness.store.begin() as c:
        await c.exec_driver_sql("UPDATE destinations SET state = 'away'")
    assert await lost_count(harness) == 0


def test_an_audit_covers_the_time_since_the_last_one_at_most_a_week() -> None:
    now, five_minutes = datetime(2026, 3, 9, 12, tzinfo=UTC), timedelta(minutes=5)
    until = now - five_minutes
    assert audit_period(None, now) == (until - timedelta(days=1), until)
    assert audit_period(now - timedelta(days=3), now) == (until - timedelta(days=3), until)
    assert audit_period(now - timedelta(days=30), now) == (now - timedelta(days=7), until)


@pytest.mark.parametrize(("minutes", "lost"), [(59, 0), (60, 1)])
async def test_a_digest_has_an_hour_until_its_matches_count_as_lost(
    harness: BotHarness, minutes: int, lost: int
) -> None:
    await harness.subscribe("quantum", "daily")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    channel = await harness.channel()
    due_at = harness.at.replace(hour=23, minute=30)
    async with harness.store.begin() as c:
        await slots.take(c, "T1", channel.id, due_at.date() + timedelta(days=1), slot_name(due_at), due_at)
    harness.at = due_at + timedelta(minutes=minutes)
    assert await lost_count(harness) == lost


async def test_a_channel_is_read_back_a_quarter_of_an_hour_around_its_posts(harness: BotHarness) -> None:
    await post_a_card(harness)
    async with harness.store.read() as c:
        (card,) = await audits.sent_between(c, "T1", harness.at - timedelta(days=1), harness.at)
    margin, spans = timedelta(minutes=15), []

    class RecordingReader:
        async def read_page(
            self, channel: str, *, since_at: datetime, until_at: datetime, thread_ts: str | None = None,
            cursor: str = "",
        ) -> HistoryPage:  # fmt: skip
            spans.append((since_at, until_at))
            return HistoryPage(((metadata_key(card.key), "1.000100"),), 1)

    operators = OperatorsChannel("COPS", "en", "Asia/Seoul")
    await Auditor(harness.store, lambda _team: RecordingReader(), operators, harness.now, 0.0).run()
    assert card.first_try_at is not None
    assert card.sent_at is not None
    assert spans == [(card.first_try_at - margin, card.sent_at + margin)]


async def test_a_rate_limited_audit_goes_on_at_the_same_page_and_counts_as_one(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    for outlet, headline in (("herald", QUANTUM), ("times", f"{QUANTUM} again")):
        await harness.publish(outlet, headline, QUANTUM_TEXT)
    await harness.deliver(6)
    harness.pass_time(minutes=10)
    harness.slack.page_messages, harness.slack.reads_left = 1, 1
    harness.slack.doubles = [next(iter(harness.slack.keys))]
    began_at, auditing = harness.at, auditor(harness)
    assert await auditing.run() == 0
    assert auditing.next_at == harness.now() + timedelta(minutes=2)
    assert await last(harness) is None
    notices = 0
    for _ in range(10):
        harness.pass_time(minutes=2)
        harness.slack.reads_left = 1
        notices += await auditing.run()
    audit = await last(harness)
    assert (notices, audit.doubled, audit.missing, audit.unread) == (1, 1, 0, 0)
    async with harness.store.read() as c:
        assert await audits.last_at(c, "T1") == began_at, "the next audit begins where this one did"


async def test_an_audit_that_no_day_suffices_for_ends_with_the_day_and_counts_the_rest_as_unread(
    harness: BotHarness,
) -> None:
    await post_a_card(harness)
    harness.slack.reads_left = 0
    auditing, day = auditor(harness), harness.at.date()
    await auditing.run()
    harness.pass_time(days=1)
    await auditing.run()
    assert ((await last(harness)).on, (await last(harness)).unread) == (day, 1)


@pytest.mark.parametrize(("pages", "unread"), [(PAGES_MAX, 0), (PAGES_MAX + 1, 1)])
async def test_a_channel_of_very_many_pages_is_not_audited(harness: BotHarness, pages: int, unread: int) -> None:
    await post_a_card(harness)
    harness.slack.page_messages = 1
    harness.slack.doubles = [f"other:{number}" for number in range(pages - 1)]
    assert (await audited(harness)).unread == unread
