"""The stores of the contracts: a SQLite file, and a real PostgreSQL on a socket in a temporary folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest

from bot.model import Destination
from bot.store.engine import Store
from tests.support.databases import MigratedDatabase, execute, postgresql_server
from tests.support.outbox_harness import NOW, Clock, OutboxHarness, ScriptedSlack, add_channel


@pytest.fixture
def now() -> datetime:
    """The instant at which every contract begins."""
    return NOW


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Start a PostgreSQL server for this run; its address."""
    with postgresql_server() as address:
        yield address


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
def _databases() -> dict[str, MigratedDatabase]:
    return {}


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(
    request: pytest.FixtureRequest, _databases: dict[str, MigratedDatabase], tmp_path_factory: pytest.TempPathFactory
) -> MigratedDatabase:
    """A migrated, empty database."""
    kind: str = request.param
    if kind not in _databases:
        if kind == "sqlite":
            folder = tmp_path_factory.mktemp("database")
            _databases[kind] = MigratedDatabase(f"sqlite:///{folder / 'pactbot.db'}", folder / "template.db")
        else:
            server: str = request.getfixturevalue("server")
            execute(server, "CREATE DATABASE contracts")
            _databases[kind] = MigratedDatabase(server.replace("/postgres?", "/contracts?"))
        await _databases[kind].migrate()
    else:
        _databases[kind].sweep()
    return _databases[kind]


@pytest.fixture
async def store(database: MigratedDatabase) -> AsyncIterator[Store]:
    """The database as one process opens it."""
    opened = database.open("store")
    yield opened
    await opened.close()


@pytest.fixture
async def second_store(database: MigratedDatabase) -> AsyncIterator[Store]:
    """The same database as another process opens it."""
    opened = database.open("second_store")
    yield opened
    await opened.close()


@pytest.fixture
async def channel(store: Store) -> Destination:
    """A channel of workspace T1."""
    async with store.begin() as c:
        return await add_channel(c, "C0POLICY")


@pytest.fixture
def harness(store: Store, now: datetime, caplog: pytest.LogCaptureFixture) -> Iterator[OutboxHarness]:
    """Outboxes on every store, with a scripted Slack. No task of an outbox may end with a fault."""
    clock = Clock(now)
    yield OutboxHarness(store, clock, ScriptedSlack(clock))
    records = caplog.get_records("setup") + caplog.get_records("call")
    errors = [record for record in records if record.levelname == "ERROR"]
    assert [each.exc_info for each in errors if each.name == "asyncio" or each.getMessage() == "task_failed"] == []
