"""A progress bar of one line on a terminal, and nothing anywhere else."""

from __future__ import annotations

import shutil
import sys
from typing import TextIO

WIDTH = 24


class Progress:
    """Counts steps whose number may grow; ``clear`` it before anything else is printed."""

    def __init__(self, total: int, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._shown = self._stream.isatty()
        self._total = total
        self._done = 0

    def more(self, steps: int) -> None:
        """There is more to do than was known."""
        self._total += steps

    def step(self, what: str) -> None:
        """One step is done; ``what`` is told beside the bar."""
        self._done += 1
        if self._shown:
            full = WIDTH * self._done // max(self._total, self._done)
            line = f"[{'#' * full}{'.' * (WIDTH - full)}] {self._done}/{self._total} {what}"
            self._write(line[: shutil.get_terminal_size().columns - 1])

    def clear(self) -> None:
        """Take the bar away."""
        if self._shown:
            self._write("")

    def _write(self, line: str) -> None:
        self._stream.write(f"\r\x1b[K{line}")
        self._stream.flush()
