"""``pactbot export``: prints the stored articles of some days as CSV or JSON lines."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from datetime import UTC, datetime, timedelta

from bot.cli.configured import outlets_of
from bot.cli.progress_bar import ProgressBar
from bot.cli.stored import open_stored
from bot.exports.collect import articles_by_day, days_between
from bot.exports.table import lines_of, row_of
from settings.config import Settings, load


def run(options: Namespace) -> int:
    """Prints a day at a time, the oldest first, so that memory follows a day."""
    count = asyncio.run(_export(load(), options.format, timedelta(days=options.since)))
    sys.stderr.write(f"pactbot export: {count} articles of {options.since} days\n")
    return 0


async def _export(settings: Settings, written_as: str, span: timedelta) -> int:
    names = {key: outlet.name for key, outlet in outlets_of(settings).items()}
    now, count, is_first = datetime.now(UTC), 0, True
    progress = ProgressBar(sum(1 for _ in days_between(now - span, now)))
    async with open_stored(settings) as store:
        async for of_day in articles_by_day(store, now - span, now):
            rows = [row_of(article, names) for article in of_day]
            if is_first or rows:
                progress.clear()
                sys.stdout.write(lines_of(rows, "csv" if written_as == "csv" else "jsonl", header=is_first))
            is_first, count = False, count + len(rows)
            progress.step(f"{count} articles")
    progress.clear()
    return count
