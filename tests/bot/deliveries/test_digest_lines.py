"""The sections of a digest: which subscription they name, their stories, and what may not have arrived."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.deliveries.digest_lines import digest_sections, leads_on, numbers_of, sector_counts
from bot.deliveries.digest_pages import EARLIER, UNCONFIRMED, Section
from bot.deliveries.rollups import stories_of
from bot.store.deliveries import table as deliveries
from tests.support.bot_harness import BotHarness
from tests.support.unlike_stories import headline_of, text_of

TEAM = "T1"


@pytest.mark.parametrize(
    ("number", "shown_id", "kind"),
    [(1, "S1", ""), (2, "S2", ""), (0, None, ""), (UNCONFIRMED, None, "doubtful"), (EARLIER, None, "earlier")],
)
async def test_a_section_names_its_subscription_if_it_has_one(
    harness: BotHarness, number: int, shown_id: str | None, kind: str
) -> None:
    subscribed = await harness.subscribe("quantum")
    await harness.publish("herald", headline_of(1), text_of(1))
    async with harness.store.read() as c:
        sections = await digest_sections(c, TEAM, harness.outlets, [(number, [1])], [subscribed], "en")
    (section,) = sections
    assert section.subscription == shown_id
    assert section.kind == kind
    assert section.query == (subscribed.query if number == subscribed.id else "")
    assert [line.headline for line in section.lines] == [headline_of(1)]


async def test_a_story_stands_in_the_first_of_its_sections_alone(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    for number in (1, 2):
        await harness.publish("herald", headline_of(number), text_of(number))
    async with harness.store.read() as c:
        sections = await digest_sections(c, TEAM, harness.outlets, [(1, [1]), (2, [1, 2])], [], "en")
        counts = await sector_counts(c, TEAM, numbers_of([Section(1, (1,)), Section(2, (1, 2))]))
    assert [[line.headline for line in section.lines] for section in sections] == [[headline_of(1)], [headline_of(2)]]
    assert counts == (("quantum", 2),)


@pytest.mark.parametrize(("leads", "quoted"), [(0, []), (1, [1]), (3, [1, 2, 3])])
async def test_the_first_stories_of_all_sections_quote_a_sentence(
    harness: BotHarness, leads: int, quoted: list[int]
) -> None:
    await harness.subscribe("quantum")
    for number in (1, 2, 3, 4):
        await harness.publish("herald", headline_of(number), text_of(number))
    async with harness.store.read() as c:
        sections = await digest_sections(c, TEAM, harness.outlets, [(1, [1, 2]), (2, [2, 3, 4])], [], "en", leads)
    lines = [line for section in sections for line in section.lines]
    assert [line.story for line in lines] == ["ST1", "ST2", "ST3", "ST4"]
    assert [number for number, line in enumerate(lines, start=1) if line.lead is not None] == quoted
    assert [leads_on(page) for page in (1, 2)] == [3, 0]


async def test_the_stories_of_a_delivery_name_the_first_subscription_or_none(harness: BotHarness) -> None:
    subscribed = await harness.subscribe("quantum")
    await harness.publish("herald", headline_of(1), text_of(1))
    async with harness.store.read() as c:
        (card,) = await deliveries.of_story(c, 1)
        digest: dict[str, Any] = {"sections": [[subscribed.id, [1]], [UNCONFIRMED, [1]]]}
        assert await stories_of(c, card) == [(1, subscribed.id)]
        assert await stories_of(c, replace(card, subscriptions=())) == [(1, 0)]
        assert await stories_of(c, replace(card, story=None)) == []
        shown = await stories_of(c, replace(card, kind="digest", payload=digest))
    assert shown == [(1, subscribed.id), (1, UNCONFIRMED)]
