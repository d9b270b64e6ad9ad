"""Dates, periods and pages at the end of a line are read in both languages, and nothing else is taken for one."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.verbs.grammar import Rest
from handlers.verbs.periods import Days, Period, cut_days, cut_page, period_of


@pytest.mark.parametrize(
    ("text", "begins_on", "ends_on"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-10", date(2025, 10, 1), date(2025, 10, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025.10.29", date(2025, 10, 29), date(2025, 10, 29)),
        ("2025-10..now", date(2025, 10, 1), None),
        ("2025-10 .. NOW", date(2025, 10, 1), None),
        ("2025-10..", date(2025, 10, 1), None),
        ("..2025-12", None, date(2025, 12, 31)),
        ("2025-10~지금", date(2025, 10, 1), None),
        ("2025년 10월부터 지금까지", date(2025, 10, 1), None),
        ("2025년 10월 29일~2026년", date(2025, 10, 29), date(2026, 12, 31)),
        ("2025-10 to 2026-01", date(2025, 10, 1), date(2026, 1, 31)),
        ("2026..2025", date(2026, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_period(text: str, begins_on: date | None, ends_on: date | None) -> None:
    assert period_of(text) == Period(begins_on, ends_on)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "..",
        "now",
        "now..2025",
        "soon..2025",
        "2025..soon",
        "2025-13",
        "2025-02-30",
        "0000",
        "25-10",
        "1..2..3",
        "2025-10-1-2",
        "９",
    ],
)
def test_what_is_no_period(text: str) -> None:
    assert period_of(text) is None


@pytest.mark.parametrize(
    ("text", "left", "page"),
    [
        ("quantum page 2", "quantum", 2),
        ("양자 2쪽", "양자", 2),
        ("양자 쪽 2", "양자", 2),
        ("page 12", "", 12),
        ("homepage 2", "homepage 2", 1),
        ("quantum page 0", "quantum page 0", 1),
        ("quantum page 12345", "quantum page 12345", 1),
        ("quantum 2", "quantum 2", 1),
    ],
)
def test_a_page(text: str, left: str, page: int) -> None:
    assert cut_page(Rest(text, 7)) == (Rest(left, 7), page)


@pytest.mark.parametrize(
    ("text", "left", "days"),
    [
        ("quantum 90d", "quantum", Days(90, 15, 3)),
        ("90일", "", Days(90, 7, 3)),
        ("양자 2주", "양자", Days(14, 10, 2)),
        ("6G 3 days", "6G", Days(3, 10, 6)),
        ("q 99999d", "q", Days(101, 9, 6)),
        ("q 9999d", "q", Days(9_999, 9, 5)),
        ("B2d", "B2d", None),
    ],
)
def test_days_at_the_end(text: str, left: str, days: Days | None) -> None:
    assert cut_days(Rest(text, 7), 100) == (Rest(left, 7), days)
