"""The digest job takes each slot once, shows every story once, and loses none on the way to a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.deliveries.digest import ripe_matches
from bot.store import destinations
from tests.support.bot_harness import BotHarness

QUANTUM = "Seoul opens a quantum computing centre"
QUANTUM_TEXT = "Seoul opened a centre for quantum computing on Monday, and researchers moved in."


async def at_next(harness: BotHarness, hour: int, minute: int = 30) -> None:
    """Moves the clock to the next such local time in Seoul."""
    local = harness.at.astimezone(ZoneInfo("Asia/Seoul"))
    target = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    harness.at = (target if target > local else target + timedelta(days=1)).astimezone(UTC)


async def test_a_daily_subscription_gets_one_digest_however_often_the_job_runs(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert harness.slack.posts == {}
    await at_next(harness, 8)
    made = [await harness.digests.enqueue_due() for _ in range(3)]
    harness.start()
    assert [*made, await harness.digests.enqueue_due()] == [1, 0, 0, 0]
    await harness.deliver()
    (digest,) = harness.digests_in()
    assert [line.headline for part in digest.sections for line in part.lines] == [QUANTUM]
    assert (digest.late, digest.on.isoformat(), digest.alerted) == (False, "2026-03-03", 0)
    assert [(part.subscription, part.query, part.kind) for part in digest.sections] == [("S1", "quantum", "")]


async def test_an_empty_period_is_silent_for_a_subscription_and_an_all_clear_for_a_channel(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily")
    await harness.subscribe("quantum", channel="C2")
    await harness.ask("digest daily 08:30", channel="C2")
    await at_next(harness, 8)
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert harness.digests_in() == []
    assert [(digest.stories, digest.sections) for digest in harness.digests_in("C2")] == [(0, ())]


async def test_the_all_clear_counts_what_was_alerted(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    await harness.ask("digest daily 08:30")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    await at_next(harness, 8)
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert [(digest.stories, digest.alerted) for digest in harness.digests_in()] == [(0, 1)]
    await at_next(harness, 8)
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert [digest.alerted for digest in harness.digests_in()] == [1, 0]


async def test_a_digest_set_after_its_time_begins_tomorrow_also_while_away(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    channel = await harness.channel()
    async with harness.store.begin() as c:
        await destinations.set_state(c, channel.id, "away", "archived", harness.at)
    harness.slack.closed.add("C1")
    await harness.ask("digest daily 08:30")
    assert await harness.digests.enqueue_due() == 0
    harness.slack.closed.clear()
    await harness.ask("digest daily 08:30")
    assert await harness.digests.enqueue_due() == 0
    await at_next(harness, 8)
    assert await harness.digests.enqueue_due() == 1


async def test_a_missed_digest_is_made_up_for_once_and_says_that_it_is_late(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await at_next(harness, 8)
    harness.pass_time(days=3, hours=4)
    assert [await harness.digests.enqueue_due(), await harness.digests.enqueue_due()] == [1, 0]
    await harness.deliver()
    assert [digest.late for digest in harness.digests_in()] == [True]


async def test_a_match_after_an_empty_slot_waits_for_the_next_one(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    await at_next(harness, 8)
    assert await harness.digests.enqueue_due() == 0
    harness.pass_time(hours=3)
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT, at=harness.at - timedelta(hours=30))
    assert await harness.digests.enqueue_due() == 0
    await at_next(harness, 8)
    assert await harness.digests.enqueue_due() == 1


async def test_a_long_digest_has_its_pages_in_its_thread(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily")
    for n in range(14):
        words = [f"{''.join(Random(100 * n + k).sample('abcdefghijklmnop', 8))}" for k in range(12)]
        await harness.publish(
            "herald", f"{' '.join(words[:6])} quantum computer", f"{' '.join(words)} quantum computer."
        )
    await at_next(harness, 8)
    pages = await harness.digests.enqueue_due()
    await harness.deliver()
    first, *rest = harness.digests_in()
    assert (len(rest) + 1, first.page, first.pages) == (pages, 1, pages)
    assert pages > 1
    lines = [line.story for page in (first, *rest) for part in page.sections for line in part.lines]
    assert (len(lines), len(set(lines))) == (first.stories, first.stories)
    assert len(harness.slack.threads) == len(rest)


async def test_a_muted_story_waits_for_the_digest_after_its_mute(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily")
    await harness.ask("mute outlet herald 1d")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await at_next(harness, 8)
    assert await harness.digests.enqueue_due() == 0
    await at_next(harness, 8)
    assert await harness.digests.enqueue_due() == 1


async def test_a_match_is_ripe_once_its_story_has_as_many_outlets_as_the_subscription_wants(
    harness: BotHarness,
) -> None:
    subscription = await harness.subscribe("zeppelin", "daily")
    for outlet in ("herald", "times"):
        await harness.publish(outlet, "A zeppelin over the river", f"A zeppelin flew over the Han river, {outlet} saw.")
    channel = await harness.channel()
    async with harness.store.read() as c:
        for wanted, ripe in ((1, 1), (2, 1), (3, 0)):
            covered = [replace(subscription, min_outlets=wanted)]
            assert len(await ripe_matches(c, channel, covered, harness.at)) == ripe
