"""Says of an article how much of its text was read, and what became of it since."""

from __future__ import annotations

from bot.model import StoredArticle
from scrapers.headline_marks import is_correction, is_flash


def is_announced_flash(article: StoredArticle) -> bool:
    """Whether its outlet announced it as a flash; an article whose page was given up is told like one."""
    return article.flash and is_flash(article.headline)


def lacks_text(article: StoredArticle) -> bool:
    """Whether it is told without its text, though it is no flash: an office's document, or a page that was given up."""
    return article.lacks_official_text or (article.flash and not is_flash(article.headline))


def is_partial(article: StoredArticle) -> bool:
    """Whether only a part of its text was read."""
    return article.has_text and article.partial


def has_vanished(article: StoredArticle) -> bool:
    """Whether its page was removed after it had been told."""
    return article.state == "gone" and article.corrected


def is_corrected(article: StoredArticle) -> bool:
    """Whether its outlet corrected or retracted it; a page that has vanished is no correction."""
    return (article.corrected and article.state != "gone") or is_correction(article.headline)
