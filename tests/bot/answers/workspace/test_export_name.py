"""An exported file is named by the dates of who asks, and the last one is today."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.answers.workspace.export import file_name


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("Asia/Seoul", "pactbot-20261101-20261201.csv"),
        ("UTC", "pactbot-20261031-20261130.csv"),
        ("America/New_York", "pactbot-20261031-20261130.csv"),
    ],
)
def test_the_dates_are_local_and_include_today(zone: str, name: str) -> None:
    assert file_name(datetime(2026, 11, 30, 22, tzinfo=UTC), 30, zone, "csv") == name
