"""The refusals of an outlet's pages, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.store import page_refusals
from bot.store.engine import Store
from bot.store.page_refusals import PageRefusals

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
REFUSED = PageRefusals(
    "asiae", "www.asiae.co.kr", 3, "HTTP 403", NOW, NOW + timedelta(minutes=1), NOW + timedelta(hours=1), NOW
)


async def test_a_row_stands_for_one_outlet_at_one_host_and_takes_the_place_of_an_earlier_one(store: Store) -> None:
    async with store.begin() as c:
        await page_refusals.save(c, REFUSED)
        await page_refusals.save(c, replace(REFUSED, outlet="yna"))
        await page_refusals.save(c, replace(REFUSED, refusals=4))
        assert await page_refusals.get(c, "asiae", "www.asiae.co.kr") == replace(REFUSED, refusals=4)
        assert await page_refusals.get(c, "asiae", "m.asiae.co.kr") is None


async def test_hosts_whose_pages_are_left_out_now_are_found(store: Store) -> None:
    async with store.begin() as c:
        for minutes, host in ((1, "later.kr"), (0, "now.kr"), (-1, "over.kr"), (1, "also.kr")):
            await page_refusals.save(c, replace(REFUSED, host=host, next_page_at=NOW + timedelta(minutes=minutes)))
        await page_refusals.save(c, replace(REFUSED, host="read.kr", next_page_at=None))
        await page_refusals.save(c, replace(REFUSED, outlet="yna", host="yna.kr"))
        found = await page_refusals.refusing(c, NOW)
    assert [(row.outlet, row.host) for row in found] == [("asiae", "also.kr"), ("asiae", "later.kr"), ("yna", "yna.kr")]
