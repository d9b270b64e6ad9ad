"""``pactbot purge``: deletes what ended before a day, or erases a person, after it has said what goes."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time

from bot.cli.progress_bar import ProgressBar
from bot.cli.stored import open_stored
from bot.errors import CannotStart
from bot.operations.retention import count_old, delete_old
from bot.store.engine import Store
from bot.store.old_rows import ALL, ROWS_A_STEP, Step
from bot.store.person_rows import find_person, rows_left, steps_of, teams_of
from settings.config import load


def run(options: Namespace) -> int:
    """Counts the rows of each table on standard output; deletes them with ``--yes``, or when a person agrees."""
    if options.team and not options.person:
        raise CannotStart(
            "pactbot purge: --team belongs to --person; without it every workspace's rows go", exit_code=2
        )
    if options.person:
        return asyncio.run(_erase(options.person, options.team, yes=options.yes))
    return asyncio.run(_purge_before(options.before, yes=options.yes))


async def _purge_before(day: date, *, yes: bool) -> int:
    before_at, now = datetime.combine(day, time(), UTC), datetime.now(UTC)
    async with open_stored(load()) as store:
        counts = await count_old(store, before_at, now)
        if not agreed(counts, f"before {day}", yes=yes):
            return 0
        deleted = await _delete(store, ALL, before_at, now, sum(counts.values()))
    sys.stderr.write(f"pactbot purge: deleted {_listed(deleted)}\n")
    return 0


async def _erase(id_: str, team: str | None, *, yes: bool) -> int:
    now = datetime.now(UTC)
    async with open_stored(load()) as store:
        async with store.read() as c:
            person = await find_person(c, _team_of(id_, team, await teams_of(c, id_)), id_)
            counts = Counter[str]()
            for step in (steps := steps_of(person)):
                counts[step.table] += await step.count(c, now, now)
        what = f"of {id_} in {person.team or 'no workspace'}"
        if not agreed({table: rows for table, rows in counts.items() if rows}, what, yes=yes):
            return 0
        deleted = await _delete(store, steps, now, now, counts.total())
        async with store.read() as c:
            left = await rows_left(c, person)
    sys.stderr.write(f"pactbot purge: deleted, or made nameless, {_listed(deleted)}\n")
    if left:
        sys.stderr.write(f"pactbot purge: {left} rows belong to messages on their way: run it again in a minute\n")
    return 1 if left else 0


def _team_of(person: str, team: str | None, teams: set[str]) -> str:
    """Returns the workspace whose rows go; raises CannotStart where that is not clear."""
    named = sorted(teams - {""})
    if not teams:
        line = f"pactbot purge: no row names {person}: are the id and PACT_DATABASE_URL right?"
    elif team is not None and team not in named:
        line = f"pactbot purge: no row of {team} names {person}; rows of {', '.join(named) or 'no workspace'} do"
    elif team is None and len(named) > 1:
        line = f"pactbot purge: {', '.join(named)} have rows of {person}: say which with --team"
    else:
        return team or next(iter(named), "")
    raise CannotStart(line, exit_code=2)


async def _delete(
    store: Store, steps: Sequence[Step], before_at: datetime, now: datetime, rows: int
) -> Mapping[str, int]:
    progress, deleted = ProgressBar(len(steps) + rows // ROWS_A_STEP), Counter[str]()

    def count(table: str, of_table: int) -> None:
        deleted[table] += of_table
        progress.step(table)

    try:
        await delete_old(store, steps, before_at, now, count)
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
