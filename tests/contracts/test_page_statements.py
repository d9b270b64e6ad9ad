"""A page that was read costs a fixed number of statements, whatever channels and cards there are; on every store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.store.deliveries import story_cards
from bot.store.engine import Store
from scrapers.article import Headline
from tests.support.bot_harness import BotHarness, outlet_named

CHANNELS = ("C1", "C2", "C3", "C4", "C5")
SIGNED = "Korea and the United States open talks on the Technology Prosperity Deal in Gyeongju"
SIGNED_TEXT = (
    "South Korea and the United States opened talks on the Technology Prosperity Deal in Gyeongju on Monday. "
    "The science minister and Michael Kratsios spoke of quantum computing for three hours, officials said."
)
OTHER = "Technology Prosperity Deal: Samsung presents a quantum chip in Suwon"
OTHER_TEXT = (
    "Samsung presented a quantum chip in Suwon on Tuesday, which it made under the Technology Prosperity Deal. "
    "Engineers of the company showed it to two hundred guests and to the mayor of the city."
)
PLAIN = "Busan market stall hires a fish cake robot"
PLAIN_TEXT = "A stall in Busan bought a robot that folds fish cakes, and its owner has time to read now."


class Statements:
    """The statements of a block, without those that take PostgreSQL's locks."""

    def __init__(self) -> None:
        self.all: list[str] = []

    def note(self, _c: object, _cursor: object, statement: str, *_: Any) -> None:
        if "pg_advisory" not in statement and "FOR KEY SHARE" not in statement:
            self.all.append(statement)

    def of(self, table: str) -> list[str]:
        return [each for each in self.all if f"FROM {table}" in each or f"INTO {table} " in each]


@contextmanager
def counted() -> Iterator[Statements]:
    statements = Statements()
    event.listen(Engine, "before_cursor_execute", statements.note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", statements.note)


@pytest.fixture
async def bot(store: Store) -> BotHarness:
    """Five channels that follow the pact; the first readings of both outlets are over."""
    harness = BotHarness(store, {key: outlet_named(key) for key in ("herald", "times")})
    for channel in CHANNELS:
        await harness.subscribe("pact", channel=channel)
    for key in harness.outlets:
        await harness.announce(key, harness.headline(key, f"The {key} is read for the first time"))
    harness.pass_time(hours=1)
    await harness.publish("herald", PLAIN, PLAIN_TEXT)
    return harness


async def listed(bot: BotHarness, key: str, title: str) -> Headline:
    item = bot.headline(key, title)
    await bot.announce(key, item)
    return item


async def statements_of(bot: BotHarness, item: Headline, text: str) -> Statements:
    """The statements with which the page of a listed article is taken."""
    article_id, page = await bot.number_of(item), bot.page(item, text)
    with counted() as statements:
        await bot.intake.page_read(bot.outlets[item.outlet], article_id, page)
    return statements


async def cards_of(bot: BotHarness, item: Headline) -> int:
    story = (await bot.row(item)).story
    assert story is not None
    async with bot.store.read() as c:
        return len(await story_cards.of_story(c, story))


async def test_a_page_that_names_nothing(bot: BotHarness) -> None:
    item = await listed(bot, "herald", "Daegu opens a museum of umbrellas")
    statements = await statements_of(
        bot, item, "A museum of umbrellas opened in Daegu, and forty visitors came on its first day."
    )
    assert len(statements.all) == 5
    assert (await bot.row(item)).state == "read"


@pytest.mark.parametrize("channels", [5, 12])
async def test_a_page_that_opens_a_story_with_a_card_for_each_channel(bot: BotHarness, channels: int) -> None:
    for number in range(6, channels + 1):
        await bot.subscribe("pact", channel=f"C{number}")
    item = await listed(bot, "herald", SIGNED)
    statements = await statements_of(bot, item, SIGNED_TEXT)
    assert len(statements.all) == 22
    assert await cards_of(bot, item) == channels


async def test_a_page_that_joins_a_story_of_five_posted_cards(bot: BotHarness) -> None:
    await bot.publish("herald", SIGNED, SIGNED_TEXT)
    await bot.deliver()
    item = await listed(bot, "times", SIGNED)
    statements = await statements_of(bot, item, SIGNED_TEXT + " Both sides will meet again.")
    assert len(statements.all) == 22
    assert await cards_of(bot, item) == len(CHANNELS)


async def test_a_page_within_a_burst_reads_no_card_and_no_report_of_the_burst_again(bot: BotHarness) -> None:
    for number in range(8):
        await bot.publish("herald", f"{OTHER}, {number} of its kind", f"{OTHER_TEXT} It is number {number}.")
        bot.pass_time(seconds=2)
    item = await listed(bot, "herald", SIGNED)
    statements = await statements_of(bot, item, SIGNED_TEXT)
    assert len(statements.all) == 21
    assert [each for each in statements.of("articles") if "fingerprint" in each and "read_at >=" in each] == []
