"""Builds the pool of connections to PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import CannotStart
from bot.store.json_text import dumps
from bot.store.refused_logins import RefusedLogins
from bot.store.schema import for_postgresql

CONNECT_SECONDS = 10
NOTICES_LOSS: dict[str, str | int | None] = {
    "keepalives_idle": 5, "keepalives_interval": 3, "keepalives_count": 3, "tcp_user_timeout": 15_000,
}  # fmt: skip
"""By libpq's names: a server whose machine is gone, and says nothing, is noticed after 14 s, and not after a quarter of
an hour. An address may say otherwise."""
SILENT_SECONDS = 20
"""PostgreSQL undoes a transaction of a process that is stopped, or of a machine that is gone, after this time, because
the whole fleet may wait for its locks."""
POOL_SECONDS = 10.0
"""How long a caller waits for a connection."""


def postgresql_engine(url: str, refused: RefusedLogins) -> AsyncEngine:
    """Returns the engine for this address; raises CannotStart. The first connection is made when it is needed.

    ``refused`` learns of logins that the server refuses.
    """
    try:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict
    except ImportError:
        line = "PACT_DATABASE_URL: PostgreSQL needs the extra: pip install 'pactbot[postgres]'"
        raise CannotStart(line) from None
    for_postgresql()
    scheme, rest = url.split(":", 1)
    address = f"{scheme.split('+', 1)[0]}:{rest}"
    try:
        given = conninfo_to_dict(address)
    except psycopg.ProgrammingError:
        # psycopg's own words may quote the address, and with it the password
        raise CannotStart("PACT_DATABASE_URL: not an address that libpq understands", exit_code=2) from None
    given = {"connect_timeout": CONNECT_SECONDS, "client_encoding": "utf8", **NOTICES_LOSS, **given}

    return create_async_engine(
        "postgresql+psycopg://",
        async_creator=partial(_connect, given, refused),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=2,
        max_overflow=8,
        pool_timeout=POOL_SECONDS,
    )


async def _connect(given: Mapping[str, Any], refused: RefusedLogins) -> Any:
    """Opens a connection; libpq reads the address itself, so every form it takes is understood."""
    import psycopg
    from psycopg.types.json import set_json_dumps

    try:
        made = await psycopg.AsyncConnection.connect(**given)
    except psycopg.OperationalError as error:
        refused.note(error)
        raise
    refused.end()
    await made.execute(f"SET idle_in_transaction_session_timeout = '{SILENT_SECONDS}s'")
    await made.commit()
    made.prepare_threshold = None  # a pooler gives each transaction any connection: its statements may be another's
    set_json_dumps(dumps, made)
    return made
