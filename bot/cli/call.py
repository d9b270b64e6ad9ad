"""Reads a call: ``argv`` → the command's name and its options; help, version and wrong calls exit here."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from bot.cli.commands import COMMANDS, GROUPS, command_of
from bot.cli.parser import WRONG_CALL, Parser, nearest

_HELP = ("-h", "--help", "help")


def read_call(argv: Sequence[str]) -> tuple[str, argparse.Namespace]:
    """Returns the command's full name and its options. Help, the version and a wrong call end the process here."""
    first = argv[0] if argv else ""
    if first in _HELP:
        _exit_with_help(overview())
    if first == "--version":
        _exit_with_help(f"pactbot {_version()}\n")
    if not first:
        _refuse(overview())
    if first not in COMMANDS:
        known = ["--help", "--version"] if first.startswith("-") else list(COMMANDS)
        what = "argument" if first.startswith("-") else "command"
        _refuse(f"pactbot: unknown {what} {first}{nearest(first, known)}; see pactbot --help\n")
    name, rest = _command_of_group(first, argv[1:]) if first in GROUPS else (first, argv[1:])
    return name, parser_of(name).read(_escape_leading_minus(name, rest))


def _command_of_group(group: str, argv: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Returns the full name of a command of a group, as ``lexicon check``, and the words after it."""
    word = argv[0] if argv else ""
    if f"{group} {word}" in GROUPS[group]:
        return f"{group} {word}", argv[1:]
    if word in _HELP:
        rows = "".join(f"  {name:<16} {command.does}\n" for name, command in GROUPS[group].items())
        _exit_with_help(f"usage: pactbot {group} COMMAND [options]\n\ncommands:\n{rows}")
    known = [name.split()[1] for name in GROUPS[group]]
    which = " or ".join(part for part in (", ".join(known[:-1]), known[-1]) if part)
    problem = f"unknown command {word}{nearest(word, known)}" if argv else f"say which: {which}"
    return _refuse(f"pactbot {group}: {problem}; see pactbot {group} --help\n")


def parser_of(name: str) -> Parser:
    """Returns the parser of one command."""
    command = command_of(name)
    parser = Parser(prog=f"pactbot {name}", description=f"{command.does[0].upper()}{command.does[1:]}.")
    parser.epilog = command.more or None
    command.add_arguments(parser)
    return parser


def _escape_leading_minus(name: str, argv: Sequence[str]) -> list[str]:
    """A query or a term may begin with a minus: a blank before it keeps argparse from reading it as an option."""
    if name not in ("query", "lexicon explain"):
        return list(argv)
    return [f" {word}" if word[:1] == "-" and word[1:2] not in ("", "-") and word != "-h" else word for word in argv]


def overview() -> str:
    """Returns what ``pactbot --help`` prints."""
    rows = "".join(f"  {name:<9} {command.does}\n" for name, command in COMMANDS.items())
    return (
        "usage: pactbot COMMAND [options]\n\n"
        "Follows the U.S.–ROK Technology Prosperity Deal (한미 기술번영 업무협약) in Korean and English.\n\n"
        f"commands:\n{rows}\n"
        "pactbot COMMAND --help prints the options of a command; pactbot --version prints the version.\n"
        "Exit: 0 done, 1 something failed and was said, 2 the call was wrong.\n"
    )


def _exit_with_help(text: str) -> NoReturn:
    sys.stdout.write(text)
    raise SystemExit(0)


def _refuse(text: str) -> NoReturn:
    sys.stderr.write(text)
    raise SystemExit(WRONG_CALL)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # slow to import and seldom needed

    try:
        return version("pactbot")
    except PackageNotFoundError:
        return "(not installed)"
