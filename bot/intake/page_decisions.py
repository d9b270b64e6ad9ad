"""Decides what becomes of an article when its page was read or could not be had. Pure functions of plain data."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.intake.candidate import MAX_AGE, article_kind, is_older
from bot.model import CHURNED, StoredArticle
from bot.store.articles import LONGEST_HEADLINE
from bot.store.feed_texts import FeedText
from bot.stories.facts.former_headlines import is_edit
from bot.stories.features.article_features import features_of
from bot.stories.features.fingerprint import packed
from scrapers.article import Article
from scrapers.errors import BadStatus, FetchRefused, Forbidden, Gone, ScrapeError, TitlesOnly
from scrapers.headline_marks import is_correction
from scrapers.outlet import Outlet

PAGE_TRIES = 4
"""A page is asked for so often, within 84 minutes, if its fault may pass; then the headline stands alone."""
FIRST_PAUSE_SECONDS = 240.0
"""The pause before the second try; each further pause is four times as long."""
LONGEST_PAUSE_SECONDS = 6 * 3600.0
GONE_FOR_GOOD = 410
REFUSALS = (FetchRefused, Forbidden, TitlesOnly)
"""Errors that the next try would meet again."""
MOST_ATTACHMENTS = 3
"""So many documents of a page are linked: offices publish one document in several formats."""


def pause_seconds(tries: int) -> float:
    """Returns how long to wait after so many tries."""
    return FIRST_PAUSE_SECONDS * 4.0 ** (tries - 1)


def pause_after_page(article: StoredArticle, page: Article, tries: int) -> float | None:
    """Returns the pause before a flash's page is read again for its full text, or None to take the page as it is."""
    waits = article.flash and page.suspect is not None and tries < PAGE_TRIES
    return pause_seconds(tries) if waits else None


def pause_after_failure(error: ScrapeError, tries: int) -> float | None:
    """Returns the pause before a page is asked for again, or None when the headline stands alone from now on."""
    is_gone_for_good = isinstance(error, BadStatus) and error.status == GONE_FOR_GOOD
    if is_gone_for_good or isinstance(error, REFUSALS) or tries >= PAGE_TRIES:
        return None
    return min(float(getattr(error, "retry_after_seconds", pause_seconds(tries))), LONGEST_PAUSE_SECONDS)


def pause_for_text(article: StoredArticle, tries: int) -> float | None:
    """Returns the pause before the page of a told article is read again for its missing text, or None to leave it."""
    lacks_some = article.partial or (article.lacks_official_text and article.suspect != CHURNED)
    waits = lacks_some and tries < PAGE_TRIES
    return pause_seconds(tries) if waits else None


def stands_without_page(article: StoredArticle) -> bool:
    """Whether an article whose page cannot be had now is told by its headline at once, while the page is still wanted.

    An office's document is: its page may be missing for hours. What was told or read before is not told again.
    """
    return article.kind == "official" and article.suspect is None and not article.content_hash


def needs_no_page(article: StoredArticle, error: ScrapeError, source_text: FeedText) -> bool:
    """Whether an article whose page cannot be had was given whole by its source; one that was withdrawn is not told."""
    is_withdrawn = isinstance(error, Gone) and article.kind != "official"
    return source_text.whole and not article.content_hash and not is_withdrawn


def words_of(article: StoredArticle, page: Article) -> tuple[str, str]:
    """Returns the headline and the text to read; for a suspect page the headline that the source listed, if any."""
    title = article.headline or page.title if page.suspect else page.title or article.headline
    return title[:LONGEST_HEADLINE], page.text


def published_at_of(article: StoredArticle, page: Article) -> datetime | None:
    """Returns the page's time, else the listed one; a suspect page's own time counts where none was listed."""
    first, second = (article, page) if page.suspect else (page, article)
    return first.published_at or second.published_at


def language_of(article: StoredArticle, page: Article) -> str:
    """Returns the page's language; of a suspect page, whose text is not read, that of the headline."""
    return article.language if page.suspect else page.language or article.language


def article_as_read(article: StoredArticle, page: Article, outlet: Outlet, language: str) -> StoredArticle:
    """Returns the article as its page tells it; its topics, its story and then its features are decided later.

    A suspect page has no hash: "see the attachment" stands on many, and would make one article of them.
    """
    headline, text = words_of(article, page)
    return replace(
        article,
        headline=headline,
        canonical_url=page.canonical_url,
        language=language,
        published_at=published_at_of(article, page),
        content_hash="" if page.suspect else page.content_hash,
        suspect=page.suspect or (CHURNED if article.suspect == CHURNED else None),
        kind=article_kind(headline, outlet),
        flash=article.flash and not text,
        corrected=article.corrected or is_correction(headline),
        fingerprint=b"",
        partial=page.partial and page.suspect is None,
        text_from=page.text_from,
        attachments=_attachments(page),
    )


def as_listed_meanwhile(stored: StoredArticle, read: StoredArticle) -> StoredArticle:
    """Returns an article as corrected where a list marked it so while its page, as it was before, was on its way."""
    return replace(read, corrected=read.corrected or stored.corrected)


def with_features(article: StoredArticle, text: str) -> StoredArticle:
    """Returns the article with its features, by which it finds its story; most articles get none and need none."""
    return replace(article, fingerprint=packed(features_of(article.headline, text)))


def _attachments(page: Article) -> tuple[dict[str, str], ...]:
    """Returns the first documents of a page as they are stored."""
    kept = page.attachments[:MOST_ATTACHMENTS]
    return tuple({"name": each.name[:LONGEST_HEADLINE], "url": each.url, "kind": each.kind} for each in kept)


def is_unchanged(stored: StoredArticle, read: StoredArticle) -> bool:
    """Whether the page says what was stored when it was last read."""
    of_stored, of_read = ((row.content_hash, row.suspect, row.headline) for row in (stored, read))
    return stored.state == "read" and of_stored == of_read


def says_the_same(stored: StoredArticle, read: StoredArticle) -> bool:
    """Whether a page that was read again for its missing text adds nothing to what is stored and told."""
    return stored.story is not None and replace(read, state=stored.state, story=stored.story) == stored


def keeps_reading(article: StoredArticle) -> bool:
    """Whether an article that was read before keeps that reading if its page cannot be read again.

    A correction does not: it must be told. Nor does an office's document whose text was missing.
    """
    was_read = article.state == "headline" and bool(article.content_hash)
    return was_read and not (article.corrected or article.lacks_official_text)


def former_headline(stored: StoredArticle, read: StoredArticle) -> str | None:
    """Returns the headline that the outlet has replaced since the article was read, or was told as a flash."""
    was_known = stored.state == "read" or stored.story is not None
    return stored.headline if was_known and is_edit(stored.headline, read.headline) else None


def as_baseline_if_old(article: StoredArticle, now: datetime) -> StoredArticle:
    """Returns the article as a baseline where it is too old to be told: by its page, or because its page waited so."""
    if article.story is None and is_older(article.published_at or article.first_seen_at, MAX_AGE, now):
        return replace(article, baseline=True)
    return article


def article_given_up(article: StoredArticle, error: ScrapeError) -> StoredArticle:
    """Returns the article as it stands by its headline alone; one that is gone corrects the story that told it.

    An office's document whose page was never there is missing, and corrects nothing.
    """
    gone, churned = isinstance(error, Gone), article.suspect == CHURNED
    was_missing = article.kind == "official" and not article.content_hash
    return replace(
        article,
        state="gone" if gone else "failed",
        suspect=CHURNED if churned else error.code,
        flash=article.flash or not (gone or churned or article.kind == "official"),
        corrected=article.corrected or (gone and article.story is not None and not was_missing),
    )
