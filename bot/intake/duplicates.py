"""Finds articles that are stored already: under another address, or as a body that an outlet serves for every title."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.intake.left_stories import settle_left_story
from bot.intake.text_sketch import NEARLY_THE_SAME, same_share, sketch_of
from bot.model import DUPLICATE, Mention, StoredArticle
from bot.store import articles, mentions, stories, story_parts, text_sketches
from bot.store.engine import Connection
from bot.stories.headline_similarity import title_similarity
from scrapers.article import Article

SAME_TEXT_AGE = text_sketches.KEPT_FOR
STOCK_BODY_AGE = timedelta(days=1)
STOCK_TITLES = 3
"""A body that an outlet served under so many titles within STOCK_BODY_AGE is a notice, not an article."""
TITLES_ALIKE = 0.5


class SameAs(NamedTuple):
    """What is known of a page's names and of its text."""

    article_of: Mapping[str, int] = {}
    """The article of each name that is known."""
    has_text: bool = True
    """Whether another article may have the same text."""


async def own_names(
    c: Connection, article: StoredArticle, page: Article, article_of: Mapping[str, int]
) -> tuple[str, ...]:
    """Returns the page's names without those of articles with another headline and text.

    Some sites give every page the same canonical link: it would make one article of all. ``article_of`` holds the
    article of each name that is known.
    """
    foreign: set[int] = set()
    for other in await articles.some(c, {*article_of.values()} - {article.id}):
        is_same_text = bool(page.content_hash) and other.content_hash == page.content_hash
        if not is_same_text and not _are_alike(other.headline, article.headline):
            foreign.add(other.id)
    return tuple(name for name in page.identities if article_of.get(name) not in foreign)


async def merge_duplicate(
    c: Connection,
    article: StoredArticle,
    page: Article,
    now: datetime,
    named: Sequence[Mention] = (),
    same: SameAs | None = None,
) -> StoredArticle | None:
    """Leaves one of two rows of the same article: returns this one, with the other's story, or None when it gives way.

    The row that was read, or is a baseline, stays: it was told already, or is to be told to nobody. ``named`` is what
    the page names; an edited text under another address is the same article only where it names nothing new.
    ``same`` is what is known of the page's names and text. The caller holds ``lock_stories``.
    """
    same = same or SameAs()
    others = [same.article_of.get(name) for name in page.identities]
    content_hash = page.content_hash if same.has_text and not page.suspect else ""
    other = await _find_duplicate(c, article, others, content_hash)
    if other is None and named and not page.suspect:
        other = await _find_edited(c, article, page, named)
    if other is None:
        return article
    if other.state == "read" or other.baseline:
        await _mark_duplicate(c, article.id, other.content_hash)
        if article.story is not None:
            await settle_left_story(c, article.story, other, now)
        return None
    await _mark_duplicate(c, other.id, page.content_hash)
    if article.story is None:
        await story_parts.move_article(c, other.id, article.id)
        return replace(article, story=other.story)
    if other.story not in (None, article.story):
        await settle_left_story(c, other.story, article, now)
    kept = await stories.get(c, article.story)  # it may have become a part of the other's story
    return replace(article, story=kept.id if kept is not None else article.story)


async def _find_duplicate(
    c: Connection, article: StoredArticle, with_name: Iterable[int | None], content_hash: str
) -> StoredArticle | None:
    """Returns the same article under another address: one that shares a name, or the text and a similar headline."""
    strongest_first = [each for each in dict.fromkeys(with_name) if each is not None and each != article.id]
    by_name = [other for other_id in strongest_first if (other := await articles.get(c, other_id)) is not None]
    by_text = await _same_text(c, article, content_hash, article.first_seen_at - SAME_TEXT_AGE)
    alike = [other for other in by_text if _are_alike(other.headline, article.headline)]
    found = (other for other in (*by_name, *alike) if other.suspect != DUPLICATE)
    return next(found, None)


async def _find_edited(
    c: Connection, article: StoredArticle, page: Article, named: Sequence[Mention]
) -> StoredArticle | None:
    """Returns the article of nearly the same text that this one adds nothing to."""
    sketch = sketch_of(page.text)
    if sketch is None:
        return None
    since_at = article.first_seen_at - SAME_TEXT_AGE
    for other_id, hashes in await text_sketches.alike(c, article.outlet, sketch.keys, since_at):
        other = await articles.get(c, other_id) if same_share(sketch.hashes, hashes) >= NEARLY_THE_SAME else None
        if other is None or other.id == article.id or other.suspect == DUPLICATE:
            continue
        if _are_alike(other.headline, article.headline) and await _adds_nothing(c, other, article, named):
            return other
    return None


async def _adds_nothing(c: Connection, other: StoredArticle, article: StoredArticle, named: Sequence[Mention]) -> bool:
    if article.topics.severity > other.topics.severity or (article.corrected and not other.corrected):
        return False
    known = (await mentions.mentions_of(c, [other.id])).get(other.id, ())
    return {(mention.kind, mention.topic) for mention in named} <= {(each.kind, each.topic) for each in known}


async def store_sketch(c: Connection, article: StoredArticle, page: Article, now: datetime) -> None:
    """Keeps the sketch of a told article's text, by which it is recognised under another address."""
    sketch = None if page.suspect or article.story is None else sketch_of(page.text)
    if sketch is not None:
        await text_sketches.put(c, article.id, article.outlet, sketch.keys, sketch.hashes, now)


async def has_stock_body(c: Connection, article: StoredArticle, page: Article, now: datetime) -> bool:
    """Whether the outlet served this very body under STOCK_TITLES titles, this one included."""
    titles = [page.title or article.headline]
    for other in await _same_text(c, article, page.content_hash, now - STOCK_BODY_AGE):
        if not any(_are_alike(other.headline, title) for title in titles):
            titles.append(other.headline)
    return len(titles) >= STOCK_TITLES


async def _same_text(
    c: Connection, article: StoredArticle, content_hash: str, since_at: datetime
) -> list[StoredArticle]:
    with_hash = await articles.by_content_hash(c, content_hash, since_at)
    return [other for other in with_hash if other.outlet == article.outlet and other.id != article.id]


def _are_alike(headline: str, other: str) -> bool:
    return headline == other or title_similarity(headline, other) >= TITLES_ALIKE


async def _mark_duplicate(c: Connection, article_id: int, content_hash: str) -> None:
    """Takes a row out of its story; its text's hash leads to the row that stands for both."""
    await articles.update(
        c,
        article_id,
        state="read",
        suspect=DUPLICATE,
        wants_page=False,
        story=None,
        read_at=None,
        content_hash=content_hash,
    )
