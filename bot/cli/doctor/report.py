"""``check``: look at everything the bot needs, and print a table: ok or wrong, and what to do."""

from __future__ import annotations

import asyncio
import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence

from bot.cli.doctor.finding import Check
from bot.cli.from_settings import lexicon_of, outlets_of, scanner_of
from bot.errors import PactbotError
from settings.config import BadSettings, Settings, load, misspelled
from settings.errors import SettingsError


def run(options: Namespace) -> int:
    """Look at what was asked for, or at everything; 1 when anything is wrong."""
    try:
        settings = load()
    except BadSettings as error:
        found = [Check("settings", False, line) for line in error.lines]
    else:
        found = asyncio.run(_look(settings, options))
    sys.stdout.write(table(found))
    return int(not all(one.well for one in found))


async def _look(settings: Settings, options: Namespace) -> list[Check]:
    everything = not (options.outlets or options.slack or options.database)
    found = list(on_this_machine(settings)) if everything else []
    if everything or options.database:
        found.append(await database(settings))
    if everything or options.slack:
        from bot.cli.doctor.slack_access import slack

        found += await slack(settings)
    if everything or options.outlets:
        from bot.cli.doctor.outlets import live

        try:
            found += await live(settings)
        except SettingsError as error:
            found += [] if everything else [Check("outlets", False, str(error))]
    return found


def on_this_machine(settings: Settings) -> Iterator[Check]:
    """Settings, lexicon and specs: what is wrong there needs nobody else to see it."""
    strange = list(misspelled(os.environ))
    for name, near in strange:
        yield Check("settings", False, f"{name} is no setting", f"did you mean {near}?" if near else "remove it")
    if not strange:
        yield Check("settings", True, "understood")
    yield _lexicon(settings)
    yield _specs(settings)


def _lexicon(settings: Settings) -> Check:
    try:
        known = lexicon_of(settings)
        scanner_of(known)
    except SettingsError as error:
        return Check("lexicon", False, str(error))
    return Check("lexicon", True, f"{len(known.officials)} officials, {len(known.sectors)} sectors")


def _specs(settings: Settings) -> Check:
    try:
        outlets = outlets_of(settings)
    except SettingsError as error:
        return Check("outlets", False, str(error))
    off = [f"{key} ({one.reason})" for key, one in outlets.items() if not one.enabled]
    return Check("outlets", True, f"{len(outlets)} specs" + (f", switched off: {', '.join(off)}" if off else ""))


async def database(settings: Settings) -> Check:
    """Does it answer, and has it this version's tables? A SQLite file that is not there yet is not made by looking."""
    from bot.store.engine import HEAD, Store

    url = settings.database_url.get_secret_value()
    try:
        store = Store.open(url)
    except PactbotError as error:
        return Check("database", False, str(error))
    try:
        if store.embedded and not is_there(file_of(url)):
            return Check("database", True, f"{file_of(url)} is not there yet: pactbot run makes it")
        await store.ping()
        await store.check_schema()
    except PactbotError as error:
        return Check("database", False, str(error), "is PACT_DATABASE_URL right, and the database up?")
    finally:
        await store.close()
    return Check("database", True, f"{'SQLite' if store.embedded else 'PostgreSQL'}, schema {HEAD}")


def file_of(url: str) -> str:
    """The file of a SQLite address."""
    return url.partition(":///")[2].partition("?")[0]


def is_there(file: str) -> bool:
    """Whether a file exists: looking must not make it."""
    return os.path.exists(file)


def table(found: Sequence[Check]) -> str:
    """The rows under each other, a line each."""
    width = max((len(one.what) for one in found), default=0)
    return "".join(f"{'ok   ' if one.well else 'wrong'}  {one.what:<{width}}  {_told(one)}\n" for one in found)


def _told(one: Check) -> str:
    told = f"{one.seen} → {one.cure}" if one.cure and not one.well else one.seen
    return " ".join(told.split())
