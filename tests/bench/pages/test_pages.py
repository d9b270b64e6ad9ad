"""Measures extraction without a spec beside trafilatura, on folders of saved pages with expected texts.

- ``F1``: shingles of four words, as article-extraction-benchmark counts them.
- ``lost``: pages of which more than half is missing, and of these those that are not marked as partial; ``marked``:
  all pages that are.
- ``title``, ``date``, ``byline``: the share of pages where it is the expected one.
- ``pages/s``: by CPU time; ``×`` compares with trafilatura's default in the same run.

The pages are in two halves by a hash of their names: whoever tunes a rule looks at pages of the first half alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import trafilatura

from scrapers.errors import ScrapeError
from scrapers.formats.extract import read_page
from tests.support.page_sets import Agreement, ExpectedPage, Read, agreement, pages_in

pytestmark = pytest.mark.bench

Reader = Callable[[ExpectedPage], Read]


def ours(page: ExpectedPage) -> Read:
    """Our reading; an empty one of a page that is refused."""
    try:
        reading = read_page(page.data, page.url, None, datetime.now(UTC), "text/html")
    except ScrapeError:
        return Read()
    return Read("\n".join(reading.paragraphs), reading.title, reading.byline, reading.published_at, reading.partial)


def by_trafilatura(page: ExpectedPage, *, fast: bool) -> Read:
    """Trafilatura's reading, with the metadata that it finds."""
    document = trafilatura.bare_extraction(
        page.data, url=page.url, include_comments=False, with_metadata=True, fast=fast, include_tables=not fast
    )
    if document is None:
        return Read()
    found = document if isinstance(document, dict) else document.as_dict()
    at = datetime.fromisoformat(found["date"]) if found["date"] else None
    return Read(found["text"] or "", found["title"], found["author"], at)


READERS: dict[str, Reader] = {
    "trafilatura": partial(by_trafilatura, fast=False),
    "trafilatura fast": partial(by_trafilatura, fast=True),
    "ours": ours,
}


def test_pages(page_folders: list[Path]) -> None:
    """Prints a table for each folder."""
    for folder in page_folders:
        pages = list(pages_in(folder))
        assert pages, f"{folder} has no page with a text"
        print(f"\n{folder.name}: {len(pages)} pages")
        slowest = 0.0
        for name, reader in READERS.items():
            readings, seconds = _read(pages, reader)
            slowest = slowest or seconds
            speed = f"{len(pages) / seconds:6.0f} pages/s {slowest / seconds:5.1f} ×"
            for half, is_held in (("first half", False), ("second half", True)):
                part = [page for page in pages if page.is_held == is_held]
                print(f"  {name:17} {half:11} {len(part):4} {_row(agreement(part, readings))} {speed}")


def _read(pages: list[ExpectedPage], reader: Reader) -> tuple[dict[str, Read], float]:
    reader(pages[0])  # imports and compiles what it needs
    began = time.process_time()
    readings = {page.name: reader(page) for page in pages}
    return readings, time.process_time() - began


def _row(result: Agreement) -> str:
    shares = (("title", result.title), ("date", result.published), ("byline", result.byline))
    agreed = "  ".join(f"{name} {'–' if share is None else f'{share:.3f}':5}" for name, share in shares)
    marks = f"lost {len(result.lost):2}, unmarked {len(result.unmarked):2}, marked {len(result.marked):2}"
    return f"F1 {result.f1:.3f} (P {result.precision:.3f} R {result.recall:.3f})  {marks}  {agreed}"
