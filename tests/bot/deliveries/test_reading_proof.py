"""The proof of silence: from when on an outlet counts as failing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.deliveries.reading_proof import failing_since
from bot.store.sources import SourceRow
from tests.support.bot_harness import outlet_named

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


@pytest.mark.parametrize(
    ("kind", "row", "failing"),
    [
        ("media", {"last_ok_at": NOW, "newest_at": NOW}, None),
        ("media", {"last_ok_at": NOW, "failing_since": NOW}, NOW),
        ("media", {"last_ok_at": ago(minutes=47)}, None),
        ("media", {"last_ok_at": ago(minutes=47, seconds=1)}, ago(minutes=47, seconds=1)),
        ("media", {"last_ok_at": NOW, "newest_at": ago(days=3)}, None),
        ("media", {"last_ok_at": NOW, "newest_at": ago(days=3, seconds=1)}, ago(days=3, seconds=1)),
        ("aggregator", {"last_ok_at": NOW, "newest_at": ago(days=14)}, None),
        ("aggregator", {"last_ok_at": NOW, "newest_at": ago(days=14, seconds=1)}, ago(days=14, seconds=1)),
        ("official", {"last_ok_at": NOW, "newest_at": ago(days=45)}, None),
        ("official", {"last_ok_at": NOW, "newest_at": ago(days=45, seconds=1)}, ago(days=45, seconds=1)),
    ],
)
def test_an_outlet_fails_when_its_reading_failed_stopped_or_shows_nothing_new(
    kind: Any, row: Any, failing: datetime | None
) -> None:
    outlet = replace(outlet_named("herald"), kind=kind)
    source = SourceRow("herald", "u", baseline_at=NOW, **row)
    assert failing_since(outlet, [source], NOW) == failing
    other = SourceRow("herald", "v", last_ok_at=NOW, newest_at=NOW)
    assert failing_since(outlet, [source, other], NOW) is None, "one source still works"
