"""``pactbot feed``: a feed's or sitemap's bytes in, its entries out, read in the parser's process as the bot does."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping
from datetime import UTC, datetime

from bot.cli.article_line import host_of, outlet_of
from bot.cli.configured import outlets_of
from bot.cli.fixture import as_fixture, fields_of, read_at
from bot.cli.json_lines import write_line
from bot.cli.parse_input import fail, input_bytes, iso_utc, parsed
from bot.errors import CannotStart
from scrapers.errors import ScrapeError
from scrapers.formats.results import Discovered
from scrapers.outlet import Outlet, Source
from settings.config import load


def run(options: Namespace) -> int:
    """Prints the entries of a feed, or with ``--fixture`` the expected file of a source; 1 when it cannot be read."""
    outlets = outlets_of(load())
    try:
        return _fixture(options, outlets) if options.fixture else _entries(options, outlets)
    except ScrapeError as error:
        return fail("feed", error)


def _entries(options: Namespace, outlets: Mapping[str, Outlet]) -> int:
    zone = _zone(outlet_of(outlets, None, options.url), options.url)
    data = input_bytes(options.file, options.url)
    rows, problems = parsed("bot.cli.feed_rows", "parse_feed", data, options.url, zone)
    for url, title, summary, published_at, entry_id in rows:
        write_line(
            {"url": url, "title": title, "summary": summary, "published_at": iso_utc(published_at), "id": entry_id}
        )
    for problem in problems:
        sys.stderr.write(f"pactbot feed: {problem}\n")
    return 0


def _zone(outlet: Outlet | None, url: str) -> str:
    if outlet is not None:
        return outlet.timezone
    return "Asia/Seoul" if host_of(url).endswith(".kr") else "UTC"


def _fixture(options: Namespace, outlets: Mapping[str, Outlet]) -> int:
    outlet, source = _source_at(options.url, outlets)
    data, at = input_bytes(options.file, options.url), read_at(options.file, datetime.now(UTC))
    discovered: Discovered = parsed(
        "scrapers.parser_process.child", "parse_source", data, options.url, outlet, source, at, None
    )
    sys.stdout.write(as_fixture(fields_of(discovered)))
    return 0


def _source_at(url: str, outlets: Mapping[str, Outlet]) -> tuple[Outlet, Source]:
    """Returns the source of this address. Raises CannotStart (exit 2) where no spec names it."""
    for outlet in outlets.values():
        for source in outlet.sources:
            if source.url == url:
                return outlet, source
    outlet_there = outlet_of(outlets, None, url)
    known = (
        f"; {outlet_there.key} has {', '.join(source.url for source in outlet_there.sources)}" if outlet_there else ""
    )
    raise CannotStart(f"pactbot feed: no spec has a [[source]] with url = {url!r}{known}", exit_code=2)
