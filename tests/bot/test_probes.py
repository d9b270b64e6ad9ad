"""The probes: alive from the first moment, ready when the work can be done, figures that a monitor can read."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from math import isnan
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.errors import StoreBusy
from bot.operations.health import FIGURES
from bot.probes import ProcessHealth
from bot.store import destinations, installations
from bot.store.deliveries import table as deliveries
from bot.store.engine import Store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


NOTHING = dict.fromkeys(FIGURES)


def body(answer: tuple[int, str]) -> tuple[int, dict[str, Any]]:
    """A probe's answer as a monitor reads it."""
    return answer[0], json.loads(answer[1])


class Ears:
    """Sockets as the vitals see them."""

    def __init__(self, count: int, age: float = 0.0) -> None:
        self.count, self.age = count, age

    def connected(self) -> int:
        return self.count

    def age_seconds(self) -> float:
        return self.age


@pytest.fixture
def process_health() -> ProcessHealth:
    return ProcessHealth({}, lambda: NOW)


@pytest.fixture
async def store(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Store]:
    opened = Store.open(f"sqlite:///{shutil.copy(migrated_file, tmp_path)}")
    yield opened
    await opened.close()


def refuse(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked() -> AbstractAsyncContextManager[Any]:
        raise StoreBusy("database is locked")

    monkeypatch.setattr(store, "read", locked)


async def test_alive_before_anything_else_is_open(process_health: ProcessHealth) -> None:
    status, said = body(await process_health.healthz())
    assert (status, said) == (200, {"status": "alive"} | NOTHING)
    assert (await process_health.readyz())[0] == 503
    assert (await process_health.metrics())[0] == 503


async def test_ready_says_what_is_missing_until_nothing_is(
    process_health: ProcessHealth, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def missing() -> tuple[int, str | None]:
        status, said = body(await process_health.readyz())
        return status, said.get("missing")

    assert await missing() == (503, "database: not open yet")
    process_health.store = store
    assert await missing() == (503, "slack: not connected yet")
    process_health.working = True
    assert await missing() == (200, None)
    process_health.socket = Ears(0)  # type: ignore[assignment]
    assert await missing() == (503, "slack: no socket")
    process_health.socket = Ears(1)  # type: ignore[assignment]
    assert await missing() == (200, None)
    refuse(store, monkeypatch)
    assert await missing() == (503, "database: away")
    assert body(await process_health.healthz()) == (200, {"status": "alive"} | NOTHING)


async def test_not_ready_while_slack_refuses_every_workspace(process_health: ProcessHealth, store: Store) -> None:
    process_health.store, process_health.working = store, True
    async with store.begin() as c:
        for team in ("T1", "T2"):
            await installations.put(c, team, NOW)
        await installations.stop(c, "T1", "token_revoked", NOW, None)
    assert (await process_health.readyz())[0] == 200
    async with store.begin() as c:
        await installations.stop(c, "T2", "uninstalled", NOW + timedelta(hours=1), None)
    status, said = body(await process_health.readyz())
    assert (status, said["missing"]) == (503, "slack: stopped (uninstalled) since 2026-03-02T10:00Z")
    async with store.begin() as c:
        await installations.resume(c, "T1")
    assert (await process_health.readyz())[0] == 200


async def test_figures_are_what_they_are_called(process_health: ProcessHealth, store: Store) -> None:
    async with store.begin() as c:
        await installations.put(c, "T1", NOW, enterprise=None, name="", bot_user="U0", bot=None, scopes=())
        place = await destinations.get_or_add(c, "T1", "C1", language="en", timezone="Asia/Seoul")
        for number in range(3):
            await deliveries.enqueue(
                c, f"n{number}", team="T1", destination=place.id, kind="notice",
                now=NOW - timedelta(seconds=90), payload={},
            )  # fmt: skip
    process_health.store, process_health.socket, process_health.working = store, Ears(2, 7.5), True  # type: ignore[assignment]
    expected = {"queue_depth": 3, "oldest_due_seconds": 90, "unknown": 0, "socket_age_seconds": 7.5}
    never = {"last_post_seconds": None, "last_sweep_seconds": None}
    assert body(await process_health.healthz()) == (200, {"status": "alive"} | expected | never)
    assert body(await process_health.readyz()) == (200, {"status": "ready"} | expected | never)
    status, text = await process_health.metrics()
    assert status == 200
    found = {family.name: family.samples[0].value for family in text_string_to_metric_families(text)}
    assert found["pactbot_queue_depth"] == 3
    assert found["pactbot_oldest_due_seconds"] == 90
    assert found["pactbot_socket_age_seconds"] == 7.5
    assert found["pactbot_unknown"] == 0
    assert isnan(found["pactbot_last_post_seconds"]), "never is not the healthiest value"
    assert isnan(found["pactbot_last_sweep_seconds"])
    process_health.socket = None
    assert "pactbot_socket_age_seconds NaN" in (await process_health.metrics())[1]
    assert {name for name in found if not name.startswith("pactbot_")} == set()


async def test_figures_of_a_database_that_is_away_are_refused_not_failed(
    process_health: ProcessHealth, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    process_health.store = store
    refuse(store, monkeypatch)
    assert await process_health.metrics() == (503, "database: away\n")
