"""Limits how much of one workspace is done at the same time, so that its flood delays no other workspace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class _Workspace:
    """The turns of one workspace, and how many have or await one."""

    def __init__(self, at_once: int) -> None:
        self.turns = asyncio.Semaphore(at_once)
        self.users = 0


class WorkspaceTurns:
    """Gives each workspace at most ``at_once`` turns at a time; its others wait in the order in which they came."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._workspaces: dict[str, _Workspace] = {}

    @asynccontextmanager
    async def turn(self, team: str) -> AsyncIterator[None]:
        """Waits for a turn of this workspace, and has it until the end of the block."""
        workspace = self._workspaces.setdefault(team, _Workspace(self._at_once))
        workspace.users += 1
        try:
            async with workspace.turns:
                yield
        finally:
            workspace.users -= 1
            if not workspace.users:
                del self._workspaces[team]
