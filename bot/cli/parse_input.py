"""Parses a file or standard input in the parser's process, with the limits that the bot keeps itself."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.cli.json_lines import open_input
from bot.cli.parser import nearest
from bot.errors import CannotStart
from scrapers.errors import ScrapeError, TooBig
from scrapers.outlet import Outlet
from scrapers.parser_process.parent import ParserProcess

MAX_BYTES = 10 * 1024 * 1024
"""The limit of one answer of an outlet, which is the bot's own."""
DEADLINE_SECONDS = 20.0


def input_bytes(file: Path | None, url: str) -> bytes:
    """Returns the bytes of a file or of standard input. Raises TooBig beyond MAX_BYTES."""
    with open_input(file) as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise TooBig(url, f"has more than {MAX_BYTES} bytes")
    return data


def check_has_address(command: str, url: str | None) -> None:
    """Raises CannotStart (exit 2) where a call about one document does not name the document's address."""
    if url is None:
        raise CannotStart(f"pactbot {command}: --url is missing: the address that the document came from", exit_code=2)


def parsed(module: str, function: str, data: bytes, url: str, *args: object) -> Any:
    """Returns what a function of ``module.FUNCTIONS`` makes of the bytes. Raises ScrapeError."""

    async def run() -> Any:
        process = ParserProcess(module=module, deadline_seconds=DEADLINE_SECONDS)
        try:
            return await process.run(function, data, url, *args, about=url)
        finally:
            await process.close()

    return asyncio.run(run())


def outlet_named(command: str, key: str, outlets: Mapping[str, Outlet]) -> Outlet:
    """Returns the outlet of this key. Raises CannotStart (exit 2) with the nearest key where there is none."""
    if key not in outlets:
        known = nearest(key, list(outlets)) or f"; known: {', '.join(outlets)}"
        raise CannotStart(f"pactbot {command}: no outlet {key!r}{known}", exit_code=2)
    return outlets[key]


def iso_utc(at: datetime | None) -> str | None:
    """Returns an instant as ISO 8601 in UTC, or None."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at is not None else None


def fail(command: str, error: ScrapeError) -> int:
    """Prints why the input could not be read; returns 1."""
    sys.stderr.write(f"pactbot {command}: the input {' '.join(str(error).split())}\n")
    return 1
