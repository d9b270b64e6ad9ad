"""One article as the clustering sees it: what was decided about it, and its features instead of its text."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.model import CHURNED, DUPLICATE, NO_TOPICS, ArticleKind, StoredArticle, Topics
from bot.stories.features.article_features import Features
from bot.stories.features.fingerprint import unpacked


@dataclass(frozen=True, slots=True)
class Report:
    """One article as the clustering sees it: what was decided about it, and a fingerprint instead of its text."""

    id: Hashable
    headline: str
    language: str
    outlet: str
    published_at: datetime | None
    seen_at: datetime
    topics: Topics = NO_TOPICS
    identities: tuple[str, ...] = ()
    content_hash: str = ""
    fingerprint: Features = ()
    """Made by ``features.features_of(headline, text)``."""
    published_until: datetime | None = None
    """The end of the day or the month, where the outlet gave no time."""
    kind: ArticleKind = "media"
    flash: bool = False
    corrected: bool = False
    lacks_text: bool = False
    """Whether it is an office's document whose text was not read."""

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From when to when it may have been published; without a date, when it was first seen."""
        start_at = self.published_at or self.seen_at
        return start_at, max(start_at, self.published_until or start_at)

    @property
    def is_vague(self) -> bool:
        """Whether at most the month of its publication is known."""
        start_at, end_at = self.span
        return end_at - start_at > timedelta(days=1)

    @property
    def pact_id(self) -> str:
        """``pact``, ``sister:uk`` or empty. Reports of two pacts share a story only if they are the same article."""
        return pact_id_of(self.topics)


def pact_id_of(topics: Topics) -> str:
    """Returns the pact that an article with these topics is about."""
    if topics.pact:
        return "pact"
    return f"sister:{topics.sister_pact[0]}" if topics.sister_pact else ""


def report_from(article: StoredArticle, identities: tuple[str, ...] = ()) -> Report:
    """Returns an article as the clustering sees it; one that is not trusted is never severe."""
    return Report(
        id=article.id,
        headline=article.headline,
        language=article.language,
        outlet=article.outlet,
        published_at=article.published_at,
        seen_at=article.first_seen_at,
        topics=article.topics if is_trusted(article) else replace(article.topics, severity=0),
        identities=identities,
        content_hash=article.content_hash,
        fingerprint=unpacked(article.fingerprint),
        kind=article.kind,
        flash=article.flash,
        corrected=article.corrected,
        lacks_text=article.lacks_official_text,
    )


def is_trusted(article: StoredArticle) -> bool:
    """Whether an article may alert: its text is not suspect, or it needs none, as a flash or an office's document."""
    is_official_text = article.kind == "official" and article.suspect not in (CHURNED, DUPLICATE)
    return article.suspect is None or article.flash or is_official_text
