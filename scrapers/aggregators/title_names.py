"""Names an article by its outlet, its title and its day, where an aggregator gives its title and not its address."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from scrapers.aggregators.titles import folded
from scrapers.headline_marks import unmarked

NEAR = timedelta(hours=12)
"""Two times of one article may differ by so much: some outlets write a time of another zone, or change it."""


def title_names(outlet: str, title: str, at: datetime) -> tuple[str, ...]:
    """Returns the names under which an article without an address is stored: one for each day within NEAR."""
    return tuple(dict.fromkeys(title_name(outlet, title, at + shift) for shift in (-NEAR, NEAR)))


def title_name(outlet: str, title: str, at: datetime) -> str:
    """Returns the name of an article by its title on the day of this instant (UTC)."""
    letters = sha256(folded(unmarked(title)).encode()).hexdigest()[:24]
    return f"title:{outlet}:{letters}:{at.date().isoformat()}"


def is_title_name(identity: str) -> bool:
    """Whether an identity is the name of an article by its title."""
    return identity.startswith("title:")
