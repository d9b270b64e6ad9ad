"""Each page of the cases has the title, the time and the text that a reader would see."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scrapers.formats.extract import read_page

URL = "https://news.example.kr/article/100001"
FOLDER = Path(__file__).parent / "pages"
FILES = sorted(FOLDER.glob("*/*.html"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_page_has_its_article(path: Path) -> None:
    expected = json.loads(path.with_name("expected.json").read_text("utf-8"))
    reading = read_page(path.read_bytes(), URL, None, datetime(2026, 1, 1, tzinfo=UTC))
    assert reading.title == expected["title"]
    assert (reading.published_at.isoformat() if reading.published_at else None) == expected["published_at"]
    text = "\n".join(reading.paragraphs)
    assert [part for part in expected["holds"] if part not in text] == []
    assert [part for part in expected.get("lacks", ()) if part in text] == []
