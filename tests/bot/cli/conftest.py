"""Calls of the command line, in this process or one of its own, with fake outlets on loopback."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli import main
from bot.matching.scan import Scanner
from scrapers.fake_outlets.fake_articles import FakeArticle
from scrapers.fake_outlets.server import FakeOutlets
from settings.config import table
from settings.lexicon import Lexicon
from settings.lexicon import load as load_lexicon
from tests.support.command_line import BackgroundLoop, Called
from tests.support.example_sites import Content, ExampleSite, Serve

ROOT = Path(__file__).parents[3]
LINE = "from bot.cli import main; main()"


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without .env as the current one, and an environment without settings."""
    monkeypatch.chdir(tmp_path)
    names = {name for row, _, _ in table() for name in row.split(", ")}
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
        printed = capsys.readouterr()
        return Called(int(ended.value.code or 0), printed.out, printed.err)

    return calling


@pytest.fixture
def script(empty_folder: Path) -> Callable[..., Called]:
    """Calls the console script as a process of its own."""

    def calling(*argv: str, stdin: bytes = b"", **environment: str) -> Called:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PACT_", "SLACK_"))}
        ended = subprocess.run(
            [sys.executable, "-c", LINE, *argv],
            input=stdin,
            capture_output=True,
            check=False,
            timeout=60,
            cwd=empty_folder,
            env={**inherited, "PYTHONPATH": str(ROOT), **environment},
        )
        return Called(ended.returncode, ended.stdout.decode("utf-8"), ended.stderr.decode("utf-8"))

    return calling


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    """The built-in lexicon."""
    return load_lexicon(None)


@pytest.fixture(scope="session")
def scanner(lexicon: Lexicon) -> Scanner:
    """The scanner of the built-in lexicon."""
    return Scanner(lexicon)


@pytest.fixture
def background_loop() -> Iterator[BackgroundLoop]:
    """An event loop in a thread, for servers."""
    loop = BackgroundLoop()
    yield loop
    loop.close()


@pytest.fixture
def fake_outlets(
    background_loop: BackgroundLoop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FakeOutlets]:
    """Fake outlets that the settings name as the only outlets; each has an article of last week."""
    outlets = FakeOutlets()
    background_loop.run(outlets.start())
    last_week = datetime.now(UTC) - timedelta(days=7)
    for outlet in outlets.outlets:
        outlets.publish(outlet, FakeArticle("old", "Last week", ("The council met and adjourned.",)), last_week)
    specs = tmp_path / "specs"
    outlets.write_specs(specs)
    monkeypatch.setenv("PACT_OUTLETS", str(specs))
    monkeypatch.setenv("PACT_BUILTIN_OUTLETS", "off")
    monkeypatch.setenv("PACT_TRUSTED_ADDRESSES", ",".join(sorted(outlets.trusted)))
    monkeypatch.setenv("PACT_HOST_PAUSE_SECONDS", "0")
    yield outlets
    background_loop.run(outlets.close())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The operator's folder."""
    folder = tmp_path / "outlets"
    folder.mkdir()
    monkeypatch.setenv("PACT_OUTLETS", str(folder))
    monkeypatch.setenv("PACT_HOST_PAUSE_SECONDS", "0")
    return folder


@pytest.fixture
def serve(folder: Path, background_loop: BackgroundLoop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Starts a site whose address is trusted."""
    sites: list[ExampleSite] = []

    def serving(content: Content) -> ExampleSite:
        site = ExampleSite(content)
        background_loop.run(site.start())
        sites.append(site)
        monkeypatch.setenv("PACT_TRUSTED_ADDRESSES", ",".join(site.trusted for site in sites))
        return site

    yield serving
    for site in sites:
        background_loop.run(site.close())
