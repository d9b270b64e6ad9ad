"""The start of a command: it imports nothing heavy before it needs it, which a process of its own can show."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
HEAVY = frozenset(
    {
        "slack_bolt", "slack_sdk", "aiohttp", "sqlalchemy", "alembic", "aiosqlite", "httpx", "apscheduler",
        "feedparser", "selectolax", "procrastinate", "prometheus_client", "ahocorasick_rs",
    }
)  # fmt: skip
"""Libraries that take long to import; no command needs all of them."""
SETTINGS = frozenset({"pydantic", "pydantic_settings"})
NOT_IN_THE_BOT = frozenset(
    {
        "alembic", "charset_normalizer", "chardet", "feedparser", "lxml", "pypdf", "selectolax", "sqlalchemy.orm",
        "trafilatura", "olefile", "rich", "click", "sqlalchemy.dialects.postgresql", "psycopg", "procrastinate",
        "httpx._main",
    }
)  # fmt: skip
"""What only the parser's process, the migration or a person's command needs; no part of the running bot imports it."""
START_CPU_SECONDS = 0.3
LINE = """
import sys
sys.path.insert(0, sys.argv.pop(1))
from bot.cli import main
try:
    main()
except SystemExit as ended:
    print(ended.code, *sys.modules, file=sys.stderr)
"""


def modules_after(folder: Path, *argv: str) -> tuple[str, set[str]]:
    """The exit code of a call, and the libraries that it imported."""
    ended = subprocess.run(
        [sys.executable, "-c", LINE, str(ROOT), *argv],
        capture_output=True,
        check=True,
        cwd=folder,
        timeout=60,
        text=True,
    )
    code, *modules = ended.stderr.splitlines()[-1].split()
    return code, {name.partition(".")[0] for name in modules}


@pytest.mark.parametrize(
    ("argv", "code", "unneeded"),
    [
        (["--help"], "0", HEAVY | SETTINGS),
        (["--version"], "0", HEAVY | SETTINGS),
        (["run", "--help"], "0", HEAVY | SETTINGS),
        (["nonsense"], "2", HEAVY | SETTINGS),
        (["manifest"], "0", HEAVY),
        (["run"], "2", HEAVY),
        (["match", "one.jsonl"], "0", HEAVY - {"ahocorasick_rs"}),
    ],
)
def test_a_command_imports_only_what_it_needs(
    empty_folder: Path, argv: list[str], code: str, unneeded: frozenset[str]
) -> None:
    (empty_folder / "one.jsonl").write_text('{"id": "1", "text": "양자컴퓨터"}\n', "utf-8")
    ended, imported = modules_after(empty_folder, *argv)
    assert ended == code
    assert not imported & unneeded


def test_the_bot_imports_nothing_that_another_process_works_with(empty_folder: Path) -> None:
    """Each of these libraries would stay in the memory of a process that never calls it."""
    line = """
import sys
sys.path.insert(0, sys.argv[1])
from bot.answers.registry import answer_functions
from bot.app import App
from bot.composition import load_config
from settings.config import load
App(load_config(load()))
answer_functions()
print(*(name for name, module in sys.modules.items() if module is not None))
"""
    ended = subprocess.run(
        [sys.executable, "-c", line, str(ROOT)],
        capture_output=True,
        check=True,
        cwd=empty_folder,
        timeout=60,
        text=True,
    )
    imported = set(ended.stdout.split())
    assert "sqlalchemy.ext.asyncio.engine" in imported
    assert not imported & NOT_IN_THE_BOT


def test_the_engine_is_imported_where_it_is_needed(empty_folder: Path) -> None:
    """Without this the test above would pass even if it could not see a single import."""
    (empty_folder / "one.jsonl").write_text('{"id": "1", "text": "양자컴퓨터"}\n', "utf-8")
    _, imported = modules_after(empty_folder, "match", "one.jsonl")
    assert {"ahocorasick_rs", "pydantic_settings"} <= imported


def test_a_start_without_a_token_ends_at_once(empty_folder: Path) -> None:
    """The settings are checked before Slack's libraries and the database are imported."""
    assert min(seconds_of_a_start(empty_folder) for _ in range(3)) < START_CPU_SECONDS


def seconds_of_a_start(folder: Path) -> float:
    """Returns the CPU time of one start without a token, to which other work on the machine only adds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended, _ = modules_after(folder, "run")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert ended == "2"
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
