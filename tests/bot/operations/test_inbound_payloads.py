"""A stored request or event comes back as it was received."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.operations.inbound_payloads import inbound_from, payload_from
from bot.operations.inbound_recovery import InboundRecovery
from handlers.cards.home import HomeCard
from handlers.cards.status import StatusCard
from handlers.requests import Ask, Asker, Home, Request, Share, SlackEvent, ViewRef
from handlers.verbs.grammar import Rest
from handlers.verbs.mute import Mute, MuteTarget
from handlers.verbs.parse import parse
from handlers.verbs.status import Status
from handlers.verbs.unsubscribe import Unsubscribe
from handlers.verbs.why import Why
from handlers.views.asks import OpenBuilder, SaveSubscription
from tests.support.bot_harness import BotHarness

ASKER = Asker("T1", "U1", "C1", False, locale="en-US")


def ask_of(line: str) -> Ask:
    return parse(line, ASKER)[0]


@pytest.mark.parametrize(
    "item",
    [
        Request("r0", ASKER, Why("1761.5"), "why 1761.5", thread_ts="1761.5"),
        Request("r6", ASKER, ask_of("status"), "status", "https://hooks.example/1", "ㄴㅅㅁ션", replace_original=True),
        Request("r1", ASKER, Share("status"), "status", "https://hooks.example/1"),
        Request("r2", ASKER, Share("상태"), "상태"),
        Request("r3", Asker("T1", "U1", "", True), Home()),
        Request("r4", ASKER, ask_of("status quantum 7d"), "status quantum 7d"),
        Request("r5", ASKER, ask_of("mute ST4 for 3d"), "mute ST4 for 3d"),
        Request("r7", replace(ASKER, standing="outsider", unsure_direct=True), ask_of("quiet off"), "quiet off"),
        Request("r8", ASKER, OpenBuilder("quantum"), view=ViewRef("V1", "h1", is_home=True)),
        Request(
            "r9",
            ASKER,
            SaveSubscription("quantum", "weekly", "09:00", "fri", "UTC", 2, for_me=True, channel="C9", subscription=12),
            view=ViewRef("V1", external_id="pact:r9"),
        ),
        SlackEvent("e1", "T1", "joined", "C1", "U1"),
        SlackEvent("e2", "T1", "id_changed", "G1", new_channel="C1"),
    ],
)
def test_a_stored_payload_gives_the_same_item_back(item: Request | SlackEvent) -> None:
    payload = json.loads(json.dumps(payload_from(item)))
    assert inbound_from(item.id, "happened" if isinstance(item, SlackEvent) else "request", payload) == item


async def test_a_share_and_a_home_that_a_crash_interrupted_are_handled_after_it(harness: BotHarness) -> None:
    answers = harness.answers
    for request in (Request("r1", ASKER, Share("status"), "status"), Request("r2", ASKER, Home())):
        assert await answers.remember(request)
    harness.pass_time(minutes=1)
    items = await InboundRecovery(harness.store, harness.now).look()
    assert [item.id for item in items] == ["r1", "r2"]
    for item in items:
        assert isinstance(item, Request)
        shown = await answers.answer(item)
        assert shown is not None
        assert await answers.begin_showing(item, changed=shown.changed)
        assert isinstance(shown.card, HomeCard) == isinstance(item.ask, Home)
    (status,) = harness.shown(StatusCard)
    assert status.query is None
    harness.pass_time(minutes=1)
    assert await InboundRecovery(harness.store, harness.now).look() == []


OLD_ASKER = {"team": "T1", "user": "U1", "channel": "C1", "direct": False, "language": None, "locale": "ko-KR"}
ORIGIN = {"response_url": "https://hooks.example/1", "typed": "", "thread_ts": None, "replace_original": False}


@pytest.mark.parametrize(
    ("payload", "ask"),
    [
        ({"line": "상태 양자 7d"}, Status(Rest("양자", 3), 7)),
        ({"line": "mute story ST4 for 3d"}, Mute(MuteTarget("story", "ST4"), 259_200)),
        ({"line": "unsubscribe all sure"}, Unsubscribe(None, everything=True, sure=True)),
        ({"line": "status", "ask": "share"}, Share("status")),
        ({"line": "", "ask": "home"}, Home()),
    ],
)
def test_a_payload_that_the_previous_version_stored_is_read(payload: dict[str, Any], ask: Ask) -> None:
    item = inbound_from("r1", "request", {"asker": OLD_ASKER, **ORIGIN, **payload})
    assert isinstance(item, Request)
    assert item.ask == ask
    assert item.response_url == "https://hooks.example/1"


def test_a_payload_without_the_newer_fields_is_parsed_from_its_line() -> None:
    payload = {"asker": {"team": "T1", "user": "U1", "channel": "C1", "direct": False}, "line": "상태"}
    item = inbound_from("r1", "request", {**payload, "response_url": None})
    assert isinstance(item, Request)
    assert isinstance(item.ask, Status)
    assert item.asker.language == "ko"


@pytest.mark.parametrize("payload", [{}, {"line": "status"}, {"asker": {"nothing": 1}, "line": "status"}])
def test_a_payload_that_cannot_be_read_raises_an_expected_error(payload: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        inbound_from("r1", "request", payload)
