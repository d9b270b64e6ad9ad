"""Builds the candidate: one article with what it says and who asked for it, ready to be given a story. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.deliveries.subscription_index import Hit, SubscriptionIndex
from bot.deliveries.subscription_lookup import IndexedSubscription
from bot.matching.query.evaluate import ArticleFacts, kind_by_headline
from bot.model import ArticleKind, Page, Reading, StoredArticle
from bot.stories.report import Report, is_trusted, report_from
from scrapers.outlet import Outlet

ALERT_AGE = timedelta(hours=24)
"""An article that is older when it is first seen waits for the next digest."""
MAX_AGE = timedelta(days=30)
"""An article that is older when it is first seen is stored as a baseline: nobody is told."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One article on its way into a story."""

    article: StoredArticle
    """The row as it will be stored."""
    identities: tuple[str, ...]
    reading: Reading
    hits: tuple[Hit, ...]
    """The subscriptions that the article meets by itself."""
    merged: tuple[int, ...] = ()
    """Stories that were merged into the article's story when it was placed."""

    @property
    def report(self) -> Report:
        """The article as the clustering sees it."""
        return report_from(self.article, self.identities)

    @property
    def is_wanted(self) -> bool:
        """Whether it names a topic or meets a subscription; any other article gets no story."""
        return self.reading.topics.any or bool(self.hits)

    def alerts(self, now: datetime) -> bool:
        """Whether it may be told at once; any other article waits for the next digest."""
        return is_trusted(self.article) and self.is_recent(now)

    def is_recent(self, now: datetime) -> bool:
        """Whether it is so new that people are told of it, and of what becomes of it, at once."""
        known_since_at = self.article.published_at or self.article.first_seen_at
        return not is_older(known_since_at, ALERT_AGE, now)


def candidate_from(
    article: StoredArticle,
    identities: tuple[str, ...],
    reading: Reading,
    subscriptions: tuple[IndexedSubscription, ...],
    outlet: Outlet,
    index: SubscriptionIndex,
) -> Candidate:
    """Returns the article with its topics and the subscriptions that it meets."""
    hits = index.hits(subscriptions, reading, facts_of(article, outlet))
    return Candidate(
        replace(article, topics=reading.topics, severity_reason=reading.severity_reason), identities, reading, hits
    )


def facts_of(article: StoredArticle, outlet: Outlet) -> ArticleFacts:
    """Returns what a query may ask of an article besides its text."""
    return ArticleFacts(article.outlet, outlet.hosts, article.language, article.kind, outlet.name)


def is_older(published_at: datetime | None, age: timedelta, now: datetime) -> bool:
    """Whether it was certainly published longer ago; an unknown time is never old."""
    return published_at is not None and now - published_at > age


def page_of(outlet: Outlet, title: str, text: str, language: str, published_at: datetime | None) -> Page:
    """Returns an article's words as the text engine takes them."""
    on = published_at.astimezone(ZoneInfo(outlet.timezone)).date() if published_at else None
    return Page(title, text, language, on, official=outlet.kind == "official", hosts=outlet.hosts)


def article_kind(title: str, outlet: Outlet) -> ArticleKind:
    """Returns whether it is an official document, an opinion, or news (``media``)."""
    kinds: dict[str, ArticleKind] = {"official": "official", "opinion": "opinion"}
    return kinds.get(kind_by_headline(title, outlet.kind), "media")
