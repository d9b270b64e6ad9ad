"""Operators hear of an outlet's trouble once and of its end once; readers hear nothing, and no news is no trouble."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.model import Job
from bot.store import jobs
from bot.store.engine import Store
from tests.support.journey import Journey, words_of


@pytest.fixture
def transport() -> str:
    """One transport is enough: outlets do not depend on it."""
    return "socket"


@pytest.fixture
async def reading(journey: Journey) -> Journey:
    """The bot reads two outlets, and has a channel for its operators."""
    journey.read_only("seoul-courier", "hanbit")
    journey.given = {"operators_channel": journey.slack.add_channel("ops")}
    journey.look_seconds = 0.1
    return journey


async def look_at_outlets(journey: Journey) -> None:
    """Runs the job that looks at outlets now, and waits until it and what it enqueued are done."""
    store = Store.open(f"sqlite:///{journey.database}")
    async with store.begin() as c:
        await jobs.enqueue(c, [Job("cleanup")], datetime.now(UTC))
    await store.close()
    await journey.settled("SELECT 1 WHERE NOT EXISTS (SELECT id FROM jobs WHERE name = 'cleanup')")
    await journey.settled("SELECT 1 WHERE NOT EXISTS (SELECT id FROM deliveries WHERE state IN ('due', 'sending'))")


def told(journey: Journey) -> list[str]:
    """What the operators read, in order."""
    return [words_of(post) for post in journey.posts("ops")]


@pytest.mark.parametrize(
    ("status", "why"),
    [(503, "HTTP 503"), pytest.param(304, "answers 304 (not modified)", marks=pytest.mark.long)],
)
async def test_an_outlet_that_fails_is_told_once_and_its_end_once(reading: Journey, status: int, why: str) -> None:
    reading.fake_outlets.fail("seoul-courier", "status", status)
    await reading.start(baseline=False)
    three_intervals = "julianday('now') - julianday(failing_since) > 2.0 / 86400"
    await reading.settled(f"SELECT url FROM sources WHERE {three_intervals}")
    await look_at_outlets(reading)
    (begin,) = told(reading)
    assert "The Seoul Courier has not been readable since" in begin
    assert why in begin
    await reading.restart()
    await look_at_outlets(reading)
    assert told(reading) == [begin]
    reading.fake_outlets.recover("seoul-courier")
    await reading.settled("SELECT url FROM sources WHERE outlet = 'seoul-courier' AND failing_since IS NULL", 30)
    for _ in range(2):
        await look_at_outlets(reading)
        assert told(reading)[1:] == [told(reading)[-1]]
    assert "The Seoul Courier is read again." in told(reading)[-1]
    assert not any("Courier" in words_of(post) for post in reading.posts("policy"))


async def test_an_outlet_without_news_is_no_trouble(reading: Journey) -> None:
    await reading.start()
    for _ in range(2):
        await reading.read_again("seoul-courier", "hanbit")
        await look_at_outlets(reading)
    assert told(reading) == []
    assert "failing" not in await reading.ask("status")


async def test_a_fault_in_a_spec_is_told_once_and_its_end_once(reading: Journey) -> None:
    await reading.start()
    courier = reading.folder / "outlets" / "seoul-courier.toml"
    spec = courier.read_text("utf-8")
    courier.write_text(spec + "\nbroken", "utf-8")
    await reading.post("An outlet's spec cannot be used", "seoul-courier.toml", channel="ops")
    courier.write_text(spec, "utf-8")
    await reading.post("An outlet's spec can be used again.", channel="ops")
    await reading.read_again("seoul-courier", "hanbit")
    assert len(told(reading)) == 2
