"""Databases whose names, users and passwords hold percent signs and other letters, and a pooler between them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import text

from bot.store.engine import Store
from tests.support.databases import execute

REPEATS = 12
"""The driver would prepare a statement on the server at its sixth use."""


async def test_percent_signs_of_an_address_are_understood(server: str) -> None:
    execute(server, "CREATE ROLE \"p:t%u\" LOGIN SUPERUSER PASSWORD 'p@ss%w/rd#1?'")
    execute(server, 'CREATE DATABASE "pact%20db"')
    folder = conninfo_to_dict(server)["host"]
    user, password, name = (quote(part, safe="") for part in ("p:t%u", "p@ss%w/rd#1?", "pact%20db"))
    store = Store.open(f"postgresql://{user}:{password}@/{name}?host={quote(str(folder), safe='')}")
    await store.migrate()
    await store.check_schema()
    async with store.read() as c:
        assert (await c.execute(text("SELECT current_user, current_database()"))).one() == ("p:t%u", "pact%20db")
    await store.close()


async def test_a_percent_sign_in_the_name_of_a_sqlite_file_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "한글 100%.db"
    store = Store.open(f"sqlite:///{path}")
    await store.migrate()
    await store.check_schema()
    await store.close()
    assert path.exists()


async def test_no_statement_is_prepared_on_the_server(server: str) -> None:
    """A pooler gives each transaction any connection to the server, where another client's statements may stand."""
    store = Store.open(server)
    for _ in range(REPEATS):
        async with store.begin() as c:
            await c.execute(text("SELECT CAST(:number AS integer)"), {"number": 1})
    async with store.begin() as c:
        assert (await c.execute(text("SELECT count(*) FROM pg_prepared_statements"))).scalar_one() == 0
    await store.close()


@pytest.mark.parametrize(("of_address", "seconds"), [("", "15000"), ("&tcp_user_timeout=60000", "60000")])
async def test_a_server_whose_machine_is_gone_is_noticed(server: str, of_address: str, seconds: str) -> None:
    """Without these a query would wait for a quarter of an hour, and with it the whole outbox."""
    store = Store.open(server + of_address)
    async with store.read() as c:
        raw = await c.get_raw_connection()
        driver: psycopg.AsyncConnection[object] | None = raw.driver_connection
        assert driver is not None
        given = driver.info.get_parameters()
    await store.close()
    wanted = ("keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout")
    assert [given[name] for name in wanted] == ["5", "3", "3", seconds]
