"""Judges sources by what they really read, and chooses the best; pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scrapers.article import Headline
from scrapers.outlet import Source
from scrapers.proposal.candidates import is_of_section
from scrapers.proposal.site_facts import is_of_site

LEAST_OWN_SHARE = 0.5
"""So many of a source's entries lie on the site's own hosts; else it is a list of other people's articles."""
FRESH_WITHIN = timedelta(days=14)
RATED_ENTRIES = 20
_KINDS = ("feed", "sitemap", "listing")
"""In the order of being worth more: a feed has texts, a sitemap dates."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One source and what it gave."""

    source: Source
    headlines: tuple[Headline, ...] = ()
    problem: str = ""
    """The reason why it gave nothing."""

    def own(self, site: str) -> list[Headline]:
        """The headlines of the site's own hosts, in the order of the source."""
        return [headline for headline in self.headlines if is_of_site(headline.url, site)]


def times_of(headlines: Sequence[Headline]) -> list[datetime]:
    """Returns the times that headlines name, newest first; one in the future is none."""
    times = [headline.published_at for headline in headlines if headline.published_at and not headline.dated_ahead]
    return sorted(times, reverse=True)


def is_usable(trial: Trial, site: str) -> bool:
    """Returns whether a source announces articles of the site."""
    own = trial.own(site)
    return bool(own) and len(own) >= LEAST_OWN_SHARE * len(trial.headlines)


def is_fresh(trial: Trial, site: str, now: datetime) -> bool:
    """Returns whether the newest entry is of the last two weeks; a listing without dates counts as fresh."""
    times = times_of(trial.own(site))
    return now - times[0] <= FRESH_WITHIN if times else trial.source.kind == "listing"


def best_trial(trials: Sequence[Trial], site: str, page: str, now: datetime) -> Trial | None:
    """Returns the best source: fresh before stale, a feed before a sitemap before a listing, the page's section before
    the whole site, then the one with more articles a day."""
    usable = [trial for trial in trials if is_usable(trial, site)]
    return max(usable, key=lambda trial: _rank(trial, site, page, now), default=None)


def _rank(trial: Trial, site: str, page: str, now: datetime) -> tuple[bool, bool, int, bool, float, int]:
    own = trial.own(site)
    times = times_of(own)
    return (
        is_fresh(trial, site, now),
        bool(times),
        -_KINDS.index(trial.source.kind),
        is_of_section(trial.source.url, page),
        _a_day(times[:RATED_ENTRIES]),
        len(own),
    )


def _a_day(times: Sequence[datetime]) -> float:
    """Returns the number of entries a day."""
    if not times:
        return 0.0
    days = (times[0] - times[-1]).total_seconds() / 86_400
    return (len(times) - 1) / max(days, 1 / 1440)
