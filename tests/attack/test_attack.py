"""The real process among network attacks and hostile documents still reads honest outlets and answers people.

Figures are printed; asserted are counts, results and memory. The full run is long.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from handlers.fake_slack import FakeSlack
from tests.attack.bot_under_attack import (
    BotUnderAttack,
    Measured,
    cpu_seconds_of,
    honest_outlets,
    hostile_outlets,
    percentile,
)
from tests.attack.hostile_process import Plan
from tests.support.hostile_outlets import NETWORK_ATTACKS
from tests.support.hostile_pages import HOSTILE_DOCUMENTS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and all of 127.0.0.0/8")

MAIN_MEGABYTES = 130
BUSY_MAIN_MEGABYTES = 150
"""Asserted: on processors that are busy with other work, more jobs are under way at once than the bar is meant for."""
ATTACKING_OUTLETS = 35
"""Each plays two or three of the network attacks in turn; each hostile document has an outlet of its own."""
CHILD_MEGABYTES = 120
"""A parser process may take 96 MiB more than at its start; then it answers that a document is too large."""
FEW_ATTACKS = (
    *("100 Continue", "chunks of one byte", "empty gzip members", "a plain body"),
    *("HTTP/0.9", "TLS garbage", "a redirect to itself", "a reset after the headers"),
)
FEW_DOCUMENTS = (
    *("divs", "options", "a hundred thousand paragraphs", "ld+json of two megabytes", "bytes of no charset"),
    *("a billion laughs", "deep JSON", "robots.txt with slow patterns"),
)


async def _attacked(folder: Path, plan: Plan, seconds: int, deadline_seconds: float) -> Measured:
    async with hostile_outlets(plan) as (hostile, times), FakeSlack() as slack, honest_outlets() as honest:
        cpu_seconds = await cpu_seconds_of(
            [each for each in hostile if each.key.startswith("hostile-net")], deadline_seconds
        )
        measured = await BotUnderAttack(folder, slack, honest, hostile).run(seconds)
    measured.hostile_times = times
    _print(measured, cpu_seconds)
    return measured


def _print(measured: Measured, cpu_seconds: Mapping[str, float]) -> None:
    waits, acks = measured.page_waits_seconds, [seconds * 1000 for seconds in measured.ack_seconds]
    costly = sorted(cpu_seconds.items(), key=lambda item: -item[1])[:5]
    documents = len(measured.hostile_times) - len(cpu_seconds)
    rows = {
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, CPython {platform.python_version()}, "
        f"load {os.getloadavg()[0]:.1f}",
        "honest pages": f"{measured.read} of {measured.published} read, {measured.posted} posts",
        "wait for a parser": f"median {percentile(waits, 50):.2f} s, most {max(waits):.2f} s (bar: 2 s)",
        "commands": f"{measured.answered} of {len(acks)} answered",
        "acknowledgement": f"p50 {percentile(acks, 50):.0f} ms, p99 {percentile(acks, 99):.0f} ms, "
        f"most {max(acks):.0f} ms (bar: p99 250 ms)",
        "memory of main": f"{measured.peak_megabytes['main']:.0f} MB (bar: {MAIN_MEGABYTES} MB)",
        "memory of a child": f"{measured.peak_megabytes['child']:.0f} MB, the most of {len(measured.children)} "
        f"(bar: {CHILD_MEGABYTES} MB)",
        "CPU time": f"main {measured.cpu_seconds['main']:.1f} s, children {measured.cpu_seconds['children']:.1f} s, "
        f"in {measured.wall_seconds:.0f} s",
        "event loop, one attack": f"{', '.join(f'{seconds:.2f} s {name}' for name, seconds in costly)} (bar: 2 s)",
        "hostile sources": _counts(measured.outcomes),
        "hostile pages": _counts(measured.pages),
    }
    print(
        f"\n{len(cpu_seconds)} network attacks and {documents} hostile documents, "
        f"{sum(measured.hostile_times.values()):,} answers"
    )
    for name, row in rows.items():
        print(f"  {name:<24} {row}")


def _counts(counter: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(counter.items(), key=lambda item: -item[1]))


def _assert_unharmed(measured: Measured, plan: Plan) -> None:
    names = [*(name for names in plan.attacks for name in names), *plan.documents]
    assert [name for name in names if not measured.hostile_times[name]] == []
    assert measured.unsettled == []
    assert measured.read == measured.published > 0
    assert measured.posted > 0
    assert measured.answered == len(measured.ack_seconds)
    assert measured.faults == []
    assert measured.exit_code == 0
    assert 0 < measured.peak_megabytes["main"] < BUSY_MAIN_MEGABYTES
    assert 0 < measured.peak_megabytes["child"] < CHILD_MEGABYTES


async def test_a_few_attacks_harm_nothing(tmp_path: Path) -> None:
    plan = Plan([[name] for name in FEW_ATTACKS], list(FEW_DOCUMENTS), page_every_seconds=300)
    _assert_unharmed(await _attacked(tmp_path, plan, 5, deadline_seconds=0.5), plan)


@pytest.mark.long
async def test_all_attacks_at_once_harm_nothing(tmp_path: Path, size: Callable[[str, Any], Any]) -> None:
    over_tls = [[name] for name, attack in NETWORK_ATTACKS.items() if attack.scheme == "https"]
    plain = [name for name, attack in NETWORK_ATTACKS.items() if attack.scheme == "http"]
    outlets = ATTACKING_OUTLETS - len(over_tls)
    attacks = [*over_tls, *(plain[number::outlets] for number in range(outlets))]
    plan = Plan(attacks, list(HOSTILE_DOCUMENTS), page_every_seconds=30)
    _assert_unharmed(await _attacked(tmp_path, plan, size("seconds", 120), deadline_seconds=30), plan)
