"""``pactbot purge``: deletes what ended before a day, or erases a person, after it has said what goes."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from bot.cli.progress_bar import ProgressBar
from bot.cli.stored import open_stored
from bot.errors import CannotStart
from bot.operations.retention import count_old, delete_old
from bot.store.engine import Store
from bot.store.old_rows import ALL, ROWS_A_STEP
from settings.config import load


def run(options: Namespace) -> int:
    """Counts the rows of each table on standard output; deletes them with ``--yes``, or when a person agrees."""
    if options.team and not options.person:
        raise CannotStart(
            "pactbot purge: --team belongs to --person; without it every workspace's rows go", exit_code=2
        )
    return asyncio.run(_purge_before(options.before, yes=options.yes))


async def _purge_before(day: date, *, yes: bool) -> int:
    before_at, now = datetime.combine(day, time(), UTC), datetime.now(UTC)
    async with open_stored(load()) as store:
        counts = await count_old(store, before_at, now)
        if not agreed(counts, f"before {day}", yes=yes):
            return 0
        deleted = await _delete(store, before_at, now, sum(counts.values()))
    sys.stderr.write(f"pactbot purge: deleted {_listed(deleted)}\n")
    return 0


async def _delete(store: Store, before_at: datetime, now: datetime, rows: int) -> Mapping[str, int]:
    progress, deleted = ProgressBar(len(ALL) + rows // ROWS_A_STEP), Counter[str]()

    def count(table: str, of_table: int) -> None:
        deleted[table] += of_table
        progress.step(table)

    try:
        await delete_old(store, ALL, before_at, now, count)
    finally:
        progress.clear()
    return deleted


def agreed(counts: Mapping[str, int], what: str, *, yes: bool) -> bool:
    """Prints what goes; returns whether it may. Without ``--yes`` a terminal is asked, and nothing goes elsewhere."""
    for table, rows in counts.items():
        sys.stdout.write(f"{table} {rows}\n")
    sys.stdout.flush()
    if not any(counts.values()):
        sys.stderr.write(f"pactbot purge: there is nothing {what}\n")
        return False
    if yes:
        return True
    if not sys.stdin.isatty():
        sys.stderr.write("pactbot purge: nothing was deleted; --yes deletes these rows\n")
        return False
    sys.stderr.write(f"Delete these rows {what} for ever? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() in ("y", "yes"):
        return True
    sys.stderr.write("pactbot purge: nothing was deleted\n")
    return False


def _listed(deleted: Mapping[str, int]) -> str:
    return ", ".join(f"{rows} of {table}" for table, rows in deleted.items() if rows) or "nothing"
