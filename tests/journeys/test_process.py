"""The bot as a process: its start, the line that it prints when it cannot start, and its end."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest

from bot.app import App
from bot.composition import load_config
from bot.errors import StoreUnready
from handlers.fake_slack import FakeSlack
from scrapers.fake_outlets.demo import load_demo
from tests.support.databases import postgresql_server
from tests.support.journey import Journey

STEPS = {step.article.slug: step for step in load_demo()}


Call = Callable[..., Any]


@pytest.fixture
def transport() -> str:
    """One transport is enough: the process is the same over both."""
    return "socket"


def one_line(output: str) -> str:
    """The output, which must be one line."""
    lines = output.strip().splitlines()
    assert len(lines) == 1, output
    return lines[0]


# ── how it ends ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("how", ["SIGTERM", "group"])
async def test_a_signal_ends_the_process_and_no_delivery_stays_claimed(journey: Journey, call: Call, how: str) -> None:
    journey.read_only("hanbit")
    process = await call("run", **journey.environment())
    await process.until_output("started")
    await journey.read_again()
    journey.slack.faults.delay("chat.postMessage", 1.5, journey.slack.channel("policy"), times=None)
    journey.fake_outlets.publish("hanbit", STEPS["plan-signed-hanbit"].article)
    await journey.card("이행계획 서명")  # Slack has it and has not answered yet
    if how == "group":
        os.killpg(process.running.pid, signal.SIGINT)
    else:
        process.running.send_signal(signal.Signals[how])
    assert await process.end() == 0, process.output()
    assert await journey.rows("SELECT state FROM deliveries WHERE kind = 'card'") == [("sent",)]
    assert "Traceback" not in process.output()


async def test_after_a_kill_in_the_middle_of_a_post_nothing_is_posted_twice(journey: Journey, call: Call) -> None:
    journey.read_only("hanbit")
    process = await call("run", **journey.environment())
    await process.until_output("started")
    await journey.read_again()
    journey.slack.faults.delay("chat.postMessage", 60.0, journey.slack.channel("policy"))
    journey.fake_outlets.publish("hanbit", STEPS["plan-signed-hanbit"].article)
    card = await journey.card("이행계획 서명")
    process.running.kill()
    await process.end()
    assert await journey.rows("SELECT state FROM deliveries WHERE kind = 'card'") == [("sending",)]
    with sqlite3.connect(journey.database) as c:  # as if the lease had ended meanwhile
        c.execute("UPDATE deliveries SET lease_until_at = created_at WHERE state = 'sending'")
        c.execute("UPDATE jobs SET lease_until_at = put_at WHERE state = 'running'")
        c.execute("UPDATE hosts SET next_turn_at = written_at")  # the killed process may have been asking the outlet
    c.close()
    await journey.start()
    await journey.settled(f"SELECT id FROM deliveries WHERE state = 'sent' AND ts = '{card['ts']}'")
    assert len(journey.cards()) == 1
    journey.assert_nothing_twice()


# ── what it says when it cannot start ──────────────────────────────────────────────────────────────────────


async def test_without_a_token_the_error_names_the_sandbox(call: Call) -> None:
    process = await call("run")
    assert await process.end() == 2
    assert "pactbot sandbox" in one_line(process.output())


async def test_a_token_of_the_wrong_kind_is_named(call: Call) -> None:
    process = await call("run", SLACK_BOT_TOKEN="xoxp-secret", SLACK_APP_TOKEN="xapp-1")
    assert await process.end() == 2
    line = one_line(process.output())
    assert "SLACK_BOT_TOKEN" in line
    assert "secret" not in line


@pytest.mark.parametrize("which", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
async def test_a_refused_token_ends_the_process_with_one_line(journey: Journey, call: Call, which: str) -> None:
    token = journey.slack.bot_token if which == "SLACK_BOT_TOKEN" else journey.slack.app_token
    journey.slack.context.state.revoked_tokens[token] = "invalid_auth"
    process = await call("run", **journey.environment())
    assert await process.end() == 1
    line = one_line(process.output())
    assert which in line
    assert "refuses" in line


async def test_a_port_in_use_is_named_with_its_setting(journey: Journey, call: Call) -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        process = await call("run", **journey.environment(PORT=port))
        assert await process.end() == 1
        line = one_line(process.output())
        assert port in line
        assert "PORT" in line
        process = await call("sandbox", "--port", port)
        assert await process.end() == 1
        assert port in one_line(process.output())
        assert "--port" in one_line(process.output())


async def test_the_bot_waits_for_an_unreachable_slack(
    journey: Journey, call: Call, free_port: Callable[[], int]
) -> None:
    port = free_port()
    later = FakeSlack()
    settings = journey.environment(
        PACT_SLACK_API_URL=f"http://127.0.0.1:{port}/api/", PORT=str(own := free_port()),
        SLACK_BOT_TOKEN=later.bot_token, SLACK_APP_TOKEN=later.app_token,
        PACT_CHANNEL=later.channel("policy"),
    )  # fmt: skip
    process = await call("run", **settings)
    await process.until_output("slack_away")
    assert await _status(own, "healthz") == 200
    assert await _status(own, "readyz") == 503
    await later.start(port)
    try:
        await process.until_output("started")
        assert await _status(own, "readyz") == 200
        assert await _status(own, "metrics") == 200
        process.running.terminate()
        assert await process.end() == 0
    finally:
        await later.close()


async def test_a_stop_ends_the_wait_for_slack(journey: Journey, call: Call, free_port: Callable[[], int]) -> None:
    address = f"http://127.0.0.1:{free_port()}/api/"
    process = await call("run", **journey.environment(PACT_SLACK_API_URL=address))
    await process.until_output("slack_away")
    process.running.terminate()
    assert await process.end(5) == 0


async def _status(port: int, path: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/{path}") as answer:
        return answer.status


# ── a database without tables ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server of our own without tables."""
    with postgresql_server() as address:
        yield address


async def test_postgresql_without_a_schema_ends_the_start_and_names_migrate(journey: Journey, postgresql: str) -> None:
    journey.given = {"database_url": postgresql}
    app = App(load_config(journey.settings()), schema_wait_seconds=0.6)
    with pytest.raises(StoreUnready, match="pactbot migrate") as unready:
        await app.run(asyncio.Event())
    assert unready.value.exit_code == 1


async def test_a_schema_that_comes_in_time_lets_the_bot_start(journey: Journey, call: Call, postgresql: str) -> None:
    journey.read_only("hanbit")
    settings = journey.environment(PACT_DATABASE_URL=postgresql)
    process = await call("run", **settings)
    await process.until_output("schema_awaited")
    migrating = await call("migrate", PACT_DATABASE_URL=postgresql)
    assert await migrating.end() == 0, migrating.output()
    await process.until_output("started")
    journey.fake_outlets.publish("hanbit", STEPS["plan-signed-hanbit"].article)
    process.running.terminate()
    assert await process.end() == 0, process.output()


# ── the sandbox ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("how", ["SIGINT", "group"])
async def test_the_sandbox_serves_its_page_and_leaves_no_file_but_its_log_and_no_process(
    call: Call, tmp_path: Path, how: str, free_port: Callable[[], int]
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    port = free_port()
    of_an_installation = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "hunter2"}  # in .env, for example
    process = await call("sandbox", "--port", str(port), TMPDIR=str(folder), **of_an_installation)
    await process.until_output("The sandbox is open")
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/") as answer:
        assert answer.status == 200
        assert "<html" in await answer.text()
    await _first_post(port)
    children = psutil.Process(process.running.pid).children(recursive=True)
    if how == "group":
        os.killpg(process.running.pid, signal.SIGINT)
    else:
        process.running.send_signal(signal.SIGINT)
    assert await process.end() == 0, process.output()
    assert "Traceback" not in process.output()
    (log,) = (path.name for path in folder.iterdir())
    assert re.fullmatch(rf"pactbot-sandbox-{port}-\w+\.log", log), log
    assert log in process.output(), "it names its log at the start"
    assert [child for child in children if child.is_running()] == []


async def _first_post(port: int) -> None:
    """Waits until the bot has announced its subscription in #policy, read as any script can."""
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers={"Authorization": "Bearer xoxb-any"}) as slack:
        async with slack.get("/api/conversations.list") as answer:
            policy = next(one["id"] for one in (await answer.json())["channels"] if one["name"] == "policy")
        async with asyncio.timeout(20):
            while True:
                async with slack.get("/api/conversations.history", params={"channel": policy}) as answer:
                    if any("Subscribed S1" in one["text"] for one in (await answer.json()).get("messages", [])):
                        return
                await asyncio.sleep(1.5)
