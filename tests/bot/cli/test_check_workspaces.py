"""check with several workspaces: incomplete settings, wrong credentials and unreadable tokens are rows with a cure."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.store import bot_tokens
from bot.store.bot_tokens import BotTokenRow
from bot.store.engine import Store
from bot.workspaces.token_cipher import TokenCipher
from bot.workspaces.tokens import owner_of
from handlers.fake_slack.server import FakeSlack
from tests.support.command_line import BackgroundLoop, Call
from tests.support.installer import PUBLIC_URL, SECRET_KEY


@pytest.fixture
def slack(background_loop: BackgroundLoop, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSlack]:
    opened = FakeSlack()
    background_loop.run(opened.start())
    opened.context.oauth.turn_on(f"{PUBLIC_URL}/slack/oauth_redirect")
    for name, value in (
        ("PACT_SLACK_API_URL", opened.api_url),
        ("SLACK_CLIENT_ID", opened.context.oauth.client_id),
        ("SLACK_CLIENT_SECRET", opened.context.oauth.client_secret),
        ("SLACK_SIGNING_SECRET", opened.signing_secret),
        ("PACT_SECRET_KEY", SECRET_KEY),
        ("PACT_PUBLIC_URL", PUBLIC_URL),
    ):
        monkeypatch.setenv(name, value)
    yield opened
    background_loop.run(opened.close())


async def _put(*rows: BotTokenRow) -> None:
    store = Store.open("sqlite:///pactbot.db")
    async with store.begin() as c:
        for row in rows:
            await bot_tokens.put(c, row)
    await store.close()


@pytest.mark.usefixtures("slack")
def test_complete_settings_are_ok_and_say_where_the_app_is_installed(call: Call) -> None:
    done = call("check", "--slack")
    assert done.code == 0, done.out
    assert f"{PUBLIC_URL}/slack/install" in done.out
    assert "HTTP, at /slack/events" in done.out
    assert "none yet" in done.out


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SLACK_CLIENT_SECRET", "", "SLACK_CLIENT_SECRET is missing"),
        ("PACT_SECRET_KEY", "", "pactbot secret-key"),
        ("PACT_PUBLIC_URL", "", "PACT_PUBLIC_URL is missing"),
        ("SLACK_CLIENT_SECRET", "hunter2", "bad_client_secret → compare SLACK_CLIENT_ID"),
        ("SLACK_CLIENT_ID", "1.2", "invalid_client_id"),
        ("SLACK_SIGNING_SECRET", "", "no transport is set"),
        ("PACT_SLACK_API_URL", "http://127.0.0.1:9/api/", "Slack was not reached"),
    ],
)
@pytest.mark.usefixtures("slack")
def test_what_is_wrong_is_a_row(call: Call, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    monkeypatch.setenv(name, value)
    done = call("check", "--slack")
    assert done.code == 1
    assert said in done.out
    assert "hunter2" not in done.out


@pytest.mark.usefixtures("slack")
def test_a_token_that_no_key_opens_is_a_row_and_the_others_are_counted(call: Call) -> None:
    assert call("migrate").code == 0
    now = datetime(2026, 3, 2, tzinfo=UTC)
    good = TokenCipher([SECRET_KEY]).encrypt("xoxb-1", owner_of("T1", ""))
    asyncio.run(_put(BotTokenRow("T1", "", good, now), BotTokenRow("T2", "", "lost", now)))
    done = call("check", "--slack")
    assert done.code == 1
    assert "ok     workspaces    2\n" in done.out
    assert "wrong  workspace T2  no key of PACT_SECRET_KEY opens its token → add the key" in done.out
