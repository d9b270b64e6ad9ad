"""``pactbot outlet add``: finds how a site can be read, shows what the bot would read now, and writes the spec."""

from __future__ import annotations

import asyncio
import os
import sys
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from bot.cli.outlet_preview import preview_lines
from bot.cli.progress_bar import ProgressBar
from bot.errors import CannotStart
from bot.outlet_client import open_proposer
from scrapers.catalogue import Catalogue, load_catalogue, reread
from scrapers.errors import BadStatus, FetchRateLimited, FetchRefused, Gone, NotUnderstood, ScrapeError, Unreachable
from scrapers.http.robots import FORBIDDEN
from scrapers.proposal.known_outlets import outlet_of_site
from scrapers.proposal.proposer import Proposal
from scrapers.spec import is_outlet_key
from scrapers.spec_files import read_spec_files, write_spec_file
from settings.config import Settings, load

USUAL_REQUESTS = 5


def run(options: Namespace) -> int:
    """Proposes and writes; 1 when the site cannot be read or nothing was written."""
    settings = load()
    folder = _folder(settings, options.folder)
    catalogue = _catalogue(settings)
    if options.key is not None and not is_outlet_key(options.key):
        raise _refusal(f"{options.key!r} is no key: use a-z, 0-9 and -, as asiae", exit_code=2)
    if options.key is None:
        _refuse_known_site(options.address, catalogue)
    else:
        _refuse_known_key(options.key, options.replace, catalogue)
    try:
        proposal = asyncio.run(_propose(settings, options))
    except ScrapeError as error:
        raise _refusal(f"{' '.join(str(error).split())}: {cure_of(error)}") from None
    if options.key is None:  # a feed may stand on another host than its site
        _refuse_known_site(proposal.outlet.home, catalogue)
        _refuse_known_key(proposal.key, options.replace, catalogue)
    path = _own_file(proposal.key, catalogue) or folder / f"{proposal.key}.toml"
    sys.stdout.write("\n".join([proposal.text, *preview_lines(proposal), ""]))
    sys.stdout.flush()
    if not (options.yes or _is_agreed(path, proposal.key in catalogue.outlets())):
        raise _refusal("nothing was written; --yes writes without asking")
    return _write(path, proposal, options.replace, settings)


async def _propose(settings: Settings, options: Namespace) -> Proposal:
    progress = ProgressBar(USUAL_REQUESTS)
    try:
        async with open_proposer(settings, options.address, datetime.now(UTC), progress.step) as proposer:
            return await proposer.propose(options.address, options.key, options.name)
    finally:
        progress.clear()


def _catalogue(settings: Settings) -> Catalogue:
    """Returns the outlets in use; an empty folder and a faulty file beside the new one do not matter here."""
    built_in = load_catalogue() if settings.builtin_outlets == "on" else Catalogue({})
    return reread(built_in, read_spec_files(settings.outlets))


def _folder(settings: Settings, named: Path | None) -> Path:
    """Returns the folder to write to, before any request is sent."""
    folder = named or next(iter(settings.outlets), None)
    if folder is None:
        raise _refusal("PACT_OUTLETS names no folder: set it to a folder for your specs, or give --folder DIR", 2)
    if not folder.is_dir():
        raise _refusal(f"there is no folder {folder}: make it with mkdir -p {folder}", 2)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _refusal(f"{folder} cannot be written: give this user the right to write there, or another --folder", 2)
    return folder


def _refuse_known_site(address: str, catalogue: Catalogue) -> None:
    """A site that an outlet has already is added by another key or in its place, and both only on purpose."""
    known = outlet_of_site(address, catalogue.outlets())
    if known is None:
        return
    where = _own_file(known.key, catalogue) or "the built-in set"
    state = "is read already" if known.enabled else f"is listed already and off ({known.reason})"
    raise _refusal(
        f"{address} {state}, by {known.key} in {where}: --key {known.key} --replace puts yours in its place, "
        "another --key adds it beside",
    )


def _refuse_known_key(key: str, replaces: bool, catalogue: Catalogue) -> None:
    if replaces or (key not in catalogue.outlets() and _own_file(key, catalogue) is None):
        return
    where = _own_file(key, catalogue) or "the built-in set"
    raise _refusal(f"there is an outlet {key} already, in {where}: give another --key, or --replace to replace it")


def _own_file(key: str, catalogue: Catalogue) -> Path | None:
    """Returns the operator's file of this key."""
    return next((path for path in catalogue.own if path.stem == key), None)


def _is_agreed(path: Path, replaces: bool) -> bool:
    """Asks a person on the terminal; the end of the input is a no."""
    what = "Replace the outlet in use, and write" if replaces or path.exists() else "Write"
    sys.stderr.write(f"{what} {path}? [y/N] ")
    sys.stderr.flush()
    answer = sys.stdin.readline() if sys.stdin is not None else ""
    if not answer.endswith("\n"):
        sys.stderr.write("\n")
    return answer.strip().lower() in ("y", "yes", "ㅛ", "네", "예")


def _write(path: Path, proposal: Proposal, replaces: bool, settings: Settings) -> int:
    is_there = path.exists()
    try:
        write_spec_file(path, proposal.text, replace=replaces)
    except FileExistsError:
        raise _refusal(f"{path} exists: give another --key, or --replace to replace it") from None
    except OSError as error:
        raise _refusal(f"{path} cannot be written ({error.strerror})") from None
    is_read = path.parent.resolve() in {folder.resolve() for folder in settings.outlets}
    then = (
        "A running bot reads it within a minute."
        if is_read
        else f"Add {path.parent} to PACT_OUTLETS and restart the bot, which then reads it."
    )
    sys.stdout.write(f"{'Replaced' if is_there else 'Written to'} {path}. {then}\n")
    return 0


def cure_of(error: ScrapeError) -> str:
    """Returns what a person can do about a site that cannot be read."""
    if isinstance(error, FetchRateLimited):
        return f"it asks for a pause; try again in {max(1, round(error.retry_after_seconds / 60))} minutes"
    if isinstance(error, Gone):
        return "check the address"
    if isinstance(error, BadStatus):
        closed = "it refuses bots; a contact in PACT_CONTACT may open it, or give the address of its feed"
        return closed if error.status < 500 else "try again later"
    if isinstance(error, FetchRefused):
        return _cure_of_refusal(error.problem)
    if isinstance(error, Unreachable):
        return "check the address, and try again"
    if isinstance(error, NotUnderstood):
        return "give the address of its news page or feed, or write the spec by hand as CONTRIBUTING.md says"
    return "give the address of its feed or sitemap"


def _cure_of_refusal(problem: str) -> str:
    if problem == FORBIDDEN:
        return "its owner closes it to bots; give the address of its feed, or ask the owner"
    if problem.startswith("robots.txt"):
        return "try again later"
    if "password" in problem:
        return "give it without the name and password"
    return "only public addresses are read, and those of PACT_TRUSTED_ADDRESSES"


def _refusal(line: str, exit_code: int = 1) -> CannotStart:
    return CannotStart(f"pactbot outlet add: {line}", exit_code)
