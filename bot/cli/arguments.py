"""The commands' names, options and help: one small parser a command, and errors of one line that name the nearest."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

WRONG_CALL = 2
MOST_DAYS = 3_660


class Parser(argparse.ArgumentParser):
    """argparse with errors of one line that name the nearest known word."""

    def __init__(self, **options: Any) -> None:
        self.known: list[str] = []
        super().__init__(allow_abbrev=False, **options)

    def add_argument(self, *names: Any, **options: Any) -> argparse.Action:
        """As argparse does, remembering the option's names."""
        self.known += [name for name in names if str(name).startswith("--")]
        return super().add_argument(*names, **options)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one line and exit with 2."""
        self.exit(WRONG_CALL, f"{self.prog}: {_in_words(message)}; see {self.prog} --help\n")

    def read(self, argv: Sequence[str]) -> argparse.Namespace:
        """The options of this call; a wrong one ends the process with exit 2."""
        options, unknown = self.parse_known_intermixed_args(list(argv))
        if unknown:
            word = unknown[0].partition("=")[0]
            self.error(f"unknown argument {word}{nearest(word, self.known)}")
        return options


def nearest(word: str, known: Sequence[str]) -> str:
    """``; did you mean X?``, or nothing where nothing is near."""
    found = get_close_matches(word, known, n=1, cutoff=0.5)
    return f"; did you mean {found[0]}?" if found else ""


def _in_words(message: str) -> str:
    line = " ".join(message.split())
    choice = re.fullmatch(r"argument (\S+): invalid choice: '(.*)' \(choose from (.*)\)", line)
    if choice is None:
        return line
    known = re.findall(r"[\w-]+", choice[3])
    return f"{choice[1]}: unknown {choice[2]!r}{nearest(choice[2], known) or '; known: ' + ', '.join(known)}"


@dataclass(frozen=True, slots=True)
class Command:
    """One command: what it does in a line, and its arguments."""

    does: str
    add: Callable[[Parser], None] = lambda parser: None
    more: str = ""


def _port(written: str) -> int:
    if not written.isdecimal() or int(written) > 65_535:
        raise argparse.ArgumentTypeError(f"{written!r} is no port (0 to 65535)")
    return int(written)


def _address(written: str) -> str:
    if not re.match(r"https?://[^\s/?#@]+", written):
        raise argparse.ArgumentTypeError(f"{written!r} is no http address, as https://www.example.org/news/1")
    return written


def _run(parser: Parser) -> None:
    parser.add_argument("--only", choices=["slack", "clock", "worker"], help="this part of it, the others elsewhere")


def _sandbox(parser: Parser) -> None:
    parser.add_argument("--port", type=_port, default=8730, help="where its page is served (default 8730)")
    parser.add_argument("--outlets", choices=["live", "demo"], default="demo", help="what is read (default demo)")
    parser.add_argument(
        "--database", metavar="URL", help="keep what it learns there; without it nothing is left behind"
    )
    parser.add_argument("--language", choices=["ko", "en"], default="en", help="its channels' language (default en)")


def _sweep(parser: Parser) -> None:
    parser.add_argument("outlet", nargs="*", metavar="OUTLET", help="keys of outlets; without any, all of them")
    parser.add_argument("--json", action="store_true", help="a JSON line an article, with all its mentions")


def _lines(parser: Parser) -> None:
    parser.add_argument("--lexicon", type=Path, metavar="F", help="a lexicon instead of PACT_LEXICON's or the built-in")
    _file(parser)


def _query(parser: Parser) -> None:
    parser.add_argument("query", metavar="QUERY", help='as in Slack: quantum "research security" -영국')
    _lines(parser)


def _file(parser: Parser) -> None:
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="read this instead of standard input")


def _feed(parser: Parser) -> None:
    parser.add_argument("--url", required=True, type=_address, help="where the feed or sitemap came from")
    _file(parser)


def _read(parser: Parser) -> None:
    parser.add_argument("--url", required=True, type=_address, help="where the page came from")
    parser.add_argument("--outlet", metavar="KEY", help="whose page it is; without it the address's host tells")
    _file(parser)


def _check(parser: Parser) -> None:
    parser.add_argument("--outlets", action="store_true", help="the outlets alone: every source is asked once")
    parser.add_argument("--slack", action="store_true", help="Slack alone: token, scopes, membership")
    parser.add_argument("--database", action="store_true", help="the database alone")


def _manifest(parser: Parser) -> None:
    parser.add_argument("--http", type=_address, metavar="URL", help="for HTTP mode: the bot's public address")


def _language(parser: Parser) -> None:
    parser.add_argument("--language", choices=["ko", "en"], help="of what is said (default PACT_LANGUAGE)")


def _lexicon_check(parser: Parser) -> None:
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="without it PACT_LEXICON's or the built-in")
    parser.add_argument("--json", action="store_true", help="a JSON line a finding")
    _language(parser)


def _lexicon_explain(parser: Parser) -> None:
    parser.add_argument("term", metavar="TERM", help="a form, a topic such as quantum, a person, or any other word")
    parser.add_argument("text", metavar="TEXT", help="what it stands in; - reads standard input")
    parser.add_argument("--lexicon", type=Path, metavar="F", help="a lexicon instead of PACT_LEXICON's or the built-in")
    _language(parser)


def _days(written: str) -> int:
    found = re.fullmatch(r"(\d{1,4})([dw])", written)
    days = int(found[1]) * (7 if found[2] == "w" else 1) if found else 0
    if not 0 < days <= MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{written!r} is no span of 1d to {MOST_DAYS}d, as 30d or 4w")
    return days


def _lexicon_scout(parser: Parser) -> None:
    parser.add_argument("--since", type=_days, default=30, metavar="SPAN", help="how far back, as 30d or 4w (30d)")
    parser.add_argument("--json", action="store_true", help="a JSON line a proposal")
    _language(parser)


_LINES_IN = (
    'Lines in: {"id", "headline"?, "text", "lang"?, "url"?, "date"?, "outlet"?}. A bad line gives {"id", "error"} in '
    "its place, and exit 1 at the end."
)

COMMANDS: Mapping[str, Command] = {
    "run": Command("the bot", _run),
    "sandbox": Command("the whole bot against a Slack of its own on this machine, with demo outlets", _sandbox),
    "sweep": Command("read the outlets once, now, and print what is new and what it mentions", _sweep),
    "match": Command("JSON lines of articles in; what each of them names out", _lines, _LINES_IN),
    "query": Command("JSON lines of articles in; whether each of them is a hit out", _query, _LINES_IN),
    "stories": Command("JSON lines of articles in; the story of each of them out", _lines, _LINES_IN),
    "feed": Command("a feed's or sitemap's bytes in; a JSON line an entry out", _feed),
    "read": Command("a page's bytes in; its article as a JSON line out", _read),
    "lexicon": Command("its vocabulary: checked, explained, and spellings that it does not know yet"),
    "check": Command("settings, lexicon, outlets, database, Slack: is all well, and what to do if not", _check),
    "migrate": Command("bring the database's tables up to this version"),
    "manifest": Command("the app's manifest, to create it in Slack", _manifest),
}

LEXICON: Mapping[str, Command] = {
    "lexicon check": Command(
        "what is wrong in a lexicon file: shape, forms that two would claim, rules that never decide", _lexicon_check,
        "A line a finding: FILE:LINE: [error|warning] ENTRY: what is wrong: what to do. Exit 1 when one is an error.",
    ),
    "lexicon explain": Command(
        "where a term stands in a text, whether it counts there, why, and what would change it", _lexicon_explain
    ),
    "lexicon scout": Command(
        "spellings near known people and the pact in stored articles that the lexicon does not know", _lexicon_scout
    ),
}  # fmt: skip


def parser_of(name: str) -> Parser:
    """The parser of one command."""
    command = LEXICON.get(name) or COMMANDS[name]
    parser = Parser(prog=f"pactbot {name}", description=f"{command.does[0].upper()}{command.does[1:]}.")
    parser.epilog = command.more or None
    command.add(parser)
    return parser


def read_call(argv: Sequence[str]) -> tuple[str, argparse.Namespace]:
    """The command and its options. Help, the version and a wrong call end the process here."""
    first = argv[0] if argv else ""
    if first in ("-h", "--help", "help"):
        sys.stdout.write(overview())
        raise SystemExit(0)
    if first == "--version":
        sys.stdout.write(f"pactbot {_version()}\n")
        raise SystemExit(0)
    if not first:
        sys.stderr.write(overview())
        raise SystemExit(WRONG_CALL)
    if first not in COMMANDS:
        known = ["--help", "--version"] if first.startswith("-") else list(COMMANDS)
        what = "argument" if first.startswith("-") else "command"
        sys.stderr.write(f"pactbot: unknown {what} {first}{nearest(first, known)}; see pactbot --help\n")
        raise SystemExit(WRONG_CALL)
    if first == "lexicon":
        return _read_lexicon(argv[1:])
    return first, parser_of(first).read(_queries_kept(first, argv[1:]))


def _read_lexicon(argv: Sequence[str]) -> tuple[str, argparse.Namespace]:
    """``lexicon`` has commands of its own."""
    name = f"lexicon {argv[0]}" if argv else ""
    if name in LEXICON:
        words = _queries_kept(name, argv[1:])
        return name, parser_of(name).read(words)
    rows = "".join(f"  {name:<16} {command.does}\n" for name, command in LEXICON.items())
    if argv and argv[0] in ("-h", "--help", "help"):
        sys.stdout.write(f"usage: pactbot lexicon COMMAND [options]\n\ncommands:\n{rows}")
        raise SystemExit(0)
    near = nearest(argv[0], [known.split()[1] for known in LEXICON]) if argv else ""
    what = f"unknown command {argv[0]}{near}" if argv else "say which: check, explain or scout"
    sys.stderr.write(f"pactbot lexicon: {what}; see pactbot lexicon --help\n")
    raise SystemExit(WRONG_CALL)


def _queries_kept(command: str, argv: Sequence[str]) -> list[str]:
    """A query or a term may begin with a minus: a blank before it keeps it from being taken for an option."""
    if command not in ("query", "lexicon explain"):
        return list(argv)
    return [f" {word}" if word[:1] == "-" and word[1:2] not in ("", "-") and word != "-h" else word for word in argv]


def overview() -> str:
    """What ``pactbot --help`` prints."""
    rows = "".join(f"  {name:<9} {command.does}\n" for name, command in COMMANDS.items())
    return (
        "usage: pactbot COMMAND [options]\n\n"
        "Follows the U.S.–ROK Technology Prosperity Deal (한미 기술번영 업무협약) in Korean and English.\n\n"
        f"commands:\n{rows}\n"
        "pactbot COMMAND --help tells the options of one; pactbot --version the version.\n"
        "Exit: 0 done, 1 something failed and was said, 2 the call was wrong.\n"
    )


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # slow to import, and seldom asked

    try:
        return version("pactbot")
    except PackageNotFoundError:
        return "(not installed)"
