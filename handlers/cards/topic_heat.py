"""A topic's number of new stories, beside its usual number: a row of the status card, a spike in a digest."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TopicHeat:
    """The number of a topic's new stories, beside its usual number."""

    topic: str
    stories: int
    by_day: tuple[int | None, ...]
    """New stories of each day of the window, oldest first; None for a day on which no article was read."""
    usual: float
    """New stories in an average window of this length, from the eight weeks before; 0 where these are too few."""
    n: int = 0
    """The new stories of the eight weeks before, with which the window is compared."""
    verdict: str = "too_few"
    """``spike`` or ``lull`` for an unusual number, ``usual``, or ``too_few`` where the past holds too little."""
