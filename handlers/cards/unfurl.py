"""The lines below links of a message: what is known of the story of each linked article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handlers.cards.digest import DigestLine


@dataclass(frozen=True, slots=True)
class UnfurlCard:
    """The known links of one message, each with its story."""

    links: tuple[tuple[str, DigestLine], ...]
    zone: str
    on: date
    """Today, in the channel's zone."""
