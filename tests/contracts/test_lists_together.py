"""Lists of several outlets that come in the same moment are stored in few transactions, each article once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event, func, select

from bot.deliveries.subscription_index import SubscriptionIndex
from bot.errors import StoreTrouble
from bot.intake.headlines import new_article
from bot.intake.list_parts import ListPart, store_parts
from bot.intake.pipeline import Intake
from bot.intake.source_texts import SourceTexts
from bot.model import NO_TOPICS, Reading
from bot.store import article_identities, articles, sources
from bot.store.engine import Store
from bot.store.schema import articles as articles_table
from scrapers.article import Headline, SourceReading, SourceState
from scrapers.outlet import Outlet
from settings.lexicon import load as load_lexicon
from tests.support.bot_harness import outlet_named

NOW = datetime(2026, 3, 2, tzinfo=UTC)
OUTLETS = 40


def headline(outlet: Outlet, number: int, *names: str) -> Headline:
    url = f"https://{outlet.key}.example/{number}"
    title, at = f"Spinach is dear in district {number}", NOW - timedelta(minutes=number)
    return Headline(outlet.key, url, url, names or (f"url:{url}",), title, "", at, "en")


async def read_together(store: Store, lists: Mapping[str, tuple[Headline, ...]]) -> list[object]:
    """Reads the lists in the same moment; returns what came of each."""
    intake = Intake(store, SubscriptionIndex(load_lexicon(None)), lambda: NOW)

    async def read(key: str, headlines: tuple[Headline, ...]) -> object:
        outlet = outlet_named(key)
        return await intake.source_read(outlet, outlet.sources[0], SourceReading(headlines, SourceState(etag=key)), 0.1)

    reading = (read(key, headlines) for key, headlines in lists.items())
    return list(await asyncio.gather(*reading, return_exceptions=True))


async def test_lists_that_come_together_share_transactions(store: Store) -> None:
    lists = {f"o{n}": tuple(headline(outlet_named(f"o{n}"), number) for number in range(3)) for n in range(OUTLETS)}
    commits: list[object] = []
    event.listen(store._engine.sync_engine, "commit", commits.append)
    await read_together(store, lists)
    assert len(commits) <= OUTLETS / 2, "how many share one depends on how busy the machine is"
    async with store.read() as c:
        assert (await c.execute(select(func.count()).select_from(articles_table))).scalar_one() == 3 * OUTLETS
        rows = await sources.all_of(c)
    assert {(row.outlet, row.etag, row.articles_total) for row in rows} == {(key, key, 3) for key in lists}
    assert {row.baseline_at for row in rows} == {NOW}


async def test_an_article_of_two_lists_that_come_together_is_stored_once(store: Store) -> None:
    herald, times = outlet_named("herald"), outlet_named("times")
    shared = [headline(outlet, 1, f"url:https://{outlet.key}.example/1", "wire:AKR1") for outlet in (herald, times)]
    own = headline(times, 2)
    await read_together(store, {"herald": (shared[0],), "times": (shared[1], own)})
    async with store.read() as c:
        names = await article_identities.known(c, ["wire:AKR1", "url:https://herald.example/1", *own.identities])
        first = await articles.get(c, names["wire:AKR1"])
        rows = await sources.all_of(c)
    assert first is not None
    assert first.outlet == "herald"
    assert names["wire:AKR1"] == names["url:https://herald.example/1"] != names[own.identities[0]]
    assert [(row.outlet, row.articles_total) for row in rows] == [("herald", 1), ("times", 1)]


async def test_a_list_that_cannot_be_stored_keeps_no_other_from_it(store: Store) -> None:
    lists = {key: (headline(outlet_named(key), 1),) for key in ("herald", "times", "post")}
    no_text: Any = None
    lists["times"] = (replace(lists["times"][0], url=no_text),)
    outcomes = dict(zip(lists, await read_together(store, lists), strict=True))
    assert [key for key, outcome in outcomes.items() if isinstance(outcome, StoreTrouble)] == ["times"]
    async with store.read() as c:
        assert [(row.outlet, row.articles_total) for row in await sources.all_of(c)] == [("herald", 1), ("post", 1)]


async def test_an_article_of_two_parts_is_stored_with_the_first(store: Store) -> None:
    nothing = Reading(NO_TOPICS, "en", (), (), ())
    parts = []
    for key in ("herald", "times"):
        outlet = outlet_named(key)
        listed = headline(outlet, 1, f"url:https://{key}.example/1", "wire:AKR1")
        new = new_article(
            outlet, listed, nothing, nothing, "1", NOW, baseline=False, churned=False, source="s"
        )  # fmt: skip
        parts.append(ListPart(outlet, [(new, nothing)], SourceTexts([listed])))
    async with store.begin() as c:
        first, second = await store_parts(c, None, parts, NOW)
    assert ([new.outlet for _, new in first.articles], second.articles) == (["herald"], [])
