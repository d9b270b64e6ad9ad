"""A feed that names a hub is read as soon as the hub pushes; forged pushes do nothing, and polling goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.store.engine import Store
from scrapers.fake_outlets.demo import load_demo
from tests.support.fake_hub import PUBLIC_URL, FakeHub, running_hub
from tests.support.journey import EVERY_MINUTES, PATIENCE_SECONDS, Journey, Transport

STEPS = {step.article.slug: step for step in load_demo()}
LONG_MINUTES = 600.0
ACTIVE = "SELECT token FROM hub_subscriptions WHERE state = 'active'"


BOTH_TRANSPORTS = pytest.mark.parametrize("transport", ["socket", "http"])


@pytest.fixture
def transport() -> Transport:
    """One transport is enough for most: hubs do not depend on it."""
    return "socket"


@pytest.fixture
async def hub(journey: Journey) -> AsyncIterator[FakeHub]:
    """A hub that the outlet names; the bot trusts its address and has one of its own."""
    async with running_hub() as hub:
        journey.read_only("hanbit", every_minutes=LONG_MINUTES)
        journey.fake_outlets.publish("hanbit", STEPS["base-budget-hanbit"].article)
        journey.fake_outlets.name_hub("hanbit", hub.url)
        trusted = journey.fake_outlets.trusted | {hub.address}
        journey.given = {"public_url": PUBLIC_URL, "trusted_addresses": trusted}
        yield hub
        await journey.close()


async def start(journey: Journey, hub: FakeHub) -> None:
    """Starts the bot, which the hub can reach from the first."""

    def port() -> int:
        assert journey.app is not None
        assert journey.app.http is not None
        return journey.app.http.port

    hub.bot_port = port
    await journey.start(baseline=False)


async def until_followed(journey: Journey, hub: FakeHub) -> None:
    """Waits until the bot and the hub know that the hub pushes."""
    await journey.settled(ACTIVE)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await hub.subscribed.wait()


def publish(journey: Journey, slug: str) -> None:
    journey.fake_outlets.publish("hanbit", STEPS[slug].article)


def readings(journey: Journey) -> int:
    """How often the outlet's feed was asked for."""
    return sum(request.path == "/rss/all.xml" for request in journey.fake_outlets.requests)


@BOTH_TRANSPORTS
async def test_a_push_has_an_article_told_within_seconds_once(journey: Journey, hub: FakeHub) -> None:
    await start(journey, hub)
    await until_followed(journey, hub)
    (request,) = hub.asked
    assert request["hub.mode"] == "subscribe"
    assert request["hub.topic"] == journey.fake_outlets.source_url("hanbit")
    publish(journey, "plan-signed-hanbit")
    assert readings(journey) == 1
    assert await hub.push("<rss>아무 말</rss>".encode()) == [202]
    await journey.card("이행계획 서명")
    assert await hub.push(b"") == [202]
    await journey.settled("SELECT url FROM hub_subscriptions WHERE push_due_at IS NULL")
    assert readings(journey) <= 3
    assert len(journey.cards()) == 1
    journey.assert_nothing_twice()


async def test_a_forged_push_does_nothing(journey: Journey, hub: FakeHub) -> None:
    await start(journey, hub)
    await until_followed(journey, hub)
    publish(journey, "plan-signed-hanbit")
    assert await hub.push(b"<rss/>", secret="another secret") == [202]
    (callback,) = hub.subscribers
    assert await hub.call("POST", callback, data=b"<rss/>") == (202, "")
    assert (await hub.call("POST", f"{PUBLIC_URL}/websub/{'a' * 43}", data=b"<rss/>"))[0] == 404
    assert await journey.rows("SELECT url FROM hub_subscriptions WHERE push_due_at IS NOT NULL") == []
    assert await journey.rows("SELECT id FROM jobs WHERE name = 'scrape'") == []
    assert readings(journey) == 1
    assert journey.cards() == []


async def test_a_lease_is_renewed_and_an_outlet_that_is_switched_off_is_unsubscribed(
    journey: Journey, hub: FakeHub
) -> None:
    hub.verifies_first = True
    await start(journey, hub)
    await until_followed(journey, hub)
    await journey.stop()
    await set_next_try(journey)
    await start(journey, hub)
    await journey.settled(f"{ACTIVE} AND next_try_at > '2020-01-01'")
    assert [request["hub.mode"] for request in hub.asked] == ["subscribe", "subscribe"]
    assert len({request["hub.callback"] for request in hub.asked}) == 1
    assert len(hub.subscribers) == 1
    await journey.stop()
    (journey.folder / "outlets" / "hanbit.toml").unlink()
    journey.read_only("seoul-courier", every_minutes=LONG_MINUTES)
    await start(journey, hub)
    await journey.settled("SELECT 1 WHERE NOT EXISTS (SELECT url FROM hub_subscriptions)")
    assert [request["hub.mode"] for request in hub.asked] == ["subscribe", "subscribe", "unsubscribe"]
    assert hub.subscribers == {}


async def set_next_try(journey: Journey) -> None:
    """Lets the lease be almost over."""
    from sqlalchemy import text

    store = Store.open(f"sqlite:///{journey.database}")
    async with store.begin() as c:
        await c.execute(text("UPDATE hub_subscriptions SET next_try_at = '2000-01-01 00:00:00.000000'"))
    await store.close()


async def test_a_hub_that_is_down_alarms_nobody_and_polling_goes_on(journey: Journey, hub: FakeHub) -> None:
    hub.status = 503
    journey.read_only("hanbit", every_minutes=EVERY_MINUTES)
    journey.given["operators_channel"] = journey.slack.add_channel("ops")
    await start(journey, hub)
    await journey.settled("SELECT url FROM hub_subscriptions WHERE state = 'failed' AND reason = 'HTTP 503'")
    publish(journey, "plan-signed-hanbit")
    await journey.card("이행계획 서명")
    assert len(hub.asked) == 1
    assert journey.posts("ops") == []


@BOTH_TRANSPORTS
async def test_without_a_public_address_no_hub_is_asked_and_there_is_no_callback(
    journey: Journey, hub: FakeHub
) -> None:
    del journey.given["public_url"]
    await start(journey, hub)
    await journey.settled("SELECT url FROM sources WHERE baseline_at IS NOT NULL")
    assert (await hub.call("GET", f"{PUBLIC_URL}/websub/{'a' * 43}"))[0] == 404
    assert (await hub.call("DELETE", f"{PUBLIC_URL}/websub/{'a' * 43}"))[0] == 404
    assert hub.asked == []
    assert await journey.rows("SELECT url FROM hub_subscriptions") == []
