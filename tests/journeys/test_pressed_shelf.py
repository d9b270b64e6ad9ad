"""The sandbox's button, pressed again and again: each press is seen, corrections and withdrawals in the thread."""

from __future__ import annotations

from typing import Any

from scrapers.fake_outlets.shelf import CORRECTION_MARKS, WITHDRAWAL_MARKS, Kind, Shelf, load_shelf
from tests.support.journey import Journey, words_of


async def replied(journey: Journey, headline: str, words: str) -> Any:
    """Waits for a card and for a message in its thread that say this."""
    card = await journey.card(headline)
    return await journey.see(
        lambda: [r for r in journey.replies(card) if words in words_of(r)], f"{words} of {headline}"
    )


async def test_each_press_publishes_corrects_or_withdraws_another_article(journey: Journey) -> None:
    journey.read_only("hanbit", "narae", "seoul-courier", "pacific-wire")
    await journey.start()
    shelf = Shelf(journey.fake_outlets, load_shelf())
    kinds: tuple[Kind, ...] = ("korean", "korean", "english", "english")
    published = [shelf.publish(kind).article.headline for kind in kinds]
    for headline in published:
        await journey.card(headline)
    corrected = [shelf.publish("correction").article.headline for _ in range(2)]
    for headline in corrected:
        plain = headline.removeprefix(CORRECTION_MARKS["en"])
        await replied(journey, plain, "corrected its article")
    assert shelf.left("withdrawal") == 2
    gone = [shelf.publish("withdrawal").article.headline for _ in range(2)]
    for headline in gone:
        await replied(journey, headline.removeprefix(WITHDRAWAL_MARKS["ko"]), "removed its article")
    assert len(journey.cards()) == 4
    journey.assert_nothing_twice()
