"""migrate and manifest: the commands that prepare the database and the Slack app."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from bot.store.engine import HEAD
from settings.config import load
from tests.support.command_line import Call


def test_migrate_creates_the_tables_and_may_be_run_twice(call: Call, tmp_path: Path) -> None:
    for _ in range(2):
        done = call("migrate")
        assert (done.code, done.out, done.err) == (0, "", f"pactbot migrate: the database has schema {HEAD}\n")
    with sqlite3.connect(tmp_path / "pactbot.db") as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    database.close()
    assert {"articles", "stories", "deliveries"} <= tables


@pytest.mark.parametrize(
    ("url", "code", "problem"),
    [
        ("mysql://localhost/pact", 2, "is neither sqlite:///"),
        ("sqlite:///none/pactbot.db", 2, "is not there"),
        ("postgresql://pact:hunter2@127.0.0.1:9/pact", 1, "pactbot migrate: "),
    ],
)
def test_an_unusable_database_is_one_line(
    call: Call, monkeypatch: pytest.MonkeyPatch, url: str, code: int, problem: str
) -> None:
    monkeypatch.setenv("PACT_DATABASE_URL", url)
    wrong = call("migrate")
    assert (wrong.code, wrong.out, wrong.err.count("\n")) == (code, "", 1)
    assert problem in wrong.err
    assert "hunter2" not in wrong.err


def test_the_manifest_is_json_for_either_transport(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACT_COMMAND", "/desk")
    printed = call("manifest")
    socket = json.loads(printed.out)
    for scope in socket["oauth_config"]["scopes"]["bot_optional"]:
        assert f"  {scope}: " in printed.err, "the reason of each optional scope"
    assert socket["settings"]["socket_mode_enabled"] is True
    assert socket["features"]["slash_commands"][0]["command"] == "/desk"
    http = json.loads(call("manifest", "--http", "https://bot.example.org").out)
    assert http["settings"]["socket_mode_enabled"] is False
    assert http["features"]["slash_commands"][0]["url"] == "https://bot.example.org/slack/events"


def test_the_manifest_for_several_workspaces_names_where_slack_sends_people_back(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = json.loads(call("manifest").out)
    assert "redirect_urls" not in one["oauth_config"]
    several = json.loads(call("manifest", "--oauth", "https://bot.example.org/").out)
    assert several["oauth_config"]["redirect_urls"] == ["https://bot.example.org/slack/oauth_redirect"]
    assert several["settings"]["token_rotation_enabled"]
    assert several["settings"]["org_deploy_enabled"]
    assert "team_access_revoked" in several["settings"]["event_subscriptions"]["bot_events"]
    monkeypatch.setenv("PACT_PUBLIC_URL", "https://bot.example.org")
    known = json.loads(call("manifest").out)
    assert known["oauth_config"]["redirect_urls"] == ["https://bot.example.org/slack/oauth_redirect"]
    assert not known["settings"]["token_rotation_enabled"], "which cannot be switched off again"


@pytest.mark.parametrize("address", ["http://bot.example.org", "bot.example.org", "https://bot.example.org/?a=1"])
def test_an_address_that_slack_does_not_call_is_refused(call: Call, address: str) -> None:
    wrong = call("manifest", "--http", address)
    assert (wrong.code, wrong.out) == (2, "")
    assert "is no https address" in wrong.err


def test_a_new_secret_key_is_a_setting_as_it_is_printed(call: Call) -> None:
    first, second = call("secret-key").out, call("secret-key").out
    assert first != second
    assert load(secret_key=first).secret_key[0].get_secret_value() == first.strip()
