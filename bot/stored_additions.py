"""Adds what admins stored in the database to the operator's files: spellings to the lexicon, specs to the outlets."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from scrapers.catalogue import Catalogue, reread
from scrapers.spec_files import SpecFile, read_spec_files
from settings.errors import BadLexicon
from settings.lexicon import Lexicon, load_with

log = logging.getLogger("pactbot.lexicon")

ADDED_IN_SLACK = Path("added in Slack")
"""Stands for the folder of the specs that are rows."""


def usable_lexicon(path: Path | None, additions: Sequence[str]) -> Lexicon:
    """Returns the lexicon with the additions; one that does not fit the present file is left out and logged."""
    try:
        return load_with(path, additions)
    except BadLexicon:
        return load_with(path, [addition for addition in additions if _fits(path, addition)])


def _fits(path: Path | None, addition: str) -> bool:
    try:
        load_with(path, [addition])
    except BadLexicon as error:
        log.warning("lexicon_addition_left_out", extra={"why": str(error)})
        return False
    return True


def catalogue_with(before: Catalogue, folders: Sequence[Path], stored: Sequence[tuple[str, str]]) -> Catalogue:
    """Returns the catalogue of present files and of stored specs, each its key and text; a file stands before a row.

    Raises SettingsError where a folder is away.
    """
    files = read_spec_files(folders)
    keys = {file.key for file in files}
    rows = [SpecFile(ADDED_IN_SLACK / f"{key}.toml", spec.encode()) for key, spec in stored if key not in keys]
    return reread(before, [*files, *rows])
