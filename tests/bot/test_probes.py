"""The probes: alive from the first moment, ready when the work can be done, figures that a monitor can read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.errors import StoreBusy
from bot.probes import Vitals
from bot.store import deliveries, destinations, installations
from bot.store.engine import Store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Ears:
    """Sockets as the vitals see them."""

    def __init__(self, count: int, age: float = 0.0) -> None:
        self.count, self.age = count, age

    def connected(self) -> int:
        return self.count

    def age_seconds(self) -> float:
        return self.age


@pytest.fixture
def vitals() -> Vitals:
    return Vitals({}, lambda: NOW)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path / 'probes.db'}")
    await opened.migrate()
    yield opened
    await opened.close()


def refuse(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked() -> AbstractAsyncContextManager[Any]:
        raise StoreBusy("database is locked")

    monkeypatch.setattr(store, "read", locked)


async def test_alive_before_anything_else_is_open(vitals: Vitals) -> None:
    assert await vitals.healthz() == (200, "ok\n")
    assert (await vitals.readyz())[0] == 503
    assert (await vitals.metrics())[0] == 503


async def test_ready_says_what_is_missing_until_nothing_is(
    vitals: Vitals, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "database" in (await vitals.readyz())[1]
    vitals.store = store
    assert await vitals.readyz() == (503, "slack: not connected yet\n")
    vitals.working = True
    assert await vitals.readyz() == (200, "ready\n")
    vitals.socket = Ears(0)  # type: ignore[assignment]
    assert await vitals.readyz() == (503, "slack: no socket\n")
    vitals.socket = Ears(1)  # type: ignore[assignment]
    assert await vitals.readyz() == (200, "ready\n")
    refuse(store, monkeypatch)
    assert await vitals.readyz() == (503, "database: away\n")
    assert await vitals.healthz() == (200, "ok\n")


async def test_figures_are_what_they_are_called(vitals: Vitals, store: Store) -> None:
    async with store.begin() as c:
        await installations.put(c, "T1", NOW, enterprise=None, name="", bot_user="U0", bot=None, scopes=())
        place = await destinations.get_or_add(c, "T1", "C1", language="en", timezone="Asia/Seoul")
        for number in range(3):
            await deliveries.owe(
                c, f"n{number}", team="T1", destination=place.id, kind="notice",
                now=NOW - timedelta(seconds=90), payload={},
            )  # fmt: skip
    vitals.store, vitals.socket = store, Ears(2, 7.5)  # type: ignore[assignment]
    status, text = await vitals.metrics()
    assert status == 200
    found = {family.name: family.samples[0].value for family in text_string_to_metric_families(text)}
    assert found["pactbot_queue_depth"] == 3
    assert found["pactbot_oldest_due_seconds"] == 90
    assert found["pactbot_socket_age_seconds"] == 7.5
    assert found["pactbot_unknown"] == 0
    assert {name for name in found if not name.startswith("pactbot_")} == set()


async def test_figures_of_a_database_that_is_away_are_refused_not_failed(
    vitals: Vitals, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    vitals.store = store
    refuse(store, monkeypatch)
    assert await vitals.metrics() == (503, "database: away\n")
