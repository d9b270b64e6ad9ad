"""The command line: one call in, one exit code out (0 done, 1 something failed and was said, 2 the call was wrong).

What a command needs is imported when it is called, so that each starts fast.
"""

from __future__ import annotations

import argparse
import errno
import io
import logging
import os
import sys

from bot.cli.arguments import WRONG_CALL, read_call
from bot.errors import CannotStart, PactbotError
from settings.errors import SettingsError

FAILED = 1
INTERRUPTED = 130
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def main(argv: list[str] | None = None) -> None:
    """Do one command and exit with its code."""
    _speak_utf8()
    try:
        code = _guarded(*read_call(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
    except BrokenPipeError:
        code = _unheard()  # whoever read our output has left: nothing is said to nobody
    except OSError as error:
        if error.errno not in _FULL:
            raise
        code = _said(f"pactbot: {error.strerror or error}", _unheard())
    sys.exit(code)


def _unheard() -> int:
    """What is left of our output goes nowhere, so that the interpreter's last flush does not fail again."""
    if sys.__stdout__ is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())
    return FAILED


def _speak_utf8() -> None:
    """JSON lines and Korean are UTF-8 whatever the locale says."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _guarded(name: str, options: argparse.Namespace) -> int:
    """Do it; what cannot go on is said in a line on standard error."""
    if name not in ("run", "sandbox") and not logging.getLogger().handlers:
        logging.getLogger().addHandler(logging.NullHandler())  # these say what matters themselves
    try:
        return _dispatch(name, options)
    except SettingsError as error:
        return _said(str(error), WRONG_CALL)
    except CannotStart as error:
        return _said(str(error), error.exit_code)
    except PactbotError as error:
        return _said(f"pactbot {name}: {error}", FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED


def _said(lines: str, code: int) -> int:
    sys.stderr.write(f"{lines}\n")
    return code


def _dispatch(name: str, options: argparse.Namespace) -> int:
    """A line or two a command, each with its own imports."""
    if name in ("match", "query", "stories"):
        from bot.cli import filters

        return filters.COMMANDS[name](options)
    if name in ("feed", "read"):
        from bot.cli import feed_and_read

        return feed_and_read.COMMANDS[name](options)
    if name == "sweep":
        from bot.cli import sweep

        return sweep.run(options)
    if name == "check":
        from bot.cli.doctor import report

        return report.run(options)
    if name in ("migrate", "manifest"):
        from bot.cli import migrate_and_manifest

        return migrate_and_manifest.COMMANDS[name](options)
    if name.startswith("lexicon "):
        return _lexicon(name, options)
    if name == "sandbox":
        from bot.cli import sandbox

        asked = sandbox.Options(options.port, options.outlets, options.database, options.language)
        return sandbox.run(asked)
    from bot.cli import run
    from settings.config import load

    return run.run(load(), options.only)


def _lexicon(name: str, options: argparse.Namespace) -> int:
    if name == "lexicon check":
        from bot.cli import lexicon_check

        return lexicon_check.run(options)
    if name == "lexicon explain":
        from bot.cli import lexicon_explain

        return lexicon_explain.run(options)
    from bot.cli import lexicon_scout

    return lexicon_scout.run(options)
