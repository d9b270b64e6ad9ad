"""Compares the outlets and the languages over many stories: who was first how often, and what one language alone tells.

Nobody is called first where the times do not tell it, so every count comes with the number that it is out of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.model import StoredArticle, StoryCoverage
from bot.stories.facts.coverage import coverage_of
from scrapers.outlet import Outlet


@dataclass(frozen=True, slots=True)
class FirstsOfOutlet:
    """How often an outlet was first, of the decided stories that it reported."""

    outlet: str
    first: int
    reported: int


@dataclass(frozen=True, slots=True)
class Firsts:
    """Who was first in stories of several outlets."""

    several: int
    """The stories that two outlets or more report."""
    decided: int
    """Those of them of which the times tell who was first."""
    outlets: tuple[FirstsOfOutlet, ...]
    """The outlet that was first most often comes first."""


def firsts_of(
    stories: Iterable[Sequence[StoredArticle]], outlets: Mapping[str, Outlet], coarse: Collection[str] = ()
) -> Firsts:
    """Counts who was first, story by story."""
    first: Counter[str] = Counter()
    reported: Counter[str] = Counter()
    several = decided = 0
    for of_story in stories:
        coverage = coverage_of(of_story, outlets, coarse)
        if coverage.outlets < 2:
            continue
        several += 1
        if coverage.first is not None:
            decided += 1
            first[coverage.first.article.outlet] += 1
            reported.update({article.outlet for article in of_story})
    rows = [FirstsOfOutlet(key, count, reported[key]) for key, count in first.items()]
    rows.sort(key=lambda row: (-row.first, row.reported, row.outlet))
    return Firsts(several, decided, tuple(rows))


@dataclass(frozen=True, slots=True)
class LanguageGap:
    """Stories by the languages that tell them; those in neither language are left out."""

    both: tuple[StoryCoverage, ...]
    ko_alone: tuple[StoryCoverage, ...]
    en_alone: tuple[StoryCoverage, ...]


def language_gap(stories: Sequence[StoryCoverage]) -> LanguageGap:
    """Parts stories by the languages that tell them; those that matter most and have most outlets come first."""
    ordered = sorted(
        stories, key=lambda each: (each.severity, each.pact, each.outlets, each.last_article_at), reverse=True
    )
    return LanguageGap(
        both=tuple(story for story in ordered if story.ko and story.en),
        ko_alone=tuple(story for story in ordered if story.ko and not story.en),
        en_alone=tuple(story for story in ordered if story.en and not story.ko),
    )
