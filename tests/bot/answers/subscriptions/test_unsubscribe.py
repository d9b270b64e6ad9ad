"""Unsubscribing one subscription or all."""

from __future__ import annotations

from handlers.blocks.message import render
from handlers.cards.answers import ConfirmCard, ErrorCard
from handlers.cards.choice import ChoiceCard
from handlers.cards.shown import Shown
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


async def test_a_subscription_ends_by_its_query_however_it_is_typed(harness: BotHarness) -> None:
    for line in ('quantum "research security" -영국', "space", "반도체"):
        await harness.ask(f"subscribe {line}")
    await harness.ask("unsubscribe NOT 영국 “research security” quantum")
    await harness.ask("해지 반도체를")
    assert [subscription.query for subscription in await harness.active_subscriptions()] == ["space"]
    await harness.ask("undo")
    assert [subscription.query for subscription in await harness.active_subscriptions()] == ["space", "반도체"]


async def test_an_unknown_query_ends_nothing_and_shows_what_there_is(harness: BotHarness) -> None:
    await harness.ask("subscribe space")
    card = await harness.ask("unsubscribe quantum")
    assert isinstance(card, ErrorCard)
    assert (card.note.code, card.note.args["queries"]) == ("no_such_query", "S1 space")
    assert (card.position, card.length) == (12, 7)
    assert (await harness.ask("unsubscribe (space")).note.code == "query.unclosed_paren"
    assert len(await harness.active_subscriptions()) == 1


async def test_of_two_subscriptions_with_one_query_the_person_chooses(harness: BotHarness) -> None:
    await harness.ask("subscribe quantum")
    await harness.ask("subscribe quantum as daily at 09:00")
    card = await harness.ask("unsubscribe quantum")
    assert isinstance(card, ChoiceCard)
    assert [choice.line for choice in card.choices] == ["unsubscribe S1", "unsubscribe S2"]
    shown = str(render(Shown(card, "ko")).blocks)
    assert "S1 즉시" in shown
    assert "S2 매일 09:00" in shown
    await harness.ask("unsubscribe quantum as daily")
    assert [subscription.id for subscription in await harness.active_subscriptions()] == [1]


async def test_sentences_of_a_direct_message_speak_of_no_channel(harness: BotHarness) -> None:
    await harness.ask("subscribe quantum", channel="DU1")
    card = await harness.ask("unsubscribe all", channel="DU1")
    one, two = (render(Shown(card, language, direct=True)).text for language in ("en", "ko"))
    assert (one, two) == ("End S1, your only subscription?", "하나뿐인 내 구독 S1을 해지할까요?")
    assert render(Shown(card, "en")).text == "End S1, the only subscription of this channel?"
