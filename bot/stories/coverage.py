"""Counts a story's articles in the order of publication, and finds the first and the official one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.model import StoredArticle

LEAST_LEAD = timedelta(minutes=5)
"""Nobody was first who was ahead by this or less: outlets set the time of an article by hand and by the minute."""


@dataclass(frozen=True, slots=True)
class FirstReport:
    """The article that was published before those of every other outlet, and its lead."""

    article: StoredArticle
    lead_minutes: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a story's rows say about it; every count on a card comes from here."""

    articles: tuple[StoredArticle, ...]
    """In the order of publication."""
    ko: int
    en: int
    other: int
    outlets: int
    first: FirstReport | None
    """None where one outlet alone reports the story, or the times do not tell who was first."""
    official: StoredArticle | None
    after: tuple[tuple[str, int], ...]
    """The sources that articles name, each with the number of articles; the first named first."""
    sectors: tuple[tuple[str, int], ...]
    officials: tuple[tuple[str, int], ...]
    """Each with the number of articles that name it, the most named first."""


def coverage_of(of_story: Sequence[StoredArticle], zones: Mapping[str, str]) -> Coverage:
    """Counts a story's articles; ``zones`` holds each outlet's time zone."""
    ordered = tuple(sorted(of_story, key=lambda article: (published_or_seen_at(article), article.id)))
    languages = Counter(article.language for article in ordered)
    return Coverage(
        articles=ordered,
        ko=languages["ko"],
        en=languages["en"],
        other=len(ordered) - languages["ko"] - languages["en"],
        outlets=len({article.outlet for article in ordered}),
        first=first_report(ordered, zones),
        official=next((article for article in ordered if article.kind == "official"), None),
        after=tuple(_counted(article.topics.after for article in of_story).items()),
        sectors=tuple(_counted(article.topics.sectors for article in ordered).most_common()),
        officials=tuple(_counted(article.topics.officials for article in ordered).most_common()),
    )


def _counted(names_of_articles: Iterable[Sequence[str]]) -> Counter[str]:
    return Counter(name for names in names_of_articles for name in dict.fromkeys(names))


def published_or_seen_at(article: StoredArticle) -> datetime:
    """Returns when an article was published, or was first seen where its outlet gives no time."""
    return article.published_at or article.first_seen_at


def first_report(ordered: Sequence[StoredArticle], zones: Mapping[str, str]) -> FirstReport | None:
    """Returns the first article, if every time that counts is exact enough to say that no other outlet came before."""
    others = [article for article in ordered if article.outlet != ordered[0].outlet]
    if not others or any(article.published_at is None for article in (ordered[0], *others)):
        return None
    first = ordered[0]
    lead = published_or_seen_at(others[0]) - published_or_seen_at(first)
    if lead <= LEAST_LEAD or is_date_only(first, zones):
        return None
    return FirstReport(first, int(lead.total_seconds() // 60))


def is_date_only(article: StoredArticle, zones: Mapping[str, str]) -> bool:
    """Whether an article's time is the beginning of its outlet's day: then only the day was given."""
    at = article.published_at
    return at is not None and at.astimezone(ZoneInfo(zones.get(article.outlet, "UTC"))).time() == time()
