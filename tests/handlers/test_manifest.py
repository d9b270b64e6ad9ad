"""The manifest asks for the scopes and events that the code uses, and for no others."""

from __future__ import annotations

import json

from handlers.events import _CHANNEL_EVENTS, _MEMBER_EVENTS
from handlers.manifest import EVENTS, SCOPES, as_json, manifest
from scrapers.catalogue import load_catalogue


def test_the_manifest_subscribes_to_exactly_the_handled_events() -> None:
    subscribed = set(manifest()["settings"]["event_subscriptions"]["bot_events"])
    listened = {*_CHANNEL_EVENTS, *_MEMBER_EVENTS, "channel_id_changed"}
    listened |= {"app_mention", "app_home_opened", "message.im", "link_shared"}
    assert subscribed == listened


def test_socket_mode_needs_no_url_and_http_mode_needs_three() -> None:
    assert manifest()["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in json.dumps(manifest())
    over_http = manifest("/pact-dev", "https://bot.example.org/")
    url = "https://bot.example.org/slack/events"
    assert over_http["settings"]["socket_mode_enabled"] is False
    assert over_http["settings"]["event_subscriptions"]["request_url"] == url
    assert over_http["settings"]["interactivity"]["request_url"] == url
    (command,) = over_http["features"]["slash_commands"]
    assert (command["command"], command["url"], command["should_escape"]) == ("/pact-dev", url, True)


def test_every_scope_has_a_reason_and_slacks_sizes_are_kept() -> None:
    built = manifest()
    assert all(len(reason) > 10 for reason in SCOPES.values())
    scopes = built["oauth_config"]["scopes"]
    needed = [scope for scope in scopes["bot"] if scope not in scopes["bot_optional"]]
    assert needed == ["commands", "chat:write"], "without these nothing works; any other may be refused"
    assert scopes["bot"] == list(SCOPES)
    assert all(len(shortcut["name"]) <= 24 for shortcut in built["features"]["shortcuts"])
    assert all(len(shortcut["description"]) <= 150 for shortcut in built["features"]["shortcuts"])
    assert len(built["display_information"]["name"]) <= 35
    assert len(built["display_information"]["description"]) <= 140
    assert len(built["features"]["shortcuts"][0]["name"]) <= 24
    assert json.loads(as_json()) == built


def test_slack_accepts_each_optional_scope_and_each_event_because_bot_names_their_scopes() -> None:
    built = manifest()
    scopes = built["oauth_config"]["scopes"]
    assert set(scopes["bot_optional"]) <= set(scopes["bot"])
    needed = {EVENTS[event] for event in built["settings"]["event_subscriptions"]["bot_events"]} - {None}
    assert needed <= set(scopes["bot"])


def test_slack_is_asked_about_links_of_our_outlets_alone() -> None:
    domains = manifest()["features"]["unfurl_domains"]
    assert 0 < len(domains) <= 5, "Slack takes five"
    hosts = {host for outlet in load_catalogue().outlets().values() for host in outlet.hosts}
    assert [domain for domain in domains if not any(host.endswith(f".{domain}") for host in hosts)] == []
