"""Promise 1, with holds and bursts: kills and stopped processes turn no two stories of a channel around."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.queue.open_queue import migrate
from bot.store.engine import Store
from handlers.fake_slack import FakeSlack
from scrapers.fake_outlets.server import FakeOutlets
from tests.chaos.chaos_harness import FAST, ChaosHarness
from tests.chaos.order_harness import LAST_BURST, OUTLETS, OrderRun, PublishedStory, inverted_pairs
from tests.support.databases import postgresql_server

EVERY_MINUTES = 0.02
FLEET = ("slack", "clock", "worker", "worker")
"""On PostgreSQL each part is a process; when all is published, one worker dies for good."""
BURST_SECONDS = 40.0
"""A burst lasts ten minutes; here it is over soon, so that a run sees several."""
SETTLE_SECONDS = 420.0
"""A hold's end, the digest job a minute later, or five minutes later cards for which no roll-up was made."""


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield f"sqlite:///{tmp_path / 'pactbot.db'}"
        else:
            yield stack.enter_context(postgresql_server())


def with_outlets(fake_outlets: FakeOutlets, folder: Path) -> dict[str, str]:
    """Write the specs of the outlets that publish; the settings with which a bot reads them."""
    for spec in fake_outlets.write_specs(folder, EVERY_MINUTES):
        if spec.stem not in OUTLETS:
            spec.unlink()
    return {
        "PACT_OUTLETS": str(folder), "PACT_BUILTIN_OUTLETS": "off", "PACT_HOST_PAUSE_SECONDS": "0",
        "PACT_TRUSTED_ADDRESSES": ",".join(sorted(fake_outlets.trusted)),
    }  # fmt: skip


@pytest.mark.long
async def test_no_story_overtakes_another(
    database_url: str, tmp_path: Path, size: Callable[[str, Any], Any], report: Callable[[str], None]
) -> None:
    stories, channels, kills = size("stories", 12), size("channels", 3), size("order-kills", 8)
    seconds, seed = size("order-seconds", 40.0), size("seed", 1)
    parts = (None,) if database_url.startswith("sqlite:") else FLEET
    report(
        f"\norder: {stories} stories, {channels} channels, {kills} kills in {seconds:.0f} s, {len(parts)} process(es)"
    )
    store = Store.open(database_url)
    await migrate(store)
    await store.close()
    async with FakeSlack(pace=FAST, seed=seed) as slack, FakeOutlets() as fake_outlets:
        settings = with_outlets(fake_outlets, tmp_path / "outlets")
        names = [f"policy-{number}" for number in range(channels)]
        for name in names:
            slack.add_channel(name)
        harness = ChaosHarness(tmp_path, slack, report, database_url, **settings)
        harness.burst_seconds = BURST_SECONDS
        run = OrderRun(harness, fake_outlets, names, Random(seed), parts)
        try:
            await run.prepare()
            async with asyncio.timeout(2 * seconds + SETTLE_SECONDS):
                await run.run(stories, kills, seconds)
                if len(parts) > 1:
                    run.figures.held = await run.leave_one_worker()
                await run.settle(SETTLE_SECONDS)
            figures = run.compare()
            report(f"order: {figures}")
            assert (figures.lost, figures.doubled, figures.inverted) == (0, 0, 0), run.details()
            dead = len(parts) > 1
            assert figures.stories == stories + dead * LAST_BURST
            assert (figures.kills, figures.without_row) == (kills + dead, 0)
            assert (figures.held > 0) == dead
            assert [line for line in harness.lines if "job_set_aside" not in line] == [], "kills may meet a job thrice"
        finally:
            await harness.close()


def test_inverted_pairs_are_of_one_outlet_and_ten_seconds_apart() -> None:
    first, second = PublishedStory("hanbit", "a", 0.0), PublishedStory("hanbit", "b", 10.0)
    soon, other = PublishedStory("hanbit", "c", 9.9), PublishedStory("narae", "d", 60.0)
    assert inverted_pairs([first, second], ["b", "a"]) == [(first, second)]
    assert inverted_pairs([first, second], ["a", "b"]) == []
    assert inverted_pairs([first, soon, other], ["d", "c", "a"]) == []
