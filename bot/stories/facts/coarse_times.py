"""Finds the outlets that round the time of publication to half hours: their times do not tell who was first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.model import StoredArticle

ROUNDING = timedelta(hours=1)
"""A rounded time may stand this far from the true one."""
SAMPLE_DAYS = 7
"""The times of an outlet in so many days before a story say whether it rounds."""
LEAST_TIMES = 8
"""Fewer times do not tell: of 8 exact times all stand at a full or half hour once in 10^11."""
_ROUNDED_PERCENT = 90


def is_rounded(at: datetime) -> bool:
    """Whether a time stands at a full or half hour, as exact times do once in half an hour."""
    return at.minute in (0, 30) and at.second == 0


def is_coarse(times: Sequence[datetime]) -> bool:
    """Whether these times of one outlet are rounded: nearly all of them stand at a full or half hour."""
    rounded = sum(map(is_rounded, times))
    return len(times) >= LEAST_TIMES and 100 * rounded >= _ROUNDED_PERCENT * len(times)


def suspects_of(articles: Iterable[StoredArticle]) -> frozenset[str]:
    """The outlets of which some article may have a rounded time; only their other times are worth reading."""
    return frozenset(
        article.outlet for article in articles if article.published_at is not None and is_rounded(article.published_at)
    )


def coarse_among(times_of: Mapping[str, Sequence[datetime]]) -> frozenset[str]:
    """The outlets whose times are rounded."""
    return frozenset(outlet for outlet, times in times_of.items() if is_coarse(times))
