"""``pactbot check``: checks everything that the bot needs and prints a table: ok or wrong, and what to do."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from collections.abc import Sequence

from bot.cli.doctor.check_row import CheckRow
from bot.cli.stored_rows import StoredRows, read_stored_rows
from settings.config import BadSettings, Settings, load
from settings.errors import SettingsError


def run(options: Namespace) -> int:
    """Checks what was asked for, or everything; 1 when anything is wrong."""
    try:
        settings = load()
    except BadSettings as error:
        rows = [CheckRow("settings", False, line) for line in error.lines]
    else:
        everything = not (options.outlets or options.slack or options.database)
        # the row of the database says what is wrong with it
        needs_rows = everything or options.outlets
        stored = read_stored_rows(settings, says=not everything) if needs_rows else StoredRows()
        rows = asyncio.run(_rows(settings, options, stored))
    sys.stdout.write(table(rows))
    return int(not all(row.ok for row in rows))


async def _rows(settings: Settings, options: Namespace, stored: StoredRows) -> list[CheckRow]:
    everything = not (options.outlets or options.slack or options.database)
    rows: list[CheckRow] = []
    if everything:
        from bot.cli.doctor.files import check_files

        rows += check_files(settings, stored)
    if everything or options.database:
        from bot.cli.doctor.database import check_database

        rows.append(await check_database(settings))
    if everything or options.slack:
        from bot.cli.doctor.slack_access import check_slack

        rows += await check_slack(settings)
    if everything or options.outlets:
        from bot.cli.doctor.outlets import check_outlets

        try:
            rows += await check_outlets(settings, stored)
        except SettingsError as error:
            rows += [] if everything else [CheckRow("outlets", False, str(error))]  # check_files has said it
    return rows


def table(rows: Sequence[CheckRow]) -> str:
    """Returns the rows as a table, a line each."""
    width = max((len(row.subject) for row in rows), default=0)
    return "".join(f"{'ok   ' if row.ok else 'wrong'}  {row.subject:<{width}}  {_text(row)}\n" for row in rows)


def _text(row: CheckRow) -> str:
    text = f"{row.text} → {row.cure}" if row.cure and not row.ok else row.text
    return " ".join(text.split())
