"""The command line as a caller meets it: in this process or one of its own, with outlets or Slack on loopback."""

from __future__ import annotations

import asyncio
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.cli import main
from scrapers.fake_outlets.published import Piece
from scrapers.fake_outlets.server import FakeOutlets
from settings.config import Settings

ROOT = Path(__file__).parents[3]
LINE = "from bot.cli import main; main()"
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Called:
    """How a call ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture(autouse=True)
def empty_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without .env, and an environment without settings."""
    monkeypatch.chdir(tmp_path)
    names = {str(choice) for info in Settings.model_fields.values() for choice in info.validation_alias.choices}  # type: ignore[union-attr]
    for name in os.environ:
        if name in names or name.startswith("PACT_"):
            monkeypatch.delenv(name)
    return tmp_path


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Called]:
    """Calls ``main`` with these arguments and bytes on standard input."""

    def calling(*argv: str, stdin: bytes | str = b"") -> Called:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="ascii"))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(list(argv))
        said = capsys.readouterr()
        return Called(int(ended.value.code or 0), said.out, said.err)

    return calling


@pytest.fixture
def script(empty_desk: Path) -> Callable[..., Called]:
    """Calls the console script as a process of its own."""

    def calling(*argv: str, stdin: bytes = b"", **environment: str) -> Called:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PACT_", "SLACK_"))}
        ended = subprocess.run(
            [sys.executable, "-c", LINE, *argv],
            input=stdin,
            capture_output=True,
            check=False,
            timeout=60,
            cwd=empty_desk,
            env={**inherited, "PYTHONPATH": str(ROOT), **environment},
        )
        return Called(ended.returncode, ended.stdout.decode("utf-8"), ended.stderr.decode("utf-8"))

    return calling


class Aside:
    """An event loop in a thread: servers live there while the command line runs a loop of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def do(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run it there and wait for it here."""
        doing: Future[Result] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return doing.result(timeout=30)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture
def aside() -> Iterator[Aside]:
    opened = Aside()
    yield opened
    opened.close()


@pytest.fixture
def fake_outlets(aside: Aside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOutlets]:
    """An open newsroom that the settings name as the only outlets; each has something of last week."""
    opened = FakeOutlets()
    aside.do(opened.start())
    last_week = datetime.now(UTC) - timedelta(days=7)
    for outlet in opened.outlets:
        opened.publish(outlet, Piece("old", "Last week", ("The council met and adjourned.",)), last_week)
    specs = tmp_path / "specs"
    opened.write_specs(specs)
    monkeypatch.setenv("PACT_OUTLETS", str(specs))
    monkeypatch.setenv("PACT_TRUSTED_ADDRESSES", ",".join(sorted(opened.trusted)))
    monkeypatch.setenv("PACT_HOST_PAUSE_SECONDS", "0")
    yield opened
    aside.do(opened.close())
