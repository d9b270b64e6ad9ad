"""The bot as a process whose clock is set back and forth by libfaketime goes on reading and posting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scrapers.fake_outlets.demo import load_demo
from tests.support.journey import Journey

pytestmark = pytest.mark.long

STEPS = {step.article.slug: step for step in load_demo()}
LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
OFFSETS = ("+0", "-5h", "+22h", "-5h", "+0")
"""The clock is right, put back by five hours, forward by 27, back again, and right again."""
READINGS = 2
WITHIN_SECONDS = 120.0
"""The clock is checked every 20 seconds; the outlet is read every six seconds."""


@pytest.fixture
def transport() -> str:
    """One transport is enough: clocks are the same over both."""
    return "socket"


@pytest.mark.skipif(not LIBRARIES, reason="libfaketime is missing (Debian's package faketime)")
async def test_a_clock_that_is_set_silences_nothing(journey: Journey, call: Callable[..., Any], tmp_path: Path) -> None:
    journey.read_only("hanbit", every_minutes=0.1)
    offset = tmp_path / "offset"
    offset.write_text(OFFSETS[0])
    faked = {
        "LD_PRELOAD": str(LIBRARIES[0]), "FAKETIME_TIMESTAMP_FILE": str(offset), "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1", "PACT_LOG": "json",
    }  # fmt: skip
    process = await call("run", **journey.environment(**faked))
    await process.until_output("started")
    # a post whose outcome a step of the clock leaves unknown is read back first, and others wait behind it, for minutes
    await journey.post("S1", timeout_seconds=WITHIN_SECONDS)
    for step in OFFSETS:
        known = sum(request.outlet == "hanbit" for request in journey.fake_outlets.requests)
        offset.write_text(step)
        async with asyncio.timeout(WITHIN_SECONDS):
            await journey.fake_outlets.wait_for_requests("hanbit", times=known + READINGS)
    journey.fake_outlets.publish("hanbit", STEPS["plan-signed-hanbit"].article)
    await journey.card("이행계획 서명", timeout_seconds=WITHIN_SECONDS)
    journey.assert_nothing_twice()
    assert "clock_was_put_back" in process.output()
    assert "Traceback" not in process.output()
