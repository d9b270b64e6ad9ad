"""purge --before says what goes, asks, and deletes; every refusal is one line."""

from __future__ import annotations

import asyncio
import os
import pty
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli.care_arguments import KEPT_DAYS
from bot.model import Topics
from bot.store import articles, stories
from bot.store.articles import NewArticle
from bot.store.engine import Store
from tests.support.command_line import Call

ROOT = Path(__file__).parents[3]
TODAY = datetime.now(UTC).date()
DAY = str(TODAY - timedelta(days=50))
COUNTED = (
    "matches 0\ndeliveries 0\nslots 0\nmutes 0\nchanges 0\nfeedback 0\nfirsts 0\nhosts 0\nrobots 0\n"
    "stories 1\narticles 2\n"
)


async def filled(path: Path) -> None:
    """A story and an article without one of two months ago, and a story of today."""
    store = Store.open(f"sqlite:///{path}")
    await store.migrate()
    async with store.begin() as c:
        for number, days, has_story in ((1, 60, True), (2, 60, False), (3, 0, True)):
            url, at = f"https://ilbo.example/{number}", datetime.now(UTC) - timedelta(days=days)
            article = await articles.add(c, NewArticle(
                outlet="ilbo", url=url, canonical_url=url, headline=f"Number {number}", language="en", kind="media",
                published_at=at, first_seen_at=at, identities=(f"url:{url}",), wants_page=False,
            ))  # fmt: skip
            if has_story:
                story = await stories.add(
                    c, headline="x", url=url, outlet="ilbo", language="en", first_seen_at=at, last_article_at=at,
                    revision=1, topics=Topics(),
                )  # fmt: skip
                await articles.update(c, article, story=story)
    await store.close()


@pytest.fixture
def database(empty_folder: Path) -> Path:
    path = empty_folder / "pactbot.db"
    asyncio.run(filled(path))
    return path


def stored(database: Path) -> list[int]:
    with closing(sqlite3.connect(database)) as c:
        return [number for (number,) in c.execute("SELECT id FROM articles ORDER BY id")]


def test_without_a_terminal_it_counts_and_deletes_nothing(call: Call, database: Path) -> None:
    done = call("purge", "--before", DAY)
    assert (done.code, done.out) == (0, COUNTED)
    assert done.err == "pactbot purge: nothing was deleted; --yes deletes these rows\n"
    assert stored(database) == [1, 2, 3]


def test_yes_deletes_and_a_second_run_finds_nothing(call: Call, database: Path) -> None:
    done = call("purge", "--before", DAY, "--yes")
    assert (done.code, done.out) == (0, COUNTED)
    assert done.err == "pactbot purge: deleted 1 of stories, 1 of articles\n"
    assert stored(database) == [3]
    again = call("purge", "--before", DAY, "--yes")
    assert (again.code, again.err) == (0, f"pactbot purge: there is nothing before {DAY}\n")


@pytest.mark.parametrize(("answer", "left"), [("y", [3]), ("n", [1, 2, 3]), ("", [1, 2, 3])])
def test_a_terminal_is_asked(database: Path, answer: str, left: list[int]) -> None:
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    done = subprocess.run(
        [sys.executable, "-c", "from bot.cli import main; main()", "purge", "--before", DAY],
        cwd=database.parent, env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}, stdin=theirs,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 0
    assert f"Delete these rows before {DAY} for ever? [y/N] " in done.stderr
    assert stored(database) == left


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (("--before", "2026-13-01"), "'2026-13-01' is no day, as 2026-01-31"),
        (("--before", "yesterday"), "'yesterday' is no day, as 2026-01-31"),
        (("--before", str(TODAY + timedelta(days=400))), f"the last {KEPT_DAYS} days always stay"),
        (("--before", str(TODAY - timedelta(days=KEPT_DAYS - 2))), f"the last {KEPT_DAYS} days always stay"),
        (("--before", DAY, "--person", "U123"), "not allowed with"),
        (("--before", DAY, "--team", "T123"), "--team belongs to --person"),
        ((), "one of the arguments --before --person is required"),
    ],
)
@pytest.mark.usefixtures("database")
def test_a_wrong_call_is_one_line(call: Call, options: tuple[str, ...], line: str) -> None:
    done = call("purge", *options)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert line in done.err


def test_no_database_yet_is_one_line(call: Call) -> None:
    done = call("purge", "--before", DAY)
    assert (done.code, done.err) == (2, "pactbot.db is not there yet: pactbot run makes it\n")


def test_a_database_that_another_writer_holds_is_one_line(
    call: Call, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.operations.retention.TRIES", 1)
    monkeypatch.setattr("bot.store.engine.BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(database, isolation_level=None)) as c:
        c.execute("BEGIN IMMEDIATE")
        done = call("purge", "--before", DAY, "--yes")
        c.execute("ROLLBACK")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert stored(database) == [1, 2, 3]
