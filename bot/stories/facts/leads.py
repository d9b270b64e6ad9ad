"""Chooses the article that heads a story's card: an official text, else the first report, never a mirror."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.model import StoredArticle, Story
from bot.stories.facts.coverage import LEAST_LEAD, is_exact, is_mirror, published_or_seen_at
from scrapers.outlet import Outlet


def leading_article(story: Story, of_story: Sequence[StoredArticle]) -> StoredArticle | None:
    """Returns the article whose headline is the story's."""
    return next((article for article in of_story if article.url == story.url), of_story[0] if of_story else None)


def heading_article(
    story: Story, of_story: Sequence[StoredArticle], language: str, outlets: Mapping[str, Outlet]
) -> StoredArticle | None:
    """Returns the article that heads a card for readers of this language: one in their language, if there is one.

    A mirror, which shows what other outlets wrote, heads a card only where nothing else can.
    """
    leading = leading_article(story, of_story)
    able = [article for article in of_story if article is leading or _is_whole(article)]
    own_words = [article for article in able if not is_mirror(article.outlet, outlets)]
    readable = [article for article in own_words if article.language == language]
    return _best(readable or own_words, outlets) or leading


def _is_whole(article: StoredArticle) -> bool:
    """Whether its text was read and is believed."""
    return article.has_text and article.suspect is None


def _best(articles: Sequence[StoredArticle], outlets: Mapping[str, Outlet]) -> StoredArticle | None:
    """Returns the first of the best kind; where times do not tell it, the longest-standing outlet's."""
    best_kind = min(map(_order_of_kind, articles), default=None)
    peers = [article for article in articles if _order_of_kind(article) == best_kind]
    timed = [article for article in peers if is_exact(article, outlets)]
    earliest_at = min(map(published_or_seen_at, timed), default=None)
    first = [article for article in timed if earliest_at and published_or_seen_at(article) - earliest_at <= LEAST_LEAD]
    return min(first or peers, key=lambda article: _order_of_standing(article, outlets), default=None)


def _order_of_kind(article: StoredArticle) -> tuple[bool, bool, bool, bool]:
    return article.kind != "official", article.lacks_official_text, article.flash, article.kind == "opinion"


def _order_of_standing(article: StoredArticle, outlets: Mapping[str, Outlet]) -> tuple[bool, int, datetime, int]:
    since = outlets[article.outlet].since if article.outlet in outlets else None
    return since is None, since or 0, published_or_seen_at(article), article.id
