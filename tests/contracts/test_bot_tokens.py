"""Tokens of installs by OAuth, and installs that began, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.store import bot_tokens, install_states
from bot.store.bot_tokens import REFRESH_LEASE, BotTokenRow
from bot.store.engine import Store

SECOND = timedelta(seconds=1)


@pytest.fixture
def row(now: datetime) -> BotTokenRow:
    return BotTokenRow("T1", "", "sealed-1", now, "sealed-r1", now + timedelta(hours=12), scopes=("chat:write",))


async def put(store: Store, *rows: BotTokenRow) -> None:
    async with store.begin() as c:
        for each in rows:
            await bot_tokens.put(c, each)


async def test_an_install_is_read_as_it_was_written_and_a_new_one_replaces_it(store: Store, row: BotTokenRow) -> None:
    await put(store, row)
    async with store.read() as c:
        assert await bot_tokens.get(c, "T1", "") == row
    await put(store, replace(row, token="sealed-2"))
    async with store.read() as c:
        assert await bot_tokens.all_of(c) == (replace(row, token="sealed-2", epoch=1),)


async def test_a_workspace_is_served_by_its_own_install_else_by_its_organizations(
    store: Store, row: BotTokenRow
) -> None:
    own, of_all = replace(row, enterprise="E1"), replace(row, team="", enterprise="E1", token="sealed-org")
    await put(store, row, own, of_all, replace(row, team="T9", token="sealed-9"))
    async with store.begin() as c:
        assert await bot_tokens.serving(c, "T1", "E1") == own
        assert await bot_tokens.serving(c, "T1", "") == own, "a payload may leave the organization out"
        assert await bot_tokens.get(c, "T1", "") is None, "it joined an organization since"
        assert await bot_tokens.serving(c, "T2", "E1") == of_all
        assert await bot_tokens.serving(c, "T2", "") is None
        assert await bot_tokens.serving(c, "T2", "E2") is None
        assert await bot_tokens.serving(c, "", "") is None
        assert await bot_tokens.remove(c, "T1", "E1")
        assert not await bot_tokens.remove(c, "T1", "E1")
        assert await bot_tokens.serving(c, "T1", "E1") == of_all


async def test_one_process_refreshes_and_a_late_one_writes_nothing(
    store: Store, second_store: Store, row: BotTokenRow, now: datetime
) -> None:
    await put(store, row)

    async def claim(of: Store, at: datetime) -> bool:
        async with of.begin() as c:
            return await bot_tokens.claim_refresh(c, row, at)

    assert sorted(await asyncio.gather(claim(store, now), claim(second_store, now))) == [False, True]
    assert not await claim(store, now + REFRESH_LEASE - SECOND)
    assert await claim(second_store, now + REFRESH_LEASE), "the first one died"
    async with store.begin() as c:
        assert await bot_tokens.put_refreshed(c, row, "sealed-2", "sealed-r2", None)
        assert not await bot_tokens.put_refreshed(c, row, "sealed-3", "sealed-r3", None), "an older epoch"
        await bot_tokens.put_encrypted_again(c, row, "sealed-4", None)
        kept = await bot_tokens.get(c, "T1", "")
        assert kept == replace(row, token="sealed-2", refresh_token="sealed-r2", expires_at=None, epoch=1)
        assert not await bot_tokens.claim_refresh(c, row, now + timedelta(hours=1)), "the token is a newer one by now"
        await bot_tokens.put_encrypted_again(c, kept, "sealed-2b", "sealed-r2b")
        assert await bot_tokens.get(c, "T1", "") == replace(kept, token="sealed-2b", refresh_token="sealed-r2b")


async def test_a_state_is_taken_once(store: Store, second_store: Store, now: datetime) -> None:
    async with store.begin() as c:
        await install_states.begin(c, "state", "browser", now + SECOND)

    async def take(of: Store) -> tuple[str, datetime] | None:
        async with of.begin() as c:
            return await install_states.take(c, "state")

    taken = [each for each in await asyncio.gather(take(store), take(second_store)) if each is not None]
    ((browser, expires_at),) = taken
    assert (install_states.is_of(browser, "browser"), expires_at) == (True, now + SECOND)
    assert not install_states.is_of(browser, "another")


async def test_expired_states_are_deleted(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        await install_states.begin(c, "old", "browser", now)
        await install_states.begin(c, "new", "browser", now + SECOND)
        await install_states.forget_expired(c, now)
        assert await install_states.take(c, "old") is None
        assert await install_states.take(c, "new") is not None
