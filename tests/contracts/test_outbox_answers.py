"""Every answer of Slack has its consequence. On SQLite alone: other contracts test what both stores promise."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.errors import StoreBusy
from bot.outbox.ports import Drop, Hold
from bot.store import destinations, engine, installations
from bot.store.deliveries import table as deliveries
from bot.store.engine import Store
from handlers.errors import (
    DestinationAway,
    MessageGone,
    MessageRejected,
    MissingScope,
    OutcomeUnknown,
    RateLimited,
    TokenRevoked,
)
from tests.support.databases import MigratedDatabase
from tests.support.outbox_harness import OutboxHarness

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def _kinds(harness: OutboxHarness) -> list[tuple[str, str]]:
    return [(alert.kind, alert.code) for alert in harness.alerts]


async def test_a_429_pauses_its_channel_alone_keeps_the_order_and_counts_no_attempt(harness: OutboxHarness) -> None:
    one, two = await harness.channel("C1"), await harness.channel("C2")
    harness.slack.posts.append(RateLimited("ratelimited", "C1", 30))
    await harness.enqueue(one, "a", "b")
    await harness.outbox().run_once()
    await harness.enqueue(two, "c")
    await harness.rounds(29, harness.outbox())
    assert harness.slack.times("post", "C1") == [0]
    assert harness.slack.keys("C2") == harness.metadata_keys("c")
    await harness.rounds(10, harness.outbox())
    assert harness.slack.keys("C1") == harness.metadata_keys("a", "b")
    assert harness.slack.times("post", "C1")[1] >= 30
    assert (await harness.get("a")).attempts == 1


async def test_a_storm_of_429_starves_no_channel_and_obeys_retry_after(harness: OutboxHarness) -> None:
    channels = [await harness.channel(f"C{n}") for n in range(3)]
    for destination in channels:
        await harness.enqueue(destination, f"{destination.slack_id}:a", f"{destination.slack_id}:b")
    harness.slack.posts.extend([RateLimited("ratelimited", "C", 5)] * 30)
    await harness.rounds(120, harness.outbox(), harness.outbox())
    for destination in channels:
        times = harness.slack.times("post", destination.slack_id)
        assert harness.slack.keys(destination.slack_id) == harness.metadata_keys(
            f"{destination.slack_id}:a", f"{destination.slack_id}:b"
        )
        assert all(later - sooner >= 5 for sooner, later in pairwise(times[:9]))
        assert len(times) == 12


async def test_an_absent_channel_keeps_its_deliveries_and_is_alerted_once(harness: OutboxHarness) -> None:
    destination = await harness.channel()
    harness.slack.posts.append(DestinationAway("is_archived", "C1"))
    await harness.enqueue(destination, "a", "b")
    await harness.rounds(300, harness.outbox())
    assert harness.slack.times("post", "C1") == [0]
    assert _kinds(harness) == [("away", "is_archived")]
    async with harness.store.begin() as c:
        row = await destinations.get(c, destination.id)
        assert row is not None
        assert (row.state, row.away_reason) == ("away", "is_archived")
        assert (await deliveries.depth(c, harness.clock.at)).depth == 0
        await destinations.set_state(c, destination.id, "active", None, harness.clock.at)
        assert (await deliveries.release_waiting(c, destination.id, harness.clock.at)).due == 1
    await harness.rounds(3, harness.outbox())
    assert harness.slack.keys("C1") == harness.metadata_keys("a", "b")
    assert (await harness.get("a")).attempts == 1


async def test_a_channel_without_an_invitation_waits_for_one(harness: OutboxHarness) -> None:
    destination = await harness.channel()
    harness.slack.posts.append(DestinationAway("not_in_channel", "C1"))
    await harness.enqueue(destination, "a")
    await harness.outbox().run_once()
    async with harness.store.read() as c:
        row = await destinations.get(c, destination.id)
    assert row is not None
    assert row.state == "waiting"
    assert (await harness.get("a")).state == "waiting"


async def test_rejected_blocks_are_sent_once_as_text(harness: OutboxHarness) -> None:
    harness.slack.posts.append(MessageRejected("invalid_blocks", "C1"))
    await harness.enqueue(await harness.channel(), "a", "b")
    await harness.rounds(3, harness.outbox())
    assert harness.slack.keys("C1") == harness.metadata_keys("a", "b")
    assert [message.plain for message in harness.slack.channels["C1"]] == [True, False]
    assert _kinds(harness) == [("degraded", "invalid_blocks")]


async def test_a_message_rejected_as_text_too_is_dead_and_stops_no_other(harness: OutboxHarness) -> None:
    harness.slack.posts.extend([MessageRejected("invalid_blocks", "C1"), MessageRejected("msg_too_long", "C1")])
    destination = await harness.channel()
    (card,) = await harness.enqueue(destination, "a")
    await harness.enqueue(destination, "reply", after=card)
    await harness.enqueue(destination, "b")
    await harness.rounds(4, harness.outbox())
    assert harness.slack.keys("C1") == harness.metadata_keys("b")
    assert [(await harness.get(key)).state for key in ("a", "reply")] == ["dead", "cancelled"]
    assert _kinds(harness) == [("degraded", "invalid_blocks"), ("dead", "msg_too_long")]


async def test_a_revoked_token_stops_its_workspace_after_one_check(harness: OutboxHarness) -> None:
    harness.slack.posts.append(TokenRevoked("token_revoked", "C1"))
    harness.slack.token_works = False
    await harness.enqueue(await harness.channel("C1"), "a")
    await harness.outbox().run_once()
    await harness.enqueue(await harness.channel("C2"), "b")
    await harness.rounds(590, harness.outbox(), step=10)
    assert [what for what, _, _ in harness.slack.called] == ["post", "confirm"]
    assert _kinds(harness) == [("stopped", "token_revoked")]
    await harness.rounds(20, harness.outbox(), step=10)
    assert [what for what, _, _ in harness.slack.called] == ["post", "confirm", "confirm"]
    assert _kinds(harness) == [("stopped", "token_revoked")]
    harness.slack.token_works = True
    await harness.rounds(660, harness.outbox(), step=10)
    assert harness.slack.keys("C1") + harness.slack.keys("C2") == harness.metadata_keys("a", "b")
    assert _kinds(harness)[1:] == [("resumed", "ok")]


async def test_a_token_that_works_after_all_stops_nothing(harness: OutboxHarness) -> None:
    harness.slack.posts.append(TokenRevoked("invalid_auth", "C1"))
    await harness.enqueue(await harness.channel(), "a", "b")
    await harness.rounds(60, harness.outbox())
    assert harness.slack.keys("C1") == harness.metadata_keys("a", "b")
    async with harness.store.read() as c:
        assert await installations.get(c, "T1") is None
    assert harness.alerts == []


async def test_a_late_read_covers_only_the_time_in_which_the_message_can_stand(harness: OutboxHarness) -> None:
    harness.slack.posts.append(OutcomeUnknown("timeout", "C1"))
    await harness.enqueue(await harness.channel(), "a")
    tried_at = harness.clock.at
    await harness.outbox().run_once()
    harness.clock.advance(6 * 3600)
    for _ in range(12):  # each a process that begins
        await harness.outbox().run_once()
        harness.clock.advance(5)
    assert (await harness.get("a")).state == "sent"
    minutes = timedelta(minutes=20)
    assert harness.slack.windows
    assert all(
        tried_at - minutes < since < tried_at < until < tried_at + minutes for since, until in harness.slack.windows
    )


async def test_without_the_history_scope_it_is_sent_again_as_a_possible_repeat(harness: OutboxHarness) -> None:
    harness.slack.posts.append("accepted_then_lost")
    harness.slack.finds.append(MissingScope("missing_scope", "C1", "channels:history"))
    await harness.enqueue(await harness.channel(), "a")
    await harness.rounds(44, harness.outbox())
    assert len(harness.slack.keys("C1")) == 1
    await harness.rounds(5, harness.outbox())
    assert [message.repeat for message in harness.slack.channels["C1"]] == [False, True]
    assert _kinds(harness) == [("scope", "channels:history")]


async def test_without_the_history_scope_it_can_be_given_up_instead(harness: OutboxHarness) -> None:
    harness.slack.posts.append("accepted_then_lost")
    harness.slack.finds.append(MissingScope("missing_scope", "C1", "channels:history"))
    await harness.enqueue(await harness.channel(), "a")
    await harness.rounds(120, harness.outbox(resend_unconfirmed=False))
    left = await harness.get("a")
    assert (left.state, left.error) == ("cancelled", "may_have_been_sent")
    assert len(harness.slack.keys("C1")) == 1


async def test_without_the_write_scope_it_is_alerted_once_and_tried_rarely(harness: OutboxHarness) -> None:
    harness.slack.posts.extend([MissingScope("missing_scope", "C1", "chat:write")] * 2)
    await harness.enqueue(await harness.channel(), "a")
    await harness.rounds(1230, harness.outbox(), step=10)
    assert len(harness.slack.times("post", "C1")) == 3
    assert _kinds(harness) == [("scope", "chat:write")]
    assert (await harness.get("a")).state == "sent"


async def test_a_held_delivery_waits_and_a_dropped_one_is_cancelled(harness: OutboxHarness) -> None:
    destination = await harness.channel()
    harness.render_instead["muted"] = Hold(harness.clock.at + timedelta(seconds=60))
    harness.render_instead["over"] = Drop("story_gone")
    await harness.enqueue(destination, "muted", "over", "free")
    await harness.rounds(10, harness.outbox())
    assert harness.slack.keys("C1") == harness.metadata_keys("free")
    assert [(await harness.get(key)).state for key in ("muted", "over")] == ["held", "cancelled"]
    del harness.render_instead["muted"]
    await harness.rounds(55, harness.outbox())
    assert harness.slack.keys("C1") == harness.metadata_keys("free", "muted")


async def test_a_card_that_cannot_be_rendered_is_dead_and_stops_no_other(harness: OutboxHarness) -> None:
    async def bad() -> None:
        raise KeyError("nothing")

    harness.render_instead["bad"] = bad
    destination = await harness.channel()
    await harness.enqueue(destination, "bad", "good")
    await harness.rounds(3, harness.outbox())
    assert harness.slack.keys("C1") == harness.metadata_keys("good")
    assert (await harness.get("bad")).state == "dead"
    assert _kinds(harness) == [("dead", "render:KeyError")]


async def test_a_fault_of_the_client_makes_the_outcome_unknown(
    harness: OutboxHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise KeyError("ts")

    monkeypatch.setattr(harness.slack, "post", broken)
    await harness.enqueue(await harness.channel(), "a")
    await harness.outbox().run_once()
    assert (await harness.get("a")).state == "unknown"
    monkeypatch.undo()
    await harness.rounds(70, harness.outbox())
    assert harness.slack.keys("C1") == harness.metadata_keys("a")


# ── edits ──────────────────────────────────────────────────────────────────────────────────────────────────


async def _want_revisions(harness: OutboxHarness, number: int, *revisions: int) -> None:
    async with harness.store.begin() as c:
        for revision in revisions:
            await deliveries.want_revision(c, number, revision)


async def test_a_growing_card_is_edited_at_most_every_ten_seconds(harness: OutboxHarness) -> None:
    (number,) = await harness.enqueue(await harness.channel(), "a")
    await harness.outbox().run_once()
    for revision in range(2, 32):
        await _want_revisions(harness, number, revision)
        await harness.rounds(1, harness.outbox())
    await harness.rounds(12, harness.outbox())
    times = harness.slack.times("edit", "C1")
    assert len(times) == 3
    assert times[0] >= 10
    assert all(later - sooner >= 10 for sooner, later in pairwise(times))
    assert (await harness.get("a")).shown_revision == 31


async def test_a_failed_edit_is_made_again(harness: OutboxHarness) -> None:
    (number,) = await harness.enqueue(await harness.channel(), "a")
    await harness.outbox().run_once()
    await _want_revisions(harness, number, 2)
    harness.slack.edits.extend([OutcomeUnknown("timeout", "C1"), RateLimited("ratelimited", "C1", 40)])
    await harness.rounds(160, harness.outbox())
    times = harness.slack.times("edit", "C1")
    assert len(times) == 3
    assert times[2] - times[1] >= 40
    assert harness.slack.channels["C1"][0].edits == 1
    assert (await harness.get("a")).shown_revision == 2


async def test_a_429_on_an_edit_pauses_every_edit_of_the_workspace(harness: OutboxHarness) -> None:
    numbers = [
        *await harness.enqueue(await harness.channel("C1"), "a"),
        *await harness.enqueue(await harness.channel("C2"), "b"),
    ]
    await harness.rounds(2, harness.outbox())
    outbox = harness.outbox(concurrency=1)
    for number in numbers:
        await _want_revisions(harness, number, 2)
    harness.slack.edits.append(RateLimited("ratelimited", "C1", 30))
    await harness.rounds(60, outbox)
    (refused, again), (other,) = harness.slack.times("edit", "C1"), harness.slack.times("edit", "C2")
    assert again - refused >= 30
    assert other - refused >= 30


async def test_the_next_edit_waits_for_one_whose_answer_was_lost(harness: OutboxHarness) -> None:
    """Otherwise the older text could arrive late and stay."""
    (number,) = await harness.enqueue(await harness.channel(), "a")
    await harness.outbox().run_once()
    await _want_revisions(harness, number, 2)
    harness.slack.edits.append(OutcomeUnknown("timeout", "C1"))
    await harness.rounds(15, harness.outbox())
    await _want_revisions(harness, number, 3)
    await harness.rounds(100, harness.outbox())
    first, second = harness.slack.times("edit", "C1")
    assert second - first >= 65
    assert (await harness.get("a")).shown_revision == 3


async def test_a_deleted_card_is_neither_edited_nor_answered(harness: OutboxHarness) -> None:
    destination = await harness.channel()
    (number,) = await harness.enqueue(destination, "a")
    await harness.outbox().run_once()
    await _want_revisions(harness, number, 2)
    harness.slack.edits.append(MessageGone("message_not_found", "C1"))
    await harness.rounds(15, harness.outbox())
    await harness.enqueue(destination, "reply", after=number)
    await harness.rounds(60, harness.outbox())
    assert len(harness.slack.times("edit", "C1")) == 1
    assert harness.slack.keys("C1") == harness.metadata_keys("a")
    assert (await harness.get("reply")).state == "cancelled"


async def test_an_edit_whose_blocks_are_rejected_is_made_as_text(harness: OutboxHarness) -> None:
    (number,) = await harness.enqueue(await harness.channel(), "a")
    await harness.outbox().run_once()
    await _want_revisions(harness, number, 2)
    harness.slack.edits.append(MessageRejected("invalid_blocks", "C1"))
    await harness.rounds(30, harness.outbox())
    assert harness.slack.channels["C1"][0].plain
    assert len(harness.slack.times("edit", "C1")) == 2
    assert _kinds(harness) == [("degraded", "invalid_blocks")]


async def test_an_edit_in_an_absent_channel_suspends_the_channel(harness: OutboxHarness) -> None:
    destination = await harness.channel()
    (number,) = await harness.enqueue(destination, "a")
    await harness.outbox().run_once()
    await _want_revisions(harness, number, 2)
    harness.slack.edits.append(DestinationAway("is_archived", "C1"))
    await harness.rounds(60, harness.outbox())
    assert len(harness.slack.times("edit", "C1")) == 1
    assert _kinds(harness) == [("away", "is_archived")]


# ── the database ───────────────────────────────────────────────────────────────────────────────────────────


async def test_a_database_locked_after_a_post_does_not_double_it(
    harness: OutboxHarness, database: MigratedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    impatient_store = Store.open(database.url)
    other = sqlite3.connect(database.url.removeprefix("sqlite:///"), isolation_level=None)
    real_post = harness.slack.post

    async def post_and_lock(*args: Any, **more: Any) -> Any:
        posted = await real_post(*args, **more)
        other.execute("BEGIN IMMEDIATE")
        return posted

    with monkeypatch.context() as patch:
        patch.setattr(harness.slack, "post", post_and_lock)
        await harness.enqueue(await harness.channel(), "a", "b")
        await harness.outbox(impatient_store).run_once()
    other.rollback()
    other.close()
    assert (await harness.get("a")).state == "sending"
    await harness.rounds(90, harness.outbox(impatient_store))
    await impatient_store.close()
    assert harness.slack.keys("C1") == harness.metadata_keys("a", "b")
    assert (await harness.get("a")).state == "sent"


async def test_nothing_is_posted_without_a_committed_row(
    harness: OutboxHarness, database: MigratedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    impatient_store = Store.open(database.url)
    await harness.enqueue(await harness.channel(), "a")
    other = sqlite3.connect(database.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy):
        await harness.outbox(impatient_store).run_once()
    assert harness.slack.called == []
    stop = asyncio.Event()
    outbox = harness.outbox(impatient_store)
    running = asyncio.ensure_future(outbox.run(stop))
    await asyncio.sleep(0.2)  # a round fails at the lock, and the outbox goes on
    other.rollback()
    other.close()
    await asyncio.wait_for(harness.slack.accepted.wait(), 30)
    stop.set()
    await running
    await impatient_store.close()
    assert (await harness.get("a")).state == "sent"
