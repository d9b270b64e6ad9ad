"""Finds the topics that have unusually many new stories this week; what it found counts for a minute.

Every channel's digest asks at the same local times, and each answer counts the articles of nine weeks.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.deliveries.topic_heat import spikes_of_week
from bot.store.engine import Connection
from handlers.cards.topic_heat import TopicHeat

KEPT_FOR = timedelta(minutes=1)
MOST_KEPT = 64
"""Answers, one for each workspace and zone."""


class WeekHeat:
    """The spikes of this week, by workspace and zone."""

    def __init__(self) -> None:
        self._spikes: dict[tuple[str, str], tuple[datetime, tuple[TopicHeat, ...]]] = {}

    async def spikes(
        self, c: Connection, team: str, now: datetime, zone: str, topics: Collection[str]
    ) -> tuple[TopicHeat, ...]:
        """Returns those of the topics that are spikes."""
        if not topics:
            return ()
        self._spikes = {key: kept for key, kept in self._spikes.items() if abs(now - kept[0]) < KEPT_FOR}
        if (team, zone) not in self._spikes:
            while len(self._spikes) >= MOST_KEPT:
                del self._spikes[next(iter(self._spikes))]
            self._spikes[team, zone] = now, await spikes_of_week(c, team, now, zone)
        return tuple(row for row in self._spikes[team, zone][1] if row.topic in topics)
