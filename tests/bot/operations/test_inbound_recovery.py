"""Requests and events that were acknowledged and not handled are retried within bounds, and never handled twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.deliveries.notices import OperatorsChannel
from bot.operations.inbound_recovery import MAX_TRIES, Decision, InboundRecovery, decide
from bot.store import changes, destinations, inbound
from handlers.cards.answers import NoticeCard
from handlers.requests import Asker, Request, SlackEvent
from handlers.verbs.parse import parse
from tests.support.bot_harness import BotHarness

ASKER = Asker("T1", "U1", "C1", False)
JOINED = SlackEvent("Ev1", "T1", "joined", "C1", "U1")


def references(caplog: pytest.LogCaptureFixture, event: str) -> list[Any]:
    """The references that the log gives with this event."""
    return [vars(record)["reference"] for record in caplog.records if record.msg == event]


def request(line: str, slack_id: str = "r1") -> Request:
    ask, asker = parse(line, ASKER)
    return Request(slack_id, asker, ask, line, "https://hooks.example/1")


@pytest.mark.parametrize(
    ("item", "tries", "minutes", "decision"),
    [
        (request("status"), 1, 29, "retry"),
        (request("status"), 1, 30, "retry"),
        (request("status"), 1, 31, "expired"),
        (request("digest"), 1, 31, "expired"),
        (request("why ST1"), 1, 31, "expired"),
        (request("help"), 1, 31, "expired"),
        (request("digest daily 08:30"), 1, 31, "retry"),
        (request("mute ST4 for 3d"), 1, 60 * 30, "retry"),
        (request("subscribe quantum"), 1, 31, "retry"),
        (request("undo 7"), 1, 31, "retry"),
        (JOINED, 1, 60 * 30, "retry"),
        (JOINED, 5, 1, "retry"),
        (JOINED, 6, 1, "given_up"),
        (None, 1, 1, "given_up"),
    ],
)
def test_an_unhandled_item_is_retried_expires_or_is_given_up(
    harness: BotHarness, item: Any, tries: int, minutes: int, decision: Decision
) -> None:
    now = harness.now()
    assert decide(item, tries, now - timedelta(minutes=minutes), now) == decision


async def test_an_item_in_progress_keeps_its_lease(harness: BotHarness) -> None:
    item = request("status")
    recovery = InboundRecovery(harness.store, harness.now)
    await harness.answers.remember(item)
    for _ in range(5):
        harness.pass_time(seconds=10)
        assert await recovery.look([item]) == []
    harness.pass_time(seconds=20)
    assert await recovery.look() == [item]
    assert await recovery.look() == []


@pytest.mark.parametrize(("seconds", "retried"), [(14, False), (15, True)])
async def test_the_lease_of_an_item_ends_after_fifteen_seconds(
    harness: BotHarness, seconds: int, retried: bool
) -> None:
    item = request("status")
    await harness.answers.remember(item)
    harness.pass_time(seconds=seconds)
    assert await InboundRecovery(harness.store, harness.now).look() == ([item] if retried else [])


async def test_an_item_that_a_stop_interrupted_is_retried_at_once(harness: BotHarness) -> None:
    item = request("status")
    await harness.answers.remember(item)
    await harness.answers.put_back(item)
    assert await InboundRecovery(harness.store, harness.now).look() == [item]


async def test_an_old_question_expires_and_an_old_change_is_made(
    harness: BotHarness, caplog: pytest.LogCaptureFixture
) -> None:
    await harness.answers.remember(request("status", "r1"))
    await harness.answers.remember(request("quiet 22:00-07:00", "r2"))
    harness.pass_time(days=3)
    (change,) = await InboundRecovery(harness.store, harness.now).look()
    assert references(caplog, "inbound_expired") == ["r1"]
    assert isinstance(change, Request)
    shown = await harness.answers.answer(change)
    assert shown is not None
    assert shown.changed
    assert await harness.answers.begin_showing(change, changed=True)
    assert not await harness.answers.begin_showing(change, changed=True)


async def test_an_item_that_never_succeeds_is_given_up_and_the_operators_are_notified(
    harness: BotHarness, caplog: pytest.LogCaptureFixture
) -> None:
    recovery = InboundRecovery(harness.store, harness.now, OperatorsChannel("COPS", "en", "Asia/Seoul"))
    await harness.answers.remember(JOINED)
    for _ in range(MAX_TRIES):
        harness.pass_time(minutes=1)
        assert await recovery.look() == [JOINED]
    harness.pass_time(minutes=1)
    assert await recovery.look() == []
    assert references(caplog, "inbound_given_up") == ["Ev1"]
    await harness.outbox.run_once()
    (notice,) = harness.shown(NoticeCard, "COPS")
    assert notice.notes[0].args["reference"] == "Ev1"
    harness.pass_time(minutes=1)
    assert await recovery.look() == []


async def test_a_payload_that_cannot_be_read_is_given_up(harness: BotHarness, caplog: pytest.LogCaptureFixture) -> None:
    async with harness.store.begin() as c:
        await inbound.add(c, "T1", "r1", "request", {"nothing": 1}, harness.now())
    assert await InboundRecovery(harness.store, harness.now).look() == []
    assert references(caplog, "inbound_given_up") == ["r1"]


@pytest.mark.parametrize("line", ["quiet 22:00-07:00", "digest daily 08:30", "subscribe quantum"])
async def test_two_processes_that_handle_one_request_make_one_change(harness: BotHarness, line: str) -> None:
    item = request(line)
    await harness.answers.remember(item)
    first = await harness.answers.answer(item)
    async with harness.store.begin() as c:
        destination = await destinations.find(c, "T1", "C1")
        assert destination is not None
        await destinations.set_digest(c, destination.id, "05:55")  # the second process must not overwrite this
    assert first is not None
    assert first.changed
    if line.startswith("subscribe"):
        second = await harness.answers.answer(item)
        assert second is not None  # it finds the subscription, changes nothing, and its answer is not shown
        assert not await harness.answers.begin_showing(item, changed=second.changed)
    else:
        assert await harness.answers.answer(item) is None
    assert await harness.answers.begin_showing(item, changed=True)
    async with harness.store.read() as c:
        destination = await destinations.find(c, "T1", "C1")
        assert destination is not None
        assert destination.digest_at == "05:55"
        assert await changes.get(c, "T1", 2) is None
    assert len(harness.slack.keys) == 1
