"""A channel pauses after a call; an edit or read that failed and a killed post wait. On SQLite alone."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.errors import StoreBusy
from bot.outbox.ports import Drop, Hold
from bot.store import destinations
from bot.store.deliveries import settlements
from bot.store.deliveries import table as deliveries
from bot.store.schema import deliveries as delivery_rows
from handlers.errors import (
    DestinationAway,
    MessageGone,
    MessageRejected,
    MissingScope,
    NotUnderstood,
    OutcomeUnknown,
    PostError,
    RateLimited,
)
from tests.support.outbox_harness import NOW, OutboxHarness

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


async def _fail_to_render() -> None:
    raise KeyError("headline")


async def _pause_seconds(harness: OutboxHarness, destination: int) -> float | None:
    """The seconds for which a channel pauses from now on; None where it does not."""
    async with harness.store.read() as c:
        pause = (await destinations.pauses(c, NOW)).get(destination)
    return (pause.until_at - harness.clock.now()).total_seconds() if pause is not None else None


@pytest.mark.parametrize(
    ("answer", "state", "seconds"),
    [
        (Hold(NOW + timedelta(seconds=60)), "held", None),
        (Drop("story_gone"), "cancelled", None),
        (_fail_to_render, "dead", None),
        (None, "sent", 1),
        (DestinationAway("is_archived", "C1"), "waiting", 1),
        (MessageGone("thread_not_found", "C1"), "cancelled", 1),
        (MessageRejected("msg_too_long", "C1"), "dead", 1),
        (OutcomeUnknown("timeout", "C1"), "unknown", 1),
        (MissingScope("missing_scope", "C1", "chat:write"), "due", 600),
    ],
)
async def test_a_channel_pauses_after_a_call_and_not_without_one(
    harness: OutboxHarness, answer: PostError | Hold | Drop | None, state: str, seconds: float | None
) -> None:
    destination = await harness.channel()
    (parent,) = await harness.enqueue(destination, "parent")
    await harness.outbox().run_once()
    harness.clock.advance(2)
    await harness.enqueue(destination, "a", after=parent if isinstance(answer, MessageGone) else None)
    if isinstance(answer, MessageRejected):
        async with harness.store.begin() as c:
            await c.exec_driver_sql("UPDATE deliveries SET plain = 1 WHERE key = 'a'")
    if isinstance(answer, PostError):
        harness.slack.posts.append(answer)
    elif answer is not None:
        harness.render_instead["a"] = answer
    await harness.outbox().run_once()
    assert (await harness.get("a")).state == state
    paused = await _pause_seconds(harness, destination.id)
    assert paused == (seconds if seconds is not None else -1)  # else the parent's pause, which ended a second ago


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (OutcomeUnknown("timeout", "C1"), 65),
        (NotUnderstood("never_seen_before", "C1"), 600),
        (PostError("internal_error", "C1"), 10),
        (Hold(NOW + timedelta(seconds=91)), 80),
        (Hold(NOW), 1),
    ],
)
async def test_an_edit_that_failed_is_put_off(harness: OutboxHarness, error: PostError | Hold, seconds: float) -> None:
    (number,) = await harness.enqueue(await harness.channel(), "a")
    await harness.outbox().run_once()
    harness.clock.advance(11)
    async with harness.store.begin() as c:
        await deliveries.want_revision(c, number, 2)
    if isinstance(error, PostError):
        harness.slack.edits.append(error)
    else:
        harness.render_instead["a"] = error
    assert await harness.outbox().run_once() == 1
    row = await harness.get("a")
    assert (row.state, (row.not_before - harness.clock.now()).total_seconds()) == ("sent", seconds)


@pytest.mark.parametrize(
    ("fault", "edit", "state", "revision", "error"),
    [
        (StoreBusy, False, "due", 0, "store"),
        (StoreBusy, True, "sent", 1, "store"),
        (KeyError, False, "dead", 0, "render:KeyError"),
        (KeyError, True, "sent", 2, None),
    ],
)
async def test_a_card_is_rendered_again_when_the_database_was_away_and_not_after_another_fault(
    harness: OutboxHarness, fault: type[Exception], edit: bool, state: str, revision: int, error: str | None
) -> None:
    async def fail() -> None:
        raise fault("fault")

    (number,) = await harness.enqueue(await harness.channel(), "a")
    if edit:
        await harness.outbox().run_once()
        harness.clock.advance(11)
        async with harness.store.begin() as c:
            await deliveries.want_revision(c, number, 2)
    harness.render_instead["a"] = fail
    await harness.outbox().run_once()
    row = await harness.get("a")
    assert (row.state, row.shown_revision, row.error) == (state, revision, error)
    assert [(each.kind, each.code) for each in harness.alerts] == (
        [("dead", "render:KeyError")] if fault is KeyError else []
    )
    if fault is StoreBusy:
        assert await harness.outbox().run_once() == 0
        harness.clock.advance(3)
        del harness.render_instead["a"]
        assert await harness.outbox().run_once() == 1
        shown = await harness.get("a")
        assert (shown.shown_revision, shown.plain, shown.attempts) == (revision + 1, False, 1)


async def test_a_delivery_that_outages_of_the_database_met_often_is_sent_soon_after_the_last(
    harness: OutboxHarness,
) -> None:
    """Each outage counts as a try, and the channel would wait for up to five minutes after the last."""

    async def fail() -> None:
        raise StoreBusy("the database is away")

    (number,) = await harness.enqueue(await harness.channel(), "a")
    async with harness.store.begin() as c:
        await c.execute(update(delivery_rows).where(delivery_rows.c.id == number).values(attempts=11))
    harness.render_instead["a"] = fail
    outbox = harness.outbox()
    await outbox.run_once()
    del harness.render_instead["a"]
    harness.clock.advance(3)
    assert await outbox.run_once() == 1
    assert (await harness.get("a")).state == "sent"


async def test_a_settlement_that_is_not_written_is_not_alerted(
    harness: OutboxHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def database_away(*_: object, **__: object) -> None:
        raise StoreBusy("database is locked")

    harness.slack.posts.append(MessageRejected("invalid_blocks", "C1"))
    await harness.enqueue(await harness.channel(), "a")
    with monkeypatch.context() as patch:
        patch.setattr(settlements, "settle_due", database_away)
        await harness.outbox().run_once()
    assert ((await harness.get("a")).state, harness.alerts) == ("sending", [])


async def test_no_more_calls_run_at_once_than_allowed(harness: OutboxHarness) -> None:
    may_end, stop = asyncio.Event(), asyncio.Event()
    harness.slack.posts.extend([may_end] * 9)
    outbox = harness.outbox(concurrency=10)  # a workspace has half
    for number in range(2):
        await harness.enqueue(await harness.channel(f"C{number}"), f"first:{number}")
    running = asyncio.ensure_future(outbox.run(stop))
    await asyncio.wait_for(harness.slack.accepted.wait(), 30)
    for number in range(2, 9):
        await harness.enqueue(await harness.channel(f"C{number}"), f"later:{number}")
    at_once: list[int] = []
    while at_once.count(5) < 5 and len(at_once) < 500:
        outbox.wake()
        await asyncio.sleep(0.01)
        at_once.append(len(harness.slack.in_flight))
    may_end.set()
    stop.set()
    await asyncio.wait_for(running, 30)
    assert max(at_once) == 5


@pytest.mark.parametrize("method", ["edit", "find"])
async def test_a_rate_limited_edit_or_read_is_put_off_with_every_other_of_its_workspace(
    harness: OutboxHarness, method: str
) -> None:
    numbers = [*await harness.enqueue(await harness.channel("C1"), "a")]
    numbers += await harness.enqueue(await harness.channel("C2"), "b")
    if method == "find":
        harness.slack.posts.extend([OutcomeUnknown("timeout", "C1")] * 2)
    outbox = harness.outbox()
    await outbox.run_once()
    harness.clock.advance(46)
    async with harness.store.begin() as c:
        for number in numbers:
            await deliveries.want_revision(c, number, 2)
    faults = harness.slack.edits if method == "edit" else harness.slack.finds
    faults.append(RateLimited("ratelimited", "C1", 30.0))
    single = harness.outbox(concurrency=1)
    await single.run_once()
    await single.run_once()
    waits = [((await harness.get(key)).not_before - harness.clock.now()).total_seconds() for key in ("a", "b")]
    assert 30 < waits[0] <= 33
    assert waits[1] == pytest.approx(waits[0], abs=0.001)
    assert len(harness.slack.times(method, "C1")) + len(harness.slack.times(method, "C2")) == 1


async def test_the_quarantine_after_a_killed_worker_covers_a_call_that_began_late(harness: OutboxHarness) -> None:
    harness.slack.posts.append("killed_before")
    await harness.enqueue(await harness.channel(), "a")
    await harness.outbox().run_once()
    harness.clock.advance(15.1)
    await harness.outbox().run_once()
    row = await harness.get("a")
    assert (row.state, row.not_before) == ("unknown", NOW + timedelta(seconds=49))


async def test_a_round_counts_every_delivery_that_it_starts(harness: OutboxHarness) -> None:
    harness.slack.posts.append(OutcomeUnknown("timeout", "C1"))
    await harness.enqueue(await harness.channel("C1"), "read")
    outbox = harness.outbox()
    assert await outbox.run_once() == 1
    (edit,) = await harness.enqueue(await harness.channel("C2"), "edit")
    assert await outbox.run_once() == 1
    harness.clock.advance(46)
    async with harness.store.begin() as c:
        await deliveries.want_revision(c, edit, 2)
    for number in range(3, 6):
        await harness.enqueue(await harness.channel(f"C{number}"), f"post:{number}")
    assert await outbox.run_once() == 5
