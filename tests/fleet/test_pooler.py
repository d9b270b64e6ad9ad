"""The processes reach PostgreSQL through PgBouncer, in session and in transaction mode: nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from tests.fleet.fleet_harness import Fleet
from tests.fleet.load import OUTLETS, Load
from tests.support.ports import free_port

PARTS = ("slack", "clock", "worker", "worker")
SETTLE_SECONDS = 100.0
POOL = 12
"""PgBouncer's connections to PostgreSQL, where the processes have up to ten and one each."""
SETTINGS = """\
[databases]
* = host={server} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = {pool}
max_client_conn = 100
user = {user}
"""


@pytest.fixture(params=["session", "transaction"])
async def pooled_url(request: pytest.FixtureRequest, fleet: Fleet, tmp_path: Path) -> AsyncIterator[str]:
    """The address of the fleet's database at PgBouncer."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("PgBouncer is not installed here")
    parts = urlsplit(fleet.database_url)
    (server,) = parse_qs(parts.query)["host"]
    port, settings = free_port(), tmp_path / "pgbouncer.ini"
    owner = pwd.getpwuid(os.stat(server).st_uid).pw_name  # it does not run as root
    pool = POOL if request.param == "transaction" else 100
    settings.write_text(SETTINGS.format(server=server, port=port, mode=request.param, pool=pool, user=owner))
    settings.chmod(0o644)
    with (tmp_path / "pgbouncer.log").open("wb") as log:
        running = await asyncio.create_subprocess_exec(program, "-q", settings, stdout=log, stderr=log)
    url = f"postgresql://postgres@127.0.0.1:{port}{parts.path}"
    await _until_reached(url)
    yield url
    if running.returncode is None:
        running.send_signal(signal.SIGINT)
    await running.wait()


async def _until_reached(url: str) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                psycopg.connect(url).close()
            except psycopg.OperationalError:
                await asyncio.sleep(0.1)
            else:
                return


@pytest.mark.long
async def test_stories_are_posted_once_through_a_pooler(fleet: Fleet, pooled_url: str) -> None:
    fleet.read_only(*OUTLETS)
    fleet.settings |= {
        "SLACK_BOT_TOKEN": fleet.slack.bot_token,
        "SLACK_APP_TOKEN": fleet.slack.app_token,
        "PACT_DATABASE_URL": pooled_url,
    }
    await fleet.call("exec pactbot migrate")
    running = [await fleet.start(f"exec pactbot run --only {part}") for part in PARTS]
    await asyncio.gather(*(each.until_output("started", 90.0) for each in running))
    await fleet.until_read(*OUTLETS)
    load = Load(fleet)
    await load.subscribe(4, " as typed")
    load.publish()
    await fleet.next_call()
    await fleet.kill(running.pop())
    load.publish()
    await load.until_settled(SETTLE_SECONDS)
    assert load.wrong() == {}
    fleet.assert_nothing_twice()
    await fleet.stop(*running)
