"""Looking at a channel only at its next instants makes the digests that looking at it every few minutes makes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import event

from bot.deliveries.due_digests import due_digests, next_look_at, slot_name
from bot.deliveries.quiet_hours import quiet_until
from bot.model import Destination, Subscription
from bot.store.engine import Store
from tests.support.bot_harness import BotHarness

STEP = timedelta(minutes=15)
ZONES = ("Asia/Seoul", "America/New_York", "Australia/Lord_Howe", "Europe/Berlin")
CLOCK_CHANGES = (
    datetime(2026, 3, 5, tzinfo=UTC),
    datetime(2026, 10, 22, tzinfo=UTC),
    datetime(2026, 3, 27, tzinfo=UTC),
)
DAYS = 11
CHANGED = 0.02
"""The share of steps at which something makes the channel due at once."""
MANY_CHANNELS = 60


def local_time(random: Random) -> str:
    return f"{random.randrange(24):02d}:{random.randrange(0, 60, 5):02d}"


def channel_of(random: Random) -> Destination:
    quiet = (local_time(random), local_time(random)) if random.random() < 0.7 else (None, None)
    digest_at = local_time(random) if random.random() < 0.5 else None
    return Destination(
        1, "T1", "C1", None, "en", random.choice(ZONES), "active", None, digest_at=digest_at, quiet_from=quiet[0],
        quiet_to=quiet[1],
    )  # fmt: skip


def subscription_of(random: Random, number: int, created_at: datetime) -> Subscription:
    return Subscription(
        number, "T1", 1, None, "pact", random.choice(("instant", "hourly", "daily", "weekly")), local_time(random),
        random.choice(("mon", "thu", "sun")), random.choice(ZONES), 1, created_at, None, "active", None,
    )  # fmt: skip


def made_at(
    destination: Destination, subscribed: list[Subscription], begin_at: datetime, looked_at: Random | None
) -> Iterator[tuple[datetime, list[str]]]:
    """The slots that are taken at each step; with ``looked_at`` only when the channel is due, or at random, changed."""
    taken: set[str] = set()
    due_at: datetime | None = begin_at
    for step in range(int(timedelta(days=DAYS) / STEP)):
        now = begin_at + step * STEP
        is_due = due_at is not None and due_at <= now
        if looked_at is not None and not is_due and looked_at.random() > CHANGED:
            continue
        if quiet_until(destination, now) is None:
            slots = [slot_name(digest.at) for digest in due_digests(destination, subscribed, now)]
            if new := [slot for slot in slots if slot not in taken]:
                taken.update(new)
                yield now, new
        due_at = next_look_at(destination, subscribed, now)


@pytest.mark.parametrize("begin_at", CLOCK_CHANGES)
@pytest.mark.parametrize("seed", range(8))
def test_no_digest_comes_later_because_a_channel_is_looked_at_less(begin_at: datetime, seed: int) -> None:
    random = Random(seed)
    destination = channel_of(random)
    created_at = [begin_at - timedelta(days=random.randrange(9)) for _ in range(random.randrange(1, 4))]
    subscribed = [subscription_of(random, number, at) for number, at in enumerate(created_at, start=1)]
    always = list(made_at(destination, subscribed, begin_at, looked_at=None))
    assert list(made_at(destination, subscribed, begin_at, looked_at=random)) == always
    assert always


def test_a_channel_without_a_subscription_is_never_due() -> None:
    assert next_look_at(channel_of(Random(1)), [], CLOCK_CHANGES[0]) is None


def count_statements(store: Store) -> list[str]:
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(store._engine.sync_engine, "before_cursor_execute", note)
    return statements


async def test_a_round_in_which_nothing_is_due_asks_no_more_for_many_channels(harness: BotHarness) -> None:
    for number in range(MANY_CHANNELS):
        await harness.subscribe("quantum", "daily", channel=f"C{number}")
    await harness.digests.enqueue_due()
    statements = count_statements(harness.store)
    assert await harness.digests.enqueue_due() == 0
    assert len(statements) <= 6, statements
