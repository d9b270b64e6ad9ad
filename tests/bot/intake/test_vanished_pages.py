"""A page that vanishes alerts nobody; its card says so, and so does the card's thread while the article is news."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from scrapers.errors import Gone
from tests.support.bot_harness import BotHarness

QUANTUM = "Seoul opens a quantum computing centre"
QUANTUM_TEXT = "Seoul opened a centre for quantum computing on Monday, and researchers moved in."


@pytest.mark.parametrize(("hours", "replies"), [(24, ["gone"]), (24.001, [])])
async def test_a_page_that_is_gone_after_its_article_was_told_is_told_in_the_thread_while_it_is_news(
    harness: BotHarness, hours: float, replies: list[str]
) -> None:
    await harness.subscribe("quantum")
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert item.published_at is not None
    harness.at = item.published_at + timedelta(hours=hours)
    await harness.announce("herald", replace(item, title=f"[Withdrawn] {QUANTUM}"))
    number = await harness.number_of(item)
    await harness.intake.page_failed(harness.outlets["herald"], number, Gone(item.url, 410))
    await harness.edits()
    assert [(card.gone, card.corrected) for card in harness.cards()] == [(True, False)]
    assert [reply.what for reply in harness.replies()] == replies


async def test_a_page_that_is_gone_alerts_nobody_and_is_told_on_the_card_of_its_flash(harness: BotHarness) -> None:
    asked = await harness.subscribe("quantum")
    plain = harness.headline("herald", QUANTUM)
    flash = harness.headline("times", "BREAKING: Britain buys a quantum computer")
    await harness.announce("herald", plain)
    await harness.announce("times", flash)
    await harness.deliver()
    for item in (plain, flash):
        gone = Gone(item.url, 410)
        await harness.intake.page_failed(harness.outlets[item.outlet], await harness.number_of(item), gone)
    await harness.edits()
    assert [(card.headline, card.corrected, card.gone) for card in harness.cards()] == [(flash.title, False, True)]
    assert [reply.what for reply in harness.replies()] == ["gone"]
    assert await harness.untold(asked) == [(await harness.row(plain)).story]
