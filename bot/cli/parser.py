"""Parses the arguments of one command; a wrong call is one line that names the nearest known word."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, NoReturn

WRONG_CALL = 2
"""The exit code of a call that cannot be understood."""


class Parser(argparse.ArgumentParser):
    """An argparse parser whose errors are one line with the nearest known word."""

    def __init__(self, **options: Any) -> None:
        self.option_names: list[str] = []
        super().__init__(allow_abbrev=False, **options)

    def add_argument(self, *names: Any, **options: Any) -> argparse.Action:
        """Adds an argument as argparse does, and remembers the names of an option."""
        self.option_names += [name for name in names if str(name).startswith("--")]
        return super().add_argument(*names, **options)

    def error(self, message: str) -> NoReturn:
        """Prints one line that says what is wrong, and exits with 2."""
        self.exit(WRONG_CALL, f"{self.prog}: {_as_sentence(message)}; see {self.prog} --help\n")

    def read(self, argv: Sequence[str]) -> argparse.Namespace:
        """Returns the options of this call; a wrong call exits with 2."""
        options, unknown = self.parse_known_intermixed_args(list(argv))
        if unknown:
            word = unknown[0].partition("=")[0]
            self.error(f"unknown argument {word}{nearest(word, self.option_names)}")
        return options


def nearest(word: str, known: Sequence[str]) -> str:
    """Returns ``; did you mean X?``, or nothing where no known word is similar."""
    matches = get_close_matches(word, known, n=1, cutoff=0.5)
    return f"; did you mean {matches[0]}?" if matches else ""


def _as_sentence(message: str) -> str:
    """Rewrites argparse's line about a wrong choice, so that it names the nearest right one."""
    line = " ".join(message.split())
    choice = re.fullmatch(r"argument (\S+): invalid choice: '(.*)' \(choose from (.*)\)", line)
    if choice is None:
        return line
    known = re.findall(r"[\w-]+", choice[3])
    return f"{choice[1]}: unknown {choice[2]!r}{nearest(choice[2], known) or '; known: ' + ', '.join(known)}"
