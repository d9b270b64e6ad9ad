"""Fixtures of the fleet: a PostgreSQL server, and for each test an empty database on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest

from handlers.fake_slack.limits import Pace
from tests.fleet.fleet_harness import Fleet, open_fleet
from tests.support.databases import execute, postgresql_server

_numbers = count(1)


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """The address of a PostgreSQL server."""
    with postgresql_server() as url:
        yield url


@pytest.fixture
def empty_database(server_url: str) -> str:
    """The address of a new database without tables."""
    name = f"fleet{next(_numbers)}"
    execute(server_url, f"CREATE DATABASE {name}")
    before, host = server_url.split("?", 1)
    return f"{before.rpartition('/')[0]}/{name}?{host}"


@pytest.fixture
async def fleet(tmp_path: Path, empty_database: str) -> AsyncIterator[Fleet]:
    """A fleet without processes; Slack allows one post a second in a channel, as it does."""
    async with open_fleet(tmp_path, empty_database, pace=Pace()) as opened:
        yield opened
