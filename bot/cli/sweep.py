"""``pactbot sweep``: reads the outlets once, now, side by side, and prints what is new and what it mentions."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from bot.cli.parse_input import outlet_named
from bot.cli.progress_bar import ProgressBar
from bot.cli.stored_rows import read_stored_rows
from bot.cli.sweep_output import SweepPrinter, summary
from bot.cli.sweeper import Sweeper, SweptOutlet
from bot.matching.scan import Scanner
from bot.outlet_client import open_outlet_client
from scrapers.outlet import Outlet
from settings.config import Settings, load
from settings.lexicon import Lexicon


def run(options: Namespace) -> int:
    """Sweeps and prints; 1 when an outlet failed."""
    settings = load()
    stored = read_stored_rows(settings)
    outlets = _chosen(stored.outlets_of(settings), options.outlet)
    return asyncio.run(_sweep(settings, outlets, stored.lexicon_of(settings), options.json))


def _chosen(outlets: Mapping[str, Outlet], keys: Sequence[str]) -> dict[str, Outlet]:
    """Returns the outlets of these keys, or without any key all that are switched on."""
    if keys:
        return {key: outlet_named("sweep", key, outlets) for key in keys}
    return {key: outlet for key, outlet in outlets.items() if outlet.enabled}


async def _sweep(settings: Settings, outlets: Mapping[str, Outlet], lexicon: Lexicon, as_json: bool) -> int:
    progress = ProgressBar(sum(len(outlet.sources) for outlet in outlets.values()))
    scanner, swept_outlets = Scanner(lexicon), list[SweptOutlet]()
    printer = SweepPrinter(settings, scanner, as_json)
    async with open_outlet_client(settings, outlets) as scraper:
        sweeper = Sweeper(scraper, scanner, progress, datetime.now(UTC))
        tasks = [asyncio.create_task(sweeper.sweep(outlet)) for outlet in outlets.values()]
        try:
            for task in asyncio.as_completed(tasks):
                swept = await task
                progress.clear()
                printer.show(swept)
                swept_outlets.append(swept)
        finally:
            progress.clear()
            for sweeping in tasks:
                sweeping.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    sys.stderr.write(f"pactbot sweep: {summary(swept_outlets)}\n")
    return int(any(swept.failed for swept in swept_outlets))
