"""A request that was acknowledged before a kill is handled once after the next start, and answered at most once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.store import inbound
from bot.store.engine import Store
from tests.support.journey import Journey

Call = Callable[..., Any]


@pytest.fixture
def begin(journey: Journey, call: Call, free_port: Callable[[], int]) -> Call:
    """Starts the bot as a process of its own, over either transport, and waits until it works."""
    journey.read_only("hanbit")

    async def begun() -> Any:
        port = free_port()
        process = await call("run", **journey.environment(PORT=str(port)))
        await process.until_output("started")
        if journey.transport == "http":
            journey.slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        return process

    return begun


async def kill(journey: Journey, process: Any) -> None:
    """Kills the process and ends the leases that it held."""
    process.running.kill()
    await process.end()
    with sqlite3.connect(journey.database) as c:
        c.execute("UPDATE inbound SET lease_until_at = heard_at WHERE handled_at IS NULL")
    c.close()


async def until_handled(journey: Journey, command: Any) -> None:
    """Waits until every request is handled and this one is answered."""
    await journey.settled("SELECT 1 WHERE NOT EXISTS (SELECT id FROM inbound WHERE handled_at IS NULL)", 20)
    await command.answers()


async def test_a_change_that_was_only_acknowledged_is_made_once_and_posted_once(journey: Journey, begin: Call) -> None:
    first = await begin()
    await journey.settled("SELECT id FROM deliveries WHERE state = 'sent'")  # the subscription is posted and settled
    journey.slack.faults.delay("users.info", 60.0)  # the answer waits for the person's language
    result = await journey.slack.command("quiet 22:00-07:00", channel="policy", user="dana")
    assert result.acked
    assert await journey.rows("SELECT id FROM changes WHERE what = 'quiet_on'") == []
    await kill(journey, first)
    await begin()
    await journey.post("22:00")
    await until_handled(journey, result)
    assert len(await journey.rows("SELECT id FROM changes WHERE what = 'quiet_on'")) == 1
    assert len([m for m in journey.posts() if "22:00" in str(m["blocks"])]) == 1
    assert len(result.messages()) == 1
    journey.assert_nothing_twice()


@pytest.mark.parametrize("transport", ["http"])
async def test_a_question_that_was_only_acknowledged_is_answered_once(journey: Journey, begin: Call) -> None:
    first = await begin()
    journey.slack.faults.delay("users.info", 60.0)
    result = await journey.slack.command("status", channel="policy", user="dana")
    assert result.acked
    assert result.messages() == []
    await kill(journey, first)
    await begin()
    await until_handled(journey, result)
    assert len(result.messages()) == 1


@pytest.mark.parametrize("transport", ["http"])
async def test_an_answer_that_slack_received_is_not_sent_again(journey: Journey, begin: Call) -> None:
    first = await begin()
    journey.slack.faults.delay("response_url", 60.0)  # Slack shows it, and the process gets no response
    result = await journey.slack.command("status", channel="policy", user="dana")
    await result.answers()
    await kill(journey, first)
    again = await begin()
    later = await journey.slack.command("help", channel="policy", user="junho")
    await until_handled(journey, later)
    assert len(result.messages()) == 1
    assert "inbound_retried" not in again.output()


@pytest.mark.parametrize("transport", ["socket"])
async def test_a_change_that_slack_received_is_not_made_again(journey: Journey, begin: Call) -> None:
    first = await begin()
    await journey.settled("SELECT id FROM deliveries WHERE state = 'sent'")  # the subscription is posted and settled
    journey.slack.faults.delay("chat.postMessage", 60.0, journey.slack.channel("policy"))
    result = await journey.slack.command("quiet 22:00-07:00", channel="policy", user="dana")
    assert result.acked
    await journey.post("22:00")  # Slack has it, and the process gets no response
    await kill(journey, first)
    again = await begin()
    later = await journey.slack.command("help", channel="policy", user="junho")
    await until_handled(journey, later)
    assert len(await journey.rows("SELECT id FROM changes WHERE what = 'quiet_on'")) == 1
    assert "inbound_retried" not in again.output()
    journey.assert_nothing_twice()


@pytest.mark.parametrize("transport", ["socket"])
async def test_an_unhandled_request_is_retried_while_the_bot_runs(journey: Journey) -> None:
    journey.read_only("hanbit")
    await journey.start(baseline=False)
    asker = {
        "team": journey.slack.team_id,
        "user": journey.slack.user("dana"),
        "channel": journey.slack.channel("policy"),
    }
    kept = {"asker": {**asker, "direct": False}, "line": "quiet 22:00-07:00", "response_url": None}
    store = Store.open(f"sqlite:///{journey.database}")
    async with store.begin() as c:  # as a request that the last process left unhandled
        heard_at = datetime(2026, 1, 1, tzinfo=UTC)
        await inbound.add(c, journey.slack.team_id, "left-1", "request", kept, heard_at)
    await store.close()
    await journey.post("22:00", timeout_seconds=20)
    await journey.settled("SELECT id FROM inbound WHERE id = 'left-1' AND shown_at IS NOT NULL AND payload = '{}'")
    await journey.see(
        lambda: [each for each in journey.slack.messages("policy", viewer="dana") if each.get("is_ephemeral")],
        "the answer",
    )
