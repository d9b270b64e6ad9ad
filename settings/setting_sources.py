"""Reads the values of settings as they are written: in the environment, in ``.env`` and in secret files."""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from settings.errors import BadSetting

log = logging.getLogger("pactbot.settings")


def read_sources(env_file: Path, secret_files: Path, names: Collection[str]) -> tuple[Mapping[str, str], ...]:
    """Returns what each source holds, by names in lower case; an earlier source wins over a later one.

    An empty value counts as absent. Of the secret files only those of these names are read. Raises BadSetting for a
    ``.env`` or a secret file that cannot be read.
    """
    wanted = {name.lower() for name in names}
    sources = (os.environ, _env_file(env_file), _secret_files(secret_files, wanted))
    return tuple({name.lower(): value for name, value in source.items() if value} for source in sources)


def value_in(sources: Sequence[Mapping[str, str]], names: Sequence[str]) -> tuple[str, str | None]:
    """Returns the name in use and its value: of the first source that holds any of the names, the first name."""
    for source in sources:
        for name in names:
            if (value := source.get(name.lower())) is not None:
                return name, value
    return names[0], None


def _env_file(path: Path) -> Mapping[str, str | None]:
    if not path.is_file():
        return {}
    from dotenv import dotenv_values

    try:
        return dotenv_values(path, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from None


def _secret_files(folder: Path, wanted: Collection[str]) -> Mapping[str, str | None]:
    """Returns what the wanted files of the folder hold; one that is a link out of the folder is left out."""
    if not folder.is_dir():
        return {}
    values: dict[str, str | None] = {}
    for path in sorted(folder.iterdir()):
        if path.name.lower() not in wanted or not path.is_file():
            continue
        if folder.resolve() not in path.resolve().parents:
            log.warning("secret_file_ignored", extra={"path": str(path), "why": "it is a link out of its folder"})
            continue
        values[path.name] = _secret(path)
    return values


def _secret(path: Path) -> str | None:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError | UnicodeDecodeError) -> BadSetting:
    why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
    return BadSetting(str(path), "", f"cannot be read ({why})", "let the bot's user read it, or remove it")
