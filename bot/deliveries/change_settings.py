"""Changes settings of a channel or a direct message, with what follows from a new zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.deliveries.change_quiet_hours import change_zone
from bot.deliveries.digest import take_past_slot
from bot.model import Destination
from bot.store import channel_settings
from bot.store.engine import Connection


async def save_settings(
    c: Connection, destination: Destination, values: Mapping[str, Any], now: datetime
) -> Destination:
    """Writes the fields; a new zone moves what quiet hours hold, and makes no digest of an earlier time today."""
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in values.items()
    }
    changed = replace(destination, **fields)
    if changed.timezone == destination.timezone:
        await channel_settings.save(c, destination, changed)
        return changed
    changed = await change_zone(c, destination, changed.timezone, now)
    await take_past_slot(c, changed, now)
    return changed
