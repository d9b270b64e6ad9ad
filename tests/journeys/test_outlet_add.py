"""An operator adds an outlet by its address while the bot runs: the bot reads it, and a card follows."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from scrapers.fake_outlets.demo import load_demo
from scrapers.fake_outlets.fake_articles import FakeArticle
from tests.support.console_process import Process
from tests.support.journey import Journey

STEPS = {step.article.slug: step for step in load_demo()}
TEXT = tuple(
    f"The harbour council met for the {n} time this year and spoke about its lighthouse at length." for n in "123"
)


@pytest.fixture
def transport() -> str:
    """One transport is enough: outlets do not depend on it."""
    return "socket"


async def test_an_added_outlet_is_read_and_becomes_a_card(
    journey: Journey, call: Callable[..., Awaitable[Process]]
) -> None:
    journey.look_seconds = 0.1
    journey.read_only("hanbit")
    for n in range(3):
        old = FakeArticle(f"harbour-{n}", f"The harbour council discusses lighthouse number {n}", TEXT)
        journey.fake_outlets.publish("seoul-courier", old, datetime.now(UTC) - timedelta(hours=n + 1))
    await journey.start()
    feed = journey.fake_outlets.source_url("seoul-courier")
    adding = await call("outlet", "add", feed, "--key", "seoul-courier", "--yes", **journey.environment())
    assert await adding.end() == 0, adding.output()
    assert "It would read now: 3 entries by its feed; newest " in adding.output()
    assert "One article: The harbour council discusses lighthouse number 0\n" in adding.output()
    spec = journey.folder / "outlets" / "seoul-courier.toml"
    often, changed = re.subn(r"every_minutes = \d+", "every_minutes = 0.01", spec.read_text("utf-8"))
    assert changed == 1
    spec.write_text(often, "utf-8")
    await journey.read_again("seoul-courier")
    journey.fake_outlets.publish("seoul-courier", STEPS["plan-signed-courier"].article)
    await journey.card("sign first action plan", "The Seoul Courier")
    assert "2 of 2 sources read" in await journey.ask("status")
    journey.assert_nothing_twice()
