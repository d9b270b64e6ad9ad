"""The delivery protocol on every store, against a scripted Slack and a clock that the test sets."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import pairwise
from typing import Any, Literal

import pytest

from bot.model import Delivery
from bot.store.deliveries import claims, settlements
from bot.store.deliveries import table as deliveries
from bot.store.engine import Store
from handlers.errors import OutcomeUnknown, RateLimited
from tests.support.outbox_harness import OutboxHarness


async def test_each_delivery_is_posted_once_and_in_order(harness: OutboxHarness) -> None:
    one, two = await harness.channel("C1"), await harness.channel("C2")
    await harness.enqueue(one, "a", "b", "c")
    await harness.enqueue(two, "d", "e")
    await harness.rounds(5, harness.outbox())
    assert harness.slack.keys("C1") == harness.metadata_keys("a", "b", "c")
    assert harness.slack.keys("C2") == harness.metadata_keys("d", "e")
    sent = await harness.get("a")
    assert (sent.state, sent.ts, sent.attempts, sent.shown_revision) == (
        "sent",
        harness.slack.channels["C1"][0].ts,
        1,
        1,
    )
    assert await harness.outbox().run_once() == 0


async def test_the_metadata_key_hides_the_delivery_key(harness: OutboxHarness) -> None:
    key = "card:T1:5:91"
    await harness.enqueue(await harness.channel(), key)
    await harness.outbox().run_once()
    (shown,) = harness.slack.keys("C1")
    assert shown != key
    assert "91" not in shown or "T1" not in shown
    assert 32 <= len(shown) <= 64


async def test_a_channel_gets_at_most_one_message_a_second(harness: OutboxHarness) -> None:
    await harness.enqueue(await harness.channel(), "a", "b", "c", "d")
    await harness.rounds(5, harness.outbox(), harness.outbox(), step=0.25)
    times = harness.slack.times("post", "C1")
    assert len(times) == 4
    assert all(later - sooner >= 1.0 for sooner, later in pairwise(times))


async def test_an_unknown_post_is_sent_again_only_after_its_quarantine_and_two_empty_reads(
    harness: OutboxHarness,
) -> None:
    harness.slack.posts.append(OutcomeUnknown("timeout", "C1"))
    await harness.enqueue(await harness.channel(), "a", "b")
    await harness.rounds(44, harness.outbox())
    assert harness.slack.times("find", "C1") == []
    assert (await harness.get("a")).state == "unknown"
    await harness.rounds(60, harness.outbox())
    first, second = harness.slack.times("find", "C1")
    assert first >= 45
    assert second - first >= 20
    assert [at >= second for at in harness.slack.times("post", "C1")] == [False, True, True]
    assert harness.slack.keys("C1") == harness.metadata_keys("a", "b")
    assert (await harness.get("a")).attempts == 2


async def test_a_post_whose_answer_was_lost_is_found_and_not_sent_again(harness: OutboxHarness) -> None:
    harness.slack.posts.append("accepted_then_lost")
    await harness.enqueue(await harness.channel(), "a", "b")
    await harness.rounds(60, harness.outbox())
    assert harness.slack.keys("C1") == harness.metadata_keys("a", "b")
    delivery = await harness.get("a")
    assert (delivery.state, delivery.ts) == ("sent", harness.slack.channels["C1"][0].ts)
    assert len(harness.slack.times("find", "C1")) == 1


async def test_a_post_that_appears_late_is_found_by_the_second_read(harness: OutboxHarness) -> None:
    harness.slack.posts.append("accepted_then_lost")
    await harness.enqueue(await harness.channel(), "a")
    await harness.outbox().run_once()
    hidden = harness.slack.channels.pop("C1")
    await harness.rounds(46, harness.outbox())
    harness.slack.channels["C1"] = hidden
    await harness.rounds(30, harness.outbox())
    assert harness.slack.keys("C1") == harness.metadata_keys("a")
    assert (await harness.get("a")).state == "sent"


async def test_a_failed_read_does_not_count_as_an_empty_read(harness: OutboxHarness) -> None:
    harness.slack.posts.append(OutcomeUnknown("timeout", "C1"))
    harness.slack.finds.extend(
        [OutcomeUnknown("timeout", "C1"), OutcomeUnknown("fatal_error", "C1"), None, RateLimited("429", "C1", 50)]
    )
    await harness.enqueue(await harness.channel(), "a")
    await harness.rounds(240, harness.outbox())
    reads = harness.slack.times("find", "C1")
    assert len(reads) == 5
    assert reads[4] - reads[3] >= 50
    assert harness.slack.times("post", "C1")[1] >= reads[4]
    assert harness.slack.keys("C1") == harness.metadata_keys("a")


@pytest.mark.parametrize("killed", ["killed_before", "killed_after"])
async def test_a_worker_killed_during_a_call_loses_and_doubles_nothing(
    harness: OutboxHarness, killed: Literal["killed_before", "killed_after"]
) -> None:
    harness.slack.posts.append(killed)
    await harness.enqueue(await harness.channel(), "a", "b")
    await harness.outbox().run_once()
    harness.clock.advance(15)
    await harness.outbox().run_once()
    assert (await harness.get("a")).state == "sending"
    await harness.rounds(74, harness.outbox())
    assert harness.slack.keys("C1") == harness.metadata_keys("a", "b")
    settled = await harness.get("a")
    assert settled.state == "sent"
    assert settled.sent_at is not None
    assert (settled.sent_at - harness.slack.began).total_seconds() <= 90


async def test_a_worker_paused_past_its_lease_cannot_settle(harness: OutboxHarness, second_store: Store) -> None:
    held = asyncio.Event()
    harness.slack.posts.append(held)
    await harness.enqueue(await harness.channel(), "a")
    paused = asyncio.ensure_future(harness.outbox().run_once())
    await asyncio.wait_for(harness.slack.accepted.wait(), 30)
    harness.clock.advance(16)
    await harness.outbox(second_store).run_once()
    held.set()
    await paused
    assert (await harness.get("a")).state == "unknown"
    await harness.rounds(60, harness.outbox(second_store))
    assert (await harness.get("a")).ts == harness.slack.channels["C1"][0].ts
    assert harness.slack.keys("C1") == harness.metadata_keys("a")


async def test_a_worker_paused_before_its_call_does_not_make_it(harness: OutboxHarness, second_store: Store) -> None:
    await harness.enqueue(await harness.channel(), "a")

    async def pause_past_the_lease() -> None:
        del harness.render_instead["a"]
        harness.clock.advance(16)
        await harness.outbox(second_store).run_once()

    harness.render_instead["a"] = pause_past_the_lease
    await harness.outbox().run_once()
    assert harness.slack.called == []
    await harness.rounds(90, harness.outbox(second_store))
    assert harness.slack.keys("C1") == harness.metadata_keys("a")
    assert len(harness.slack.times("post", "C1")) == 1


async def test_a_worker_paused_while_its_clock_was_set_back_does_not_post_again(
    harness: OutboxHarness, second_store: Store
) -> None:
    await harness.enqueue(await harness.channel(), "a")

    async def pause_until_the_other_has_sent_it() -> None:
        del harness.render_instead["a"]
        await harness.rounds(100, harness.outbox(second_store))
        harness.clock.at -= timedelta(seconds=195)

    harness.render_instead["a"] = pause_until_the_other_has_sent_it
    await harness.outbox().run_once()
    assert harness.slack.keys("C1") == harness.metadata_keys("a")
    assert len(harness.slack.times("post", "C1")) == 1


async def test_a_lease_is_renewed_while_a_call_runs(harness: OutboxHarness) -> None:
    held = asyncio.Event()
    harness.slack.posts.append(held)
    await harness.enqueue(await harness.channel(), "a")
    running = asyncio.ensure_future(harness.outbox(lease_seconds=0.3, call_seconds=5.0).run_once())
    await asyncio.wait_for(harness.slack.accepted.wait(), 30)
    harness.clock.advance(10)
    epoch = (await harness.get("a")).epoch
    async with asyncio.timeout(30):
        while True:  # by the clock the lease has ended, until it is renewed
            async with harness.store.read() as c:
                if not await claims.pending_work(c, harness.clock.at):
                    break
            await asyncio.sleep(0.01)
    held.set()
    await running
    sent = await harness.get("a")
    assert (sent.state, sent.epoch) == ("sent", epoch)


async def test_sixteen_calls_run_at_once(harness: OutboxHarness) -> None:
    for number in range(17):
        await harness.enqueue(await harness.channel(f"C{number}"), f"key:{number}")
    outbox = harness.outbox()
    assert [await outbox.run_once(), await outbox.run_once()] == [16, 1]


async def test_two_outboxes_on_one_database_post_once(harness: OutboxHarness, second_store: Store) -> None:
    channels = [await harness.channel(f"C{n}") for n in range(5)]
    for destination in channels:
        await harness.enqueue(destination, *(f"{destination.slack_id}:{n}" for n in range(6)))
    for _ in range(7):
        await asyncio.gather(*(harness.outbox(which).run_once() for which in (harness.store, second_store) * 2))
        harness.clock.advance(1)
    for destination in channels:
        assert harness.slack.keys(destination.slack_id) == harness.metadata_keys(
            *(f"{destination.slack_id}:{n}" for n in range(6))
        )


async def test_a_reply_waits_for_its_card_and_stands_in_its_thread(harness: OutboxHarness) -> None:
    destination = await harness.channel()
    harness.slack.posts.append("accepted_then_lost")
    (card,) = await harness.enqueue(destination, "card")
    await harness.enqueue(destination, "reply", after=card)
    await harness.rounds(30, harness.outbox())
    assert harness.slack.keys("C1") == harness.metadata_keys("card")
    await harness.rounds(30, harness.outbox())
    parent, reply = harness.slack.channels["C1"]
    assert (reply.key, reply.thread_ts) == (harness.metadata_keys("reply")[0], parent.ts)


async def test_an_unknown_reply_is_looked_for_in_its_thread(harness: OutboxHarness) -> None:
    destination = await harness.channel()
    (card,) = await harness.enqueue(destination, "card")
    await harness.rounds(1, harness.outbox())
    harness.slack.posts.append("accepted_then_lost")
    await harness.enqueue(destination, "reply", after=card)
    await harness.rounds(60, harness.outbox())
    assert harness.slack.keys("C1") == harness.metadata_keys("card", "reply")
    assert (await harness.get("reply")).state == "sent"


async def test_the_row_says_sending_before_the_call_is_made(
    harness: OutboxHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await harness.enqueue(await harness.channel(), "a")
    during_calls: list[Delivery] = []
    real_post = harness.slack.post

    async def spy(*args: Any, **more: Any) -> Any:
        during_calls.append(await harness.get("a"))
        return await real_post(*args, **more)

    monkeypatch.setattr(harness.slack, "post", spy)
    await harness.outbox().run_once()
    assert [(each.state, each.attempts) for each in during_calls] == [("sending", 1)]


async def test_a_stop_finishes_running_calls_and_claims_nothing_more(harness: OutboxHarness) -> None:
    held = asyncio.Event()
    harness.slack.posts.append(held)
    destination = await harness.channel()
    await harness.enqueue(destination, "a", "b")
    stop = asyncio.Event()
    outbox = harness.outbox(call_seconds=5.0)
    running = asyncio.ensure_future(outbox.run(stop))
    await asyncio.wait_for(harness.slack.accepted.wait(), 30)
    stop.set()
    await asyncio.sleep(0)
    assert not running.done()
    held.set()
    await asyncio.wait_for(running, 30)
    assert [(await harness.get(key)).state for key in ("a", "b")] == ["sent", "due"]


async def test_a_stop_waits_no_longer_than_a_call_may_take(harness: OutboxHarness) -> None:
    harness.slack.posts.append(asyncio.Event())
    await harness.enqueue(await harness.channel(), "a")
    stop = asyncio.Event()
    running = asyncio.ensure_future(harness.outbox(call_seconds=0.2).run(stop))
    await asyncio.wait_for(harness.slack.accepted.wait(), 30)
    stop.set()
    await asyncio.wait_for(running, 30)
    assert (await harness.get("a")).state == "unknown"


async def test_a_running_outbox_can_be_woken_and_the_outcome_waited_for(harness: OutboxHarness) -> None:
    stop = asyncio.Event()
    outbox = harness.outbox()
    running = asyncio.ensure_future(outbox.run(stop))
    (number,) = await harness.enqueue(await harness.channel(), "a")
    async with asyncio.timeout(30):
        settled = await outbox.settled(number, 600)
        assert await outbox.settled(number + 1, 600) is None
    assert settled is not None
    assert settled.state == "sent"
    stop.set()
    await asyncio.wait_for(running, 30)


async def test_waiting_for_an_outcome_ends_at_its_timeout(harness: OutboxHarness) -> None:
    (number,) = await harness.enqueue(await harness.channel(), "a")
    settled = await harness.outbox().settled(number, 0.1)
    assert settled is not None
    assert settled.state == "due"
    async with harness.store.read() as c:
        assert await deliveries.get(c, number) == settled


async def test_nothing_overtakes_a_delivery_that_was_tried_and_is_due_again(harness: OutboxHarness) -> None:
    """A worker may have read its clock before another made it due, or have a clock a second behind."""
    number, _ = await harness.enqueue(await harness.channel(), "a", "b")
    lease = claims.Lease("worker", 15)
    async with harness.store.begin() as c:
        (claimed,) = await claims.claim(c, harness.clock.now(), lease, 5)
        again_at = harness.clock.now() + timedelta(seconds=2)
        await settlements.settle_due(c, number, claimed.epoch, again_at)
        assert [delivery.key for delivery in await claims.claim(c, harness.clock.now(), lease, 5)] == ["a"]
