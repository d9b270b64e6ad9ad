"""``pactbot feed``: a feed's or sitemap's bytes in, its entries out, read in the parser's process as the bot does."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping
from datetime import UTC, datetime

from bot.cli.article_line import outlet_of
from bot.cli.configured import outlets_of
from bot.cli.feed_rows import Row
from bot.cli.fixture import as_fixture, changed_fields_of, read_at
from bot.cli.json_lines import write_line
from bot.cli.parse_input import check_has_address, fail, input_bytes, iso_utc, parsed
from bot.cli.read_folder import FolderReader
from bot.errors import CannotStart
from scrapers.errors import ScrapeError
from scrapers.formats.results import Discovered
from scrapers.outlet import Outlet, Source
from settings.config import load

NOT_IN_FIXTURES = ("hub_links", "ttl_seconds")
"""The fields of a reading that no expected file holds: they say how a source is read, not which articles it has."""


def run(options: Namespace) -> int:
    """Prints the entries of a feed, or with ``--fixture`` the expected file of a source; 1 when it cannot be read."""
    outlets = outlets_of(load())
    if options.file is not None and options.file.is_dir():
        return _folder(options)
    check_has_address("feed", options.url)
    try:
        return _fixture(options, outlets) if options.fixture else _entries(options, outlets)
    except ScrapeError as error:
        return fail("feed", error)


def _folder(options: Namespace) -> int:
    """Prints a line for each file of a folder; the zone of dates without one is guessed."""
    reader = FolderReader(
        "feed", "bot.cli.feed_rows", "parse_feed", lambda data, url: (data, url, None), _fields_of_feed
    )  # fmt: skip
    return reader.read(options.file, options.url)


def _fields_of_feed(answer: tuple[list[Row], tuple[str, ...]]) -> dict[str, object]:
    rows, problems = answer
    times = [published_at for *_, published_at, _ in rows if published_at is not None]
    return {
        "entries": len(rows),
        "dated": len(times),
        "newest_at": iso_utc(max(times, default=None)),
        "problems": problems,
    }


def _entries(options: Namespace, outlets: Mapping[str, Outlet]) -> int:
    outlet = _source_at(options.url, outlets)[0] or outlet_of(outlets, None, options.url)
    zone = outlet.timezone if outlet else None
    data = input_bytes(options.file, options.url)
    rows, problems = parsed("bot.cli.feed_rows", "parse_feed", data, options.url, zone)
    for url, title, summary, published_at, entry_id in rows:
        write_line(
            {"url": url, "title": title, "summary": summary, "published_at": iso_utc(published_at), "id": entry_id}
        )
    for problem in problems:
        sys.stderr.write(f"pactbot feed: {problem}\n")
    return 0


def _fixture(options: Namespace, outlets: Mapping[str, Outlet]) -> int:
    outlet, source = _source_at(options.url, outlets)
    if source is None:
        raise _no_source(options.url, outlets)
    data, at = input_bytes(options.file, options.url), read_at(options.file, datetime.now(UTC))
    discovered: Discovered = parsed(
        "scrapers.parser_process.child", "parse_source", data, options.url, outlet, source, at, None
    )
    fields = changed_fields_of(discovered).items()
    sys.stdout.write(as_fixture({name: value for name, value in fields if name not in NOT_IN_FIXTURES}))
    return 0


def _source_at(url: str, outlets: Mapping[str, Outlet]) -> tuple[Outlet, Source] | tuple[None, None]:
    """Returns the source of this address with its outlet, or None twice where no spec names it."""
    sources = ((outlet, source) for outlet in outlets.values() for source in outlet.sources)
    return next(((outlet, source) for outlet, source in sources if source.url == url), (None, None))


def _no_source(url: str, outlets: Mapping[str, Outlet]) -> CannotStart:
    """Returns the error (exit 2) for an address that is no spec's source, with the sources of its outlet."""
    outlet = outlet_of(outlets, None, url)
    known = f"; {outlet.key} has {', '.join(source.url for source in outlet.sources)}" if outlet else ""
    return CannotStart(f"pactbot feed: no spec has a [[source]] with url = {url!r}{known}", exit_code=2)
