"""A call of the command line: help, version, wrong words, wrong settings, pipes that close."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.command_line import Call

ROOT = Path(__file__).parents[3]
COMMANDS = [
    *("run", "sandbox", "sweep", "match", "query", "stories", "feed", "read", "check", "migrate", "manifest"),
    *("export", "replay", "purge", "backup"),
]
ARTICLE = '{"id": "1", "text": "양자컴퓨터"}\n'.encode()


def test_help_names_every_command(call: Call) -> None:
    helped = call("--help")
    assert (helped.code, helped.err) == (0, "")
    for name in COMMANDS:
        assert f"\n  {name} " in helped.out


def test_a_call_without_a_command_is_wrong_and_shows_the_help(call: Call) -> None:
    done = call()
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("usage: pactbot COMMAND")


def test_the_version_is_printed(call: Call) -> None:
    done = call("--version")
    assert done.code == 0
    assert done.out.startswith("pactbot ")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(call: Call, name: str) -> None:
    helped = call(name, "--help")
    assert helped.code == 0
    assert helped.out.startswith(f"usage: pactbot {name}")


@pytest.mark.parametrize(
    ("argv", "problem"),
    [
        (["sweeep"], "unknown command sweeep; did you mean sweep?"),
        (["--verison"], "unknown argument --verison; did you mean --version?"),
        (["sweep", "--josn"], "unknown argument --josn; did you mean --json?"),
        (["match", "--lexcion=x"], "unknown argument --lexcion; did you mean --lexicon?"),
        (["run", "--only", "clok"], "--only: unknown 'clok'; did you mean clock?"),
        (["sandbox", "--port", "http"], "'http' is no port"),
        (["sandbox", "--outlets", "dem"], "did you mean demo?"),
        (["feed"], "--url"),
        (["feed", "--url", "www.example.org"], "is no http address"),
        (["migrate", "now"], "unknown argument now"),
        (["query"], "QUERY"),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_2(call: Call, argv: list[str], problem: str) -> None:
    wrong = call(*argv)
    assert (wrong.code, wrong.out) == (2, "")
    assert problem in wrong.err
    assert wrong.err.count("\n") == 1


def test_options_and_names_may_stand_in_any_order(call: Call) -> None:
    wrong = call("sweep", "asiae", "--json", "marsnews")
    assert wrong.code == 2
    assert "no outlet 'marsnews'" in wrong.err


def test_wrong_settings_are_a_line_each_without_their_secrets(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "my-secret-word")
    monkeypatch.setenv("PORT", "70000")
    wrong = call("match", stdin=ARTICLE)
    assert wrong.code == 2
    assert sorted(line.split(":")[0] for line in wrong.err.splitlines()) == ["PORT", "SLACK_BOT_TOKEN"]
    assert "my-secret-word" not in wrong.err


def test_the_console_script_speaks_utf8_in_any_locale(script: Call) -> None:
    done = script("match", stdin=ARTICLE, LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert (done.code, done.err) == (0, "")
    assert done.lines[0]["sectors"] == ["quantum"]
    assert '"quote": "양자컴퓨터"' in done.out


def test_a_closed_pipe_ends_a_command_without_a_stack_trace(empty_folder: Path) -> None:
    many = empty_folder / "many.jsonl"
    many.write_bytes(ARTICLE * 5_000)
    line = "import sys; sys.path.insert(0, sys.argv.pop(1)); from bot.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", line, str(ROOT), "match", str(many)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=empty_folder,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b'{"id": "1"')
        process.stdout.close()
        errors = process.stderr.read()
        assert process.wait(timeout=30) == 1
    assert errors == b""


def test_ctrl_c_ends_a_command_without_a_stack_trace(empty_folder: Path) -> None:
    # a shell starts what it runs in the background with SIGINT ignored, and these tests may be that
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    line = f"{heard}; import sys; sys.path.insert(0, sys.argv.pop(1)); from bot.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", line, str(ROOT), "match"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=empty_folder,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(ARTICLE)
        process.stdin.flush()
        assert process.stdout.readline().startswith(b'{"id": "1"'), "each line is answered as it comes"
        assert process.stderr is not None
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):  # its input stays open, so that it is the signal that ends it
            process.wait(timeout=10)
        if process.poll() is None:
            process.send_signal(signal.SIGINT)  # Python does not see a signal that comes just before a read blocks
        process.wait(timeout=60)
        errors = process.stderr.read()
    assert (process.returncode, errors) == (130, b"")
