"""An exported table has one row for each article, and nothing in it that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest

from bot.exports.collect import days_between
from bot.exports.table import BOM, COLUMNS, file_of, lines_of, row_of
from bot.model import Topics
from tests.support.sample_rows import stored_article

SEOUL = timezone(timedelta(hours=9))
SIGNED = stored_article(
    7, headline="서명, “이행” 착수", outlet="hanbit", story=91, state="gone", corrected=True,
    published_at=datetime(2026, 3, 2, 8, 30, tzinfo=SEOUL),
    topics=Topics(True, ("uk",), ("Michael Kratsios", "Bae Kyung-hoon"), ("ai", "quantum"), 1),
)  # fmt: skip


def cells(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_csv_row_holds_every_fact_in_utc() -> None:
    row = cells(lines_of([row_of(SIGNED, {"hanbit": "한빛경제"})], "csv"))[0]
    assert tuple(row) == COLUMNS
    assert row == {
        "story": "ST91", "article": "7", "published_at": "2026-03-01T23:30:00+00:00",
        "first_seen_at": "2026-03-02T00:00:00+00:00", "outlet": "한빛경제", "language": "en", "kind": "media",
        "headline": "서명, “이행” 착수", "url": "https://herald.example/7", "pact": "yes", "sister_pact": "uk",
        "officials": "Michael Kratsios; Bae Kyung-hoon", "sectors": "ai; quantum", "severity": "1",
        "corrected": "yes", "removed": "yes",
    }  # fmt: skip


def test_a_json_line_keeps_lists_and_unknown_times() -> None:
    alone = stored_article(published_at=None, story=None)
    lines = lines_of([row_of(SIGNED, {}), row_of(alone, {})], "jsonl").splitlines()
    first, second = map(json.loads, lines)
    assert first["officials"] == ["Michael Kratsios", "Bae Kyung-hoon"]
    assert first["outlet"] == "hanbit"
    assert (second["published_at"], second["story"], second["pact"]) == (None, None, False)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_headline_is_never_a_formula(start: str) -> None:
    row = row_of(stored_article(headline=f"{start}cmd|' /C calc'!A0"), {})
    assert cells(lines_of([row], "csv"))[0]["headline"] == f"'{start}cmd|' /C calc'!A0"


def test_a_file_for_spreadsheets_begins_with_its_mark_and_any_text_can_be_written() -> None:
    row = row_of(stored_article(headline="half \ud800 letter"), {})
    assert file_of([row], "csv").startswith(BOM.encode())
    assert file_of([row], "jsonl").startswith(b'{"story": "ST1"')
    assert b"half ? letter" in file_of([row], "csv")


def test_days_cover_a_period_without_gap_or_overlap() -> None:
    since_at = datetime(2026, 3, 1, 5, tzinfo=UTC)
    days = list(days_between(since_at, since_at + timedelta(days=2, hours=1)))
    assert [(ends_at - begins_at).total_seconds() / 3_600 for begins_at, ends_at in days] == [24, 24, 1]
    assert days[0][0] == since_at
    assert all(before[1] == after[0] for before, after in pairwise(days))
    assert list(days_between(since_at, since_at)) == []
