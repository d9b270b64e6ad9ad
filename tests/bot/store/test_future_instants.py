"""A stored wait is believed only as far as the present clock can have written it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock_steps import longest_waits
from bot.outbox.policy import DeliveryPolicy
from bot.store.clock_correction import stored_waits
from bot.store.future_instants import bounded
from bot.store.schema import metadata

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
ENDS_BY_DEFINITION = {"mutes.until_at", "changes.undo_until_at", "destinations.digest_due_at"}
"""A mute is moved with what it holds; an undo that stays possible for too long makes nothing wait; a channel whose last
look lies ahead is looked at again at once."""


@pytest.mark.parametrize(
    ("until_at", "written_at", "expected"),
    [
        (NOW - HOUR, None, NOW - HOUR),
        (NOW + HOUR, None, NOW + HOUR),
        (NOW + HOUR + SECOND, None, NOW + HOUR),
        (NOW + HOUR, NOW - HOUR, NOW + HOUR),
        (NOW + HOUR, NOW + HOUR - SECOND, NOW + SECOND),
        (NOW + 9 * HOUR, NOW + 5 * HOUR, NOW + HOUR),
        (NOW + HOUR, NOW + 2 * HOUR, NOW),
    ],
)
def test_a_wait_is_neither_longer_than_the_longest_nor_than_itself(
    until_at: datetime, written_at: datetime | None, expected: datetime
) -> None:
    assert bounded(until_at, NOW, HOUR, written_at) == expected


def test_every_column_that_something_waits_for_is_bounded() -> None:
    waits = {str(wait.until) for wait in stored_waits(longest_waits(DeliveryPolicy()))}
    endings = ("until_at", "not_before", "due_at", "again_at", "next_post_at", "next_turn_at", "next_try_at")
    columns = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if column.name.endswith(endings) or column.name.startswith("next_")
    }
    assert columns - ENDS_BY_DEFINITION == waits
