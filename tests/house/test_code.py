"""Limits on modules, functions and names: docstrings, sizes, first lines, READMEs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Protocol

import pytest

from handlers.verbs.registry import all_verbs

FUNCTION_MAX_LINES = 40
FUNCTION_MEDIAN_LINES = 10
FILE_MAX_LINES = 400
REASON = re.compile(r"\blong,? because \w", re.IGNORECASE)
"""A docstring gives this reason if its file or function is longer."""
LOADED_BY_PATH = "bot/store/migrations/"
"""Alembic's folder is no package: Alembic loads its files by their path."""
QUESTION = re.compile(r"(What|Who|Whom|Whose|How|Where|Whether|When|Why|In which|At which|Which|Is|Are|Does|Do)\b")
"""Openings of a first line that has no subject."""
DRAWING = re.compile(r"^```\w*\n(?=[^`]*(?:→|►|─|->|│|▼))[^`]+^```$", re.MULTILINE)
"""A fenced block with arrows or lines."""
EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "service", "services", "misc"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Module(Protocol):
    path: str
    text: str
    tree: ast.Module

    @property
    def docstring(self) -> str: ...

    @property
    def shipped(self) -> bool: ...

    def functions(self) -> Iterator[Function]: ...


def lines_of(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_every_module_has_a_docstring(modules: list[Module]) -> None:
    assert len(modules) > 20
    silent = [module.path for module in modules if len(module.docstring.partition("\n")[0]) < 15]
    assert not silent


def test_no_function_has_more_than_40_lines(modules: list[Module]) -> None:
    long = [
        f"{module.path}:{function.lineno} {function.name} has {lines_of(function)} lines"
        for module in modules
        for function in module.functions()
        if lines_of(function) > FUNCTION_MAX_LINES
        and not REASON.search(ast.get_docstring(function) or "")
        and not (module.path.startswith(LOADED_BY_PATH) and REASON.search(module.docstring))
    ]
    assert not long


def test_the_median_function_has_at_most_10_lines(modules: list[Module]) -> None:
    lengths = [lines_of(function) for module in modules if module.shipped for function in module.functions()]
    assert median(lengths) <= FUNCTION_MEDIAN_LINES


def test_no_file_has_more_than_400_lines(modules: list[Module]) -> None:
    long = {
        module.path: lines
        for module in modules
        if (lines := module.text.count("\n")) > FILE_MAX_LINES and not REASON.search(module.docstring)
    }
    assert not long


def test_no_file_has_an_empty_name(paths: list[str]) -> None:
    words = {path: set(Path(path).stem.lower().split("_")) | set(Path(path).parent.parts) for path in paths}
    assert not [path for path, named in words.items() if path.endswith(".py") and named & EMPTY_NAMES]


def test_every_first_line_is_a_plain_sentence(modules: list[Module]) -> None:
    """It names the module's noun or action; a question word at its head makes the reader guess the subject."""
    asking = [
        f"{module.path}: {line}"
        for module in modules
        if (line := module.docstring.partition("\n")[0]) and (QUESTION.match(line) or not line.endswith("."))
    ]
    assert not asking


@pytest.mark.parametrize("folder", ["bot", "handlers", "scrapers", "settings"])
def test_every_folder_has_a_readme_with_a_drawing(root: Path, paths: list[str], folder: str) -> None:
    own = [path for path in paths if path.startswith(f"{folder}/") and path.endswith(".py")]
    folders = {str(Path(path).parent) for path in own if not path.startswith(LOADED_BY_PATH)}
    assert folder in folders
    readmes = {each: root / each / "README.md" for each in folders}
    assert not [each for each, readme in readmes.items() if not readme.is_file()]
    assert not [each for each, readme in readmes.items() if not DRAWING.search(readme.read_text("utf-8"))]


@pytest.mark.parametrize("folder", ["bot", "handlers", "scrapers", "settings"])
def test_every_readme_names_the_files_of_its_folder(root: Path, paths: list[str], folder: str) -> None:
    """A file that its README does not name is a file that nobody finds."""
    own = [Path(path) for path in paths if path.startswith(f"{folder}/") and path.endswith(".py")]
    modules = [path for path in own if path.stem != "__init__" and not path.as_posix().startswith(LOADED_BY_PATH)]
    readmes = {path: (root / path).with_name("README.md").read_text("utf-8") for path in modules}
    unnamed = [path for path, readme in readmes.items() if not re.search(rf"\b{path.stem}\b", readme)]
    verbs = {verb.name for verb in all_verbs()}
    assert not [path for path in unnamed if not ("<verb>.py" in readmes[path] and path.stem in verbs)]


CHANGED_WHILE_BUILT = {
    *("SweptOutlet", "Evidence", "_Owners", "SearchResult", "_Candidate", "PactDecision", "_WaitingName"),
    *("AuditCounts", "Reading", "ThreadReading", "MessageBuilder", "_Document", "Block"),
}
"""Dataclasses that gather something; every other one is a value."""
WITH_CACHED_PROPERTY = {"Outlet", "LexiconSource"}


def test_a_dataclass_is_frozen_and_has_slots(modules: list[Module]) -> None:
    found: dict[str, str] = {}
    for module in modules:
        if not module.shipped or "/fake_" in module.path:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                for decorator in map(ast.unparse, node.decorator_list):
                    if decorator.startswith("dataclass") and decorator != "dataclass(frozen=True, slots=True)":
                        found[node.name] = decorator
    changed = {name for name, decorator in found.items() if "frozen=True" not in decorator}
    assert changed == CHANGED_WHILE_BUILT
    assert found.keys() - changed == WITH_CACHED_PROPERTY
