"""A story shows the present after one of its articles turned out to be another one's copy."""

from __future__ import annotations

from typing import Any

from handlers.cards.story import MergedCard
from scrapers.article import Headline
from tests.support.bot_harness import BotHarness

VISIT = "Kratsios to visit Seoul next week for talks on chips"
FLASH = f"URGENT: {VISIT}"
OTHER_FLASH = "BREAKING: White House adviser Kratsios plans a trip to South Korea"
TEXT = (
    "White House science adviser Michael Kratsios will visit Seoul next week for talks on chips, officials said. "
    "He will meet the science minister on Tuesday and tour a laboratory in Daejeon. The visit lasts three days. "
    "A joint statement is planned for Thursday."
)


async def announced(harness: BotHarness, title: str, key: str = "herald") -> Headline:
    item = harness.headline(key, title)
    await harness.announce(key, item)
    await harness.deliver(3)
    return item


def shown(card: Any) -> tuple[int, int]:
    """How many articles a card counts, and how many it lists beside its heading."""
    return card.articles_ko + card.articles_en + card.articles_other, len(card.also) + card.also_more


async def story_of(harness: BotHarness, number: str) -> Any:
    return await harness.ask(f"story {number}")


async def test_a_flash_that_turns_out_to_be_a_copy_leaves_its_storys_card(harness: BotHarness) -> None:
    await harness.subscribe("topic:officials")
    first = await announced(harness, FLASH)
    await harness.take(first, TEXT, title=VISIT)
    again = await announced(harness, FLASH)
    await harness.edits()
    assert [shown(card) for card in harness.cards()] == [(2, 1)]
    await harness.take(again, TEXT, title=VISIT)
    await harness.edits()
    (card,) = harness.cards()
    assert (card.headline, *shown(card)) == (VISIT, 1, 0)
    assert len((await story_of(harness, card.story)).articles) == 1
    assert harness.replies() == []


async def test_a_story_whose_only_article_turns_out_to_be_a_copy_becomes_a_part_of_the_others(
    harness: BotHarness,
) -> None:
    """Two flashes with unlike headlines have two cards; then the second page is the first one's text."""
    await harness.subscribe("topic:officials")
    first, other = await announced(harness, FLASH), await announced(harness, OTHER_FLASH)
    assert len(harness.cards()) == 2
    await harness.take(first, TEXT, title=VISIT)
    await harness.take(other, TEXT, title=VISIT, identities=(*other.identities, *first.identities))
    await harness.edits()
    await harness.edits()
    (card,) = harness.cards()
    assert (card.headline, *shown(card)) == (VISIT, 1, 0)
    (line,) = harness.shown(MergedCard)
    assert line.story == card.story


async def test_of_two_flashes_the_one_that_is_read_stands_and_the_older_story_is_kept(harness: BotHarness) -> None:
    await harness.subscribe("topic:officials")
    first, other = await announced(harness, FLASH), await announced(harness, OTHER_FLASH)
    await harness.take(other, TEXT, title=VISIT, identities=(*other.identities, *first.identities))
    await harness.edits()
    await harness.edits()
    (card,) = harness.cards()
    assert (card.headline, *shown(card)) == (VISIT, 1, 0)
    assert (await harness.row(other)).story is not None
    assert card.story == "ST1"
