"""Finds when a channel's last digest ran, and whether it had nothing to show and was skipped."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.deliveries.due_digests import LATE_AFTER
from bot.model import Destination
from bot.store import slots
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection
from handlers.cards.texts import Note


async def last_digest(c: Connection, destination: Destination) -> Note | None:
    """Returns the sentence about it; None where no digest ran yet.

    A slot that was taken long after its time without a message was no digest: a setting passed it over.
    """
    for local_date, slot, taken_at in await slots.newest(c, destination.team, destination.id):
        at = datetime.strptime(slot, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
        key = f"digest:{destination.team}:{destination.id}:{local_date.isoformat()}:{slot}:1"
        if await deliveries.by_key(c, key) is not None:
            return Note("digest_ran", {"when": at.isoformat()})
        if taken_at - at <= LATE_AFTER:
            return Note("digest_ran_empty", {"when": at.isoformat()})
    return None
