"""Rules of the delivery protocol that only a rare moment shows, each in its moment. On SQLite alone."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any, ClassVar

import pytest

from bot.errors import ClaimLost, StoreBusy
from bot.model import Delivery
from bot.outbox import worker
from bot.outbox.claimed import ClaimedDelivery
from bot.outbox.policy import CallTooLate, DeliveryPolicy
from bot.outbox.rate_limits import Clocks, RateLimits
from bot.store import destinations, engine, installations
from bot.store.deliveries import claims, settlements
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection, Store
from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from handlers.errors import DestinationAway, MessageGone, OutcomeUnknown, PostError, RateLimited, TokenRevoked
from tests.support.databases import MigratedDatabase
from tests.support.outbox_harness import NOW, OutboxHarness

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

SHOWN = Shown(NoticeCard(()), "en")
LEASE = claims.Lease("worker", 15)


def seconds_after_start(at: datetime | None) -> float:
    """An instant as seconds since the test's beginning."""
    assert at is not None
    return (at - NOW).total_seconds()


async def claim_one(harness: OutboxHarness, *keys: str) -> Delivery:
    """Enqueue deliveries in one channel and claim the first."""
    await harness.enqueue(await harness.channel(), *keys)
    async with harness.store.begin() as c:
        (delivery,) = await claims.claim(c, harness.clock.now(), LEASE, 5)
    return delivery


# ── clocks ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_clock_that_is_put_forward_cuts_no_quarantine_short(harness: OutboxHarness) -> None:
    outbox = harness.outbox()
    harness.slack.posts.append("accepted_then_lost")
    await harness.enqueue(await harness.channel(), "a")
    await outbox.run_once()
    hidden = harness.slack.channels.pop("C1")
    harness.clock.at += timedelta(seconds=300)
    await harness.rounds(64, outbox)
    assert harness.slack.times("find", "C1") == []
    harness.slack.channels["C1"] = hidden
    await harness.rounds(5, outbox)
    assert len(harness.slack.times("find", "C1")) == 1
    assert (await harness.get("a")).state == "sent"


@pytest.mark.parametrize(("render_seconds", "tried_at"), [(3.9, 0.0), (4.0, 4.0), (9.0, 9.0)])
async def test_a_call_that_begins_late_renews_its_lease_and_moves_its_last_try(
    harness: OutboxHarness, monkeypatch: pytest.MonkeyPatch, render_seconds: float, tried_at: float
) -> None:
    during_calls: list[Delivery] = []
    expired: list[int] = []
    real_post = harness.slack.post

    async def spy(*args: Any, **more: Any) -> Any:
        during_calls.append(await harness.get("a"))
        async with harness.store.begin() as c:  # the lease covers the call from here
            expired.append(await claims.expire_leases(c, NOW + timedelta(seconds=tried_at + 15), 45))
        return await real_post(*args, **more)

    async def render_slowly() -> None:
        harness.clock.advance(render_seconds)

    monkeypatch.setattr(harness.slack, "post", spy)
    harness.render_instead["a"] = render_slowly
    await harness.enqueue(await harness.channel(), "a")
    await harness.outbox().run_once()
    (row,) = during_calls
    assert seconds_after_start(row.last_try_at) == tried_at
    assert seconds_after_start(row.first_try_at) == 0
    assert expired == [0]


async def test_the_quarantine_counts_from_the_try_and_not_from_its_end(
    harness: OutboxHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer_late(*_: Any, **__: Any) -> None:
        harness.clock.advance(9)
        raise OutcomeUnknown("timeout", "C1")

    monkeypatch.setattr(harness.slack, "post", answer_late)
    await harness.enqueue(await harness.channel(), "a")
    await harness.outbox().run_once()
    assert seconds_after_start((await harness.get("a")).not_before) == 45


async def test_the_quarantine_of_a_second_try_counts_from_the_second_try(harness: OutboxHarness) -> None:
    first = await claim_one(harness, "a")
    harness.clock.advance(100)
    async with harness.store.begin() as c:
        await settlements.settle_due(c, first.id, first.epoch, harness.clock.now())
        (second,) = await claims.claim(c, harness.clock.now(), LEASE, 5)
        assert await claims.expire_leases(c, NOW + timedelta(seconds=115), 49) == 0
        assert await claims.expire_leases(c, NOW + timedelta(seconds=115.1), 49) == 1
    row = await harness.get("a")
    assert (row.state, seconds_after_start(row.not_before), row.epoch) == ("unknown", 149, second.epoch + 1)
    assert (seconds_after_start(row.first_try_at), seconds_after_start(row.last_try_at)) == (0, 100)


@pytest.mark.parametrize(("paused_seconds", "posts"), [(0.999, 1), (1.0, 0), (60.0, 0)])
async def test_a_process_that_was_paused_before_its_request_does_not_send_it(
    harness: OutboxHarness, paused_seconds: float, posts: int
) -> None:
    delivery = await claim_one(harness, "a")
    readings = iter((0.0, paused_seconds))  # the last look at the claim, then the step in which the request leaves
    clocks = Clocks(harness.clock.now, lambda: next(readings))
    begun = replace(clocks, seconds=lambda: 0.0).moment()
    claimed = ClaimedDelivery(delivery, harness.store, clocks, DeliveryPolicy(), RateLimits())
    if posts:
        await claimed.post(harness.slack, SHOWN, begun)
    else:
        with pytest.raises(CallTooLate):
            await claimed.post(harness.slack, SHOWN, begun)
    assert len(harness.slack.called) == posts


@pytest.mark.parametrize("seconds", [30.0, 600.0])
async def test_a_rate_limited_channel_pauses_a_little_longer_than_it_must(
    harness: OutboxHarness, seconds: float
) -> None:
    """Otherwise all workers would try again in the same instant."""
    draw = Random(7).random()
    destination = await harness.channel()
    harness.slack.posts.append(RateLimited("ratelimited", "C1", seconds))
    await harness.enqueue(destination, "a")
    await harness.outbox().run_once()
    async with harness.store.read() as c:
        until = (await destinations.pauses(c, NOW))[destination.id].until_at
    assert seconds_after_start(until) == pytest.approx(seconds + draw * max(1.0, seconds / 10), abs=0.001)


# ── the database ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("busy_tries", "state"), [(1, "sent"), (2, "sent"), (3, "sending")])
async def test_a_settlement_is_tried_three_times(
    harness: OutboxHarness, database: MigratedDatabase, monkeypatch: pytest.MonkeyPatch, busy_tries: int, state: str
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    impatient_store = Store.open(database.url)
    other = sqlite3.connect(database.url.removeprefix("sqlite:///"), isolation_level=None)
    real_post = harness.slack.post

    async def post_and_lock(*args: Any, **more: Any) -> Any:
        posted = await real_post(*args, **more)
        other.execute("BEGIN IMMEDIATE")
        return posted

    class Unlock(logging.Handler):
        given_up: ClassVar[list[bool]] = []

        def emit(self, record: logging.LogRecord) -> None:
            if record.getMessage() == "not_settled":
                self.given_up.append(record.__dict__["given_up"])
            if len(self.given_up) == busy_tries and other.in_transaction:
                other.rollback()

    unlock = Unlock()
    logging.getLogger("pactbot.outbox").addHandler(unlock)
    monkeypatch.setattr(harness.slack, "post", post_and_lock)
    await harness.enqueue(await harness.channel(), "a")
    await harness.outbox(impatient_store).run_once()
    logging.getLogger("pactbot.outbox").removeHandler(unlock)
    other.close()
    await impatient_store.close()
    assert (await harness.get("a")).state == state
    assert unlock.given_up == [False, False, True][:busy_tries]


@pytest.mark.parametrize("state", ["held", "waiting", "cancelled", "sent", "unknown"])
async def test_a_delivery_that_another_worker_changed_since_the_query_is_not_claimed(
    harness: OutboxHarness, state: str
) -> None:
    (number,) = await harness.enqueue(await harness.channel(), "a")
    async with harness.store.begin() as c:
        await c.exec_driver_sql(f"UPDATE deliveries SET state = '{state}' WHERE id = {number}")
        assert await claims._claim(c, [number], "due", NOW, LEASE, {"state": "sending"}) == []
    assert (await harness.get("a")).state == state


@pytest.mark.parametrize("fault", ["database", "rollback", "claim"])
async def test_a_lease_that_could_not_be_renewed_is_renewed_later_and_outlasts_no_call(
    harness: OutboxHarness, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    real_renew, may_end, renewals = settlements.renew, asyncio.Event(), count()

    async def renew_at_the_second_try(*args: Any) -> None:
        if next(renewals) == 0:
            raise StoreBusy("database is locked")
        await real_renew(*args)
        may_end.set()

    async def hide_the_cancellation(*_: Any) -> None:
        may_end.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise StoreBusy("the rollback failed") from None

    async def lose_the_claim(*_: Any) -> None:
        may_end.set()
        raise ClaimLost("another worker has it")

    renewals_of = {"database": renew_at_the_second_try, "rollback": hide_the_cancellation, "claim": lose_the_claim}
    monkeypatch.setattr(settlements, "renew", renewals_of[fault])
    harness.slack.posts.append(may_end)
    await harness.enqueue(await harness.channel(), "a")
    await asyncio.wait_for(harness.outbox(lease_seconds=0.06, call_seconds=5.0).run_once(), 5)
    assert (await harness.get("a")).state == "sent"


@pytest.mark.parametrize(
    ("busy_seconds", "idle_seconds", "trouble_seconds", "state"),
    [(0.01, 60, 60, "busy"), (60, 0.01, 60, "idle"), (60, 60, 0.01, "trouble")],
)
async def test_a_round_follows_the_last_one_at_the_pace_of_the_outboxs_state(
    harness: OutboxHarness,
    monkeypatch: pytest.MonkeyPatch,
    busy_seconds: float,
    idle_seconds: float,
    trouble_seconds: float,
    state: str,
) -> None:
    monkeypatch.setattr(worker, "BUSY_SECONDS", busy_seconds)
    monkeypatch.setattr(worker, "IDLE_SECONDS", idle_seconds)
    monkeypatch.setattr(worker, "TROUBLE_SECONDS", trouble_seconds)
    real_pending_work, looks = claims.pending_work, count()
    running_call, posted, stop = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def enqueue_at_the_second_look(c: Connection, *args: Any) -> Any:
        look = next(looks)
        if look == 0 and state == "trouble":
            raise StoreBusy("database is locked")
        if look == 1:
            await harness.enqueue(await harness.channel("C2"), "b")
        if harness.slack.keys("C2"):
            posted.set()
        return await real_pending_work(c, *args)

    monkeypatch.setattr(claims, "pending_work", enqueue_at_the_second_look)
    if state == "busy":
        harness.slack.posts.append(running_call)
        await harness.enqueue(await harness.channel(), "a")
    async with harness.store.begin() as c:  # an outbox for which nothing waits looks less often
        await installations.stop(c, "T9", "token_revoked", NOW, None)
    running = asyncio.ensure_future(harness.outbox().run(stop))
    await asyncio.wait_for(posted.wait(), 30)
    running_call.set()
    stop.set()
    await asyncio.wait_for(running, 30)
    assert (await harness.get("b")).state == "sent"


# ── what Slack does not say ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("raised", [True, False])
async def test_a_token_that_slack_does_not_confirm_or_deny_stops_nothing(
    harness: OutboxHarness, monkeypatch: pytest.MonkeyPatch, raised: bool
) -> None:
    async def no_answer() -> bool:
        if raised:
            raise OutcomeUnknown("timeout")
        await asyncio.sleep(5)
        return False

    async with harness.store.begin() as c:
        await installations.put(c, "T1", NOW)
    monkeypatch.setattr(harness.slack, "confirm", no_answer)
    harness.slack.posts.append(TokenRevoked("invalid_auth", "C1"))
    await harness.enqueue(await harness.channel(), "a")
    await harness.rounds(60, harness.outbox(call_seconds=0.3))
    async with harness.store.read() as c:
        installation = await installations.get(c, "T1")
    assert installation is not None
    assert installation.state == "active"
    assert harness.slack.keys("C1") == harness.metadata_keys("a")
    assert harness.alerts == []


async def test_a_workspace_stays_stopped_while_the_database_is_away(harness: OutboxHarness) -> None:
    async def database_away(*_: object) -> bool:
        raise StoreBusy("database is locked")

    harness.slack.token_works = False
    harness.slack.posts.append(TokenRevoked("token_revoked", "C1"))
    await harness.enqueue(await harness.channel(), "a")
    await harness.outbox().run_once()
    harness.slack.token_works = True
    harness.clock.advance(600)
    assert await replace(harness, resume_team=database_away).outbox().run_once() == 1
    assert [alert.kind for alert in harness.alerts] == ["stopped"]
    await harness.rounds(700, harness.outbox(), step=10)
    assert [alert.kind for alert in harness.alerts] == ["stopped", "resumed"]
    assert (await harness.get("a")).state == "sent"


async def return_to_channel(harness: OutboxHarness, destination: int) -> None:
    """Slack's event of the bot's return is taken in."""
    async with harness.store.begin() as c:
        await destinations.set_state(c, destination, "active", None, harness.clock.now())
        await destinations.note_return(c, destination)


@pytest.mark.parametrize("method", ["post", "read_page", "edit"])
async def test_an_answer_from_before_the_bots_return_sets_no_channel_away(
    harness: OutboxHarness, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    destination = await harness.channel()
    if method == "read_page":
        harness.slack.posts.append(OutcomeUnknown("timeout", "C1"))
    (number,) = await harness.enqueue(destination, "a")
    outbox = harness.outbox()
    if method != "post":
        await outbox.run_once()
        harness.clock.advance(60)
        async with harness.store.begin() as c:
            await deliveries.want_revision(c, number, 2)

    async def return_during_the_call(*_: Any, **__: Any) -> None:
        await return_to_channel(harness, destination.id)
        raise DestinationAway("not_in_channel", "C1")

    with monkeypatch.context() as patch:
        patch.setattr(harness.slack, method, return_during_the_call)
        await outbox.run_once()
    async with harness.store.read() as c:
        row = await destinations.get(c, destination.id)
    assert row is not None
    assert row.state == "active"
    await harness.rounds(120, outbox)
    assert harness.slack.keys("C1") == harness.metadata_keys("a")
    assert (await harness.get("a")).attempts == (2 if method == "read_page" else 1)
    assert harness.alerts == []


async def test_a_channel_that_never_was_away_is_set_away(harness: OutboxHarness) -> None:
    delivery = await claim_one(harness, "a")
    clocks = Clocks(harness.clock.now, lambda: 0.0)
    claimed = ClaimedDelivery(delivery, harness.store, clocks, DeliveryPolicy(), RateLimits())
    assert await claimed.waiting("is_archived")
    async with harness.store.read() as c:
        row = await destinations.get(c, delivery.destination)
    assert row is not None
    assert row.state == "away"


@pytest.mark.parametrize("method", ["post", "find", "edit"])
async def test_a_channel_that_was_back_once_is_set_away_again(harness: OutboxHarness, method: str) -> None:
    destination = await harness.channel()
    await return_to_channel(harness, destination.id)
    slack = harness.slack
    add_fault = {"post": slack.posts.append, "find": slack.finds.append, "edit": slack.edits.append}[method]
    if method == "find":
        harness.slack.posts.append(OutcomeUnknown("timeout", "C1"))
    add_fault(DestinationAway("is_archived", "C1"))
    (number,) = await harness.enqueue(destination, "a")
    outbox = harness.outbox()
    await outbox.run_once()
    async with harness.store.begin() as c:
        await deliveries.want_revision(c, number, 2)
    await harness.rounds(60, outbox)
    async with harness.store.read() as c:
        row = await destinations.get(c, destination.id)
    assert row is not None
    assert (row.state, row.away_reason) == ("away", "is_archived")
    assert [alert.kind for alert in harness.alerts] == ["away"]


async def test_a_read_of_a_channel_without_a_thread_that_finds_none_is_made_again(harness: OutboxHarness) -> None:
    gone: PostError = MessageGone("thread_not_found", "C1")
    harness.slack.posts.append("accepted_then_lost")
    harness.slack.finds.append(gone)
    await harness.enqueue(await harness.channel(), "a")
    await harness.rounds(80, harness.outbox())
    assert harness.slack.keys("C1") == harness.metadata_keys("a")
    assert (await harness.get("a")).state == "sent"
