"""Regular expressions that are compiled when they are first used: many are large, and most texts need few of them."""

from __future__ import annotations

import re
from typing import Any, cast

_METHODS = ("finditer", "findall", "fullmatch", "match", "search", "split", "sub", "subn")


class _LazyPattern:
    """Has the methods of a compiled expression; after the first call they are the expression's own."""

    __slots__ = ("_flags", "pattern", *_METHODS)

    def __init__(self, source: str, flags: int) -> None:
        self.pattern = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        """Compiles the expression, because none of its methods is there yet."""
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self._flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(self, name)


def lazy_pattern(source: str, flags: int = 0) -> re.Pattern[str]:
    """Returns what ``re.compile`` would; a mistake in the expression is raised by its first use."""
    return cast("re.Pattern[str]", _LazyPattern(source, flags))
