"""What was acknowledged when the process was killed: done once after the next start, and shown at most once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.store import inbound
from bot.store.engine import Store

Call = Callable[..., Any]


@pytest.fixture
def begin(house: Any, call: Call, free_port: Callable[[], int]) -> Call:
    """Starts the bot as a process of its own, over either transport; back when it works."""
    house.read_only("hanbit")

    async def begun() -> Any:
        port = free_port()
        process = await call("run", **house.environment(PORT=str(port)))
        await process.says("started")
        if house.transport == "http":
            house.slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        return process

    return begun


async def kill(house: Any, process: Any) -> None:
    """SIGKILL, and the lease of what it held runs out."""
    process.running.kill()
    await process.end()
    with sqlite3.connect(house.database) as c:
        c.execute("UPDATE inbound SET lease_until_at = heard_at WHERE handled_at IS NULL")
    c.close()


async def settled(house: Any, command: Any) -> None:
    """Until nothing that was heard is left, and the answer to this one stands."""
    await house.settled("SELECT 1 WHERE NOT EXISTS (SELECT id FROM inbound WHERE handled_at IS NULL)", 20)
    await command.answers()


async def test_a_change_that_was_only_acknowledged_is_made_once_and_said_once(house: Any, begin: Call) -> None:
    first = await begin()
    await house.settled("SELECT id FROM deliveries WHERE state = 'sent'")  # the subscription is said and done with
    house.slack.faults.delay("users.info", 60.0)  # the answer waits a moment for the person's language
    result = await house.slack.command("quiet 22:00-07:00", channel="policy", user="dana")
    assert result.acked
    assert await house.rows("SELECT id FROM changes WHERE what = 'quiet_on'") == []
    await kill(house, first)
    await begin()
    await house.post("22:00")
    await settled(house, result)
    assert len(await house.rows("SELECT id FROM changes WHERE what = 'quiet_on'")) == 1
    assert len([m for m in house.posts() if "22:00" in str(m["blocks"])]) == 1
    assert len(result.messages()) == 1
    house.assert_nothing_twice()


async def test_a_question_that_was_only_acknowledged_is_answered_once(house: Any, begin: Call) -> None:
    first = await begin()
    house.slack.faults.delay("users.info", 60.0)
    result = await house.slack.command("status", channel="policy", user="dana")
    assert result.acked
    assert result.messages() == []
    await kill(house, first)
    await begin()
    await settled(house, result)
    assert len(result.messages()) == 1


async def test_an_answer_that_was_on_its_way_is_not_shown_again(house: Any, begin: Call) -> None:
    first = await begin()
    house.slack.faults.delay("response_url", 60.0)  # it is shown, and the process never hears of it
    result = await house.slack.command("status", channel="policy", user="dana")
    await result.answers()
    await kill(house, first)
    again = await begin()
    later = await house.slack.command("help", channel="policy", user="junho")
    await settled(house, later)
    assert len(result.messages()) == 1
    assert "taken_up_again" not in again.said()


async def test_a_change_whose_answer_was_cut_off_is_not_made_again(house: Any, begin: Call) -> None:
    first = await begin()
    await house.settled("SELECT id FROM deliveries WHERE state = 'sent'")  # the subscription is said and done with
    house.slack.faults.delay("chat.postMessage", 60.0, house.slack.channel("policy"))
    result = await house.slack.command("quiet 22:00-07:00", channel="policy", user="dana")
    assert result.acked
    await house.post("22:00")  # it stands there, and the process never hears of it
    await kill(house, first)
    again = await begin()
    later = await house.slack.command("help", channel="policy", user="junho")
    await settled(house, later)
    assert len(await house.rows("SELECT id FROM changes WHERE what = 'quiet_on'")) == 1
    assert "taken_up_again" not in again.said()
    house.assert_nothing_twice()


async def test_what_is_left_while_the_bot_runs_is_taken_up(house: Any) -> None:
    house.read_only("hanbit")
    await house.start(baseline=False)
    asker = {"team": house.slack.team_id, "user": house.slack.user("dana"), "channel": house.slack.channel("policy")}
    kept = {"asker": {**asker, "direct": False}, "line": "quiet 22:00-07:00", "response_url": None}
    store = Store.open(f"sqlite:///{house.database}")
    async with store.begin() as c:  # as an event that the last process could not mark
        heard_at = datetime(2026, 1, 1, tzinfo=UTC)
        await inbound.remember(c, house.slack.team_id, "left-1", "request", kept, heard_at)
    await store.close()
    await house.post("22:00", timeout_seconds=20)
    await house.settled("SELECT id FROM inbound WHERE id = 'left-1' AND shown_at IS NOT NULL AND payload = '{}'")
    await house.see(
        lambda: [each for each in house.slack.messages("policy", viewer="dana") if each.get("is_ephemeral")],
        "the answer",
    )
