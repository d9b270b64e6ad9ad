"""What was heard and not answered before a crash comes back as what it was."""

from __future__ import annotations

import json

import pytest

from bot.operations.inbound_recovery import InboundRecovery
from bot.operations.inbound_rows import inbound_from, payload_from
from handlers.cards.status import HomeCard, StatusCard
from handlers.requests import Ask, Asker, Home, Request, Share, SlackEvent
from handlers.verbs.parse import parse
from handlers.verbs.status import Status
from handlers.verbs.why import Why
from tests.support.bot_harness import BotHarness

ASKER = Asker("T1", "U1", "C1", False, locale="en-US")


def asked(line: str) -> Ask:
    return parse(line, ASKER)[0]


@pytest.mark.parametrize(
    "heard",
    [
        Request("r0", ASKER, Why("1761.5"), "why 1761.5", thread_ts="1761.5"),
        Request("r6", ASKER, asked("status"), "status", "https://hooks.example/1", "ㄴㅅㅁ션", replace_original=True),
        Request("r1", ASKER, Share("status"), "status", "https://hooks.example/1"),
        Request("r2", ASKER, Share("상태"), "상태"),
        Request("r3", Asker("T1", "U1", "", True), Home()),
        Request("r4", ASKER, asked("status quantum 7d"), "status quantum 7d"),
        Request("r5", ASKER, asked("mute ST4 for 3d"), "mute ST4 for 3d"),
        SlackEvent("e1", "T1", "joined", "C1", "U1"),
    ],
)
def test_what_is_kept_gives_back_what_was_heard(heard: Request | SlackEvent) -> None:
    kept = json.loads(json.dumps(payload_from(heard)))
    assert inbound_from(heard.id, "happened" if isinstance(heard, SlackEvent) else "request", kept) == heard


async def test_a_share_and_a_home_that_a_crash_cut_off_are_done_after_it(harness: BotHarness) -> None:
    answers = harness.answers
    for heard in (Request("r1", ASKER, Share("status"), "status"), Request("r2", ASKER, Home())):
        assert await answers.remember(heard)
    harness.pass_time(minutes=1)
    again = await InboundRecovery(harness.store, harness.now).look()
    assert [one.id for one in again] == ["r1", "r2"]
    for one in again:
        assert isinstance(one, Request)
        shown = await answers.answer(one)
        assert shown is not None
        assert await answers.begin_showing(one, changed=shown.changed)
        assert isinstance(shown.card, HomeCard) == isinstance(one.ask, Home)
    (said,) = harness.shown(StatusCard)
    assert said.query is None
    harness.pass_time(minutes=1)
    assert await InboundRecovery(harness.store, harness.now).look() == []


def test_what_an_older_version_kept_is_read_as_its_line() -> None:
    kept = {"asker": {"team": "T1", "user": "U1", "channel": "C1", "direct": False}, "line": "상태"}
    again = inbound_from("r1", "request", {**kept, "response_url": None})
    assert isinstance(again, Request)
    assert isinstance(again.ask, Status)
    assert again.asker.language == "ko"
