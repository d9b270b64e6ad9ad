"""A workspace is served by its own install, by its organization's, or by none; a new one is known in five seconds."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.store import bot_tokens, installations
from bot.store.bot_tokens import BotTokenRow
from bot.store.engine import Store
from bot.workspaces.installed_workspaces import InstalledWorkspaces
from bot.workspaces.tokens import KEPT_SECONDS
from handlers.client import close_client, make_client
from handlers.post import Poster
from handlers.slack_facts import Identity


class Process:
    """One process: what it serves, and the workspaces that it began to serve."""

    def __init__(self, store: Store) -> None:
        self.seconds = 0.0
        self.registered: list[str] = []
        self.client = make_client()
        self.workspaces = InstalledWorkspaces(
            store, self.client, lambda team: Poster(self.client, team=team), lambda: self.seconds
        )
        self.workspaces.register = self.register

    async def register(self, identity: Identity) -> None:
        """Notes a workspace."""
        self.registered.append(identity.team)


async def test_a_workspace_is_known_by_its_row_whatever_its_token_is(store: Store, now: datetime) -> None:
    process = Process(store)
    assert await process.workspaces.identity("T1") is None
    async with store.begin() as c:
        await installations.put(c, "T1", now, enterprise="E1", name="Desk", bot_user="U1", bot="B1", scopes=("a",))
    assert await process.workspaces.identity("T1") == Identity("T1", "U1", "B1", "Desk", "", "E1", ("a",))
    async with store.begin() as c:
        await installations.stop(c, "T1", "uninstalled", now, None)
        await installations.put(c, "T2", now, bot_user="U2")
    assert await process.workspaces.identity("T1") is not None, "its removal is an event of it, too"
    assert await process.workspaces.identity("T2") is not None
    assert process.registered == []
    assert process.workspaces.poster("T1") is process.workspaces.poster("T1") is not process.workspaces.poster("T2")
    await close_client(process.client)


async def test_a_new_install_is_seen_in_five_seconds(store: Store, second_store: Store, now: datetime) -> None:
    process = Process(second_store)
    async with store.begin() as c:
        await installations.put(c, "T1", now, bot_user="U1")
    assert await process.workspaces.identity("T1") == Identity("T1", "U1", None)
    async with store.begin() as c:
        await installations.put(c, "T1", now, bot_user="U9")
    assert await process.workspaces.identity("T1") == Identity("T1", "U1", None)
    process.seconds += KEPT_SECONDS
    assert await process.workspaces.identity("T1") == Identity("T1", "U9", None)
    async with store.begin() as c:
        await installations.put(c, "T1", now, bot_user="U8")
    process.workspaces.forget()
    assert await process.workspaces.identity("T1") == Identity("T1", "U8", None)
    await close_client(process.client)


async def test_an_organizations_install_serves_each_of_its_workspaces_from_its_first_payload(
    store: Store, now: datetime
) -> None:
    process = Process(store)
    async with store.begin() as c:
        await bot_tokens.put(c, BotTokenRow("", "E1", "sealed", now, bot_user="U1", bot="B1"))
    assert await process.workspaces.identity("T1", "E1") == Identity("T1", "U1", "B1", "", "", "E1")
    assert process.registered == ["T1"]
    assert await process.workspaces.identity("T2", "E2") is None
    assert await process.workspaces.identity("", "E1") == Identity("E1", "U1", "B1", "", "", "E1")
    assert process.registered == ["T1"], "an organization is no workspace"
    await close_client(process.client)


@pytest.mark.parametrize("team", ["E1", "t1", "T1'; DROP TABLE", "T" + "1" * 60, "제1", "T1\n"])
async def test_what_is_no_workspaces_id_is_nobodys(store: Store, now: datetime, team: str) -> None:
    process = Process(store)
    async with store.begin() as c:
        await bot_tokens.put(c, BotTokenRow("", "E1", "sealed", now))
    assert await process.workspaces.identity(team, "E1") is None
    assert process.registered == []
    await close_client(process.client)
