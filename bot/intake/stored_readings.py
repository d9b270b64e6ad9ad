"""Says what is written of an article that was read, and writes its mentions, as far as its outlet's terms allow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.intake.candidate import Candidate
from bot.intake.excerpts import kept_mentions, kept_sentences
from bot.intake.page_decisions import former_headline, pause_for_text, words_of
from bot.model import Reading, StoredArticle
from bot.store import articles, feed_texts, mentions, sentences
from bot.store.engine import Connection
from bot.store.page_states import KeptRows, PageState
from bot.stories.facts.former_headlines import with_former
from bot.stories.facts.head_facts import head_facts
from scrapers.article import Article
from scrapers.outlet import Outlet

Columns = dict[str, object]
"""Values of a row of ``articles``, by the names that ``articles.update`` takes."""


def reading_columns(candidate: Candidate, lexicon_version: str, now: datetime) -> Columns:
    """Returns what a page says."""
    article = candidate.article
    return {
        "headline": article.headline,
        "canonical_url": article.canonical_url,
        "language": article.language,
        "published_at": article.published_at,
        "content_hash": article.content_hash,
        "suspect": article.suspect,
        "kind": article.kind,
        "flash": article.flash,
        "corrected": article.corrected,
        "baseline": article.baseline,
        "state": "read",
        "read_at": now,
        "wants_page": False,
        "topics": article.topics,
        "severity_reason": article.severity_reason,
        "fingerprint": article.fingerprint,
        "lexicon_version": lexicon_version,
        "partial": article.partial,
        "text_from": article.text_from,
        "attachments": list(article.attachments),
    }


def headline_columns(article: StoredArticle, now: datetime) -> Columns:
    """Returns what a headline alone says."""
    return {
        "state": article.state,
        "suspect": article.suspect,
        "flash": article.flash,
        "corrected": article.corrected,
        "wants_page": article.state == "headline",
        "topics": article.topics,
        "severity_reason": article.severity_reason,
        "fingerprint": article.fingerprint,
        "text_from": article.text_from,
        "read_at": now,
    }


def head_columns(outlet: Outlet, stored: PageState, candidate: Candidate, page: Article, now: datetime) -> Columns:
    """Returns the facts of the head where the outlet's terms allow it, and a headline that was replaced."""
    article = candidate.article
    found = head_facts(*words_of(article, page), candidate.reading.mentions) if outlet.text_allowed else ()
    columns: Columns = {"head_facts": [list(fact) for fact in found]}
    if (former := former_headline(stored.article, article)) is not None:
        columns["former_headlines"] = with_former([dict(each) for each in stored.former_headlines], former, now)
    return columns


def settled_columns(article: StoredArticle, tries: int, now: datetime, *, has_story: bool) -> Columns:
    """Returns that a page is done with, or when it is wanted again: a told article may lack some of its text."""
    pause = pause_for_text(article, tries) if has_story else None
    if pause is None:
        return {"state": "read", "wants_page": False}
    next_try_at = now + timedelta(seconds=pause)
    return {"state": "headline", "wants_page": True, "tries": tries, "next_try_at": next_try_at}


async def store_mentions(
    c: Connection,
    outlet: Outlet,
    article_id: int,
    reading: Reading,
    lexicon_version: str,
    now: datetime,
    kept: KeptRows,
) -> None:
    """Stores the mentions of a text, with as much of it as the outlet's terms allow, in place of ``kept`` rows."""
    allowed = outlet.text_allowed
    named = kept_mentions(reading.mentions, text_allowed=allowed)
    await mentions.replace(c, article_id, named, reading.rejected, lexicon_version, kept)
    texts = kept_sentences(reading.mentions) if allowed else ()
    await sentences.replace(c, article_id, texts, now, has_earlier=kept.sentences)


async def forget_source_text(c: Connection, stored: PageState, columns: Mapping[str, object]) -> None:
    """Deletes the source's text of an article whose page is no longer wanted."""
    if stored.source_text.text and not columns["wants_page"]:
        await feed_texts.forget(c, stored.article.id)


async def settle_page(c: Connection, stored: PageState, tries: int, now: datetime) -> datetime | None:
    """Leaves a page that adds nothing, or wants it again where the article lacks some of its text; returns when."""
    columns = settled_columns(stored.article, tries, now, has_story=stored.article.story is not None)
    await articles.update(c, stored.article.id, **columns)
    await forget_source_text(c, stored, columns)
    return next_try_in(columns)


def next_try_in(columns: Mapping[str, object]) -> datetime | None:
    """Returns when the page is asked for again, by what is written, or None."""
    next_try_at = columns.get("next_try_at")
    return next_try_at if isinstance(next_try_at, datetime) else None
