"""The Dockerfile's commands run without a container: no rights, no home, a read-only folder, a health check."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handlers.fake_slack.limits import Pace
from tests.fleet.fleet_harness import CONSOLE, Fleet, open_fleet
from tests.support.journey import ROOT
from tests.support.ports import free_port

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
NOBODY = "10001"


def _commands() -> list[list[str]]:
    """Returns the commands of the health check and of the bot."""
    return [json.loads(words) for words in re.findall(r"^ *CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)]


@pytest.fixture
def without_rights(tmp_path: Path) -> list[str]:
    """A command's beginning that runs it as nobody; the test is left out where this machine cannot do that."""
    setpriv = shutil.which("setpriv")
    if setpriv is None or os.geteuid() != 0:
        pytest.skip("only root can become another user, by the program setpriv")
    drop = [setpriv, "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--bounding-set=-all", "--inh-caps=-all"]
    probe = tmp_path / "probe"
    probe.mkdir(mode=0o555)
    if subprocess.run([*drop, "touch", str(probe / "file")], capture_output=True).returncode == 0:
        pytest.skip("this machine lets another user write where it may not")
    return drop


@pytest.fixture
def python_for_all(without_rights: list[str]) -> str:
    """A Python of this version, with this one's packages, that another user may run."""
    packages = os.pathsep.join((str(ROOT), *(path for path in sys.path if path.endswith("site-packages"))))
    asked = f"import sys, bot.cli, psycopg; assert sys.version_info[:2] == {sys.version_info[:2]}"
    said = ""
    for python in (sys.executable, "/usr/bin/python3"):
        line = [*without_rights, "/bin/sh", "-c", f"exec {python} -c '{asked}'"]
        found = subprocess.run(line, cwd="/", env={"PYTHONPATH": packages}, capture_output=True, text=True)
        if found.returncode == 0:
            return f'export PYTHONPATH="{packages}"\n' + CONSOLE.format(python=python)
        said = found.stderr.strip().splitlines()[-1]
    pytest.skip(f"another user may not run this Python, or not read this clone: {said}")


@pytest.fixture
async def open_fleet_folder(empty_database: str) -> AsyncIterator[Fleet]:
    """A fleet whose folder, and whose database's socket, other users may reach."""
    sockets = Path(empty_database.partition("host=")[2])
    with tempfile.TemporaryDirectory(prefix="pactbot-") as made:
        for folder in (Path(made), sockets):
            folder.chmod(0o711)
        async with open_fleet(Path(made), empty_database, pace=Pace()) as fleet:
            yield fleet
    sockets.chmod(0o700)  # noqa: ASYNC240 - a folder of this machine


@pytest.mark.long
async def test_the_bot_needs_no_rights_no_home_and_no_disk_in_both_modes(
    open_fleet_folder: Fleet, without_rights: list[str], python_for_all: str
) -> None:
    fleet = open_fleet_folder
    fleet.use_console(python_for_all)
    fleet.read_only("hanbit")
    fleet.settings |= {"SLACK_BOT_TOKEN": fleet.slack.bot_token}
    disk = fleet.folder / "disk"
    disk.mkdir(mode=0o555)
    begin = f"cd {disk} && unset HOME && exec {' '.join(without_rights)} "
    await fleet.call(begin + "pactbot migrate")
    modes = {
        "socket": {"SLACK_APP_TOKEN": fleet.slack.app_token},
        "http": {"SLACK_SIGNING_SECRET": fleet.slack.signing_secret},
    }
    ports = {mode: str(free_port()) for mode in modes}
    health, command = _commands()
    line = begin + " ".join(command)
    bots = [await fleet.start(line, {"PORT": ports[mode], **settings}) for mode, settings in modes.items()]
    await asyncio.gather(*(bot.until_output("started", 60.0) for bot in bots))
    await asyncio.gather(*(_assert_healthy(health, port) for port in ports.values()))
    await fleet.until_read("hanbit")
    await fleet.stop(*bots)
    assert list(disk.iterdir()) == []


async def _assert_healthy(health: list[str], port: str) -> None:
    asked = await asyncio.create_subprocess_exec(
        sys.executable, *health[1:], env={"PORT": port}, stderr=asyncio.subprocess.PIPE
    )
    _, said = await asked.communicate()
    assert asked.returncode == 0, said.decode()


@pytest.mark.long
def test_the_lines_of_the_dockerfile_install_the_bot(tmp_path: Path) -> None:
    source, app = tmp_path / "src", tmp_path / "app"
    source.mkdir()
    for names in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE):
        for name in names.split():
            here = ROOT / name
            (shutil.copytree if here.is_dir() else shutil.copy)(here, source / name)
    lines = re.findall(r"^RUN (.*/app.*)$", DOCKERFILE, re.MULTILINE)
    assert len(lines) == 2
    for line in lines:
        ran = subprocess.run(line.replace("/app", str(app)), shell=True, cwd=source, capture_output=True, text=True)
        if "No matching distribution" in ran.stderr or "Could not find a version" in ran.stderr:
            pytest.skip("the package registry cannot be reached from here")
        assert ran.returncode == 0, ran.stderr
    found = subprocess.run(
        [app / "bin" / "pactbot", "--help"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "migrate" in found.stdout
