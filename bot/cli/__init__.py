"""The command line: one call in, one exit code out (0 done, 1 something failed and was said, 2 the call was wrong)."""

from __future__ import annotations

import argparse
import errno
import importlib
import io
import logging
import os
import sys

from bot.cli.call import read_call
from bot.cli.commands import command_of
from bot.cli.parser import WRONG_CALL
from bot.errors import CannotStart, PactbotError
from settings.errors import SettingsError

FAILED = 1
INTERRUPTED = 130
LOGGING_COMMANDS = ("run", "sandbox")
"""These set up a log; the others print what matters themselves."""
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def main(argv: list[str] | None = None) -> None:
    """Does one command and exits with its code."""
    _use_utf8()
    _have_home()
    try:
        code = _exit_code(*read_call(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
    except BrokenPipeError:
        code = _discard_output()  # the reader of our output has left, so there is nobody to tell
    except OSError as error:
        if error.errno not in _DISK_FULL:
            raise
        code = _fail(f"pactbot: {error.strerror or error}", _discard_output())
    sys.exit(code)


def _discard_output() -> int:
    """Sends the rest of our output to nowhere, so that the interpreter's last flush does not fail again."""
    if sys.__stdout__ is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())
    return FAILED


def _use_utf8() -> None:
    """Makes output UTF-8 whatever the locale says: JSON lines and Korean need it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _have_home() -> None:
    """Names a home where a container runs us as a user without one: slack_sdk asks for it, and writes nothing."""
    if os.path.expanduser("~") == "~":
        os.environ["HOME"] = "/"


def _exit_code(name: str, options: argparse.Namespace) -> int:
    """Runs the command; an error of ours becomes one line on standard error and its exit code."""
    if name not in LOGGING_COMMANDS and not logging.getLogger().handlers:
        logging.getLogger().addHandler(logging.NullHandler())
    try:
        return _run(name, options)
    except SettingsError as error:
        return _fail(str(error), WRONG_CALL)
    except CannotStart as error:
        return _fail(str(error), error.exit_code)
    except PactbotError as error:
        return _fail(f"pactbot {name}: {error}", FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(name: str, options: argparse.Namespace) -> int:
    """Imports the command's module and runs it: a command imports only what it needs, so that each starts fast."""
    module = importlib.import_module(f"bot.cli.{command_of(name).module}")
    code: int = module.run(options)
    return code


def _fail(lines: str, code: int) -> int:
    sys.stderr.write(f"{lines}\n")
    return code
