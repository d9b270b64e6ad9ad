"""What the outbox does about every answer of Slack. On SQLite alone: what the stores owe it is tested beside this."""

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

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True)


def _kinds(post: OutboxHarness) -> list[tuple[str, str]]:
    return [(trouble.kind, trouble.code) for trouble in post.told]


async def test_a_429_rests_its_channel_alone_keeps_the_order_and_charges_nothing(post: OutboxHarness) -> None:
    one, two = await post.channel("C1"), await post.channel("C2")
    post.slack.posts.append(RateLimited("ratelimited", "C1", 30))
    await post.owe(one, "a", "b")
    await post.outbox().run_once()
    await post.owe(two, "c")
    await post.rounds(29, post.outbox())
    assert post.slack.times("post", "C1") == [0]
    assert post.slack.keys("C2") == post.metadata_keys("c")
    await post.rounds(10, post.outbox())
    assert post.slack.keys("C1") == post.metadata_keys("a", "b")
    assert post.slack.times("post", "C1")[1] >= 30
    assert (await post.get("a")).attempts == 1


async def test_a_storm_of_429_starves_nobody_and_never_hurries(post: OutboxHarness) -> None:
    channels = [await post.channel(f"C{n}") for n in range(3)]
    for where in channels:
        await post.owe(where, f"{where.slack_id}:a", f"{where.slack_id}:b")
    post.slack.posts.extend([RateLimited("ratelimited", "C", 5)] * 30)
    await post.rounds(120, post.outbox(), post.outbox())
    for where in channels:
        times = post.slack.times("post", where.slack_id)
        assert post.slack.keys(where.slack_id) == post.metadata_keys(f"{where.slack_id}:a", f"{where.slack_id}:b")
        assert all(later - sooner >= 5 for sooner, later in pairwise(times[:9]))
        assert len(times) == 12


async def test_an_absent_channel_keeps_its_messages_and_its_owner_is_told_once(post: OutboxHarness) -> None:
    where = await post.channel()
    post.slack.posts.append(DestinationAway("is_archived", "C1"))
    await post.owe(where, "a", "b")
    await post.rounds(300, post.outbox())
    assert post.slack.times("post", "C1") == [0]
    assert _kinds(post) == [("away", "is_archived")]
    async with post.store.begin() as c:
        place = await destinations.get(c, where.id)
        assert place is not None
        assert (place.state, place.away_reason) == ("away", "is_archived")
        assert (await deliveries.depth(c, post.clock.at)).depth == 0
        await destinations.set_state(c, where.id, "active", None, post.clock.at)
        assert (await deliveries.release_waiting(c, where.id, post.clock.at)).due == 1
    await post.rounds(3, post.outbox())
    assert post.slack.keys("C1") == post.metadata_keys("a", "b")
    assert (await post.get("a")).attempts == 1


async def test_a_channel_without_an_invitation_waits_for_one(post: OutboxHarness) -> None:
    where = await post.channel()
    post.slack.posts.append(DestinationAway("not_in_channel", "C1"))
    await post.owe(where, "a")
    await post.outbox().run_once()
    async with post.store.read() as c:
        place = await destinations.get(c, where.id)
    assert place is not None
    assert place.state == "waiting"
    assert (await post.get("a")).state == "waiting"


async def test_refused_blocks_go_once_as_text(post: OutboxHarness) -> None:
    post.slack.posts.append(MessageRejected("invalid_blocks", "C1"))
    await post.owe(await post.channel(), "a", "b")
    await post.rounds(3, post.outbox())
    assert post.slack.keys("C1") == post.metadata_keys("a", "b")
    assert [message.plain for message in post.slack.channels["C1"]] == [True, False]
    assert _kinds(post) == [("degraded", "invalid_blocks")]


async def test_what_is_refused_as_text_too_is_dead_and_stops_nobody(post: OutboxHarness) -> None:
    post.slack.posts.extend([MessageRejected("invalid_blocks", "C1"), MessageRejected("msg_too_long", "C1")])
    where = await post.channel()
    (card,) = await post.owe(where, "a")
    await post.owe(where, "reply", after=card)
    await post.owe(where, "b")
    await post.rounds(4, post.outbox())
    assert post.slack.keys("C1") == post.metadata_keys("b")
    assert [(await post.get(key)).state for key in ("a", "reply")] == ["dead", "cancelled"]
    assert _kinds(post) == [("degraded", "invalid_blocks"), ("dead", "msg_too_long")]


async def test_a_revoked_token_stops_its_workspace_after_one_question(post: OutboxHarness) -> None:
    post.slack.posts.append(TokenRevoked("token_revoked", "C1"))
    post.slack.token_works = False
    await post.owe(await post.channel("C1"), "a")
    await post.outbox().run_once()
    await post.owe(await post.channel("C2"), "b")
    await post.rounds(590, post.outbox(), step=10)
    assert [what for what, _, _ in post.slack.called] == ["post", "confirm"]
    assert _kinds(post) == [("stopped", "token_revoked")]
    await post.rounds(20, post.outbox(), step=10)
    assert [what for what, _, _ in post.slack.called] == ["post", "confirm", "confirm"]
    post.slack.token_works = True
    await post.rounds(660, post.outbox(), step=10)
    assert post.slack.keys("C1") + post.slack.keys("C2") == post.metadata_keys("a", "b")
    assert _kinds(post)[1:] == [("resumed", "ok")]


async def test_a_token_that_works_after_all_stops_nothing(post: OutboxHarness) -> None:
    post.slack.posts.append(TokenRevoked("invalid_auth", "C1"))
    await post.owe(await post.channel(), "a", "b")
    await post.rounds(60, post.outbox())
    assert post.slack.keys("C1") == post.metadata_keys("a", "b")
    async with post.store.read() as c:
        assert await installations.get(c, "T1") is None
    assert post.told == []


async def test_only_the_time_in_which_a_message_can_stand_is_read_however_late_somebody_looks(
    post: OutboxHarness,
) -> None:
    post.slack.posts.append(OutcomeUnknown("timeout", "C1"))
    await post.owe(await post.channel(), "a")
    tried_at = post.clock.at
    await post.outbox().run_once()
    post.clock.advance(6 * 3600)
    for _ in range(12):  # each a process that begins
        await post.outbox().run_once()
        post.clock.advance(5)
    assert (await post.get("a")).state == "sent"
    minutes = timedelta(minutes=20)
    assert post.slack.windows
    assert all(
        tried_at - minutes < since < tried_at < until < tried_at + minutes for since, until in post.slack.windows
    )


async def test_where_nobody_may_look_it_is_sent_again_and_says_so(post: OutboxHarness) -> None:
    post.slack.posts.append("accepted_then_lost")
    post.slack.finds.append(MissingScope("missing_scope", "C1", "channels:history"))
    await post.owe(await post.channel(), "a")
    await post.rounds(44, post.outbox())
    assert len(post.slack.keys("C1")) == 1
    await post.rounds(5, post.outbox())
    assert [message.repeat for message in post.slack.channels["C1"]] == [False, True]
    assert _kinds(post) == [("scope", "channels:history")]


async def test_where_nobody_may_look_it_can_be_left_instead(post: OutboxHarness) -> None:
    post.slack.posts.append("accepted_then_lost")
    post.slack.finds.append(MissingScope("missing_scope", "C1", "channels:history"))
    await post.owe(await post.channel(), "a")
    await post.rounds(120, post.outbox(resend_unconfirmed=False))
    left = await post.get("a")
    assert (left.state, left.error) == ("cancelled", "may_have_been_sent")
    assert len(post.slack.keys("C1")) == 1


async def test_without_the_scope_to_write_it_is_told_once_and_tried_rarely(post: OutboxHarness) -> None:
    post.slack.posts.extend([MissingScope("missing_scope", "C1", "chat:write")] * 2)
    await post.owe(await post.channel(), "a")
    await post.rounds(1230, post.outbox(), step=10)
    assert len(post.slack.times("post", "C1")) == 3
    assert _kinds(post) == [("scope", "chat:write")]
    assert (await post.get("a")).state == "sent"


async def test_what_is_muted_waits_and_what_is_over_is_cancelled(post: OutboxHarness) -> None:
    where = await post.channel()
    post.instead["muted"] = Hold(post.clock.at + timedelta(seconds=60))
    post.instead["over"] = Drop("story_gone")
    await post.owe(where, "muted", "over", "free")
    await post.rounds(10, post.outbox())
    assert post.slack.keys("C1") == post.metadata_keys("free")
    assert [(await post.get(key)).state for key in ("muted", "over")] == ["held", "cancelled"]
    del post.instead["muted"]
    await post.rounds(55, post.outbox())
    assert post.slack.keys("C1") == post.metadata_keys("free", "muted")


async def test_a_card_of_ours_that_cannot_be_made_stops_nobody(post: OutboxHarness) -> None:
    async def bad() -> None:
        raise KeyError("nothing")

    post.instead["bad"] = bad
    where = await post.channel()
    await post.owe(where, "bad", "good")
    await post.rounds(3, post.outbox())
    assert post.slack.keys("C1") == post.metadata_keys("good")
    assert (await post.get("bad")).state == "dead"
    assert _kinds(post) == [("dead", "render:KeyError")]


async def test_a_fault_of_the_client_counts_as_unknown(post: OutboxHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise KeyError("ts")

    monkeypatch.setattr(post.slack, "post", broken)
    await post.owe(await post.channel(), "a")
    await post.outbox().run_once()
    assert (await post.get("a")).state == "unknown"
    monkeypatch.undo()
    await post.rounds(70, post.outbox())
    assert post.slack.keys("C1") == post.metadata_keys("a")


# ── edits ──────────────────────────────────────────────────────────────────────────────────────────────────


async def _grow(post: OutboxHarness, number: int, *revisions: int) -> None:
    async with post.store.begin() as c:
        for revision in revisions:
            await deliveries.want_revision(c, number, revision)


async def test_a_growing_card_is_edited_at_most_every_ten_seconds(post: OutboxHarness) -> None:
    (number,) = await post.owe(await post.channel(), "a")
    await post.outbox().run_once()
    for revision in range(2, 32):
        await _grow(post, number, revision)
        await post.rounds(1, post.outbox())
    await post.rounds(12, post.outbox())
    times = post.slack.times("edit", "C1")
    assert len(times) == 3
    assert times[0] >= 10
    assert all(later - sooner >= 10 for sooner, later in pairwise(times))
    assert (await post.get("a")).shown_revision == 31


async def test_an_edit_that_failed_comes_again(post: OutboxHarness) -> None:
    (number,) = await post.owe(await post.channel(), "a")
    await post.outbox().run_once()
    await _grow(post, number, 2)
    post.slack.edits.extend([OutcomeUnknown("timeout", "C1"), RateLimited("ratelimited", "C1", 40)])
    await post.rounds(160, post.outbox())
    times = post.slack.times("edit", "C1")
    assert len(times) == 3
    assert times[2] - times[1] >= 40
    assert post.slack.channels["C1"][0].edits == 1
    assert (await post.get("a")).shown_revision == 2


async def test_a_429_on_an_edit_rests_every_edit_of_the_workspace(post: OutboxHarness) -> None:
    numbers = [*await post.owe(await post.channel("C1"), "a"), *await post.owe(await post.channel("C2"), "b")]
    await post.rounds(2, post.outbox())
    outbox = post.outbox(concurrency=1)
    for number in numbers:
        await _grow(post, number, 2)
    post.slack.edits.append(RateLimited("ratelimited", "C1", 30))
    await post.rounds(60, outbox)
    (refused, again), (other,) = post.slack.times("edit", "C1"), post.slack.times("edit", "C2")
    assert again - refused >= 30
    assert other - refused >= 30


async def test_an_edit_whose_answer_was_lost_is_waited_for_before_the_next(post: OutboxHarness) -> None:
    """Or the older text, arriving late, would stand last."""
    (number,) = await post.owe(await post.channel(), "a")
    await post.outbox().run_once()
    await _grow(post, number, 2)
    post.slack.edits.append(OutcomeUnknown("timeout", "C1"))
    await post.rounds(15, post.outbox())
    await _grow(post, number, 3)
    await post.rounds(100, post.outbox())
    first, second = post.slack.times("edit", "C1")
    assert second - first >= 65
    assert (await post.get("a")).shown_revision == 3


async def test_a_clock_that_is_put_forward_ends_no_rest(post: OutboxHarness) -> None:
    where, outbox = await post.channel(), post.outbox()
    post.slack.posts.append(RateLimited("ratelimited", "C1", 30))
    await post.owe(where, "a")
    await post.rounds(3, outbox)
    post.clock.at += timedelta(seconds=600)
    await post.rounds(20, outbox)
    assert len(post.slack.times("post", "C1")) == 1
    await post.rounds(15, outbox)
    assert post.slack.keys("C1") == post.metadata_keys("a")


async def test_a_deleted_card_is_forgotten_with_what_would_follow_it(post: OutboxHarness) -> None:
    where = await post.channel()
    (number,) = await post.owe(where, "a")
    await post.outbox().run_once()
    await _grow(post, number, 2)
    post.slack.edits.append(MessageGone("message_not_found", "C1"))
    await post.rounds(15, post.outbox())
    await post.owe(where, "reply", after=number)
    await post.rounds(60, post.outbox())
    assert len(post.slack.times("edit", "C1")) == 1
    assert post.slack.keys("C1") == post.metadata_keys("a")
    assert (await post.get("reply")).state == "cancelled"


async def test_an_edit_whose_blocks_are_refused_goes_as_text(post: OutboxHarness) -> None:
    (number,) = await post.owe(await post.channel(), "a")
    await post.outbox().run_once()
    await _grow(post, number, 2)
    post.slack.edits.append(MessageRejected("invalid_blocks", "C1"))
    await post.rounds(30, post.outbox())
    assert post.slack.channels["C1"][0].plain
    assert len(post.slack.times("edit", "C1")) == 2
    assert _kinds(post) == [("degraded", "invalid_blocks")]


async def test_an_edit_in_a_channel_that_left_suspends_it(post: OutboxHarness) -> None:
    where = await post.channel()
    (number,) = await post.owe(where, "a")
    await post.outbox().run_once()
    await _grow(post, number, 2)
    post.slack.edits.append(DestinationAway("is_archived", "C1"))
    await post.rounds(60, post.outbox())
    assert len(post.slack.times("edit", "C1")) == 1
    assert _kinds(post) == [("away", "is_archived")]


# ── the database ───────────────────────────────────────────────────────────────────────────────────────────


async def test_a_database_that_locks_behind_a_post_does_not_double_it(
    post: OutboxHarness, home: MigratedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    hasty = Store.open(home.url)
    other = sqlite3.connect(home.url.removeprefix("sqlite:///"), isolation_level=None)
    posting = post.slack.post

    async def post_and_lock(*args: Any, **more: Any) -> Any:
        posted = await posting(*args, **more)
        other.execute("BEGIN IMMEDIATE")
        return posted

    with monkeypatch.context() as patch:
        patch.setattr(post.slack, "post", post_and_lock)
        await post.owe(await post.channel(), "a", "b")
        await post.outbox(hasty).run_once()
    other.rollback()
    other.close()
    assert (await post.get("a")).state == "sending"
    await post.rounds(90, post.outbox(hasty))
    await hasty.close()
    assert post.slack.keys("C1") == post.metadata_keys("a", "b")
    assert (await post.get("a")).state == "sent"


async def test_nothing_is_posted_without_a_durable_row(
    post: OutboxHarness, home: MigratedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    hasty = Store.open(home.url)
    await post.owe(await post.channel(), "a")
    other = sqlite3.connect(home.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy):
        await post.outbox(hasty).run_once()
    assert post.slack.called == []
    stop = asyncio.Event()
    outbox = post.outbox(hasty)
    running = asyncio.ensure_future(outbox.run(stop))
    await asyncio.sleep(0.2)  # it meets the lock, and goes on
    other.rollback()
    other.close()
    await asyncio.wait_for(post.slack.accepted.wait(), 10)
    stop.set()
    await running
    await hasty.close()
    assert (await post.get("a")).state == "sent"
