"""Finds the spec files of folders, reads their bytes, at most as many as a spec can need, and writes a new one."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from settings.errors import BadSpec

MAX_SPEC_BYTES = 262_144


@dataclass(frozen=True, slots=True)
class SpecFile:
    """One spec file as it was read; ``data`` is an error where it could not be read."""

    path: Path
    data: bytes | BadSpec

    @property
    def key(self) -> str:
        """The key of the file's outlet."""
        return self.path.stem

    def place(self, key: str) -> str:
        """Returns the file's name, with the line of a key such as ``home`` or ``source 2.url`` where it stands there.

        The line of a key that is missing in a ``[[source]]`` or ``[[page]]`` is that of its table.
        """
        lines = self.data.decode("utf-8", "replace").splitlines() if isinstance(self.data, bytes) else []
        line = _line_of(key, lines)
        return f"{self.path.name}:{line}" if line is not None else self.path.name


def read_spec_files(folders: Sequence[Path]) -> list[SpecFile]:
    """Returns the ``*.toml`` files of the folders, in the folders' order and by name; hidden files are no specs.

    :raises BadSpec: for a folder that is missing or cannot be read.
    """
    return [read_spec_file(path) for folder in folders for path in _spec_paths(folder)]


def _line_of(key: str, lines: Sequence[str]) -> int | None:
    """Returns the number of the line of a key, counted from one; None for a key that stands nowhere."""
    path = re.fullmatch(r"(?:(source|page) (\d+)\.?)?(.*)", key)
    if path is None:
        return None
    table, count, name = path[1], int(path[2] or 0), path[3]
    headings = [number for number, line in enumerate(lines, 1) if line.lstrip().startswith("[")]
    of_table = [number for number in headings if table and lines[number - 1].split("#")[0].strip() == f"[[{table}]]"]
    if count > len(of_table):
        return None
    first = of_table[count - 1] if count else 1
    end = next((number for number in headings if number > first), len(lines) + 1)
    found = (number for number in range(first, end) if re.match(rf"\s*{re.escape(name)}\s*=", lines[number - 1]))
    return next(found, first if count else None) if name else (first if count else None)


def read_spec_file(path: Path) -> SpecFile:
    """Returns one file as it is now, whether or not it can be read."""
    return SpecFile(path, _data(path))


def write_spec_file(path: Path, text: str, *, replace: bool) -> None:
    """Writes a spec as a whole, so that a bot that looks at the folder never sees a part of one.

    :raises FileExistsError: when the file exists and is not to be replaced.
    :raises OSError: when the folder cannot be written.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", dir=path.parent)  # a hidden file is no spec
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(0o644)
        if replace:
            unfinished.replace(path)
        else:
            path.hardlink_to(unfinished)
    finally:
        unfinished.unlink(missing_ok=True)


def _spec_paths(folder: Path) -> list[Path]:
    try:
        paths = sorted(folder.iterdir())
    except FileNotFoundError:
        raise BadSpec(
            str(folder), "", "there is no such folder", "set PACT_OUTLETS to folders of *.toml files"
        ) from None
    except OSError as error:
        raise BadSpec(str(folder), "", f"cannot be read ({error.strerror})", "let the bot's user read it") from None
    return [path for path in paths if path.suffix == ".toml" and not path.name.startswith(".") and path.is_file()]


def _data(path: Path) -> bytes | BadSpec:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_SPEC_BYTES + 1)
    except FileNotFoundError:
        return BadSpec(path.name, "", "there is no such file", "give the path of a spec file")
    except OSError as error:
        return BadSpec(path.name, "", f"cannot be read ({error.strerror})", "let the bot's user read it")
    if len(data) > MAX_SPEC_BYTES:
        return BadSpec(path.name, "", f"is longer than {MAX_SPEC_BYTES} bytes", "put one spec into a file")
    return data
