"""The probes: alive from the start, ready when the bot can work, figures that a monitor can read."""

from __future__ import annotations

import json
import re
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from math import isnan
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import operations
from bot.errors import StoreBusy
from bot.health_endpoints import ProcessHealth
from bot.operations.health import FIGURES
from bot.operations.process_watch import ProcessWatch
from bot.store import destinations, installations, processes
from bot.store.deliveries import table as deliveries
from bot.store.engine import Store
from bot.store.processes import Process

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
OPERATIONS = Path(operations.__file__).parent
NO_FIGURES = dict.fromkeys(FIGURES)


def body(answer: tuple[int, str]) -> tuple[int, dict[str, Any]]:
    """A probe's answer as a monitor reads it."""
    return answer[0], json.loads(answer[1])


class FakeSockets:
    """Sockets as the probes see them."""

    def __init__(self, count: int, age: float = 0.0) -> None:
        self.count, self.age = count, age

    def connected(self) -> int:
        return self.count

    def age_seconds(self) -> float:
        return self.age


@pytest.fixture
def process_health() -> ProcessHealth:
    return ProcessHealth({}, lambda: NOW)


def refuse(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked() -> AbstractAsyncContextManager[Any]:
        raise StoreBusy("database is locked")

    monkeypatch.setattr(store, "read", locked)


async def test_the_process_is_alive_before_anything_is_open(process_health: ProcessHealth) -> None:
    status, shown = body(await process_health.healthz())
    assert (status, shown) == (200, {"status": "alive"} | NO_FIGURES)
    assert (await process_health.readyz())[0] == 503
    assert (await process_health.metrics())[0] == 503


async def test_readyz_names_what_is_missing_until_nothing_is(
    process_health: ProcessHealth, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def missing() -> tuple[int, str | None]:
        status, shown = body(await process_health.readyz())
        return status, shown.get("missing")

    assert await missing() == (503, "database: not open yet")
    process_health.store = store
    assert await missing() == (503, "slack: not connected yet")
    process_health.working = True
    assert await missing() == (200, None)
    process_health.socket = FakeSockets(0)  # type: ignore[assignment]
    assert await missing() == (503, "slack: no socket")
    process_health.socket = FakeSockets(1)  # type: ignore[assignment]
    assert await missing() == (200, None)
    refuse(store, monkeypatch)
    assert await missing() == (503, "database: away")
    assert body(await process_health.healthz()) == (200, {"status": "alive"} | NO_FIGURES)


async def test_the_process_is_not_ready_while_slack_refuses_every_workspace(
    process_health: ProcessHealth, store: Store
) -> None:
    process_health.store, process_health.working = store, True
    async with store.begin() as c:
        for team in ("T1", "T2"):
            await installations.put(c, team, NOW)
        await installations.stop(c, "T1", "token_revoked", NOW, None)
    assert (await process_health.readyz())[0] == 200
    async with store.begin() as c:
        await installations.stop(c, "T2", "uninstalled", NOW + timedelta(hours=1), None)
    status, shown = body(await process_health.readyz())
    assert (status, shown["missing"]) == (503, "slack: stopped (uninstalled) since 2026-03-02T10:00Z")
    async with store.begin() as c:
        await installations.resume(c, "T1")
    assert (await process_health.readyz())[0] == 200


@pytest.mark.parametrize(
    ("only", "until_started"), [("clock", "clock: not started yet"), ("worker", "queue: not started yet")]
)
async def test_a_process_that_does_not_receive_from_slack_is_judged_by_its_own_part(
    store: Store, only: str, until_started: str
) -> None:
    process_health = ProcessHealth({}, lambda: NOW, only)
    process_health.store = store
    fault: list[str] = []
    process_health.faults.append(lambda: fault[0] if fault else None)
    async with store.begin() as c:
        await installations.put(c, "T1", NOW)
        await installations.stop(c, "T1", "token_revoked", NOW, None)
    assert body(await process_health.readyz())[1]["missing"] == until_started
    process_health.working = True
    assert (await process_health.readyz())[0] == 200, "its work needs no token"
    fault.append("queue: no answer for 31 s")
    status, shown = body(await process_health.readyz())
    assert (status, shown["missing"]) == (503, fault[0])


async def test_what_other_processes_lack_is_named_and_changes_no_answer(store: Store) -> None:
    at = [NOW]
    process_health = ProcessHealth({}, lambda: at[0], "clock")
    process_health.store, process_health.working = store, True
    process_health.watch = watch = ProcessWatch(store, "c1", "clock", None, lambda: at[0])
    for _ in range(17):
        await watch.beat()
        at[0] += timedelta(seconds=20)
    status, shown = body(await process_health.readyz())
    assert (status, shown["status"], shown["missing_processes"]) == (200, "ready", "web, worker")


async def test_healthz_and_metrics_show_the_same_figures(process_health: ProcessHealth, store: Store) -> None:
    async with store.begin() as c:
        await installations.put(c, "T1", NOW, enterprise=None, name="", bot_user="U0", bot=None, scopes=())
        destination = await destinations.get_or_add(c, "T1", "C1", language="en", timezone="Asia/Seoul")
        for number in range(3):
            await deliveries.enqueue(
                c, f"n{number}", team="T1", destination=destination.id, kind="notice",
                now=NOW - timedelta(seconds=90), payload={},
            )  # fmt: skip
        await processes.beat(c, Process("w1", "worker", NOW, NOW))
    process_health.store, process_health.socket, process_health.working = store, FakeSockets(2, 7.5), True  # type: ignore[assignment]
    expected = {"queue_depth": 3, "oldest_due_seconds": 90, "unknown": 0, "socket_age_seconds": 7.5}
    never = {"last_post_seconds": None, "last_sweep_seconds": None}
    assert body(await process_health.healthz()) == (200, {"status": "alive"} | expected | never)
    assert body(await process_health.readyz()) == (200, {"status": "ready"} | expected | never)
    status, text = await process_health.metrics()
    assert status == 200
    assert 'pactbot_processes{role="worker"} 1.0' in text
    assert 'pactbot_processes{role="web"} 0.0' in text
    metrics = {family.name: family.samples[0].value for family in text_string_to_metric_families(text)}
    assert metrics["pactbot_queue_depth"] == 3
    assert metrics["pactbot_oldest_due_seconds"] == 90
    assert metrics["pactbot_socket_age_seconds"] == 7.5
    assert metrics["pactbot_unknown"] == 0
    assert isnan(metrics["pactbot_last_post_seconds"]), "never must not look like the best value"
    assert isnan(metrics["pactbot_last_sweep_seconds"])
    process_health.socket = None
    assert "pactbot_socket_age_seconds NaN" in (await process_health.metrics())[1]
    assert {name for name in metrics if not name.startswith("pactbot_")} == set()
    for name in ("dashboard.json", "alert_rules.yaml"):
        asked = set(re.findall(r"pactbot_\w+", (OPERATIONS / name).read_text("utf-8")))
        assert asked, name
        assert asked <= set(metrics), f"{name} asks for figures that /metrics has not"


async def test_metrics_of_an_unreachable_database_answer_503(
    process_health: ProcessHealth, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    process_health.store = store
    refuse(store, monkeypatch)
    assert await process_health.metrics() == (503, "database: away\n")
