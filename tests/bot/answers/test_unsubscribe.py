"""Unsubscribing one subscription or all."""

from __future__ import annotations

from handlers.cards.answers import ConfirmCard
from handlers.cards.subscriptions import ChangeCard
from tests.support.bot_harness import BotHarness


async def test_unsubscribe_asks_before_all_and_undo_brings_them_back(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    space = await harness.subscribe("space")
    assert (await harness.ask("unsubscribe S999")).note.code == "subscription_not_here"
    assert isinstance(await harness.ask("unsubscribe all"), ConfirmCard)
    assert len(await harness.active_subscriptions()) == 2
    await harness.ask(f"unsubscribe S{space.id}")
    await harness.ask("unsubscribe all sure")
    assert await harness.active_subscriptions() == []
    await harness.deliver()
    last = harness.shown(ChangeCard)[-1]
    await harness.ask(last.undo)
    assert [subscription.query for subscription in await harness.active_subscriptions()] == ["quantum"]
    assert (await harness.ask(last.undo)).note.code == "undone_already"
    assert (await harness.ask("undo 4711")).note.code == "no_such_change"
