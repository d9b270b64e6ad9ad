"""``pactbot backup``: writes a checked copy of the SQLite database while a bot goes on."""

from __future__ import annotations

import sys
from argparse import Namespace
from datetime import UTC, datetime

from bot.cli.progress_bar import ProgressBar
from bot.cli.stored import sqlite_file
from bot.errors import CannotStart
from bot.store.backup import PAGES_A_STEP, back_up
from settings.config import load

POSTGRESQL = (
    'pactbot backup: PostgreSQL has a tool of its own: pg_dump --format=custom --file=pactbot.dump "$DATABASE_URL" '
    "(bot/operations/README.md says how it is restored)"
)


def run(options: Namespace) -> int:
    """Writes the copy and says where it is."""
    source = sqlite_file(load())
    if source is None:
        raise CannotStart(POSTGRESQL, exit_code=2)
    progress = ProgressBar(0)

    def step(left: int, pages: int) -> None:
        if pages - left <= PAGES_A_STEP:
            progress.add_steps(1 + left // PAGES_A_STEP)
        progress.step(f"of {PAGES_A_STEP} pages")

    size = back_up(source, options.file, datetime.now(UTC), replaces=options.force, on_step=step)
    progress.clear()
    sys.stderr.write(f"pactbot backup: {options.file} has {size:,} bytes; it was read back and is sound\n")
    return 0
