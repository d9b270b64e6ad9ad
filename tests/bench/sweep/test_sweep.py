"""Measures three sweeps over many feeds beside lemon24/reader, both in processes of their own, one after the other.

- ``all new``: every entry is new. Ours also reads each host's robots.txt, takes turns, matches every headline and keeps
  what it names; reader stores what feedparser found, with the text.
- ``all 304``: no feed has changed.
- ``1 % changed``: one feed in a hundred has five new entries.

CPU seconds of all processes of each side, the feeds' server left out. ``PACT_BENCH_FEEDS`` (default 200) and
``PACT_BENCH_SUBSCRIPTIONS`` (default 100) set the size, ``PACT_BENCH_AT_ONCE`` (default 64) how many readings of ours
are under way together: each alone costs much more, since those of one moment share their transactions. Without reader
(see CONTRIBUTING) ours stands alone.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.bench.sweep.made_feeds import write_feeds

pytestmark = pytest.mark.bench

FEEDS = int(os.environ.get("PACT_BENCH_FEEDS", "200"))
SUBSCRIPTIONS = int(os.environ.get("PACT_BENCH_SUBSCRIPTIONS", "100"))
AT_ONCE = os.environ.get("PACT_BENCH_AT_ONCE", "64")
ENTRIES = 50
SWEEPS = 3
FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[2]


@contextmanager
def started(*command: str) -> Iterator[subprocess.Popen[str]]:
    """A Python program of this folder; it ends when its standard input does."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    process = subprocess.Popen(
        [sys.executable, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )
    try:
        yield process
    finally:
        process.communicate()


def sweeps_of(folder: Path, script: str, *arguments: str) -> list[dict[str, Any]]:
    """The figures of the three sweeps of one side; the changed feeds are published before the third."""
    served = folder / "served"
    shutil.rmtree(served, ignore_errors=True)
    shutil.copytree(folder / "first", served)
    figures: list[dict[str, Any]] = []
    with started(str(FOLDER / "feed_server.py"), str(served)) as server:
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        with started(str(FOLDER / script), port, *arguments) as side:
            assert side.stdout is not None
            assert side.stdin is not None
            for number in range(SWEEPS):
                figures.append(json.loads(side.stdout.readline()))
                if number == 1:
                    shutil.copytree(folder / "changed", served, dirs_exist_ok=True)
                side.stdin.write("\n")
                side.stdin.flush()
    return figures


def test_three_sweeps_beside_reader(tmp_path: Path, machine: str) -> None:
    write_feeds(tmp_path, FEEDS, ENTRIES)
    ours = sweeps_of(tmp_path, "our_sweep.py", str(FEEDS), str(SUBSCRIPTIONS), str(tmp_path / "ours.db"))
    peer = None
    if importlib.util.find_spec("reader") is not None:
        peer = sweeps_of(tmp_path, "reader_sweep.py", str(FEEDS), str(tmp_path / "reader.db"))
    print(f"\n{FEEDS} feeds of {ENTRIES} entries, {SUBSCRIPTIONS} subscriptions, {AT_ONCE} at once; {machine}")
    print(
        f"{'sweep':<14}{'ours CPU s':>12}{'wall s':>9}{'reader CPU s':>14}{'ratio':>8}   ours MB, database MB | reader"
    )
    for number, our in enumerate(ours):
        theirs = peer[number] if peer else None
        beside = f"{theirs['cpu']:14.2f}{theirs['cpu'] / our['cpu']:8.2f}" if theirs else f"{'-':>14}{'-':>8}"
        print(f"{our['sweep']:<14}{our['cpu']:12.2f}{our['wall']:9.1f}{beside}   {sizes(our)} | {sizes(theirs)}")
    assert [figure["sweep"] for figure in ours] == ["all new", "all 304", "1 % changed"]


def sizes(figures: dict[str, Any] | None) -> str:
    """The resident memory of each process, and the size of the database, in megabytes."""
    if figures is None:
        return "-"
    return " + ".join(f"{each:.0f}" for each in figures["memory"]) + f", {figures['database']:.0f}"
