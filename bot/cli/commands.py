"""The table of commands: the name, one line of help, the arguments and the module of each."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.cli.care_arguments import backup_arguments, purge_arguments
from bot.cli.parser import Parser

MAX_DAYS = 3_660


@dataclass(frozen=True, slots=True)
class Command:
    """One command; ``module`` holds its ``run(options) -> exit code`` and is imported when it is called."""

    module: str
    does: str
    add_arguments: Callable[[Parser], None] = lambda parser: None
    more: str = ""


def _port(written: str) -> int:
    if not written.isdecimal() or int(written) > 65_535:
        raise argparse.ArgumentTypeError(f"{written!r} is no port (0 to 65535)")
    return int(written)


def _address(written: str) -> str:
    if not re.match(r"https?://[^\s/?#@]+", written):
        raise argparse.ArgumentTypeError(f"{written!r} is no http address, as https://www.example.org/news/1")
    return written


def _days(written: str) -> int:
    span = re.fullmatch(r"(\d{1,4})([dw])", written)
    days = int(span[1]) * (7 if span[2] == "w" else 1) if span else 0
    if not 0 < days <= MAX_DAYS:
        raise argparse.ArgumentTypeError(f"{written!r} is no span of 1d to {MAX_DAYS}d, as 30d or 4w")
    return days


def _run(parser: Parser) -> None:
    parser.add_argument("--only", choices=["slack", "clock", "worker"], help="run this part; the others run elsewhere")


def _sandbox(parser: Parser) -> None:
    parser.add_argument("--port", type=_port, default=8730, help="serve its page there (default 8730)")
    parser.add_argument(
        "--outlets", choices=["live", "demo"], default="demo", help="the outlets that are read (default demo)"
    )
    parser.add_argument(
        "--database", metavar="URL", help="the database that keeps its data; without it nothing is left behind"
    )
    parser.add_argument("--language", choices=["ko", "en"], help="its channels' language (default: this machine's)")


def _sweep(parser: Parser) -> None:
    parser.add_argument("outlet", nargs="*", metavar="OUTLET", help="keys of outlets; without any, all of them")
    parser.add_argument("--json", action="store_true", help="print a JSON line an article, with all its mentions")


def _file(parser: Parser) -> None:
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="read this instead of standard input")


def _lexicon_file(parser: Parser) -> None:
    parser.add_argument("--lexicon", type=Path, metavar="F", help="a lexicon instead of PACT_LEXICON's or the built-in")


def _lines(parser: Parser) -> None:
    _lexicon_file(parser)
    _file(parser)


def _stories(parser: Parser) -> None:
    parser.add_argument("--stream", action="store_true", help="place the lines in input order, not by their dates")
    _lines(parser)


def _query(parser: Parser) -> None:
    parser.add_argument("query", metavar="QUERY", help='as in Slack: quantum "research security" -영국')
    _lines(parser)


def _since(parser: Parser) -> None:
    parser.add_argument("--since", type=_days, default=30, metavar="SPAN", help="how far back, as 30d or 4w (30d)")


def _export(parser: Parser) -> None:
    parser.add_argument("--format", choices=["csv", "jsonl"], default="csv", help="of the lines (default csv)")
    _since(parser)


def _replay(parser: Parser) -> None:
    parser.add_argument("query", metavar="QUERY", help='as in Slack: quantum "research security" -영국')
    _since(parser)
    _lexicon_file(parser)


def _fixture(parser: Parser) -> None:
    parser.add_argument("--fixture", action="store_true", help="print a test's expected file, of the day FILE names")
    parser.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="read this, or every file of a folder, not standard input"
    )


def _feed(parser: Parser) -> None:
    parser.add_argument("--url", type=_address, help="the address that the feed or sitemap came from")
    _fixture(parser)


def _read(parser: Parser) -> None:
    parser.add_argument("--url", type=_address, help="the address that the page came from")
    parser.add_argument("--outlet", metavar="KEY", help="the outlet of the page; without it the address's host decides")
    _fixture(parser)


def _check(parser: Parser) -> None:
    parser.add_argument("--outlets", action="store_true", help="check the outlets alone: every source is asked once")
    parser.add_argument("--slack", action="store_true", help="check Slack alone: token, scopes, membership")
    parser.add_argument("--database", action="store_true", help="check the database alone")


def _public_address(written: str) -> str:
    if not re.fullmatch(r"https://[^\s/?#@]+(/[^\s?#]*)?", written):
        line = f"{written!r} is no https address, as https://pactbot.example.com: Slack sends events to no other"
        raise argparse.ArgumentTypeError(line)
    return written


def _manifest(parser: Parser) -> None:
    parser.add_argument("--http", type=_public_address, metavar="URL", help="for HTTP mode: the bot's https address")
    parser.add_argument(
        "--oauth", type=_public_address, metavar="URL", help="for several workspaces: the address where they install it"
    )


def _language(parser: Parser) -> None:
    parser.add_argument("--language", choices=["ko", "en"], help="language of the output (default PACT_LANGUAGE)")


def _lexicon_check(parser: Parser) -> None:
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="without it PACT_LEXICON's or the built-in")
    parser.add_argument("--json", action="store_true", help="print a JSON line a finding")
    _language(parser)


def _lexicon_explain(parser: Parser) -> None:
    parser.add_argument("term", metavar="TERM", help="a form, a topic such as quantum, a person, or any other word")
    parser.add_argument("text", metavar="TEXT", help="the text to look in; - reads standard input")
    _lexicon_file(parser)
    _language(parser)


def _lexicon_scout(parser: Parser) -> None:
    _since(parser)
    parser.add_argument("--json", action="store_true", help="print a JSON line a proposal")
    _language(parser)


def _site_address(written: str) -> str:
    """An address that a person types may lack its scheme."""
    return _address(written if "://" in written else f"https://{written}")


def _outlet_add(parser: Parser) -> None:
    parser.add_argument("address", type=_site_address, metavar="URL", help="a front page, section, article or feed")
    parser.add_argument(
        "--folder", type=Path, metavar="DIR", help="write it there (default: the first of PACT_OUTLETS)"
    )
    parser.add_argument("--key", metavar="KEY", help="the outlet's key, which names the file (default: from its host)")
    parser.add_argument("--name", metavar="NAME", help="the outlet's name (default: as its site writes it)")
    parser.add_argument("--replace", action="store_true", help="replace the spec of this key, a built-in one too")
    parser.add_argument("--yes", action="store_true", help="write it without asking")


def _outlet_check(parser: Parser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="the spec file; its name is the outlet's key")
    parser.add_argument("--page", type=Path, metavar="HTML", help="a saved page; print what the spec reads of it")
    parser.add_argument("--url", type=_address, help="the page's address (default: the outlet's home)")


_LINES_IN = (
    'Lines in: {"id", "headline"?, "text", "lang"?, "url"?, "date"?, "outlet"?}. A bad line gives {"id", "error"} in '
    "its place, and exit 1 at the end."
)

_REPLAY = (
    'A JSON line for each article that is a hit now ("hit"), or was one when it was read ("was_hit"). Texts are not '
    "stored: headlines and the kept sentences of mentions are read."
)

_FOLDER = (
    "Of a folder each file is a JSON line, whose totals follow on standard error; exit 1 where one broke the parser."
)

COMMANDS: Mapping[str, Command] = {
    "run": Command("run", "run the bot", _run),
    "sandbox": Command("sandbox", "run the bot against a local Slack and demo outlets, to try it", _sandbox),
    "sweep": Command("sweep", "read the outlets once, now, and print what is new and what it mentions", _sweep),
    "match": Command("match", "JSON lines of articles in; what each of them names out", _lines, _LINES_IN),
    "query": Command("query", "JSON lines of articles in; whether each of them is a hit out", _query, _LINES_IN),
    "stories": Command("stories", "JSON lines of articles in; the story of each of them out", _stories, _LINES_IN),
    "feed": Command("feed", "a feed's or sitemap's bytes in; a JSON line an entry out", _feed, _FOLDER),
    "read": Command("read", "a page's bytes in; its article as a JSON line out", _read, _FOLDER),
    "lexicon": Command("lexicon", "check the lexicon, explain a term, propose spellings it does not know yet"),
    "outlet": Command("outlet", "add an outlet by its address; check a spec file, and what it reads of a saved page"),
    "check": Command("check", "check settings, lexicon, outlets, database and Slack; say what to do", _check),
    "export": Command("export", "print the stored articles of some days as CSV or JSON lines", _export),
    "replay": Command("replay", "say which stored articles a query hits by today's rules", _replay, _REPLAY),
    "migrate": Command("migrate", "bring the database's tables up to this version"),
    "purge": Command("purge", "delete what ended before a day, or erase a person", purge_arguments),
    "backup": Command("backup", "write a checked copy of the SQLite database while the bot runs", backup_arguments),
    "secret-key": Command("secret_key", "print a new key for PACT_SECRET_KEY, which encrypts workspaces' tokens"),
    "manifest": Command("manifest", "print the app's manifest, to create it in Slack", _manifest),
}

_LEXICON: Mapping[str, Command] = {
    "lexicon check": Command(
        "lexicon_check", "say what is wrong in a lexicon file: shape, forms of two topics, rules that never decide",
        _lexicon_check,
        "A line a finding: FILE:LINE: [error|warning] ENTRY: what is wrong: what to do. Exit 1 when one is an error.",
    ),
    "lexicon explain": Command(
        "lexicon_explain", "say where a term stands in a text, whether it counts, why, and what would change it",
        _lexicon_explain,
    ),
    "lexicon scout": Command(
        "lexicon_scout", "propose spellings of known people and the pact from stored articles", _lexicon_scout
    ),
}  # fmt: skip

GROUPS: Mapping[str, Mapping[str, Command]] = {
    "lexicon": _LEXICON,
    "outlet": {
        "outlet add": Command(
            "outlet_add",
            "find the feed, sitemap or list of a site, show what it would read now, write the spec",
            _outlet_add,
            "It asks the site as the bot does: robots.txt first, then with pauses. Exit 1: nothing was written.",
        ),
        "outlet check": Command(
            "outlet_check", "say whether a spec file can be used, and what it reads of a saved page", _outlet_check
        ),
    },
}
"""These have commands of their own, by their full names."""


def command_of(name: str) -> Command:
    """Returns the command of this full name, as ``match`` or ``lexicon check``."""
    return GROUPS.get(name.partition(" ")[0], {}).get(name) or COMMANDS[name]
