"""feed and read run over whole suites of other projects: no file breaks them, and none takes more than two seconds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.command_line import Call
from tests.support.suites import folders_of

MOST_SECONDS = 2.0
FOLDERS = {name: os.environ.get(name, "") for name in ("PACT_FEED_SUITES", "PACT_PAGE_SUITES")}
"""As they were before the tests of this folder empty the environment."""


@pytest.mark.long
@pytest.mark.parametrize(("command", "name"), [("feed", "PACT_FEED_SUITES"), ("read", "PACT_PAGE_SUITES")])
def test_no_file_of_a_suite_breaks_the_command(
    call: Call, monkeypatch: pytest.MonkeyPatch, command: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, FOLDERS[name])
    folders: list[Path] = folders_of(name)
    for folder in folders:
        done = call(command, str(folder))
        with capsys.disabled():
            print(f"\n{folder}: {done.err.strip()}")
        assert done.code == 0, [line for line in done.lines if line.get("broke")]
        assert [line for line in done.lines if line["seconds"] > MOST_SECONDS] == []
