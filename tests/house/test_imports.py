"""Imports keep the contracts of .importlinter, and each foreign library keeps to its folders."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

LIBRARY_FOLDERS = {
    "slack_bolt": ("handlers/",),
    "slack_sdk": ("handlers/",),
    "httpx": ("scrapers/",),
    "aiohappyeyeballs": ("scrapers/http/",),
    "selectolax": ("scrapers/",),
    "feedparser": ("scrapers/",),
    "protego": ("scrapers/",),
    "aiohttp": ("handlers/", "scrapers/http/", "scrapers/fake_outlets/"),
    "sqlalchemy": ("bot/store/",),
    "alembic": ("bot/store/",),
    "aiosqlite": ("bot/store/",),
    "ahocorasick_rs": ("bot/matching/", "bot/stories/"),
    "apscheduler": ("bot/clock.py",),
    "PIL": ("bot/exports/picture.py",),
    "procrastinate": ("bot/queue/",),
    "psycopg": ("bot/queue/", "bot/store/"),
    "pydantic_settings": ("settings/config.py", "settings/setting_types.py"),
}
"""The folders and files of shipped code that may import each library."""

FOUNDATIONS = ("slack_bolt", "apscheduler", "httpx", "selectolax", "pydantic_settings")
"""The libraries that the bot was asked to be built on; whatever they cost, they stay."""


class Module(Protocol):
    path: str
    tree: ast.Module

    @property
    def shipped(self) -> bool: ...

    def imported(self) -> Iterator[str]: ...


def test_the_bot_is_built_on_the_libraries_that_it_was_asked_to_be_built_on(modules: list[Module]) -> None:
    imported = {name.split(".")[0] for module in modules if module.shipped for name in module.imported()}
    assert set(FOUNDATIONS) <= imported


def test_the_contracts_hold(root: Path) -> None:
    line = "from importlinter.cli import lint_imports_command as run; run()"
    linted = subprocess.run(
        [sys.executable, "-c", line, "--no-cache", "--config", ".importlinter"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr
    assert "0 broken" in linted.stdout


def test_each_foreign_library_keeps_to_its_folders(modules: list[Module]) -> None:
    strays = [
        f"{module.path} imports {library}"
        for module in modules
        for library in {name.partition(".")[0] for name in module.imported()}
        if module.shipped and not module.path.startswith(LIBRARY_FOLDERS.get(library, ("",)))
    ]
    assert not strays


def test_no_import_is_for_type_checkers_only(modules: list[Module]) -> None:
    hidden = [module.path for module in modules if "TYPE_CHECKING" in names_in(module.tree)]
    assert not hidden


def test_no_test_imports_a_test(modules: list[Module]) -> None:
    """Tests of several folders share tests/support; tests of one folder share a module beside them."""
    importing = [
        f"{module.path} imports {name}"
        for module in modules
        for name in module.imported()
        if any(part == "conftest" or part.startswith("test_") for part in name.split("."))
        or (
            name.startswith("tests.")
            and not module.path.startswith("/".join(name.split(".")[:2]) + "/")
            and not name.startswith("tests.support.")
        )
    ]
    assert not importing


def test_no_test_mocks(modules: list[Module]) -> None:
    mocked = [module.path for module in modules if any("mock" in name.split(".") for name in module.imported())]
    assert not mocked


def names_in(tree: ast.Module) -> set[str]:
    """Returns every name, attribute and imported name of a module."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.name for alias in node.names}
    return found
