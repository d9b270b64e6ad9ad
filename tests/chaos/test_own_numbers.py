"""`pactbot run` keeps its promises with its own numbers: 45 s of quarantine, a post a second, a stop in 15 s."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from handlers.fake_slack.limits import Pace
from tests.chaos.figures import Figures

pytestmark = pytest.mark.long

SETTLED_SECONDS = 90.0
QUARANTINE_SECONDS = 45.0
BETWEEN_READS_SECONDS = 20.0
STOP_SECONDS = 15.0
STATES = "SELECT p.slack_id, d.state FROM deliveries d JOIN destinations p ON p.id = d.destination"
POST = "chat.postMessage"


def assert_nothing_wrong(figures: Figures) -> None:
    """Check that nothing is lost, doubled, out of order, without a row, or unsettled."""
    assert (figures.lost, figures.doubled, figures.out_of_order) == (0, 0, 0)
    assert (figures.without_row, figures.unexpected, figures.unsettled) == (0, 0, 0)


async def test_an_unknown_post_is_settled_in_time_and_never_sent_again_too_early(
    open_harness: Callable[..., Any], report: Callable[[str], None]
) -> None:
    """Three unknown posts: a dropped answer, a bot killed before its answer, a request that never arrived."""
    async with open_harness(channels=4, pace=Pace()) as harness:
        cut, late, never, _ = (harness.slack.channel(f"policy-{number}") for number in range(4))
        harness.slack.faults.drop_after_accept(POST, cut)
        harness.slack.faults.delay(POST, 30.0, late)
        harness.slack.faults.drop_before(POST, never)
        await harness.enqueue_until(8, 4)
        bot = await harness.run()
        await harness.posts(3)
        wanted = {(late, "sending"), (cut, "unknown"), (never, "unknown")}
        assert await harness.until(lambda: wanted <= set(harness.rows(STATES)), 20)
        tried_at = time.time()
        await harness.kill(bot)
        killed_at = time.monotonic()
        bot = await harness.run()
        await harness.settled(SETTLED_SECONDS - (time.monotonic() - killed_at))
        took_seconds = time.monotonic() - killed_at
        figures = harness.compare()
        report(f"\nown numbers: settled {took_seconds:.0f} s after the kill; {figures}")
        assert_nothing_wrong(figures)
        assert figures.messages == 8
        reads = [
            call.at for call in harness.slack.calls if call.args.get("channel") == never and "history" in call.method
        ]
        posts = [call.at for call in harness.slack.calls if call.args.get("channel") == never and call.method == POST]
        assert sum(at < posts[0] for at in reads) == 2
        assert reads[0] - tried_at >= QUARANTINE_SECONDS - 5
        assert reads[1] - reads[0] >= BETWEEN_READS_SECONDS
        await harness.stop(bot)
        assert harness.lines == []


async def test_a_stop_under_load_leaves_nothing_in_sending(
    open_harness: Callable[..., Any], report: Callable[[str], None]
) -> None:
    async with open_harness(channels=20, pace=Pace()) as harness:
        slow = harness.slack.faults.delay(POST, 2.0, times=None)
        await harness.enqueue_until(60, 20)
        bot = await harness.run()
        await harness.posts(10)
        took_seconds = await harness.stop(bot, STOP_SECONDS)
        left = harness.rows("SELECT state, worker, lease_until_at FROM deliveries WHERE state != 'due'")
        posted = harness.accepted
        assert {state for state, _, _ in left} == {"sent"}
        assert [row for row in left if row[1] or row[2]] == []
        assert len(left) == posted < 60
        slow.times = slow.hits
        bot = await harness.run()
        await harness.settled(60)
        await harness.stop(bot)
        report(f"\nstop under load: {took_seconds:.1f} s with {posted} of 60 posted; {harness.compare()}")
        assert_nothing_wrong(harness.compare())
        assert harness.lines == []
