"""The card of ``debug``: facts for whoever looks after the bot, and the figures of its health."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.cards.status import Health
from handlers.cards.texts import Note


@dataclass(frozen=True, slots=True)
class DebugCard:
    """Everything that helps to find a fault; never a secret."""

    facts: tuple[Note, ...]
    health: Health
    now: datetime
    zone: str
