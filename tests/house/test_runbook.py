"""The runbook names every table, notice and log word of the code, and nothing else."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from bot.deliveries.outlet_notices import BEGIN_CODES, END_CODES, UNREAD_CODE
from bot.operations.health import FIGURES
from bot.operations.process_watch import MISSING_CODES
from bot.operations.watchdog import ACTIVITIES
from bot.outbox.ports import AlertKind
from bot.store.schema import metadata

ROOT = Path(__file__).parents[2]
RUNBOOK = ROOT / "bot/operations/README.md"

COMPUTED = {
    "bot/deliveries/outlet_notices.py": {*BEGIN_CODES.values(), *END_CODES.values(), UNREAD_CODE},
    "bot/intake/refused_pages.py": {"pages_refused", "pages_read_again"},
    "bot/operations/alerts.py": {f"trouble_{kind}" for kind in get_args(AlertKind)},
    "bot/operations/inbound_recovery.py": {"given_up_request", "given_up_happened"},
    "bot/operations/membership.py": {"hello", "hello_subscribed"},
    "bot/operations/process_watch.py": {*MISSING_CODES.values(), "process_back"},
    "bot/operations/watchdog.py": {f"{prefix}_{each}" for prefix in ("silent", "well") for each in ACTIVITIES},
}
"""Notices whose key is not written where it is sent."""
TO_OTHERS = {"hello", "hello_subscribed", "channel_away", "channel_uninvited"}
"""Notices to a channel and to the owners of subscriptions."""
LEVELS = ("error", "exception", "critical")


@pytest.fixture(scope="module")
def runbook() -> str:
    return RUNBOOK.read_text("utf-8")


def between(text: str, name: str) -> str:
    return text.split(f"<!-- {name}:begin -->")[1].split(f"<!-- {name}:end -->")[0]


def first_cells(table: str) -> list[str]:
    """Returns the words in backticks of each row's first cell."""
    rows = [line.split("|")[1] for line in table.strip().splitlines()[2:]]
    return [word for cell in rows for word in re.findall(r"`([^`]+)`", cell)]


def test_every_table_has_a_bound(runbook: str) -> None:
    assert sorted(first_cells(between(runbook, "tables"))) == sorted(metadata.tables)


@cache
def all_calls() -> list[tuple[str, ast.Call]]:
    found = []
    for folder in ("bot", "handlers", "scrapers", "settings"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name, tree = path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))
            found += [(name, node) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return found


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    """Yields each call of these functions or methods in the code, with its file."""
    for path, call in all_calls():
        if getattr(call.func, "attr", getattr(call.func, "id", "")) in names:
            yield path, call


def sent_codes() -> set[str]:
    codes, computed = set(), set()
    for path, call in calls("notify_operators", "enqueue_notice"):
        code = call.args[{"notify_operators": 4, "enqueue_notice": 3}[getattr(call.func, "id", "notify_operators")]]
        if isinstance(code, ast.Constant):
            codes.add(str(code.value))
        elif path != "bot/deliveries/notices.py":
            computed.add(path)
    assert computed == set(COMPUTED)
    return codes.union(*COMPUTED.values())


def test_every_notice_to_operators_says_what_to_do(runbook: str) -> None:
    sentences = [tomllib.loads(path.read_text("utf-8")) for path in (ROOT / "handlers/text/locale/en").glob("*.toml")]
    shown = {key for each in sentences for key in each.get("note", {})}
    assert sorted(first_cells(between(runbook, "notices"))) == sorted(sent_codes() & shown - TO_OTHERS)


def test_every_error_of_the_log_says_what_to_do(runbook: str) -> None:
    words = set()
    for _, call in calls(*LEVELS, "log"):
        if getattr(getattr(call.func, "value", None), "id", "") != "log" or not call.args:
            continue
        word = call.args[1 if getattr(call.func, "attr", "") == "log" else 0]
        assert isinstance(word, ast.Constant), ast.unparse(call)
        words.add(str(word.value).split(" ")[0])
    assert sorted(first_cells(between(runbook, "errors"))) == sorted(words)


def test_every_figure_says_when_it_is_an_alarm(runbook: str) -> None:
    assert tuple(first_cells(between(runbook, "metrics"))) == (*FIGURES, "processes")
