"""backup writes a checked copy while somebody goes on writing; each refusal is one line, and changes nothing."""

from __future__ import annotations

import asyncio
import os
import resource
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.store.backup import back_up
from bot.store.engine import Store
from bot.store.restored import COPIED
from tests.support.command_line import Call

ROOT = Path(__file__).parents[3]
ROWS = 6_000


async def migrated(path: Path) -> None:
    store = Store.open(f"sqlite:///{path}")
    await store.migrate()
    await store.close()


@pytest.fixture
def database(empty_folder: Path) -> Path:
    """A database of some megabytes in the default place."""
    path = empty_folder / "pactbot.db"
    asyncio.run(migrated(path))
    with closing(sqlite3.connect(path)) as c, c:
        rows = ((f"https://herald.example/{number}", "x" * 400) for number in range(ROWS))
        c.executemany("INSERT INTO robots (origin, body, fetched_at, expires_at) VALUES (?, ?, 'x', 'x')", rows)
    return path


@contextmanager
def writer(database: Path) -> Iterator[list[int]]:
    """Somebody who writes one row after another; the list holds how many were committed."""
    stop, written = threading.Event(), [0]

    def write() -> None:
        with closing(sqlite3.connect(database, timeout=10)) as c:
            while not stop.is_set():
                with c:
                    c.execute("INSERT INTO firsts (team, key, done_at) VALUES ('T1', ?, 'x')", [f"key {written[0]}"])
                written[0] += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield written
    finally:
        stop.set()
        thread.join()


def test_a_copy_is_made_in_one_pass_while_somebody_writes(database: Path, tmp_path: Path) -> None:
    target, left_after, commits_after = tmp_path / "copy.db", [], []
    with writer(database) as written:

        def step(left: int, _pages: int) -> None:
            left_after.append(left)
            commits_after.append(written[0])

        now = datetime(2026, 3, 2, 9, tzinfo=UTC)
        back_up(database, target, now, replaces=False, on_step=step)
    assert left_after == sorted(left_after, reverse=True), "a writer makes it begin again"
    assert len(left_after) > 3
    assert commits_after[-1] > commits_after[0], "the writer waits for its end"
    with closing(sqlite3.connect(target)) as c:
        assert c.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert c.execute("SELECT count(*) FROM robots").fetchone() == (ROWS,)
        assert c.execute("SELECT key FROM firsts WHERE team = ''").fetchall() == [(f"{COPIED}{now.isoformat()}",)]
        assert c.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert sorted(path.name for path in tmp_path.glob("*copy.db*")) == ["copy.db"]


def test_only_this_user_reads_a_copy_and_force_replaces_it(call: Call, database: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    first = call("backup", str(target))
    assert (first.code, first.out) == (0, "")
    assert first.err == f"pactbot backup: {target} has {target.stat().st_size:,} bytes; it was read back and is sound\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    before = target.read_bytes()
    again = call("backup", str(target))
    assert (again.code, again.err) == (
        2,
        f"{target} is there already: name another file, or replace it with --force\n",
    )
    assert target.read_bytes() == before
    with closing(sqlite3.connect(database)) as c, c:
        c.execute("DELETE FROM robots")
    assert call("backup", str(target), "--force").code == 0
    assert target.read_bytes() != before


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("target", "line"),
    [
        ("nowhere/copy.db", "is not there: make it, or name a file elsewhere"),
        ("pactbot.db", "is the database itself: name another file"),
        (".", "is a folder: name a file in it"),
        ("/proc/copy.db", "name a folder that this user may write to"),
    ],
)
def test_a_wrong_file_is_one_line(call: Call, target: str, line: str) -> None:
    done = call("backup", target)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert line in done.err


def test_postgresql_is_told_its_own_tool(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://db.example/pact")
    done = call("backup", "copy.db")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert 'pg_dump --format=custom --file=pactbot.dump "$DATABASE_URL"' in done.err


def test_no_database_or_another_programs_is_one_line(call: Call, empty_folder: Path) -> None:
    missing = call("backup", "copy.db")
    assert (missing.code, missing.err) == (2, "pactbot.db is not there yet: pactbot run makes it\n")
    with closing(sqlite3.connect("pactbot.db")) as c, c:
        c.execute("CREATE TABLE other (id INTEGER)")
    other = call("backup", "copy.db")
    assert (other.code, other.err) == (
        2,
        "pactbot.db is no database of pactbot: is PACT_DATABASE_URL right?\n",
    )
    assert sorted(path.name for path in empty_folder.iterdir() if "copy" in path.name) == []


def test_a_damaged_database_gives_no_copy(call: Call, database: Path, tmp_path: Path) -> None:
    with database.open("r+b") as file:
        file.seek(database.stat().st_size // 2)
        file.write(os.urandom(8_192))
    done = call("backup", str(tmp_path / "copy.db"))
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert not list(tmp_path.glob("*copy.db*"))


@pytest.mark.usefixtures("database")
def test_a_full_disk_leaves_nothing_behind(empty_folder: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    done = subprocess.run(
        [sys.executable, "-c", "from bot.cli import main; main()", "backup", "copy.db"],
        cwd=empty_folder, env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}, preexec_fn=limit,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("no room for the copy in ")
    assert done.stderr.count("\n") == 1
    assert not list(empty_folder.glob("*copy.db*"))
