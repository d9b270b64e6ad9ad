"""Counts a story's articles in the order of publication, and finds the first and the official one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.model import StoredArticle
from bot.stories.facts.coarse_times import ROUNDING
from scrapers.outlet import Outlet

LEAST_LEAD = timedelta(minutes=5)
"""Nobody was first who was ahead by this or less: outlets set the time of an article by hand and by the minute."""

FURTHEST_AHEAD = timedelta(hours=1)
"""A time that is further ahead of the moment at which the article was seen is that of another zone."""


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
    official_texts: tuple[StoredArticle, ...]
    """The first official text of each language that was read, in the order of publication."""
    unread_document: StoredArticle | None
    """The first office's document whose text was not read; None where an official text was."""
    after: tuple[tuple[str, int], ...]
    """The sources that articles name, each with the number of articles; the first named first."""
    sectors: tuple[tuple[str, int], ...]
    officials: tuple[tuple[str, int], ...]
    """Each with the number of articles that name it, the most named first."""

    def official_url(self, language: str) -> str | None:
        """Returns the address of the official text in this language, else of the first one."""
        in_language = [article for article in self.official_texts if article.language == language]
        return next((article.url for article in (*in_language, *self.official_texts)), None)


def coverage_of(
    of_story: Sequence[StoredArticle], outlets: Mapping[str, Outlet], coarse: Collection[str] = ()
) -> Coverage:
    """Counts a story's articles; the times of ``coarse`` outlets are rounded."""
    ordered = tuple(sorted(of_story, key=lambda article: (published_or_seen_at(article), article.id)))
    languages = Counter(article.language for article in ordered)
    official_texts = _official_texts(ordered)
    unread = [article for article in ordered if article.lacks_official_text and not official_texts]
    return Coverage(
        articles=ordered,
        ko=languages["ko"],
        en=languages["en"],
        other=len(ordered) - languages["ko"] - languages["en"],
        outlets=len({article.outlet for article in ordered}),
        first=first_report(ordered, outlets, coarse),
        official_texts=official_texts,
        unread_document=next(iter(unread), None),
        after=tuple(_counted(article.topics.after for article in of_story).items()),
        sectors=tuple(_counted(article.topics.sectors for article in ordered).most_common()),
        officials=tuple(_counted(article.topics.officials for article in ordered).most_common()),
    )


def _counted(names_of_articles: Iterable[Sequence[str]]) -> Counter[str]:
    return Counter(name for names in names_of_articles for name in dict.fromkeys(names))


def published_or_seen_at(article: StoredArticle) -> datetime:
    """Returns when an article was published, or was first seen where its outlet gives no time."""
    return article.published_at or article.first_seen_at


def _official_texts(ordered: Sequence[StoredArticle]) -> tuple[StoredArticle, ...]:
    first_of: dict[str, StoredArticle] = {}
    for article in ordered:
        if article.kind == "official" and article.has_text:
            first_of.setdefault(article.language, article)
    return tuple(first_of.values())


def first_report(
    ordered: Sequence[StoredArticle], outlets: Mapping[str, Outlet], coarse: Collection[str] = ()
) -> FirstReport | None:
    """Returns the first article, if the times are exact enough to say that no other outlet came before, and its lead.

    A time of a ``coarse`` outlet may stand before or behind the true one by ``ROUNDING``. A mirror shows what others
    wrote, so the story that it has first was another outlet's.
    """
    first = ordered[0] if ordered else None
    if first is None or is_mirror(first.outlet, outlets):
        return None
    followed = [article for article in ordered if article.outlet != first.outlet]
    others = [article for article in followed if not is_mirror(article.outlet, outlets)]
    if not others or any(article.published_at is None for article in others):
        return None
    following = others[0]
    if not (is_exact(first, outlets) and is_exact(following, outlets)):
        return None
    rounded = [article for article in others if article.outlet in coarse]
    nearest_at = min((published_or_seen_at(article) - ROUNDING for article in rounded), default=None)
    if first.outlet in coarse or (nearest_at is not None and nearest_at <= published_or_seen_at(following)):
        return None
    lead = published_or_seen_at(following) - published_or_seen_at(first)
    return FirstReport(first, int(lead.total_seconds() // 60)) if lead > LEAST_LEAD else None


def is_exact(article: StoredArticle, outlets: Mapping[str, Outlet]) -> bool:
    """Whether an article's time tells the minute: it is no day alone, and of the right zone."""
    at = article.published_at
    return at is not None and at - article.first_seen_at <= FURTHEST_AHEAD and not is_date_only(article, outlets)


def is_date_only(article: StoredArticle, outlets: Mapping[str, Outlet]) -> bool:
    """Whether an article's time is the beginning of its outlet's day: then only the day was given."""
    at = article.published_at
    zone = outlets[article.outlet].timezone if article.outlet in outlets else "UTC"
    return at is not None and at.astimezone(ZoneInfo(zone)).time() == time()


def is_mirror(key: str, outlets: Mapping[str, Outlet]) -> bool:
    """Whether an outlet collects what others publish."""
    return key in outlets and outlets[key].kind == "aggregator"
