"""Writes what a channel may set for itself: columns of the ``destinations`` table, each a field of ``Destination``."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Destination
from bot.store.schema import destinations

_WITH_DEFAULT = ("configured_by", "configurers", "threads", "broadcast", "mention_group", "empty_digest")
SETTINGS = ("language", "timezone", *_WITH_DEFAULT)
"""The fields that ``save`` writes; digest times and quiet hours have functions of their own in ``destinations``."""
_DEFAULTS = {field.name: field.default for field in fields(Destination)}


async def save(c: AsyncConnection, before: Destination, after: Destination) -> None:
    """Writes the settings that differ, and no others: somebody else may change another one at the same time."""
    values: dict[str, Any] = {
        name: getattr(after, name) for name in SETTINGS if getattr(after, name) != getattr(before, name)
    }
    if "configurers" in values:
        values["configurers"] = list(values["configurers"])
    if values:
        await c.execute(update(destinations).where(destinations.c.id == before.id).values(**values))


def names_of_unset(destination: Destination) -> tuple[str, ...]:
    """Returns the settings that the channel has left as they were at its start, without language and zone."""
    return tuple(name for name in _WITH_DEFAULT if getattr(destination, name) == _DEFAULTS[name])
