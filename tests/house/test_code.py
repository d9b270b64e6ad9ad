"""How the code is cut: a docstring for every module, small files and functions, names that say something."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Protocol

import pytest

FUNCTION_MAX_LINES = 40
FUNCTION_MEDIAN_LINES = 10
FILE_MAX_LINES = 400
REASON = re.compile(r"\blong,? because \w", re.IGNORECASE)
"""What a docstring says when its file or function is longer, followed by why."""
LOADED_BY_PATH = "bot/store/migrations/"
"""Alembic's folder is no package: its files are found by their path, and each begins with what it does."""
EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "service", "services", "misc"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Module(Protocol):
    path: str
    text: str

    @property
    def docstring(self) -> str: ...

    @property
    def shipped(self) -> bool: ...

    def functions(self) -> Iterator[Function]: ...


def lines_of(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_every_module_says_what_it_is_for(modules: list[Module]) -> None:
    assert len(modules) > 20
    silent = [module.path for module in modules if len(module.docstring.partition("\n")[0]) < 15]
    assert not silent


def test_no_function_is_longer_than_a_screen(modules: list[Module]) -> None:
    long = [
        f"{module.path}:{function.lineno} {function.name} has {lines_of(function)} lines"
        for module in modules
        for function in module.functions()
        if lines_of(function) > FUNCTION_MAX_LINES
        and not REASON.search(ast.get_docstring(function) or "")
        and not (module.path.startswith(LOADED_BY_PATH) and REASON.search(module.docstring))
    ]
    assert not long


def test_functions_are_short_in_the_middle(modules: list[Module]) -> None:
    lengths = [lines_of(function) for module in modules if module.shipped for function in module.functions()]
    assert median(lengths) <= FUNCTION_MEDIAN_LINES


def test_no_file_is_longer_than_a_sitting(modules: list[Module]) -> None:
    long = {
        module.path: lines
        for module in modules
        if (lines := module.text.count("\n")) > FILE_MAX_LINES and not REASON.search(module.docstring)
    }
    assert not long


def test_no_file_has_an_empty_name(paths: list[str]) -> None:
    words = {path: set(Path(path).stem.lower().split("_")) | set(Path(path).parent.parts) for path in paths}
    assert not [path for path, named in words.items() if path.endswith(".py") and named & EMPTY_NAMES]


@pytest.mark.parametrize("room", ["bot", "handlers", "scrapers", "settings"])
def test_every_folder_of_a_room_explains_itself(root: Path, paths: list[str], room: str) -> None:
    own = [path for path in paths if path.startswith(f"{room}/") and path.endswith(".py")]
    folders = {str(Path(path).parent) for path in own if not path.startswith(LOADED_BY_PATH)}
    assert room in folders
    explained = {
        folder for folder in folders for name in ("__init__.py", "README.md") if (root / folder / name).is_file()
    }
    assert not folders - explained
