"""What was acknowledged and not done is taken up again, in bounds, and never done twice."""

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


def given_up(caplog: pytest.LogCaptureFixture, event: str = "given_up") -> list[Any]:
    """The references that the log gives."""
    return [vars(record)["reference"] for record in caplog.records if record.msg == event]


def asked(line: str, number: str = "r1") -> Request:
    ask, who = parse(line, ASKER)
    return Request(number, who, ask, line, "https://hooks.example/1")


@pytest.mark.parametrize(
    ("heard", "tries", "minutes", "fate"),
    [
        (asked("status"), 1, 29, "again"),
        (asked("status"), 1, 31, "late"),
        (asked("digest"), 1, 31, "late"),
        (asked("why ST1"), 1, 31, "late"),
        (asked("help"), 1, 31, "late"),
        (asked("digest daily 08:30"), 1, 31, "again"),
        (asked("mute ST4 for 3d"), 1, 60 * 30, "again"),
        (asked("subscribe quantum"), 1, 31, "again"),
        (asked("undo 7"), 1, 31, "again"),
        (JOINED, 1, 60 * 30, "again"),
        (JOINED, MAX_TRIES, 1, "again"),
        (JOINED, MAX_TRIES + 1, 1, "given_up"),
        (None, 1, 1, "given_up"),
    ],
)
def test_what_becomes_of_it(harness: BotHarness, heard: Any, tries: int, minutes: int, fate: Decision) -> None:
    now = harness.now()
    assert decide(heard, tries, now - timedelta(minutes=minutes), now) == fate


async def test_what_is_in_hand_stays_in_hand(harness: BotHarness) -> None:
    heard = asked("status")
    unfinished = InboundRecovery(harness.store, harness.now)
    await harness.answers.remember(heard)
    for _ in range(5):
        harness.pass_time(seconds=10)
        assert await unfinished.look([heard]) == []
    harness.pass_time(seconds=20)
    assert await unfinished.look() == [heard]
    assert await unfinished.look() == []


async def test_what_a_stop_cut_off_is_taken_up_at_once(harness: BotHarness) -> None:
    heard = asked("status")
    await harness.answers.remember(heard)
    await harness.answers.put_back(heard)
    assert await InboundRecovery(harness.store, harness.now).look() == [heard]


async def test_a_question_of_long_ago_is_dropped_and_logged_a_change_is_made(
    harness: BotHarness, caplog: pytest.LogCaptureFixture
) -> None:
    await harness.answers.remember(asked("status", "r1"))
    await harness.answers.remember(asked("quiet 22:00-07:00", "r2"))
    harness.pass_time(days=3)
    (change,) = await InboundRecovery(harness.store, harness.now).look()
    assert given_up(caplog, "asked_too_long_ago") == ["r1"]
    assert isinstance(change, Request)
    shown = await harness.answers.answer(change)
    assert shown is not None
    assert shown.changed
    assert await harness.answers.begin_showing(change, changed=True)
    assert not await harness.answers.begin_showing(change, changed=True)


async def test_what_never_succeeds_is_given_up_and_the_operators_hear_of_it(
    harness: BotHarness, caplog: pytest.LogCaptureFixture
) -> None:
    unfinished = InboundRecovery(harness.store, harness.now, OperatorsChannel("COPS", "en", "Asia/Seoul"))
    await harness.answers.remember(JOINED)
    for _ in range(MAX_TRIES):
        harness.pass_time(minutes=1)
        assert await unfinished.look() == [JOINED]
    harness.pass_time(minutes=1)
    assert await unfinished.look() == []
    assert given_up(caplog) == ["Ev1"]
    await harness.outbox.run_once()
    (notice,) = harness.shown(NoticeCard, "COPS")
    assert notice.notes[0].args["reference"] == "Ev1"
    harness.pass_time(minutes=1)
    assert await unfinished.look() == []


async def test_what_nobody_can_read_is_given_up(harness: BotHarness, caplog: pytest.LogCaptureFixture) -> None:
    async with harness.store.begin() as c:
        await inbound.remember(c, "T1", "r1", "request", {"nothing": 1}, harness.now())
    assert await InboundRecovery(harness.store, harness.now).look() == []
    assert given_up(caplog) == ["r1"]


@pytest.mark.parametrize("line", ["quiet 22:00-07:00", "digest daily 08:30", "subscribe quantum"])
async def test_two_processes_that_do_the_same_request_change_one_thing(harness: BotHarness, line: str) -> None:
    heard = asked(line)
    await harness.answers.remember(heard)
    first = await harness.answers.answer(heard)
    async with harness.store.begin() as c:
        place = await destinations.find(c, "T1", "C1")
        assert place is not None
        await destinations.set_digest(c, place.id, "05:55")  # what the second one must not overwrite
    assert first is not None
    assert first.changed
    if line.startswith("subscribe"):
        second = await harness.answers.answer(heard)
        assert second is not None  # it finds what it would have made, changes nothing, and is not shown
        assert not await harness.answers.begin_showing(heard, changed=second.changed)
    else:
        assert await harness.answers.answer(heard) is None
    assert await harness.answers.begin_showing(heard, changed=True)
    async with harness.store.read() as c:
        place = await destinations.find(c, "T1", "C1")
        assert place is not None
        assert place.digest_at == "05:55"
        assert await changes.get(c, "T1", 2) is None
    assert len(harness.slack.keys) == 1
