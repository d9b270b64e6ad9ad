"""A password that is renewed while the bot runs: open connections go on, new ones are refused with one clear line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import count

import pytest

from bot.app import MAX_REFUSED_SECONDS, App
from bot.composition import load_config
from bot.errors import CannotStart, LoginRefused, StoreBusy
from bot.health_endpoints import ProcessHealth
from bot.queue.open_queue import migrate
from bot.startup import retry_while_busy, wait_for_schema
from bot.store.engine import Store
from bot.store.refused_logins import CURE, refusal
from settings.config import load
from tests.contracts.queue_harness import present
from tests.support.database_login import DatabaseLogin

_roles = count(1)


@pytest.fixture
def login(empty_url: str) -> DatabaseLogin:
    return DatabaseLogin(empty_url, f"app{next(_roles)}", "first")


@pytest.fixture
async def running(login: DatabaseLogin) -> AsyncIterator[Store]:
    store = Store.open(login.url("first"))
    await migrate(store)
    yield store
    await store.close()


POSTGRESQL = pytest.mark.parametrize("empty_url", ["postgresql"], indirect=True)


@POSTGRESQL
async def test_open_connections_go_on_and_the_process_is_not_ready_until_one_is_made_again(
    login: DatabaseLogin, running: Store, caplog: pytest.LogCaptureFixture
) -> None:
    health = ProcessHealth({}, present, "worker")
    health.store, health.working = running, True
    async with running.read():
        login.renew("second")
        for _ in range(3):  # the pool has one connection, which is in use
            with pytest.raises(LoginRefused, match=r"password authentication failed.*DATABASE_URL"):
                await running.ping()
        assert '"missing": "database: refuses the login"' in (await health.readyz())[1]
    await running.ping()
    status, body = await health.readyz()
    assert (status, '"missing": "database: refuses the login"' in body) == (503, True), "the next one is refused, too"
    lines = [record for record in caplog.records if record.message == "database_login_refused"]
    assert len(lines) == 1
    assert CURE in str(vars(lines[0]))
    login.renew("first")
    async with running.read():
        await running.ping()
    assert running.refused.seconds() is None
    assert (await health.readyz())[0] == 200


@POSTGRESQL
async def test_a_start_with_a_refused_login_ends_with_one_line(login: DatabaseLogin, running: Store) -> None:
    store = Store.open(login.url("wrong"))
    stop = asyncio.Event()
    for starting in (wait_for_schema(store, "", stop), retry_while_busy(stop, store.ping)):
        with pytest.raises(CannotStart) as ending:
            async with asyncio.timeout(5):
                await starting
        line = str(ending.value)
        assert (line.count("\n"), line.count(CURE), "wrong" in line) == (0, 1, False)
    await store.close()


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ('connection failed: FATAL:  password authentication failed for user "a"', True),
        ('host: "a"\nconnection refused\nFATAL:  role "a" does not exist', True),
        ('치명적오류:  사용자 "a"의 password 인증을 실패했습니다', True),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "a", database "b", no encryption', True),
        ("fe_sendauth: no password supplied", True),
        ("FATAL:  SASL authentication failed", True),
        ("FATAL:  the database system is starting up", False),
        ("could not translate host name", False),
        ('FATAL:  database "b" does not exist', False),
        ("FATAL:  sorry, too many clients already", False),
    ],
)
def test_what_the_server_says_of_a_login_is_told_from_an_outage(said: str, refused: bool) -> None:
    assert (refusal(StoreBusy(said)) is not None) is refused


@POSTGRESQL
async def test_a_running_process_ends_when_every_login_was_refused_for_a_minute(
    login: DatabaseLogin, running: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app = App(load_config(load(outlets=())))
    async with running.read():
        login.renew("second")
        with pytest.raises(LoginRefused):
            await running.ping()
        assert MAX_REFUSED_SECONDS == 60
        assert not await app._has_failed(running)
        monkeypatch.setattr("bot.app.MAX_REFUSED_SECONDS", 0.0)
        assert await app._has_failed(running)
    assert "stopping_without_login" in caplog.messages
