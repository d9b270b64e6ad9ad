"""Fixtures of the structure tests: the project's files, its code as syntax trees, and the generated documents."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from handlers.verbs.pages import page_of
from handlers.verbs.registry import all_verbs
from scrapers import spec_keys
from settings import lexicon_keys
from settings.config import Settings, example_of, table
from settings.toml_table import Keys, TomlKey

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("bot", "handlers", "scrapers", "settings")
ENV_HEAD = """\
# Settings of pactbot. Copy this file to .env and fill in what you need; an empty line keeps the default.
# The process's environment wins over this file. Never commit .env: it holds secrets.
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    """``pytest tests/house --write-documents`` writes the generated parts of the documents."""
    parser.addoption("--write-documents", action="store_true", help="write README's tables and .env.example anew")


@dataclass(frozen=True, slots=True)
class Module:
    """A file of Python and its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def docstring(self) -> str:
        return ast.get_docstring(self.tree) or ""

    @property
    def shipped(self) -> bool:
        return not self.path.startswith("tests/")

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def imported(self) -> Iterator[str]:
        """Every module named in an import, wherever it stands."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module


def _paths() -> list[str]:
    """Lists the files that git keeps; without git, the files that no tool has made."""
    listing = ["git", "-C", str(ROOT), "ls-files", "-z"]
    try:
        found = subprocess.run(listing, capture_output=True, check=True, text=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        found = [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if not _made(path.relative_to(ROOT))]
    return sorted({path for path in found if path and (ROOT / path).is_file()})


def _made(path: Path) -> bool:
    made = ("__pycache__", "venv", "dist", "build", ".git", ".venv", ".env")
    caches = any(part.endswith(("_cache", ".egg-info")) or part == ".hypothesis" for part in path.parts)
    return caches or any(part in made for part in path.parts) or ".db" in path.suffix


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def paths() -> list[str]:
    """Every file of the project, by its path from the root."""
    return _paths()


@pytest.fixture(scope="session")
def modules(paths: list[str]) -> list[Module]:
    """Every module of the four folders and of the tests."""
    texts = {path: (ROOT / path).read_text("utf-8") for path in paths if path.endswith(".py")}
    return [Module(path, text, ast.parse(text)) for path, text in texts.items()]


@pytest.fixture(scope="session")
def settings_table() -> str:
    """The README's table of settings, made from the code."""
    rows = [f"| {_coded(names)} | {meaning} | {_coded(default)} |" for names, meaning, default in table()]
    return "\n".join(["| name | meaning | default |", "|---|---|---|", *rows])


@pytest.fixture(scope="session")
def commands_table() -> str:
    """The README's table of commands, made from the verbs and their English help."""
    rows = []
    for verb in all_verbs():
        page = page_of(verb, "en")
        usage = page.usage.replace("|", r"\|")
        rows.append(f"| `{verb.name}` | `{verb.korean}` | `{usage}` | {page.about} | `/pact {page.examples[0]}` |")
    return "\n".join(["| verb | 한국어 | what to type | what it does | example |", "|---|---|---|---|---|", *rows])


@pytest.fixture(scope="session")
def outlet_keys() -> str:
    """CONTRIBUTING.md's tables of the keys of an outlet spec, made from the code."""
    return _tables(spec_keys.tables_of_keys())


@pytest.fixture(scope="session")
def lexicon_keys_tables() -> str:
    """settings/README.md's tables of the keys of a lexicon file, made from the code."""
    return _tables(lexicon_keys.tables_of_keys())


def _tables(tables: Iterable[tuple[str, Keys]]) -> str:
    return "\n\n".join(
        "\n".join([f"| {title} | example | default | meaning |", "|---|---|---|---|", *map(_row_of_key, keys.values())])
        for title, keys in tables
    )


def _row_of_key(key: TomlKey) -> str:
    default = "–" if key.default is None else f"`{str(key.default).lower()}`"
    return f"| `{key.name}` | `{key.example}` | {'needed' if key.required else default} | {key.meaning} |"


@pytest.fixture(scope="session")
def env_example() -> str:
    """.env.example, made from the code: every setting with its meaning, none of them set."""
    parts = [ENV_HEAD]
    for field, (names, meaning, default) in zip(Settings.model_fields, table(), strict=True):
        name, *others = names.split(", ")
        also = f" ({', '.join(others)} is understood too.)" if others else ""
        shown = f"# Example: {example_of(field)}" if default == "–" else f"# Default: {default}"
        parts.append(f"# {meaning}{also}\n{shown}\n{name}=\n")
    return "\n".join(parts)


@pytest.fixture(scope="session")
def write_documents(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--write-documents", default=False))


def _coded(names: str) -> str:
    return names if names == "–" else ", ".join(f"`{name}`" for name in names.split(", "))
