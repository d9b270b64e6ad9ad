"""``extends = "built-in"``: a short file that adds to a whole lexicon, merged entry by entry before it is checked.

An entry is known by its id, name or term. A new one is added; one that is there already keeps what it has: lists
(forms, aliases, sources, texts, the words of ``[words]``) grow, single values (``ko``, ``meant``, a date) are replaced.
Masks have no name of their own and are always added.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

EXTENDS = "extends"
BUILT_IN_NAME = "built-in"
KEYS: Mapping[str, str | None] = {
    "sister": "id", "sector": "id", "official": "name", "agency": "name", "ask": "term", "mask": None,
}  # fmt: skip
"""The lists of tables of a lexicon, each with the key that an entry is known by."""


def merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """The lexicon that both make; neither is changed. What has the wrong shape is passed on, to be named later."""
    found = dict(base)
    for name, value in own.items():
        if name == EXTENDS:
            continue
        if name in KEYS and isinstance(value, list):
            found[name] = _entries(base.get(name, []), value, KEYS[name])
        elif isinstance(value, Mapping) and isinstance(base.get(name), Mapping):
            found[name] = _table(base[name], value, deep=name == "cues")
        else:
            found[name] = value
    return found


def _entries(base: list[Any], own: list[Any], key: str | None) -> list[Any]:
    found = list(base)
    places = {entry.get(key): at for at, entry in enumerate(base)} if key else {}
    for entry in own:
        at = places.get(_named(entry, key))
        if at is None:
            found.append(entry)
        else:
            found[at] = _table(found[at], entry)
    return found


def is_added(base: list[Any], entry: Any, name: str) -> bool:
    """Whether an entry of this list (``sector``, ``mask`` …) is a new one beside those of the base."""
    key = KEYS[name]
    return not key or _named(entry, key) not in {one.get(key) for one in base}


def _named(entry: Any, key: str | None) -> str | None:
    name = entry.get(key) if isinstance(entry, Mapping) and key else None
    return name if isinstance(name, str) else None


def _table(base: Mapping[str, Any], own: Mapping[str, Any], deep: bool = False) -> dict[str, Any]:
    found = dict(base)
    for name, value in own.items():
        before = base.get(name)
        if isinstance(before, list) and isinstance(value, list):
            found[name] = [*before, *value]
        elif deep and isinstance(before, Mapping) and isinstance(value, Mapping):
            found[name] = _table(before, value)
        else:
            found[name] = value
    return found
