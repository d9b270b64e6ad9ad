"""Draws a progress bar of one line on a terminal, and nothing anywhere else."""

from __future__ import annotations

import shutil
import sys
from typing import TextIO

WIDTH = 24


class ProgressBar:
    """Counts steps whose number may grow; ``clear`` it before anything else is printed."""

    def __init__(self, total_steps: int, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._is_shown = self._stream.isatty()
        self._total_steps = total_steps
        self._done_steps = 0

    def add_steps(self, steps: int) -> None:
        """Adds steps that were not known at the beginning."""
        self._total_steps += steps

    def step(self, label: str) -> None:
        """Counts one step as done and shows its label beside the bar."""
        self._done_steps += 1
        if self._is_shown:
            full = WIDTH * self._done_steps // max(self._total_steps, self._done_steps)
            line = f"[{'#' * full}{'.' * (WIDTH - full)}] {self._done_steps}/{self._total_steps} {label}"
            self._write(line[: shutil.get_terminal_size().columns - 1])

    def clear(self) -> None:
        """Removes the bar from the terminal."""
        if self._is_shown:
            self._write("")

    def _write(self, line: str) -> None:
        self._stream.write(f"\r\x1b[K{line}")
        self._stream.flush()
