"""Reads which outlets of some articles round their times, so that nobody is called first by such a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.model import StoredArticle
from bot.store import published_times
from bot.store.engine import Connection
from bot.stories.facts.coarse_times import SAMPLE_DAYS, coarse_among, suspects_of


async def coarse_outlets(c: Connection, of_stories: Sequence[StoredArticle]) -> frozenset[str]:
    """Returns the outlets whose times in the week before these articles are rounded; it mostly reads nothing."""
    outlets = {article.outlet for article in of_stories}
    suspects = suspects_of(of_stories) if len(outlets) > 1 else frozenset[str]()
    if not suspects:
        return suspects
    seen = [article.first_seen_at for article in of_stories]
    since_at, until_at = min(seen) - timedelta(days=SAMPLE_DAYS), max(seen)
    return coarse_among(await published_times.between(c, suspects, since_at, until_at))
