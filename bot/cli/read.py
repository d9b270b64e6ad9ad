"""``pactbot read``: a page or document in, its article out, read in the parser's process as the bot does."""

from __future__ import annotations

import dataclasses
import sys
from argparse import Namespace
from datetime import UTC, datetime

from bot.cli.article_line import outlet_of
from bot.cli.configured import outlets_of
from bot.cli.fixture import as_fixture, changed_fields_of, read_at
from bot.cli.json_lines import write_line
from bot.cli.parse_input import check_has_address, fail, input_bytes, iso_utc, outlet_named, parsed
from bot.cli.read_folder import FolderReader
from scrapers.article import Attachment
from scrapers.attached_text import is_text_elsewhere, worth_reading
from scrapers.errors import ScrapeError
from scrapers.formats.results import PageReading
from scrapers.outlet import Outlet
from settings.config import load

SUSPECTS = {
    "short": "has hardly any text: the bot would not alert from it",
    "site_title": "has no headline of its own: the bot would not alert from it",
    "no_body": "has no article's text: the bot would not alert from it",
}
ATTACHED = "has hardly any text: the bot reads that of its attachment"
PARTIAL = "may be read in part: its text is a small part of the page's prose"


def run(options: Namespace) -> int:
    """Prints the article of a page; 1 when the page cannot be read."""
    outlet, now = _outlet(options), datetime.now(UTC)
    if options.file is not None and options.file.is_dir():
        return _folder(options, outlet, now)
    check_has_address("read", options.url)
    try:
        data = input_bytes(options.file, options.url)
        at = read_at(options.file, now) if options.fixture else now
        page: PageReading = parsed(
            "scrapers.parser_process.child", "parse_page", data, options.url, outlet, at, None
        )  # fmt: skip
    except ScrapeError as error:
        return fail("read", error)
    if options.fixture:
        sys.stdout.write(as_fixture(changed_fields_of(page)))
    else:
        write_article(options.url, page)
    if attachment := attachment_in_place_of(page):
        sys.stderr.write(f"pactbot read: {ATTACHED}: {attachment.name} ({attachment.url})\n")
    elif page.suspect:
        sys.stderr.write(f"pactbot read: {SUSPECTS[page.suspect]} ({options.url})\n")
    elif page.partial:
        sys.stderr.write(f"pactbot read: {PARTIAL} ({options.url})\n")
    return 0


def _folder(options: Namespace, outlet: Outlet | None, now: datetime) -> int:
    """Prints a line for each file of a folder."""
    reader = FolderReader(
        "read", "scrapers.parser_process.child", "parse_page", lambda data, url: (data, url, outlet, now, None),
        _fields_of_page,
    )  # fmt: skip
    return reader.read(options.file, options.url)


def _fields_of_page(page: PageReading) -> dict[str, object]:
    return {
        "title": page.title,
        "paragraphs": len(page.paragraphs),
        "characters": sum(map(len, page.paragraphs)),
        "published_at": iso_utc(page.published_at),
        "byline": page.byline,
        "suspect": page.suspect,
    }


def _outlet(options: Namespace) -> Outlet | None:
    outlets = outlets_of(load())
    if options.outlet is None:
        return outlet_of(outlets, None, options.url) if options.url else None
    return outlet_named("read", options.outlet, outlets)


def attachment_in_place_of(page: PageReading) -> Attachment | None:
    """Returns the attachment that the bot would fetch first because the page has no text of its own, or None."""
    attachments = worth_reading(page.attachments) if is_text_elsewhere(page) else []
    return attachments[0] if attachments else None


def write_article(url: str, page: PageReading) -> None:
    """Prints the article of a page as a JSON line."""
    write_line(
        {
            "url": url,
            "canonical_url": page.canonical_url,
            "title": page.title,
            "paragraphs": page.paragraphs,
            "published_at": iso_utc(page.published_at),
            "byline": page.byline,
            "language": page.language,
            "suspect": page.suspect,
            "partial": page.partial,
            "text_from": page.text_from,
            "attachments": [dataclasses.asdict(attachment) for attachment in page.attachments],
        }
    )
