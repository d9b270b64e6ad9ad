"""Lists the columns that may hold a person's id, and takes a person out of one value. Pure.

A test fails for a text or JSON column of the schema that is neither here nor in its list of those that hold none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

ERASED = "erased"
"""Stands in place of an id within a longer text."""

PERSONAL: Mapping[str, tuple[str, ...]] = {
    "bot_tokens": ("installer",),
    "changes": ("who", "before", "after"),
    "commitment_states": ("person",),
    "deliveries": ("key", "payload"),
    "destinations": ("slack_id", "person", "facts", "configurers"),
    "feedback": ("person", "remark"),
    "firsts": ("key",),
    "inbound": ("payload",),
    "lexicon_additions": ("added_by",),
    "mutes": ("person",),
    "outlet_specs": ("added_by",),
    "people": ("slack_id",),
    "story_links": ("person",),
    "story_overlays": ("person",),
    "subscriptions": ("owner",),
}
"""The columns by table. Of their JSON any depth may hold an id."""


def without_person(value: object, ids: Collection[str]) -> object:
    """Returns a value without these ids: None for an id alone, a list without it, a longer text with a word instead."""
    if isinstance(value, str):
        return None if value in ids else _pattern(ids).sub(ERASED, value)
    if isinstance(value, list):
        return [without_person(each, ids) for each in value if not (isinstance(each, str) and each in ids)]
    if isinstance(value, dict):
        return {_pattern(ids).sub(ERASED, str(key)): without_person(each, ids) for key, each in value.items()}
    return value


def _pattern(ids: Collection[str]) -> re.Pattern[str]:
    """A longer id that only begins with one of these is another person's."""
    return re.compile(rf"(?<![A-Z0-9])(?:{'|'.join(map(re.escape, sorted(ids)))})(?![A-Z0-9])")


def holds_person(value: object, ids: Collection[str]) -> bool:
    """Whether one of the ids is in a value, at any depth."""
    return without_person(value, ids) != value
