"""The delivery protocol, on every store, against a Slack that fails as it is told, on a clock that is told too."""

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


async def test_everything_owed_is_posted_once_and_in_order(post: OutboxHarness) -> None:
    one, two = await post.channel("C1"), await post.channel("C2")
    await post.owe(one, "a", "b", "c")
    await post.owe(two, "d", "e")
    await post.rounds(5, post.outbox())
    assert post.slack.keys("C1") == post.metadata_keys("a", "b", "c")
    assert post.slack.keys("C2") == post.metadata_keys("d", "e")
    sent = await post.get("a")
    assert (sent.state, sent.ts, sent.attempts, sent.shown_revision) == ("sent", post.slack.channels["C1"][0].ts, 1, 1)
    assert await post.outbox().run_once() == 0


async def test_the_key_that_strangers_may_read_says_nothing(post: OutboxHarness) -> None:
    key = "card:T1:5:91"
    await post.owe(await post.channel(), key)
    await post.outbox().run_once()
    (shown,) = post.slack.keys("C1")
    assert shown != key
    assert "91" not in shown or "T1" not in shown
    assert 32 <= len(shown) <= 64


async def test_a_channel_gets_at_most_one_message_a_second(post: OutboxHarness) -> None:
    await post.owe(await post.channel(), "a", "b", "c", "d")
    await post.rounds(5, post.outbox(), post.outbox(), step=0.25)
    times = post.slack.times("post", "C1")
    assert len(times) == 4
    assert all(later - sooner >= 1.0 for sooner, later in pairwise(times))


async def test_an_unknown_post_is_sent_again_only_after_its_quarantine_and_two_empty_reads(post: OutboxHarness) -> None:
    post.slack.posts.append(OutcomeUnknown("timeout", "C1"))
    await post.owe(await post.channel(), "a", "b")
    await post.rounds(44, post.outbox())
    assert post.slack.times("find", "C1") == []
    assert (await post.get("a")).state == "unknown"
    await post.rounds(60, post.outbox())
    first, second = post.slack.times("find", "C1")
    assert first >= 45
    assert second - first >= 20
    assert [at >= second for at in post.slack.times("post", "C1")] == [False, True, True]
    assert post.slack.keys("C1") == post.metadata_keys("a", "b")
    assert (await post.get("a")).attempts == 2


async def test_a_post_whose_answer_was_lost_is_found_and_not_sent_again(post: OutboxHarness) -> None:
    post.slack.posts.append("accepted_then_lost")
    await post.owe(await post.channel(), "a", "b")
    await post.rounds(60, post.outbox())
    assert post.slack.keys("C1") == post.metadata_keys("a", "b")
    found = await post.get("a")
    assert (found.state, found.ts) == ("sent", post.slack.channels["C1"][0].ts)
    assert len(post.slack.times("find", "C1")) == 1


async def test_a_post_that_shows_late_is_found_by_the_second_read(post: OutboxHarness) -> None:
    post.slack.posts.append("accepted_then_lost")
    await post.owe(await post.channel(), "a")
    await post.outbox().run_once()
    hidden = post.slack.channels.pop("C1")
    await post.rounds(46, post.outbox())
    post.slack.channels["C1"] = hidden
    await post.rounds(30, post.outbox())
    assert post.slack.keys("C1") == post.metadata_keys("a")
    assert (await post.get("a")).state == "sent"


async def test_a_read_that_fails_is_no_empty_read(post: OutboxHarness) -> None:
    post.slack.posts.append(OutcomeUnknown("timeout", "C1"))
    post.slack.finds.extend(
        [OutcomeUnknown("timeout", "C1"), OutcomeUnknown("fatal_error", "C1"), None, RateLimited("429", "C1", 50)]
    )
    await post.owe(await post.channel(), "a")
    await post.rounds(240, post.outbox())
    reads = post.slack.times("find", "C1")
    assert len(reads) == 5
    assert reads[4] - reads[3] >= 50
    assert post.slack.times("post", "C1")[1] >= reads[4]
    assert post.slack.keys("C1") == post.metadata_keys("a")


@pytest.mark.parametrize("killed", ["killed_before", "killed_after"])
async def test_a_worker_killed_in_the_middle_of_a_call_leaves_nothing_lost_or_doubled(
    post: OutboxHarness, killed: Literal["killed_before", "killed_after"]
) -> None:
    post.slack.posts.append(killed)
    await post.owe(await post.channel(), "a", "b")
    await post.outbox().run_once()
    post.clock.advance(15)
    await post.outbox().run_once()
    assert (await post.get("a")).state == "sending"
    await post.rounds(74, post.outbox())
    assert post.slack.keys("C1") == post.metadata_keys("a", "b")
    settled = await post.get("a")
    assert settled.state == "sent"
    assert settled.sent_at is not None
    assert (settled.sent_at - post.slack.began).total_seconds() <= 90


async def test_a_worker_that_slept_through_its_lease_cannot_settle(post: OutboxHarness, rival: Store) -> None:
    held = asyncio.Event()
    post.slack.posts.append(held)
    await post.owe(await post.channel(), "a")
    sleeper = asyncio.ensure_future(post.outbox().run_once())
    await asyncio.wait_for(post.slack.accepted.wait(), 5)
    post.clock.advance(16)
    await post.outbox(rival).run_once()
    held.set()
    await sleeper
    assert (await post.get("a")).state == "unknown"
    await post.rounds(60, post.outbox(rival))
    assert (await post.get("a")).ts == post.slack.channels["C1"][0].ts
    assert post.slack.keys("C1") == post.metadata_keys("a")


async def test_a_worker_that_slept_before_its_call_does_not_make_it(post: OutboxHarness, rival: Store) -> None:
    await post.owe(await post.channel(), "a")

    async def sleep_through_the_lease() -> None:
        del post.instead["a"]
        post.clock.advance(16)
        await post.outbox(rival).run_once()

    post.instead["a"] = sleep_through_the_lease
    await post.outbox().run_once()
    assert post.slack.called == []
    await post.rounds(90, post.outbox(rival))
    assert post.slack.keys("C1") == post.metadata_keys("a")
    assert len(post.slack.times("post", "C1")) == 1


async def test_a_worker_that_slept_while_its_clock_was_set_back_does_not_post_again(
    post: OutboxHarness, rival: Store
) -> None:
    await post.owe(await post.channel(), "a")

    async def sleep_until_the_other_has_sent_it() -> None:
        del post.instead["a"]
        await post.rounds(100, post.outbox(rival))
        post.clock.at -= timedelta(seconds=195)

    post.instead["a"] = sleep_until_the_other_has_sent_it
    await post.outbox().run_once()
    assert post.slack.keys("C1") == post.metadata_keys("a")
    assert len(post.slack.times("post", "C1")) == 1


async def test_a_lease_is_renewed_while_a_call_runs(post: OutboxHarness) -> None:
    held = asyncio.Event()
    post.slack.posts.append(held)
    await post.owe(await post.channel(), "a")
    errand = asyncio.ensure_future(post.outbox(lease_seconds=0.3, call_seconds=5.0).run_once())
    await asyncio.wait_for(post.slack.accepted.wait(), 5)
    post.clock.advance(10)
    epoch = (await post.get("a")).epoch
    async with asyncio.timeout(5):
        while True:  # the lease that was taken is over by the clock, until it is renewed
            async with post.store.read() as c:
                if not await claims.pending_work(c, post.clock.at):
                    break
            await asyncio.sleep(0.01)
    held.set()
    await errand
    sent = await post.get("a")
    assert (sent.state, sent.epoch) == ("sent", epoch)


async def test_two_outboxes_on_one_database_post_once(post: OutboxHarness, rival: Store) -> None:
    channels = [await post.channel(f"C{n}") for n in range(5)]
    for where in channels:
        await post.owe(where, *(f"{where.slack_id}:{n}" for n in range(6)))
    for _ in range(7):
        await asyncio.gather(*(post.outbox(which).run_once() for which in (post.store, rival) * 2))
        post.clock.advance(1)
    for where in channels:
        assert post.slack.keys(where.slack_id) == post.metadata_keys(*(f"{where.slack_id}:{n}" for n in range(6)))


async def test_a_reply_waits_for_its_card_and_stands_in_its_thread(post: OutboxHarness) -> None:
    where = await post.channel()
    post.slack.posts.append("accepted_then_lost")
    (card,) = await post.owe(where, "card")
    await post.owe(where, "reply", after=card)
    await post.rounds(30, post.outbox())
    assert post.slack.keys("C1") == post.metadata_keys("card")
    await post.rounds(30, post.outbox())
    parent, reply = post.slack.channels["C1"]
    assert (reply.key, reply.thread_ts) == (post.metadata_keys("reply")[0], parent.ts)


async def test_a_reply_in_doubt_is_looked_for_in_its_thread(post: OutboxHarness) -> None:
    where = await post.channel()
    (card,) = await post.owe(where, "card")
    await post.rounds(1, post.outbox())
    post.slack.posts.append("accepted_then_lost")
    await post.owe(where, "reply", after=card)
    await post.rounds(60, post.outbox())
    assert post.slack.keys("C1") == post.metadata_keys("card", "reply")
    assert (await post.get("reply")).state == "sent"


async def test_the_row_says_sending_before_the_call_is_made(
    post: OutboxHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.owe(await post.channel(), "a")
    seen: list[Delivery] = []
    posting = post.slack.post

    async def spy(*args: Any, **more: Any) -> Any:
        seen.append(await post.get("a"))
        return await posting(*args, **more)

    monkeypatch.setattr(post.slack, "post", spy)
    await post.outbox().run_once()
    assert [(it.state, it.attempts) for it in seen] == [("sending", 1)]


async def test_a_stop_ends_what_is_on_the_way_and_claims_nothing_more(post: OutboxHarness) -> None:
    held = asyncio.Event()
    post.slack.posts.append(held)
    where = await post.channel()
    await post.owe(where, "a", "b")
    stop = asyncio.Event()
    outbox = post.outbox(call_seconds=5.0)
    running = asyncio.ensure_future(outbox.run(stop))
    await asyncio.wait_for(post.slack.accepted.wait(), 5)
    stop.set()
    await asyncio.sleep(0)
    assert not running.done()
    held.set()
    await asyncio.wait_for(running, 5)
    assert [(await post.get(key)).state for key in ("a", "b")] == ["sent", "due"]


async def test_a_stop_waits_no_longer_than_a_call_may_take(post: OutboxHarness) -> None:
    post.slack.posts.append(asyncio.Event())
    await post.owe(await post.channel(), "a")
    stop = asyncio.Event()
    running = asyncio.ensure_future(post.outbox(call_seconds=0.2).run(stop))
    await asyncio.wait_for(post.slack.accepted.wait(), 5)
    stop.set()
    await asyncio.wait_for(running, 5)
    assert (await post.get("a")).state == "unknown"


async def test_a_bell_wakes_a_running_outbox_and_the_outcome_can_be_waited_for(post: OutboxHarness) -> None:
    stop = asyncio.Event()
    outbox = post.outbox()
    running = asyncio.ensure_future(outbox.run(stop))
    (number,) = await post.owe(await post.channel(), "a")
    settled = await outbox.settled(number, 5)
    assert settled is not None
    assert settled.state == "sent"
    stop.set()
    await asyncio.wait_for(running, 5)


async def test_an_outcome_is_waited_for_only_so_long(post: OutboxHarness) -> None:
    (number,) = await post.owe(await post.channel(), "a")
    settled = await post.outbox().settled(number, 0.1)
    assert settled is not None
    assert settled.state == "due"
    async with post.store.read() as c:
        assert await deliveries.get(c, number) == settled


async def test_nothing_passes_what_was_tried_and_is_due_again(post: OutboxHarness) -> None:
    """A worker may have read its clock before another made it due, or have a clock that is a second behind."""
    number, _ = await post.owe(await post.channel(), "a", "b")
    lease = claims.Lease("one", 15)
    async with post.store.begin() as c:
        (mine,) = await claims.claim(c, post.clock.now(), lease, 5)
        again_at = post.clock.now() + timedelta(seconds=2)
        await settlements.settle_due(c, number, mine.epoch, again_at)
        assert await claims.claim(c, again_at - timedelta(seconds=1), lease, 5) == []
        assert [one.key for one in await claims.claim(c, again_at, lease, 5)] == ["a"]
