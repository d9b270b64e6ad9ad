"""Files stand where they belong, and none holds a path or host of one machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOP = {
    *("bot", "handlers", "scrapers", "settings", "tests"),
    *("Procfile", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"),
    *("uv.lock", ".python-version", ".ci", ".github", ".env.example", ".gitignore", ".importlinter"),
    *("Dockerfile", ".dockerignore", "compose.yaml", "app.json", "heroku.yml"),
}
"""The four folders, their tests, and files that a convention asks for."""

MACHINE = re.compile(
    r"(?<![\w.)}/-])(?:/[w]ork/|/[t]mp/|/[r]oot/|/[h]ome/\w|/[U]sers/\w|/[o]pt/(?:pypi|wheels))|[C]:\\Users"
)
REGISTRY = re.compile(r"\b(?:[p]ypi\.org|[p]ythonhosted\.org|[n]pmjs\.(?:org|com)|[d]eb\.debian\.org|[c]rates\.io)\b")
GENERATED = {"uv.lock"}
"""A lock file has to name the public registry and its addresses."""
LOCK_HOSTS = {"[p]ypi.org".replace("[p]", "p"), "files.[p]ythonhosted.org".replace("[p]", "p")}


def texts(root: Path, paths: list[str]) -> list[tuple[str, str]]:
    """Returns the path and content of every text file."""
    found = []
    for path in paths:
        try:
            found.append((path, (root / path).read_text("utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def test_only_what_belongs_there_is_at_the_top(paths: list[str]) -> None:
    assert {path.partition("/")[0] for path in paths} <= TOP


@pytest.mark.parametrize("needed", ["LICENSE", "CHANGELOG.md", "Procfile", "uv.lock", ".python-version", ".ci/run"])
def test_a_conventional_file_exists(paths: list[str], needed: str) -> None:
    assert needed in paths


def test_no_folder_of_tests_is_a_package(root: Path) -> None:
    """A package tests/bot/ would shadow the real ``bot``."""
    assert not [str(path) for path in (root / "tests").rglob("__init__.py")]


def test_no_file_at_the_top_shadows_a_folder(root: Path) -> None:
    assert not [name for name in ("bot.py", "handlers.py", "scrapers.py", "settings.py") if (root / name).exists()]


def test_no_file_holds_a_path_of_one_machine(root: Path, paths: list[str]) -> None:
    found = [f"{path}: {hit[0]}" for path, text in texts(root, paths) for hit in MACHINE.finditer(text)]
    assert not found


def test_no_file_names_a_registry(root: Path, paths: list[str]) -> None:
    written = [path for path in paths if path not in GENERATED]
    found = [f"{path}: {hit[0]}" for path, text in texts(root, written) for hit in REGISTRY.finditer(text)]
    assert not found


def test_the_lock_names_public_addresses_alone(root: Path) -> None:
    sources = re.findall(r'(?:url|registry|path|directory) = "([^"]+)"', (root / "uv.lock").read_text("utf-8"))
    assert len(sources) > 100
    assert {re.sub(r"^https://([^/]+)/.*", r"\1", source) for source in sources} <= LOCK_HOSTS
