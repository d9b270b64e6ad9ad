"""Processes of several machines measure their waits by one clock, that of PostgreSQL; on every store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock_steps import TOLERANCE_SECONDS, follow_database_clock
from bot.model import Destination
from bot.present import Present
from bot.store.deliveries import claims
from bot.store.deliveries import table as deliveries
from bot.store.deliveries.claims import Lease
from bot.store.engine import Store

on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def machine(wrong_by: timedelta) -> Present:
    return Present(lambda: datetime.now(UTC) + wrong_by)


def answered_after(seconds: float) -> Iterator[float]:
    yield from (0.0, seconds)


@on_postgresql
@pytest.mark.parametrize("wrong_seconds", [-90, -2, 2, 90, 86_400])
async def test_a_machine_whose_clock_is_wrong_follows_the_database(store: Store, wrong_seconds: int) -> None:
    present = machine(timedelta(seconds=wrong_seconds))
    await follow_database_clock(store, present)
    assert abs(present.now() - datetime.now(UTC)) < timedelta(seconds=1)
    assert present.machine() - present.now() == pytest.approx(
        timedelta(seconds=wrong_seconds), abs=timedelta(seconds=1)
    )


@on_postgresql
async def test_a_clock_that_is_set_right_again_is_followed(store: Store) -> None:
    wrong_by = [timedelta(seconds=90)]
    present = Present(lambda: datetime.now(UTC) + wrong_by[0])
    for wrong_by[0] in (timedelta(seconds=90), timedelta(0)):
        await follow_database_clock(store, present)
        assert abs(present.now() - datetime.now(UTC)) < timedelta(seconds=1)


@on_postgresql
async def test_a_small_difference_is_left_alone(store: Store) -> None:
    present = machine(timedelta(seconds=TOLERANCE_SECONDS / 5))
    await follow_database_clock(store, present)
    assert present.correction == timedelta(0)


@on_postgresql
async def test_an_answer_that_took_long_corrects_only_what_it_proves(store: Store) -> None:
    """As when the process was stopped while it asked."""
    present = machine(timedelta(seconds=90))
    await follow_database_clock(store, present, answered_after(130).__next__)
    assert present.correction == timedelta(0)
    await follow_database_clock(store, present, answered_after(20).__next__)
    assert present.now() - datetime.now(UTC) == pytest.approx(timedelta(seconds=10), abs=timedelta(seconds=1))
    await follow_database_clock(store, present)
    assert abs(present.now() - datetime.now(UTC)) < timedelta(seconds=1)


@on_postgresql
async def test_a_machine_whose_clock_is_ahead_ends_no_lease_of_another(
    store: Store, second_store: Store, channel: Destination
) -> None:
    """Without the database's clock, a call that runs would be read back as if its worker were gone."""
    right, ahead = machine(timedelta(0)), machine(timedelta(seconds=90))
    async with store.begin() as c:
        await deliveries.enqueue(c, "card:a", team="T1", destination=channel.id, kind="card", now=right.now())
        await claims.claim(c, right.now(), Lease("right", 15), 1)
    async with second_store.read() as c:  # it only reads: what it writes is undone
        assert await claims.expire_leases(c, ahead.now(), 45) == 1
    await follow_database_clock(second_store, ahead)
    async with second_store.begin() as c:
        assert await claims.expire_leases(c, ahead.now(), 45) == 0


@on_sqlite
async def test_sqlite_has_the_clock_of_its_machine(store: Store) -> None:
    present = machine(timedelta(seconds=90))
    await follow_database_clock(store, present)
    assert present.correction == timedelta(0)
