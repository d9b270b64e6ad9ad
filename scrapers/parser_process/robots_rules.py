"""Keeps the parsed rules of each robots.txt by its text, so that a file is parsed once until it changes."""

from __future__ import annotations

from typing import Any

MAX_CHARS = 512 * 1024
"""The texts whose rules are kept, together: one of the longest, whose rules may take 40 MiB."""
MIN_CHARS = 1024
"""A short text counts as so many characters, since an empty file has rules as well."""


class RobotsRules:
    """Parsed rules by their text; those that were not needed for the longest time make room for others."""

    def __init__(self, max_chars: int = MAX_CHARS) -> None:
        self._max_chars = max_chars
        self._rules: dict[str, Any] = {}
        """The most recently used last."""

    def of(self, text: str) -> Any:
        """Protego's rules of a robots.txt."""
        rules = self._rules.pop(text, None)
        if rules is None:
            self._make_room(text)
            rules = _parsed(text)
        self._rules[text] = rules
        return rules

    def _make_room(self, text: str) -> None:
        """Drop rules before others are parsed, because both would need memory at once."""
        while self._rules and sum(map(_weight, (text, *self._rules))) > self._max_chars:
            del self._rules[next(iter(self._rules))]


def _weight(text: str) -> int:
    return max(len(text), MIN_CHARS)


def _parsed(text: str) -> Any:
    from protego import Protego

    return Protego.parse(text)
