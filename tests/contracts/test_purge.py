"""The rows of a workspace that removed the app are deleted after a time; nobody else loses a row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Date, Integer, Table, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import installations, purge
from bot.store.engine import Store
from bot.store.schema import Packed, Utc, delivery_subscriptions, metadata

DAYS = timedelta(days=30)
SHARED = ("stories", "articles", "article_identities", "mentions", "rejected", "sentences", "story_aliases")
ROWS = 5
"""Counts the rows of each table and workspace."""


def value_of(column: Column[Any], team: str, number: int, now: datetime, parents: Mapping[str, list[int]]) -> Any:
    if column.name == "team":
        return team
    for key in column.foreign_keys:
        mine = parents.get(key.column.table.name, [])
        if key.column.table.name == column.table.name:  # a page of a digest points at its parent
            return mine[-1] if mine else None
        return mine[number % len(mine)]
    if "team" in column.table.primary_key.columns:  # both workspaces may have a U1
        team = "any"
    if isinstance(column.type, Utc):
        return now
    if isinstance(column.type, Date):
        return date(2026, 3, 1 + number)
    if isinstance(column.type, Integer):
        return number
    if isinstance(column.type, Packed):
        return b""
    return f"{team}-{number % 10 if team == 'any' else number}"


def is_numbered(column: Column[Any]) -> bool:
    """The database gives the number."""
    return column.primary_key and column.name == "id" and column.table.name != "inbound"


async def fill(c: AsyncConnection, team: str, now: datetime) -> None:
    """Some rows of every table, each pointing at the others."""
    parents: dict[str, list[int]] = {}
    for table in metadata.sorted_tables:
        if table.name in ("installations", "sources", "hosts", "outlet_troubles", "page_refusals", "robots", "jobs"):
            continue
        first = 10 * int(team[1:])
        for number in range(first, first + ROWS):
            wanted = [one for one in table.columns if one.server_default is None and not is_numbered(one)]
            values = {one.name: value_of(one, team, number, now, parents) for one in wanted}
            made = await c.execute(insert(table).values(**values))
            if made.inserted_primary_key is not None and "id" in table.c:
                parents.setdefault(table.name, []).append(made.inserted_primary_key[0])


async def counts(c: AsyncConnection) -> dict[tuple[str, str], int]:
    """Rows of each workspace in each table that has some."""
    found: dict[tuple[str, str], int] = {}
    for table in metadata.sorted_tables:
        if "team" in table.c:
            for row in await c.execute(select(table.c.team, func.count()).group_by(table.c.team)):
                found[table.name, row.team] = row[1]
        elif table.name in (*SHARED, delivery_subscriptions.name):
            found[table.name, ""] = (await c.execute(select(func.count()).select_from(table))).scalar_one()
    return found


@pytest.fixture
async def full(store: Store, now: datetime) -> Store:
    """Two workspaces; the first removed the app long ago."""
    async with store.begin() as c:
        for team in ("T1", "T2"):
            await installations.put(c, team, now - 2 * DAYS, name=team, bot_user="U0")
            await fill(c, team, now)
        await installations.stop(c, "T1", "uninstalled", now - DAYS, None)
    return store


async def forget(store: Store, now: datetime, batch: int = 2) -> int:
    """Until there is nothing left to forget; how many transactions that took."""
    for steps in range(1, 1_000):
        async with store.begin() as c:
            if not await purge.forget_some(c, "T1", now - DAYS, batch):
                return steps
    raise AssertionError("it never ends")


def people_s(table: Table) -> bool:
    return "team" in table.c and table.name != "installations"


async def test_every_row_of_a_removed_workspace_is_deleted_and_no_other(full: Store, now: datetime) -> None:
    async with full.read() as c:
        before = await counts(c)
        assert await purge.removed_before(c, now - DAYS) == ("T1",)
    assert {name for name, team in before if team == "T1"} == {
        table.name for table in metadata.sorted_tables if "team" in table.c
    }
    assert await forget(full, now) > 2 * len([table for table in metadata.sorted_tables if people_s(table)])
    async with full.read() as c:
        after = await counts(c)
        found = await installations.all_of(c)
        assert await purge.removed_before(c, now) == ()
    assert [(one.team, one.reason, one.name) for one in found] == [("T1", "purged", None), ("T2", None, "T2")]
    expected = {key: number for key, number in before.items() if key[1] != "T1" or key[0] == "installations"}
    expected[delivery_subscriptions.name, ""] = ROWS
    assert after == expected


@pytest.mark.parametrize("kept", ["resumed", "too early", "another reason", "reinstalled"])
async def test_a_workspace_that_is_back_or_may_come_back_keeps_everything(
    full: Store, now: datetime, kept: str
) -> None:
    async with full.begin() as c:
        if kept == "resumed":
            await installations.resume(c, "T1")
        elif kept == "reinstalled":
            await installations.put(c, "T1", now)
        elif kept == "another reason":
            await installations.resume(c, "T1")
            await installations.stop(c, "T1", "token_revoked", now - 2 * DAYS, None)
        before = await counts(c)
        until = now - DAYS - timedelta(seconds=1) if kept == "too early" else now - DAYS
        assert await purge.removed_before(c, until) == ()
        assert not await purge.forget_some(c, "T1", until)
        assert await counts(c) == before


async def test_a_workspace_that_comes_back_half_way_keeps_the_rest(full: Store, now: datetime) -> None:
    async with full.begin() as c:
        assert await purge.forget_some(c, "T1", now - DAYS, 2)
    async with full.begin() as c:
        await installations.put(c, "T1", now)
        before = await counts(c)
    assert await forget(full, now) == 1
    async with full.read() as c:
        assert await counts(c) == before
