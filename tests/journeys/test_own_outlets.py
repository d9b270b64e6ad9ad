"""Spec files are live while the bot runs: a new outlet is read, a faulty file changes nothing, a removed one ends."""

from __future__ import annotations

import pytest

from scrapers.fake_outlets.demo import load_demo
from tests.support.journey import Journey

STEPS = {step.article.slug: step for step in load_demo()}


@pytest.fixture
def transport() -> str:
    """One transport is enough: outlets do not depend on it."""
    return "socket"


async def test_outlets_come_stay_and_go_without_a_restart(journey: Journey) -> None:
    folder = journey.folder / "outlets"
    journey.look_seconds = 0.1
    journey.read_only("hanbit", "seoul-courier")
    courier = folder / "seoul-courier.toml"
    spec = courier.read_text("utf-8")
    courier.unlink()
    await journey.start()
    courier.write_text(spec, "utf-8")
    await journey.read_again("seoul-courier")
    courier.write_text(spec + "\nbroken", "utf-8")
    journey.fake_outlets.publish("seoul-courier", STEPS["plan-signed-courier"].article)
    await journey.card("sign first action plan")
    assert "2 of 2 sources read" in await journey.ask("status")
    courier.unlink()
    await journey.read_again("hanbit")
    await journey.read_again("hanbit")
    assert "1 of 1 sources read" in await journey.ask("status")
    journey.assert_nothing_twice()
