"""Each feed and sitemap of the cases has the entries that a reader would see."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scrapers.formats.feeds import read_feed

URL = "https://news.example.kr/rss"
FOLDER = Path(__file__).parent / "feeds"
FILES = sorted(path for path in FOLDER.glob("*/*") if path.name != "expected.json")


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_feed_has_its_entries(path: Path) -> None:
    expected = json.loads(path.with_name("expected.json").read_text("utf-8"))[path.name]
    entries = read_feed(path.read_bytes(), URL, "Asia/Seoul").entries
    assert [
        [entry.url, entry.title, entry.published_at.isoformat() if entry.published_at else None] for entry in entries
    ] == expected
    assert not any("\ufffd" in entry.summary for entry in entries)
