"""The settings for several workspaces: complete, or one line with the cure; without them nothing changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.errors import CannotStart
from bot.required_settings import check_required
from settings import config
from settings.config import load, table

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
OAUTH: dict[str, Any] = {
    "slack_client_id": "1.2",
    "slack_client_secret": "hunter2",
    "secret_key": KEY,
    "public_url": "https://pactbot.example.org",
    "slack_signing_secret": "hunter2",
}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for names, _, _ in table():
        for name in names.split(", "):
            monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(config, "SECRET_FILES", tmp_path / "secrets")
    monkeypatch.chdir(tmp_path)


def test_several_workspaces_need_no_token_in_the_settings() -> None:
    check_required(load(**OAUTH))
    check_required(load(**OAUTH, channel="T1234/C1234", operators_channel="T1234/C1234"))
    assert load(**OAUTH).hub_callbacks_at() == "https://pactbot.example.org"
    assert [key.get_secret_value() for key in load(**OAUTH | {"secret_key": f"{KEY}, {KEY}"}).secret_key] == [KEY, KEY]


def test_without_the_clients_settings_nothing_changes() -> None:
    settings = load(slack_bot_token="xoxb-1", slack_signing_secret="s", secret_key=KEY, channel="C1234")
    check_required(settings)
    assert not settings.several_workspaces


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"slack_client_secret": None}, "SLACK_CLIENT_SECRET is missing: SLACK_CLIENT_ID is set"),
        ({"slack_client_id": None}, "SLACK_CLIENT_ID is missing: SLACK_CLIENT_SECRET is set"),
        ({"slack_client_secret": None, "slack_bot_token": "xoxb-1"}, "SLACK_CLIENT_SECRET is missing"),
        ({"secret_key": ()}, "make a key with: pactbot secret-key"),
        ({"public_url": None}, "for example PACT_PUBLIC_URL=https://"),
        ({"slack_bot_token": "xoxb-1"}, "SLACK_BOT_TOKEN: .* leave this one out"),
        ({"channel": "C1234"}, "PACT_CHANNEL: .* PACT_CHANNEL=T0123456789/C1234"),
        ({"operators_channel": "C1234"}, "PACT_OPERATORS_CHANNEL: .*T0123456789/C1234"),
        ({"slack_signing_secret": None}, "set SLACK_APP_TOKEN"),
    ],
)
def test_what_is_missing_or_contradicts_is_one_line_with_the_cure(given: dict[str, Any], line: str) -> None:
    with pytest.raises(CannotStart, match=line) as caught:
        check_required(load(**OAUTH | given))
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
    assert "hunter2" not in str(caught.value)
