"""``feed`` and ``read``: bytes of a feed or a page in, what they say out; parsed in the child, as the bot does it."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.cli.arguments import nearest
from bot.cli.from_settings import outlets_of
from bot.cli.input_article import host_of, outlet_of
from bot.cli.json_lines import source, write_line
from bot.errors import CannotStart
from scrapers.errors import ScrapeError, TooBig
from scrapers.formats.results import PageReading
from scrapers.outlet import Outlet
from scrapers.parser_process.parent import ParserProcess
from settings.config import load

MAX_BYTES = 10 * 1024 * 1024
"""As much as the bot takes from an outlet in one answer."""
DEADLINE_SECONDS = 20.0


def feed(options: Namespace) -> int:
    """A feed or sitemap → a line an entry."""
    outlet = outlet_of(outlets_of(load()), None, options.url)
    try:
        rows, problems = _parsed(
            "bot.cli.feed_parsing", "parse_feed", _bytes(options), options.url, _zone(outlet, options)
        )
    except ScrapeError as error:
        return _failed("feed", error)
    for url, title, summary, published_at, entry_id in rows:
        write_line(
            {"url": url, "title": title, "summary": summary, "published_at": instant(published_at), "id": entry_id}
        )
    for problem in problems:
        sys.stderr.write(f"pactbot feed: {problem}\n")
    return 0


def read(options: Namespace) -> int:
    """A page → its article."""
    outlet = _outlet(options)
    try:
        page: PageReading = _parsed(
            "scrapers.parser_process.child", "parse_page", _bytes(options), options.url, outlet, datetime.now(UTC), None
        )
    except ScrapeError as error:
        return _failed("read", error)
    write_line(
        {
            "url": options.url,
            "canonical_url": page.canonical_url,
            "title": page.title,
            "paragraphs": page.paragraphs,
            "published_at": instant(page.published_at),
            "byline": page.byline,
            "language": page.language,
        }
    )
    if page.suspect:
        sys.stderr.write(f"pactbot read: {_DOUBTS[page.suspect]} ({options.url})\n")
    return 0


_DOUBTS = {
    "short": "has hardly any text: the bot would not alert from it",
    "site_title": "has no headline of its own: the bot would not alert from it",
    "no_body": "has no article's text: the bot would not alert from it",
}


def instant(at: datetime | None) -> str | None:
    """ISO 8601 in UTC, or null."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at is not None else None


def _bytes(options: Namespace) -> bytes:
    with source(options.file) as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise TooBig(options.url, f"has more than {MAX_BYTES} bytes")
    return data


def _parsed(module: str, name: str, data: bytes, url: str, *args: object) -> Any:
    async def run() -> Any:
        child = ParserProcess(module=module, deadline_seconds=DEADLINE_SECONDS)
        try:
            return await child.run(name, data, url, *args, about=url)
        finally:
            await child.close()

    return asyncio.run(run())


def _outlet(options: Namespace) -> Outlet | None:
    outlets = outlets_of(load())
    if options.outlet is None:
        return outlet_of(outlets, None, options.url)
    if options.outlet not in outlets:
        raise CannotStart(unknown_outlet("read", options.outlet, outlets), exit_code=2)
    return outlets[options.outlet]


def unknown_outlet(command: str, name: str, outlets: Mapping[str, Outlet]) -> str:
    """The line for an outlet that is not there."""
    known = nearest(name, list(outlets)) or f"; known: {', '.join(outlets)}"
    return f"pactbot {command}: no outlet {name!r}{known}"


def _zone(outlet: Outlet | None, options: Namespace) -> str:
    if outlet is not None:
        return outlet.timezone
    return "Asia/Seoul" if host_of(options.url).endswith(".kr") else "UTC"


def _failed(command: str, error: ScrapeError) -> int:
    sys.stderr.write(f"pactbot {command}: {' '.join(str(error).split())}\n")
    return 1


COMMANDS: Mapping[str, Callable[[Namespace], int]] = {"feed": feed, "read": read}
