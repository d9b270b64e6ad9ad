"""What was acknowledged and not done is taken up again, in bounds, and never done twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.deliveries.notices import OperatorsChannel
from bot.operations.inbound_recovery import MOST_TRIES, Fate, InboundRecovery, fate_of
from bot.store import changes, destinations, inbound
from handlers.cards import NoticeCard
from handlers.parse import parse
from handlers.requests import Asker, Happened, Request

ASKER = Asker("T1", "U1", "C1", False)
JOINED = Happened("Ev1", "T1", "joined", "C1", "U1")


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
        (JOINED, MOST_TRIES, 1, "again"),
        (JOINED, MOST_TRIES + 1, 1, "given_up"),
        (None, 1, 1, "given_up"),
    ],
)
def test_what_becomes_of_it(world: Any, heard: Any, tries: int, minutes: int, fate: Fate) -> None:
    now = world.now()
    assert fate_of(heard, tries, now - timedelta(minutes=minutes), now) == fate


async def test_what_is_in_hand_stays_in_hand(world: Any) -> None:
    heard = asked("status")
    unfinished = InboundRecovery(world.store, world.now)
    await world.answers.remember(heard)
    for _ in range(5):
        world.pass_time(seconds=10)
        assert await unfinished.look([heard]) == []
    world.pass_time(seconds=20)
    assert await unfinished.look() == [heard]
    assert await unfinished.look() == []


async def test_what_a_stop_cut_off_is_taken_up_at_once(world: Any) -> None:
    heard = asked("status")
    await world.answers.remember(heard)
    await world.answers.put_back(heard)
    assert await InboundRecovery(world.store, world.now).look() == [heard]


async def test_a_question_of_long_ago_is_dropped_and_logged_a_change_is_made(
    world: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await world.answers.remember(asked("status", "r1"))
    await world.answers.remember(asked("quiet 22:00-07:00", "r2"))
    world.pass_time(days=3)
    (change,) = await InboundRecovery(world.store, world.now).look()
    assert given_up(caplog, "asked_too_long_ago") == ["r1"]
    shown = await world.answers.answer(change)
    assert shown.changed
    assert await world.answers.begin_showing(change, changed=True)
    assert not await world.answers.begin_showing(change, changed=True)


async def test_what_never_succeeds_is_given_up_and_the_operators_hear_of_it(
    world: Any, caplog: pytest.LogCaptureFixture
) -> None:
    unfinished = InboundRecovery(world.store, world.now, OperatorsChannel("COPS", "en", "Asia/Seoul"))
    await world.answers.remember(JOINED)
    for _ in range(MOST_TRIES):
        world.pass_time(minutes=1)
        assert await unfinished.look() == [JOINED]
    world.pass_time(minutes=1)
    assert await unfinished.look() == []
    assert given_up(caplog) == ["Ev1"]
    await world.outbox.run_once()
    (notice,) = world.shown(NoticeCard, "COPS")
    assert notice.notes[0].args["reference"] == "Ev1"
    world.pass_time(minutes=1)
    assert await unfinished.look() == []


async def test_what_nobody_can_read_is_given_up(world: Any, caplog: pytest.LogCaptureFixture) -> None:
    async with world.store.begin() as c:
        await inbound.remember(c, "T1", "r1", "request", {"nothing": 1}, world.now())
    assert await InboundRecovery(world.store, world.now).look() == []
    assert given_up(caplog) == ["r1"]


@pytest.mark.parametrize("line", ["quiet 22:00-07:00", "digest daily 08:30", "subscribe quantum"])
async def test_two_processes_that_do_the_same_request_change_one_thing(world: Any, line: str) -> None:
    heard = asked(line)
    await world.answers.remember(heard)
    first = await world.answers.answer(heard)
    async with world.store.begin() as c:
        place = await destinations.find(c, "T1", "C1")
        assert place is not None
        await destinations.set_digest(c, place.id, "05:55")  # what the second one must not overwrite
    assert first.changed
    if line.startswith("subscribe"):
        second = await world.answers.answer(heard)
        assert second is not None  # it finds what it would have made, changes nothing, and is not shown
        assert not await world.answers.begin_showing(heard, changed=second.changed)
    else:
        assert await world.answers.answer(heard) is None
    assert await world.answers.begin_showing(heard, changed=True)
    async with world.store.read() as c:
        place = await destinations.find(c, "T1", "C1")
        assert place is not None
        assert place.digest_at == "05:55"
        assert await changes.get(c, "T1", 2) is None
    assert len(world.slack.keys) == 1
