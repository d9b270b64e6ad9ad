"""A payload with a field of a wrong type is refused before Bolt sees it, wherever the field stands."""

from __future__ import annotations

import copy
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from handlers.client import make_client
from handlers.fake_slack import FakeSlack
from handlers.post import Poster
from handlers.signed_requests import KINDS, malformed_field
from handlers.slack import SlackApp
from handlers.workspaces import OneWorkspace
from tests.support.memory_bot import MemoryBot

MESSAGE = {"ts": "1.0", "thread_ts": "1.0", "text": "x", "blocks": [], "user": "U1", "bot_id": "B1"}
INTERACTION = {
    "team": {"id": "T1", "domain": "x"},
    "enterprise": {"id": "E1", "name": "x"},
    "is_enterprise_install": False,
    "user": {"id": "U1", "username": "dana", "team_id": "T1"},
    "channel": {"id": "C1", "name": "policy"},
    "trigger_id": "1.2",
    "response_url": "http://127.0.0.1:1/",
}
CONTAINER = {"type": "message", "message_ts": "1.0", "channel_id": "C1", "is_ephemeral": True, "thread_ts": "1.0"}
BUTTON = {"type": "button", "action_id": "pact:why", "block_id": "b", "value": "status", "text": {"text": "x"}}
MENU = {"type": "overflow", "action_id": "pact:mute", "block_id": "b", "selected_option": {"value": "status"}}


VALUES = {
    "pact:in:query": {"pact:live": {"type": "plain_text_input", "value": "quantum"}},
    "pact:in:cadence": {"pact:live": {"type": "static_select", "selected_option": {"value": "daily"}}},
}
VIEW = {
    "id": "V1", "hash": "h1", "type": "modal", "callback_id": "pact:builder", "private_metadata": '{"channel": "C1"}',
    "blocks": [{"type": "input", "block_id": "pact:in:query:1"}], "state": {"values": VALUES},
}  # fmt: skip
IN_VIEW = {name: value for name, value in INTERACTION.items() if name not in ("channel", "response_url")}
LIVE = {"type": "static_select", "action_id": "pact:live", "selected_option": {"value": "daily"}}


def event(**fields: Any) -> dict[str, Any]:
    """Returns an event in its envelope."""
    authorization = {"team_id": "T1", "enterprise_id": None, "user_id": "U0", "is_enterprise_install": False}
    return {
        "type": "event_callback", "team_id": "T1", "enterprise_id": "E1", "event_id": "Ev1",
        "is_ext_shared_channel": True, "authorizations": [authorization], "event": fields,
    }  # fmt: skip


PAYLOADS: dict[str, dict[str, Any]] = {
    "button": INTERACTION | {"type": "block_actions", "container": CONTAINER, "message": MESSAGE, "actions": [BUTTON]},
    "menu": INTERACTION | {"type": "block_actions", "container": CONTAINER, "state": {}, "actions": [MENU]},
    "in a modal": IN_VIEW | {"type": "block_actions", "container": {"view_id": "V1"}, "view": VIEW, "actions": [LIVE]},
    "line in a modal": IN_VIEW | {"type": "block_actions", "view": VIEW, "actions": [BUTTON]},
    "submission": IN_VIEW | {"type": "view_submission", "view": VIEW, "response_urls": []},
    "global shortcut": IN_VIEW | {"type": "shortcut", "callback_id": "pact_subscribe"},
    "shortcut": INTERACTION | {"type": "message_action", "callback_id": "x", "message_ts": "1.0", "message": MESSAGE},
    "mention": event(type="app_mention", user="U1", text="<@U0> status", channel="C1", thread_ts="1.0", team="T1"),
    "direct": event(type="message", user="U1", text="status", channel="D1", channel_type="im", ts="1.0"),
    "edited": event(type="message", subtype="message_changed", message=MESSAGE, previous_message=MESSAGE),
    "home": event(type="app_home_opened", user="U1", channel="D1", tab="home", view={"id": "V1"}),
    "revoked": event(type="tokens_revoked", tokens={"bot": ["U0"], "oauth": []}),
    "renamed": event(type="channel_rename", channel={"id": "C1", "name": "x"}),
    "joined": event(type="member_joined_channel", user="U0", channel="C1", team="T1", inviter="U1"),
    "function": event(type="function_executed", function={"id": "x"}, function_execution_id="x", inputs={}),
    "assistant": event(type="assistant_thread_started", assistant_thread={"user_id": "U1", "context": {}}),
    "handshake": {"type": "url_verification", "challenge": "x", "token": "x"},
}
WRONG: list[Any] = [None, 5, True, "x", "", [], {}, [5], [{}], {"a": 1}]


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Returns the path of every field and entry below a value."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield (*path, key)
        yield from places(inner, (*path, key))


def changed(payload: dict[str, Any], path: tuple[Any, ...], wrong: object) -> dict[str, Any]:
    """Returns the payload with one field replaced."""
    copied = copy.deepcopy(payload)
    holder: Any = copied
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = wrong
    return copied


@pytest.fixture
async def slack_app() -> AsyncIterator[SlackApp]:
    async with FakeSlack() as slack:
        poster = Poster(make_client(slack.api_url, slack.bot_token))
        yield SlackApp(MemoryBot(), OneWorkspace(poster, await poster.identity()))
        await poster.close()


@pytest.mark.parametrize("kind", PAYLOADS)
async def test_bolt_and_the_readers_stand_every_payload_that_is_not_refused(
    slack_app: SlackApp, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    caplog.set_level(logging.ERROR)
    payload = PAYLOADS[kind]
    assert malformed_field(payload) is None
    memory_bot = slack_app.inbound.bot
    assert isinstance(memory_bot, MemoryBot)
    refused = 0
    for path in places(payload):
        for wrong in WRONG:
            mutant = changed(payload, path, wrong)
            if mutant["type"] not in KINDS or malformed_field(mutant) is not None:
                refused += 1
                continue
            memory_bot.stored.clear()
            response = await slack_app.app.async_dispatch(AsyncBoltRequest(body=mutant, mode="socket_mode"))
            assert response.status in (200, 404), (path, wrong)
            assert not caplog.records, (path, wrong)
    assert refused > 0
    assert await slack_app.drain(5.0) == 0
    assert not caplog.records


@pytest.mark.parametrize("kind", PAYLOADS)
def test_a_payload_without_an_optional_field_is_read(kind: str) -> None:
    payload = PAYLOADS[kind]
    needed = {"actions", "type", "response_urls"}
    assert [name for name in payload.keys() - needed if malformed_field(payload | {name: None})] in (
        [],
        ["event"],
        ["view"],
    )
