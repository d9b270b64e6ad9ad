"""Known articles are recognised in lists whose addresses, guids or ids are new; articles of one title stay apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.intake.known_names import MOST_NAMES, MOST_NAMES_CHURNED, RENAMED_ENTRIES
from bot.store import article_identities, articles
from scrapers.article import Headline
from scrapers.identities import identities, listed_identity
from tests.support.bot_harness import BotHarness

ARTICLE_ID = r"/article/(\d+)"


def entry(harness: BotHarness, number: int, url: str = "", guid: str = "", title: str = "") -> Headline:
    """An article as its feed lists it, published a few minutes ago."""
    outlet = harness.outlets["herald"]
    url, title = url or f"https://herald.example/article/{number}", title or f"Seoul opens its quantum centre {number}"
    at = harness.at - timedelta(minutes=5, seconds=number)
    listed = listed_identity(outlet, title, at)
    names = (*identities(outlet, url, guid or f"guid-{number}"), *filter(None, [listed]))
    return harness.headline("herald", title, at=at, url=url, canonical_url=url, identities=names)


async def stored(harness: BotHarness) -> int:
    async with harness.store.read() as c:
        return len(await articles.recent(c, harness.at - timedelta(days=9)))


CHANGES: dict[str, Callable[[str], str]] = {
    "parameter": lambda url: f"{url}?from=rss&ses=8f",
    "http": lambda url: url.replace("https:", "http:"),
    "host": lambda url: url.replace("//", "//m."),
    "slash": lambda url: f"{url}/",
    "path": lambda url: url.replace("/article/", "/2026/03/"),
    "everything": lambda url: url.replace("https://herald.example/article/", "http://new.example/?no="),
}


@pytest.mark.parametrize("entries", [2, 8], ids=["some", "all"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_a_feed_with_new_addresses_and_guids_lists_what_is_known(
    harness: BotHarness, change: Callable[[str], str], entries: int
) -> None:
    before = [entry(harness, number) for number in range(8)]
    await harness.announce("herald", *before)
    after = [entry(harness, number, change(item.url), f"new-{number}") for number, item in enumerate(before)]
    assert await harness.announce("herald", *after[:entries], *before[entries:]) == []
    assert await stored(harness) == 8
    assert await harness.number_of(after[0]) == await harness.number_of(before[0])


@pytest.mark.parametrize("renamed", [RENAMED_ENTRIES, RENAMED_ENTRIES - 1])
async def test_several_known_titles_under_new_ids_are_known_and_a_few_are_new(
    harness: BotHarness, renamed: int
) -> None:
    herald = replace(harness.outlets["herald"], article_id=ARTICLE_ID)
    harness.outlets = {**harness.outlets, "herald": herald}
    before = [entry(harness, number) for number in range(8)]
    await harness.announce("herald", *before)
    after = [entry(harness, number, f"https://herald.example/article/10{number}") for number in range(renamed)]
    await harness.announce("herald", *after, *before[renamed:])
    assert await stored(harness) == (8 if renamed == RENAMED_ENTRIES else 8 + renamed)


async def test_an_article_is_known_though_its_outlet_changes_one_name_after_the_other(harness: BotHarness) -> None:
    first = entry(harness, 1)
    urls = [f"https://herald.example/{section}/1" for section in ("politics", "economy")]
    edited = "Seoul closes its quantum centre"
    await harness.announce("herald", first)
    await harness.announce("herald", entry(harness, 1, urls[0], "a"))
    await harness.announce("herald", entry(harness, 1, urls[0], "b", edited))
    await harness.announce("herald", entry(harness, 1, urls[1], "c", edited))
    assert await stored(harness) == 1


async def test_an_article_learns_names_up_to_a_number(harness: BotHarness) -> None:
    for number in range(2 * MOST_NAMES):
        await harness.announce("herald", entry(harness, 1, f"https://herald.example/{number}"))
    async with harness.store.read() as c:
        names = await article_identities.of_article(c, await harness.number_of(entry(harness, 1)))
    assert len(names) == MOST_NAMES
    assert await stored(harness) == 1


async def test_a_list_that_is_churned_at_every_reading_adds_names_up_to_a_number(harness: BotHarness) -> None:
    old = harness.at - timedelta(hours=3)
    titles = [f"Seoul opens its quantum centre {number}" for number in range(6)]
    first = [harness.headline("herald", title, at=old) for title in titles]
    await harness.announce("herald", *first)
    for _ in range(MOST_NAMES_CHURNED + 1):
        harness.pass_time(minutes=15)
        await harness.announce("herald", *(harness.headline("herald", title, at=old) for title in titles))
    async with harness.store.read() as c:
        names = await article_identities.of_article(c, await harness.number_of(first[0]))
    assert len(names) == MOST_NAMES_CHURNED
    assert await stored(harness) == 6


async def test_a_guid_leads_to_a_known_article_whose_page_has_another_title(harness: BotHarness) -> None:
    item = entry(harness, 1)
    await harness.announce("herald", item)
    await harness.take(item, "Quantum computers run there. " * 20, title="A centre for quantum computers opens")
    moved = entry(harness, 1, "https://herald.example/economy/1")
    await harness.announce("herald", moved.without_names([moved.identities[-1]]))
    assert await stored(harness) == 1
