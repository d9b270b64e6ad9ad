"""Imports SQLAlchemy's asyncio engine without the object-relational mapper, which nothing here uses.

The package imports the mapper's sessions beside the engine: they would take seven megabytes of every process and a
quarter of a second of every start.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

ENGINE = "sqlalchemy.ext.asyncio"
SESSIONS = (f"{ENGINE}.session", f"{ENGINE}.scoping")


class _NoModule(ModuleType):
    """Stands for a module while the package around it is imported: it has every name, and each is None."""

    def __getattr__(self, name: str) -> None:
        if name.startswith("__"):
            raise AttributeError(name)


def import_engine_alone() -> None:
    """Imports the engine, unless its package is there already; a later import of a session by its own name works."""
    if ENGINE in sys.modules:
        return
    for name in SESSIONS:
        sys.modules[name] = _NoModule(name)
    try:
        importlib.import_module(ENGINE)
    finally:
        for name in SESSIONS:
            del sys.modules[name]
