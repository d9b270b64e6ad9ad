"""The order of waiting pages: a likely headline's comes first, and no page waits for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.intake.page_order import LIKELY_HEAD_START, MAX_TEXT_CHARS, NO_HEAD_START, PACT_HEAD_START, head_start
from bot.model import NO_TOPICS, Mention, Reading, Topics
from bot.store import articles
from tests.support.bot_harness import BotHarness

PACT = "Korea and US sign action plan of the Technology Prosperity Deal"
SECTOR = "Seoul opens a quantum computing centre"
PLAIN = "Bus line 7 takes another way"
LITERAL = Mention("literal", "bus", "bus", "headline", 0, 3, "Bus", PLAIN)


@pytest.mark.parametrize(
    ("topics", "mentions", "start"),
    [
        (NO_TOPICS, (), NO_HEAD_START),
        (NO_TOPICS, (LITERAL,), LIKELY_HEAD_START),
        (Topics(sectors=("quantum",)), (), LIKELY_HEAD_START),
        (Topics(officials=("Michael Kratsios",)), (), LIKELY_HEAD_START),
        (Topics(sister_pact=("uk",)), (), LIKELY_HEAD_START),
        (Topics(pact=True, sectors=("quantum",)), (), PACT_HEAD_START),
    ],
)
def test_a_headline_has_a_head_start_by_what_it_names(
    topics: Topics, mentions: tuple[Mention, ...], start: timedelta
) -> None:
    assert head_start(Reading(topics, "en", mentions, (), ())) == start


async def order(harness: BotHarness, *, likely_only: bool = False) -> list[str]:
    async with harness.store.read() as c:
        unread = await articles.unread(c, "herald", 10, likely_only=likely_only)
    return [each.article.headline for each in unread]


async def test_the_pact_comes_first_then_what_is_likely_then_the_rest_each_oldest_first(harness: BotHarness) -> None:
    await harness.subscribe("tramway")
    titles = [PLAIN, SECTOR, "The tramway is late", PACT, "A second " + PLAIN, "A second " + PACT]
    await harness.announce("herald", *(harness.headline("herald", title) for title in reversed(titles)))
    assert await order(harness) == [titles[3], titles[5], titles[1], titles[2], titles[0], titles[4]]
    assert await order(harness, likely_only=True) == [titles[3], titles[5], titles[1], titles[2]]


@pytest.mark.parametrize(("chars", "first"), [(MAX_TEXT_CHARS - len(PACT), True), (MAX_TEXT_CHARS, False)])
async def test_the_beginning_of_the_feed_text_counts(harness: BotHarness, chars: int, first: bool) -> None:
    text = ("Talks. " * MAX_TEXT_CHARS)[-chars:] + PACT
    plain, named = harness.headline("herald", PLAIN), harness.headline("herald", "Talks end", summary=text)
    await harness.announce("herald", named, plain)
    assert await order(harness) == (["Talks end", PLAIN] if first else [PLAIN, "Talks end"])


@pytest.mark.parametrize(("later", "overtakes"), [(PACT_HEAD_START, False), (PACT_HEAD_START - timedelta(1e-5), True)])
async def test_a_page_that_has_waited_for_the_head_start_is_overtaken_by_none(
    harness: BotHarness, later: timedelta, overtakes: bool
) -> None:
    await harness.announce("herald", harness.headline("herald", PLAIN))
    harness.at += later
    await harness.announce("herald", harness.headline("herald", PACT))
    assert await order(harness) == ([PACT, PLAIN] if overtakes else [PLAIN, PACT])
