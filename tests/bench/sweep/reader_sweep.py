"""Reads every feed three times with lemon24/reader: ``python reader_sweep.py PORT FEEDS DATABASE``.

It prints a line of JSON for each sweep, and waits for a line of input before the next.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any

import psutil

WORKERS = 8


def main(port: int, feeds: int, database: Path) -> None:
    """Reads all feeds three times."""
    library: Any = importlib.import_module("reader")
    reader = library.make_reader(str(database))
    for number in range(feeds):
        reader.add_feed(f"http://127.0.0.1:{port}/{number:04d}.xml")
    process = psutil.Process()
    for name in ("all new", "all 304", "1 % changed"):
        cpu, began = time.process_time(), time.monotonic()
        reader.update_feeds(workers=WORKERS, scheduled=False)
        figures = {"sweep": name, "cpu": time.process_time() - cpu, "wall": time.monotonic() - began}
        size = sum(path.stat().st_size for path in database.parent.glob(f"{database.name}*"))
        memory = [process.memory_info().rss / 2**20]
        print(json.dumps({**figures, "memory": memory, "database": size / 2**20}), flush=True)
        sys.stdin.readline()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
