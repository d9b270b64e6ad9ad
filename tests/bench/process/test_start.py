"""Measures what a command costs to start: processor time, resident memory and imported modules."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pytest

pytestmark = pytest.mark.bench

ROOT = Path(__file__).parents[3]
TIMES = 7
KILOBYTES_PER_MEGABYTE = 1024
MEMORY = """
import atexit, sys
sys.path.insert(0, sys.argv.pop(1))

def print_memory():
    with open("/proc/self/status") as status:
        print(next(line.split()[1] for line in status if line.startswith("VmHWM")), file=sys.stderr)

atexit.register(print_memory)
"""
"""The most memory of the process itself; what its parent's ``wait`` reports begins with the parent's own."""
COMMAND = "from bot.cli import main; main()"
IMPORT = "import bot.app"
CALLS: dict[str, tuple[str, Sequence[str]]] = {
    "bare interpreter": ("", ()),
    "pactbot --help": (COMMAND, ("--help",)),
    "pactbot match, one line": (COMMAND, ("match", "one.jsonl")),
    "pactbot lexicon check": (COMMAND, ("lexicon", "check")),
    "import of the bot": (IMPORT, ()),
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process used until its end."""

    cpu_seconds: float
    megabytes: float


def cost_of(folder: Path, line: str, argv: Sequence[str]) -> Cost:
    """Runs a process to its end."""
    process = subprocess.Popen(
        [sys.executable, "-c", MEMORY + line, str(ROOT), *argv],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.stderr is not None
    said = process.stderr.read().decode()
    process.stderr.close()
    assert process.returncode == 0, said
    return Cost(usage.ru_utime + usage.ru_stime, int(said.split()[-1]) / KILOBYTES_PER_MEGABYTE)


def test_start(tmp_path: Path, machine: str) -> None:
    (tmp_path / "one.jsonl").write_text('{"id": "1", "text": "한미 기술번영협정에 따라 양자컴퓨터"}\n', "utf-8")
    costs: dict[str, list[Cost]] = {name: [] for name in CALLS}
    for _ in range(TIMES):
        for name, (line, argv) in CALLS.items():
            costs[name].append(cost_of(tmp_path, line, argv))
    print(f"\nStart, median of {TIMES} ({machine})")
    for name, some in costs.items():
        cpu, megabytes = median(cost.cpu_seconds for cost in some), median(cost.megabytes for cost in some)
        print(f"  {name:<34} {cpu:6.2f} s CPU   most {megabytes:6.1f} MB")
        assert megabytes > 0
