"""Cleanup bounds every table but those of articles and stories: a fourth year needs no more rows than the third."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, update

from bot.deliveries.notices import OperatorsChannel
from bot.operations.cleanup import Cleanup
from bot.store.schema import inbound, metadata
from tests.support.bot_harness import BotHarness

STEP, STEPS = timedelta(days=73), 14
A_YEAR = 5
GROWING = {
    *("articles", "article_identities", "mentions", "rejected", "stories"),
    "subscriptions",  # ended ones stay: S12 never means another
}


async def live_on(bot: BotHarness, cleanup: Cleanup, step: int) -> None:
    """A story that is alerted, changes of the settings, mutes, feedback, digests; then some months, and a cleanup."""
    text = f"Seoul opened its quantum computing centre number {step} on Monday, and {step} researchers moved in."
    item = await bot.publish("herald", f"Quantum centre {step} opens in Seoul", text)
    await bot.deliver()
    story = (await bot.row(item)).story
    for line in (
        f"mute story ST{story} for 1d", "mute outlet times for 2h", f"feedback ST{story} passing",
        "quiet 22:00-07:00", "quiet off", f"subscribe bio as daily at 0{step % 9}:30", "digest now",
    ):  # fmt: skip
        await bot.ask(line)
    await bot.ask(f"unsubscribe S{(await bot.active_subscriptions())[-1].id}")
    await bot.deliver()
    async with bot.store.begin() as c:  # as handlers do, when they show an answer
        await c.execute(update(inbound).where(inbound.c.handled_at.is_(None)).values(handled_at=bot.now(), payload={}))
    bot.at += STEP
    await cleanup.run()


async def sizes(bot: BotHarness) -> dict[str, int]:
    async with bot.store.read() as c:
        return {
            table.name: (await c.execute(select(func.count()).select_from(table))).scalar_one()
            for table in metadata.sorted_tables
        }


async def test_the_fourth_year_needs_no_more_rows_than_the_third(harness: BotHarness) -> None:
    cleanup = Cleanup(
        harness.store, harness.outlets, OperatorsChannel("COPS", "en", "Asia/Seoul"), harness.now
    )  # fmt: skip
    await harness.subscribe("quantum")
    await harness.announce("herald")
    at_steps: list[dict[str, int]] = []
    for step in range(STEPS):
        await live_on(harness, cleanup, step)
        at_steps.append(await sizes(harness))
    third, fourth = at_steps[-1 - A_YEAR], at_steps[-1]
    assert min(third[name] for name in ("deliveries", "matches", "changes", "mutes", "feedback")) >= A_YEAR
    leaking = {name: rows - third[name] for name, rows in fourth.items() if name not in GROWING}
    grown = {name: rows for name, rows in leaking.items() if rows >= A_YEAR}  # a row or more in each step
    assert grown == {}
    assert fourth["stories"] == STEPS
