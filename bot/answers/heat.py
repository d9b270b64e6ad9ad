"""Counts the stories of each sector in a window of days, against what a window of this length usually has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model import StoredArticle
from handlers.cards.status import SectorHeat
from settings.lexicon import Lexicon

BASELINE_WEEKS = 4


@dataclass(frozen=True, slots=True)
class HeatWindow:
    """The days that are counted, and how far back the baseline goes."""

    now: datetime
    days: int
    zone: str
    """Days begin at this zone's midnight."""
    oldest: datetime
    """The first reading of any outlet; ``baseline_from`` where that is later."""

    @property
    def since(self) -> datetime:
        """The instant at which the baseline ends and the window begins."""
        return self.now - timedelta(days=self.days)

    @property
    def baseline_days(self) -> float:
        """The length of the baseline, as far as outlets were read then."""
        return min((self.since - self.oldest) / timedelta(days=1), BASELINE_WEEKS * 7)

    def day_of(self, at: datetime) -> date:
        """Returns the local day of an instant."""
        return at.astimezone(ZoneInfo(self.zone)).date()


def baseline_from(since: datetime) -> datetime:
    """Returns the beginning of a window's baseline."""
    return since - timedelta(weeks=BASELINE_WEEKS)


def heat_of(articles: Sequence[StoredArticle], lexicon: Lexicon, window: HeatWindow) -> tuple[SectorHeat, ...]:
    """Counts each sector's stories from articles that stand oldest first; the sector with the most stories comes first.

    A sector without a story in the window and the baseline is left out.
    """
    rows = [_sector_heat(sector.id, articles, window) for sector in lexicon.sectors]
    return tuple(sorted((row for row in rows if row), key=lambda row: -row.stories))


def _sector_heat(sector: str, articles: Sequence[StoredArticle], window: HeatWindow) -> SectorHeat | None:
    of_sector = [article for article in articles if sector in article.topics.sectors and article.story is not None]
    inside = [article for article in of_sector if article.first_seen_at >= window.since]
    before = {article.story for article in of_sector if article.first_seen_at < window.since}
    if not inside and not before:
        return None
    first_article = {article.story: article for article in reversed(inside)}
    by_day = Counter(window.day_of(article.first_seen_at) for article in first_article.values())
    first_day = window.day_of(window.now) - timedelta(days=window.days - 1)
    series = tuple(by_day[first_day + timedelta(days=step)] for step in range(window.days))
    usual = len(before) / window.baseline_days * window.days if window.baseline_days >= 1 else 0.0
    return SectorHeat(sector, len(first_article), series, usual)
