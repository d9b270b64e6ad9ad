"""Finds the spec files of folders and reads their bytes, at most as many as a spec can need."""

from __future__ import annotations

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


def read_spec_files(folders: Sequence[Path]) -> list[SpecFile]:
    """Returns the ``*.toml`` files of the folders, in the folders' order and by name; hidden files are no specs.

    :raises BadSpec: for a folder that is missing or cannot be read.
    """
    return [read_spec_file(path) for folder in folders for path in _spec_paths(folder)]


def read_spec_file(path: Path) -> SpecFile:
    """Returns one file as it is now, whether or not it can be read."""
    return SpecFile(path, _data(path))


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
    except OSError as error:
        return BadSpec(path.name, "", f"cannot be read ({error.strerror})", "let the bot's user read it")
    if len(data) > MAX_SPEC_BYTES:
        return BadSpec(path.name, "", f"is longer than {MAX_SPEC_BYTES} bytes", "put one spec into a file")
    return data
