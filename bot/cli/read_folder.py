"""Reads every file of a folder in the parser's process: a JSON line a file, totals at the end."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin

from bot.cli.json_lines import counted, write_line
from bot.cli.parse_input import DEADLINE_SECONDS, input_bytes
from bot.cli.progress_bar import ProgressBar
from bot.errors import CannotStart
from scrapers.errors import ScrapeError
from scrapers.parser_process.parent import BROKEN, ParserProcess

BASE_URL = "https://folder.example/"
"""The address of a folder's files where the call names none."""

Arguments = Callable[[bytes, str], tuple[object, ...]]
"""The arguments of the parser's function for a file's bytes and address."""
Fields = Callable[[Any], Mapping[str, object]]
"""The fields of a file's line, of which numbers are added up."""


class FolderReader:
    """Reads files one after another with one function of the parser's process."""

    def __init__(self, command: str, module: str, function: str, arguments: Arguments, fields: Fields) -> None:
        self._command = command
        self._module = module
        self._function = function
        self._arguments = arguments
        self._fields = fields

    def read(self, folder: Path, base_url: str | None) -> int:
        """Prints a line a file, and the totals on standard error; returns 1 where a file broke the parser."""
        files = list(files_of(folder))
        if not files:
            raise CannotStart(f"pactbot {self._command}: {folder} holds no file", exit_code=2)
        return asyncio.run(self._read(folder, files, base_url or BASE_URL))

    async def _read(self, folder: Path, files: list[Path], base_url: str) -> int:
        process = ParserProcess(module=self._module, deadline_seconds=DEADLINE_SECONDS)
        progress, totals = ProgressBar(len(files)), Totals()
        try:
            for file in files:
                name = file.relative_to(folder).as_posix()
                line = await self._line(process, file, urljoin(base_url, quote(name, errors="replace")))
                totals.add(name, line)
                progress.clear()
                write_line({"file": name, **line})
                progress.step(name)
        finally:
            progress.clear()
            await process.close()
        sys.stderr.write(f"pactbot {self._command}: {totals}\n")
        return int(totals.broken > 0)

    async def _line(self, process: ParserProcess, file: Path, url: str) -> dict[str, object]:
        began = time.monotonic()
        line: dict[str, object] = {}
        try:
            data = input_bytes(file, url)
            line |= self._fields(await process.run(self._function, *self._arguments(data, url), about=url))
        except CannotStart as error:  # the file cannot be opened
            line["error"] = str(error)
        except ScrapeError as error:
            line |= {"error": error.problem, "broke": error.problem.startswith(BROKEN)}
        return {**line, "seconds": round(time.monotonic() - began, 2)}


class Totals:
    """Adds up the lines of a folder's files."""

    def __init__(self) -> None:
        self.files = self.refused = self.broken = 0
        self.sums: dict[str, int] = {}
        self._slowest = (0.0, "")

    def add(self, name: str, line: Mapping[str, object]) -> None:
        """Counts one file."""
        self.files += 1
        self.broken += bool(line.get("broke"))
        self.refused += "error" in line and not line.get("broke")
        for field, value in line.items():
            if isinstance(value, int) and not isinstance(value, bool):
                self.sums[field] = self.sums.get(field, 0) + value
        self._slowest = max(self._slowest, (float(str(line["seconds"])), name))

    def __str__(self) -> str:
        read = self.files - self.refused - self.broken
        sums = "".join(f", {value:,} {field}" for field, value in self.sums.items())
        seconds, name = self._slowest
        broken = f"{self.broken} broke the parser; " if self.broken else ""
        return (
            f"{counted(self.files, 'file')}: {read} read{sums}; {self.refused} refused; {broken}"
            f"slowest {seconds:.2f} s ({name})"
        )


def files_of(folder: Path) -> Iterator[Path]:
    """Yields the files of a folder and of the folders in it, by name; hidden ones are left out."""
    for path, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(path, name)
            if not name.startswith(".") and file.is_file():
                yield file
