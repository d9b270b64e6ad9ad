"""The list of subscriptions."""

from __future__ import annotations

from handlers.blocks.message import render
from handlers.cards.shown import Shown
from handlers.cards.subscriptions import ListCard
from tests.support.bot_harness import BotHarness


async def test_a_list_has_pages_and_hides_subscriptions_in_other_peoples_messages(harness: BotHarness) -> None:
    for n in range(12):
        await harness.subscribe(f"word{n}", "daily")
    await harness.ask("subscribe space for me", user="U2")
    page = await harness.ask("list 2")
    assert isinstance(page, ListCard)
    assert (len(page.lines), page.page, page.pages) == (2, 2, 2)
    assert "space" not in [line.query for line in (await harness.ask("list all 2", standing="admin")).lines]
    assert "space" in [line.query for line in (await harness.ask("list all 2", user="U2", standing="admin")).lines]


async def test_a_page_behind_the_last_is_named_as_missing(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    card = await harness.ask("list 9")
    assert (card.page, card.pages, card.missing_page) == (1, 1, 9)
    assert "there is no page 9" in render(Shown(card, "en")).plain
    assert (await harness.ask("list 1")).missing_page is None


async def test_only_who_may_change_something_gets_the_menu_that_edits(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    for standing, offered in (("member", True), ("guest", False), ("outsider", False)):
        card = await harness.ask("list", standing=standing)
        assert ("pact:edit:list" in str(render(Shown(card, "en")).blocks)) is offered
