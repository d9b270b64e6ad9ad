"""The manifest asks for what the code uses, and for nothing else."""

from __future__ import annotations

import json

from handlers.events import _CHANNEL_EVENTS, _MEMBER_EVENTS
from handlers.manifest import SCOPES, as_json, manifest


def test_every_event_listened_to_is_subscribed_and_none_else() -> None:
    subscribed = set(manifest()["settings"]["event_subscriptions"]["bot_events"])
    listened = {*_CHANNEL_EVENTS, *_MEMBER_EVENTS, "app_mention", "app_home_opened", "message.im"}
    assert subscribed == listened


def test_socket_mode_needs_no_address_and_http_needs_three() -> None:
    assert manifest()["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in json.dumps(manifest())
    over_http = manifest("/pact-dev", "https://bot.example.org/")
    url = "https://bot.example.org/slack/events"
    assert over_http["settings"]["socket_mode_enabled"] is False
    assert over_http["settings"]["event_subscriptions"]["request_url"] == url
    assert over_http["settings"]["interactivity"]["request_url"] == url
    (command,) = over_http["features"]["slash_commands"]
    assert (command["command"], command["url"], command["should_escape"]) == ("/pact-dev", url, True)


def test_every_scope_has_its_reason_and_slacks_sizes_are_kept() -> None:
    made = manifest()
    assert all(len(reason) > 10 for reason in SCOPES.values())
    assert made["oauth_config"]["scopes"]["bot"] == list(SCOPES)
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    assert len(made["features"]["shortcuts"][0]["name"]) <= 24
    assert json.loads(as_json()) == made
