"""Folders of other projects' test files, which the environment names: PACT_FEED_SUITES and PACT_PAGE_SUITES.

Each is a list of folders separated by a colon. feedparser's own tests are in the source distribution of that package.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CODE = frozenset({".py", ".java", ".go", ".js", ".md", ".txt", ".properties", ".class", ".jar"})
"""Files with these endings are no documents."""


def folders_of(name: str) -> list[Path]:
    """The folders that this variable names; a test without them is skipped with a line that says how to run it."""
    folders = [Path(folder) for folder in os.environ.get(name, "").split(os.pathsep) if folder]
    if not folders:
        pytest.skip(f"set {name}=FOLDER[:FOLDER…] to other projects' test files to run this")
    for folder in folders:
        assert folder.is_dir(), f"{name}: there is no folder {folder}"
    return folders


def documents_in(folder: Path) -> list[Path]:
    """Every file of a folder that may be a document."""
    return sorted(file for file in folder.rglob("*") if file.is_file() and file.suffix not in CODE)
