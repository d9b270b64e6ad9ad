"""`pactbot run` with its own numbers: 45 s of quarantine, one post a second, a drain of at most 15 s."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from handlers.fake_slack.limits import Pace

pytestmark = pytest.mark.long

SETTLED_SECONDS = 90.0
QUARANTINE_SECONDS = 45.0
BETWEEN_READS_SECONDS = 20.0
STOP_SECONDS = 15.0
STATES = "SELECT p.slack_id, d.state FROM deliveries d JOIN destinations p ON p.id = d.destination"
POST = "chat.postMessage"


def assert_whole(figures: Any) -> None:
    """Nothing lost, doubled, out of order, without a row, or still open."""
    assert (figures.lost, figures.doubled, figures.disordered) == (0, 0, 0)
    assert (figures.rowless, figures.strangers, figures.unsettled) == (0, 0, 0)


async def test_a_post_in_doubt_is_settled_in_time_and_never_sent_again_too_early(
    staged: Callable[..., Any], say: Callable[[str], None]
) -> None:
    """Three doubts: an answer that was cut off, a bot killed before it read one, a message that never arrived."""
    async with staged(channels=4, pace=Pace()) as stage:
        cut, late, never, _ = (stage.slack.channel(f"desk-{number}") for number in range(4))
        stage.slack.faults.drop_after_accept(POST, cut)
        stage.slack.faults.delay(POST, 30.0, late)
        stage.slack.faults.drop_before(POST, never)
        await stage.write_until(8, 4)
        bot = await stage.run()
        await stage.posts(3)
        wanted = {(late, "sending"), (cut, "unknown"), (never, "unknown")}
        assert await stage.until(lambda: wanted <= set(stage.rows(STATES)), 20)
        tried_at = time.time()
        await stage.kill(bot)
        killed_at = time.monotonic()
        bot = await stage.run()
        await stage.settled(SETTLED_SECONDS - (time.monotonic() - killed_at))
        took_seconds = time.monotonic() - killed_at
        figures = stage.verdict()
        say(f"\nown terms: settled {took_seconds:.0f} s after the kill; {figures}")
        assert_whole(figures)
        assert figures.messages == 8
        asked = [
            call.at for call in stage.slack.calls if call.args.get("channel") == never and "history" in call.method
        ]
        again = [call.at for call in stage.slack.calls if call.args.get("channel") == never and call.method == POST]
        assert sum(at < again[0] for at in asked) == 2
        assert asked[0] - tried_at >= QUARANTINE_SECONDS - 5
        assert asked[1] - asked[0] >= BETWEEN_READS_SECONDS
        await stage.stop(bot)
        assert stage.lines == []


async def test_told_to_stop_under_load_it_leaves_nothing_on_the_way(
    staged: Callable[..., Any], say: Callable[[str], None]
) -> None:
    async with staged(channels=20, pace=Pace()) as stage:
        slow = stage.slack.faults.delay(POST, 2.0, times=None)
        await stage.write_until(60, 20)
        bot = await stage.run()
        await stage.posts(10)
        took_seconds = await stage.stop(bot, STOP_SECONDS)
        left = stage.rows("SELECT state, worker, lease_until_at FROM deliveries WHERE state != 'due'")
        posted = stage.accepted
        assert {state for state, _, _ in left} == {"sent"}
        assert [row for row in left if row[1] or row[2]] == []
        assert len(left) == posted < 60
        slow.times = slow.hits
        bot = await stage.run()
        await stage.settled(60)
        await stage.stop(bot)
        say(f"\nstop under load: {took_seconds:.1f} s with {posted} of 60 posted; {stage.verdict()}")
        assert_whole(stage.verdict())
        assert stage.lines == []
