"""``pactbot outlet check``: says whether a spec file can be used, and with ``--page`` what it reads of a saved page."""

from __future__ import annotations

import sys
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from bot.cli.json_lines import write_line
from bot.cli.parse_input import fail, input_bytes, parsed
from bot.cli.read import ATTACHED, SUSPECTS, attachment_in_place_of, write_article
from scrapers.catalogue import load_catalogue, reread
from scrapers.errors import ScrapeError
from scrapers.formats.results import PageReading
from scrapers.outlet import Outlet
from scrapers.spec_files import read_spec_file
from settings.errors import BadSpec


def run(options: Namespace) -> int:
    """Prints the outlet of a spec file; 1 when the spec, or with it the page, cannot be used."""
    built_in = load_catalogue()
    file = read_spec_file(options.file)
    if isinstance(file.data, BadSpec):
        raise file.data
    catalogue = reread(built_in, [file])
    for fault in catalogue.faults():
        sys.stderr.write(f"pactbot outlet check: {fault}\n")
        return 1
    (outlet,) = catalogue.own_outlets().values()
    write_line(
        {
            "key": outlet.key,
            "name": outlet.name,
            "replaces_built_in": outlet.key in built_in.built_in,
            "enabled": outlet.enabled,
            "reason": outlet.reason,
            "needs": outlet.key_settings,
            "every_minutes": outlet.every_minutes,
            "hosts": outlet.hosts,
            "sources": [{"kind": source.kind, "url": source.url} for source in outlet.sources],
        }
    )
    return _read_page(outlet, options.page, options.url or outlet.home) if options.page is not None else 0


def _read_page(outlet: Outlet, page_file: Path, url: str) -> int:
    """Prints the article that the bot would read of a page from this address; 1 where it finds none."""
    if not outlet.reads_pages:
        sys.stderr.write("pactbot outlet check: the spec says pages = false: the bot reads no page of this outlet\n")
        return 1
    try:
        data = input_bytes(page_file, url)
        arguments = (data, url, outlet, datetime.now(UTC), None)
        page: PageReading = parsed("scrapers.parser_process.child", "parse_page", *arguments)
    except ScrapeError as error:
        return fail("outlet check", error)
    write_article(url, page)
    if attachment := attachment_in_place_of(page):
        sys.stderr.write(f"pactbot outlet check: the page {ATTACHED}: {attachment.name} ({attachment.url})\n")
        return 0
    if page.suspect:
        sys.stderr.write(
            f"pactbot outlet check: the page {SUSPECTS[page.suspect]}; mend [[page]] in {outlet.key}.toml\n"
        )
    return int(page.suspect is not None)
