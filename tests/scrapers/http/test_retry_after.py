"""Retry-After is parsed in both its forms."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scrapers.http.retry_after import retry_after_seconds


@pytest.mark.parametrize(
    "value, seconds",
    [
        ("30", 30),
        ("0", 0),
        ("86399", 86399),
        ("999999999999", 86400),
        ("9" * 400, 86400),
        ("0000000000030", 30),
        ("Wed, 29 Oct 2025 12:01:00 GMT", 60),
        ("Wed, 29 Oct 2025 11:00:00 GMT", 0),
        ("Fri, 31 Oct 2025 12:00:00 GMT", 86400),
        ("Wed, 29 Oct 2025 12:01:00 -0000", 60),
        ("Wed, 29 Oct 2025 21:01:00 +0900", 60),
        ("Wed, 29 Oct 99999999999999999999 12:01:00 GMT", 60),
        ("Wed, 29 Oct 2025 12:01:00 +99999999999999999999", 60),
        ("Wed, 32 Oct 2025 12:01:00 GMT", 60),
        ("٣", 60),
        ("soon", 60),
        (None, 60),
        ("-5", 60),
    ],
)
def test_seconds_to_wait(value: str | None, seconds: float) -> None:
    assert retry_after_seconds(value, datetime(2025, 10, 29, 12, tzinfo=UTC)) == seconds
