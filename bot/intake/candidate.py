"""What is known of one article while it is decided about: how it is read, what kind it is, whom it concerns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.deliveries.subscription_index import Hit, IndexedSubscription, SubscriptionIndex
from bot.matching.query.evaluate import ArticleFacts, kind_by_headline
from bot.model import ArticleKind, Page, Reading, StoredArticle
from bot.stories.linking import Report
from scrapers.outlet import Outlet

ALERT_AGE = timedelta(hours=24)
"""What is older when first seen goes to the next digest."""
FORGET_AGE = timedelta(days=30)
"""What is older when first seen raises nothing."""
CHURNED = "churned"
"""Why an article is suspect that came with a whole list of new names: it may be an old one."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One article as it is about to be placed: what it says and what was decided about that."""

    number: int
    report: Report
    reading: Reading
    hits: tuple[Hit, ...]
    url: str
    alerts: bool
    """Whether it may be told at once; else the next digest tells it."""

    @property
    def says_something(self) -> bool:
        """Whether it names anything, or somebody asked for it."""
        return self.reading.topics.any or bool(self.hits)


def page_of(outlet: Outlet, title: str, text: str, language: str, published_at: datetime | None) -> Page:
    """An article as the text engine reads it."""
    on = published_at.astimezone(ZoneInfo(outlet.timezone)).date() if published_at else None
    return Page(title, text, language, on, official=outlet.kind == "official")


def article_kind(title: str, outlet: Outlet) -> ArticleKind:
    """News, an opinion, or an official document."""
    kinds: dict[str, ArticleKind] = {"official": "official", "opinion": "opinion"}
    return kinds.get(kind_by_headline(title, outlet.kind), "media")


def is_older(published_at: datetime | None, age: timedelta, now: datetime) -> bool:
    """Whether it is certainly older; an unknown time is never old."""
    return published_at is not None and now - published_at > age


def seen_from(
    row: StoredArticle,
    reading: Reading,
    prints: tuple[int, ...],
    names: tuple[str, ...],
    watched: tuple[IndexedSubscription, ...],
    outlet: Outlet,
    now: datetime,
) -> Candidate:
    """The article with who wants it. A suspect text alerts nobody, unless it is a flash; the digest tells it."""
    trusted = row.suspect is None or row.flash
    report = Report(
        id=row.id,
        headline=row.headline,
        language=row.language,
        outlet=row.outlet,
        published_at=row.published_at,
        seen_at=row.first_seen_at,
        topics=reading.topics if trusted else replace(reading.topics, severity=0),
        identities=names,
        content_hash=row.content_hash,
        fingerprint=prints,
        kind=row.kind,
        flash=row.flash,
        corrected=row.corrected,
    )
    about = ArticleFacts(outlet=row.outlet, hosts=outlet.hosts, language=row.language, kind=row.kind)
    alerts = trusted and not is_older(row.published_at, ALERT_AGE, now)
    return Candidate(row.id, report, reading, SubscriptionIndex.hits(watched, reading, about), row.url, alerts)
