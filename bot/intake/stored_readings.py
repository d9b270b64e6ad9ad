"""Writes what was read of an article, inside the caller's transaction, as far as its outlet's terms allow."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.intake.candidate import Candidate
from bot.intake.excerpts import kept_mentions, kept_sentences
from bot.intake.page_decisions import former_headline, pause_for_text, words_of
from bot.model import Reading, StoredArticle
from bot.store import article_identities, articles, feed_texts, mentions, sentences
from bot.store.engine import Connection
from bot.stories.facts.former_headlines import with_former
from bot.stories.facts.head_facts import head_facts
from scrapers.article import Article
from scrapers.outlet import Outlet


async def store_reading(
    c: Connection, outlet: Outlet, candidate: Candidate, lexicon_version: str, now: datetime
) -> None:
    """Stores what a page says."""
    article = candidate.article
    await articles.update(
        c,
        article.id,
        headline=article.headline,
        canonical_url=article.canonical_url,
        language=article.language,
        published_at=article.published_at,
        content_hash=article.content_hash,
        suspect=article.suspect,
        kind=article.kind,
        flash=article.flash,
        corrected=article.corrected,
        baseline=article.baseline,
        state="read",
        read_at=now,
        wants_page=False,
        topics=article.topics,
        fingerprint=article.fingerprint,
        lexicon_version=lexicon_version,
        partial=article.partial,
        text_from=article.text_from,
        attachments=list(article.attachments),
    )
    await article_identities.add(c, article.id, candidate.identities)
    await store_mentions(c, outlet, article.id, candidate.reading, lexicon_version, now)


async def store_headline(c: Connection, article: StoredArticle, now: datetime) -> None:
    """Stores what a headline alone says; the source's text is forgotten where no page is wanted any more."""
    wants_page = article.state == "headline"
    await articles.update(
        c,
        article.id,
        state=article.state,
        suspect=article.suspect,
        flash=article.flash,
        corrected=article.corrected,
        wants_page=wants_page,
        topics=article.topics,
        fingerprint=article.fingerprint,
        text_from=article.text_from,
        read_at=now,
    )
    if not wants_page:
        await feed_texts.forget(c, article.id)


async def store_mentions(
    c: Connection, outlet: Outlet, article_id: int, reading: Reading, lexicon_version: str, now: datetime
) -> None:
    """Stores the mentions of a text, with as much of it as the outlet's terms allow."""
    allowed = outlet.text_allowed
    kept = kept_mentions(reading.mentions, text_allowed=allowed)
    await mentions.replace(c, article_id, kept, reading.rejected, lexicon_version)
    await sentences.replace(c, article_id, kept_sentences(reading.mentions) if allowed else (), now)


async def store_head(
    c: Connection, outlet: Outlet, stored: StoredArticle, candidate: Candidate, page: Article, now: datetime
) -> None:
    """Keeps the facts of the head where the outlet's terms allow it, and a headline that was replaced."""
    article = candidate.article
    found = head_facts(*words_of(article, page), candidate.reading.mentions) if outlet.text_allowed else ()
    await articles.update(c, article.id, head_facts=[list(fact) for fact in found])
    if (former := former_headline(stored, article)) is not None:
        kept = with_former(await articles.former_headlines(c, article.id), former, now)
        await articles.update(c, article.id, former_headlines=kept)


async def settle_page(c: Connection, article: StoredArticle, tries: int, now: datetime) -> datetime | None:
    """Leaves a page that was read, or wants it again where a told article lacks some of its text; returns when."""
    pause = pause_for_text(article, tries)
    if pause is None:
        await articles.update(c, article.id, state="read", wants_page=False)
        await feed_texts.forget(c, article.id)
        return None
    next_try_at = now + timedelta(seconds=pause)
    await articles.update(c, article.id, state="headline", wants_page=True, tries=tries, next_try_at=next_try_at)
    return next_try_at
