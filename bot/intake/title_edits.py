"""Notices that a source lists a known article under another title: cards show it, and the page is read again.

Each source's own earlier title is compared, because two lists of one outlet may shorten a headline differently.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from bot.deliveries.growth import Growth
from bot.deliveries.refresh_cards import refresh_cards
from bot.intake.known_names import KnownNames
from bot.intake.source_texts import text_in_source
from bot.intake.story_rows import reports_of, written_story
from bot.model import StoredArticle
from bot.store import articles, feed_texts, listed_titles, stories, story_views
from bot.store.articles import LONGEST_HEADLINE
from bot.store.engine import Connection, lock_stories
from bot.store.feed_texts import FeedText
from bot.store.listed_titles import ListedArticle
from bot.stories.facts.former_headlines import MOST_KEPT, are_edits, is_edit, with_former
from bot.stories.story_summary import leading_url, story_fields
from scrapers.article import Headline
from scrapers.outlet import Source

log = logging.getLogger("pactbot.intake")

LISTED_AGE = timedelta(days=3)
"""An article that was first seen earlier is news no more."""


@dataclass(frozen=True, slots=True)
class ListedTitles:
    """What a source's list says of known articles, by their ids."""

    source: str
    shown: Mapping[int, str]
    """Titles that the source did not show for these articles before."""
    edited: Mapping[int, FeedText]
    """Those of the articles that had another title in the same source, with the text that it gives now."""


NO_TITLES = ListedTitles("", {}, {})


def source_key(source: Source) -> str:
    """Returns the short name of a source under which an article keeps its title."""
    return f"{crc32(source.url.encode()):08x}"


async def find_titles(
    c: Connection, source: Source, headlines: Sequence[Headline], article_of: KnownNames, now: datetime
) -> ListedTitles:
    """Finds the new titles of known articles in a source's list."""
    if not article_of:
        return ListedTitles(source_key(source), {}, {})
    titles: dict[int, list[str]] = {}
    first: dict[int, Headline] = {}
    for headline in headlines:
        for article_id in {article_of[name] for name in headline.identities if name in article_of}:
            if headline.title:
                titles.setdefault(article_id, []).append(headline.title[:LONGEST_HEADLINE])
                first.setdefault(article_id, headline)
    rows = await listed_titles.of_articles(c, titles, now - LISTED_AGE)
    return _compare(source_key(source), titles, first, rows)


def _compare(
    source: str, titles: Mapping[int, Sequence[str]], first: Mapping[int, Headline], rows: Sequence[ListedArticle]
) -> ListedTitles:
    """Compares a list, which may show an article under several titles, with the title that it showed before."""
    shown = {row.id: titles[row.id][0] for row in rows if row.listed.get(source) not in titles[row.id]}
    edited = {
        row.id
        for row in rows
        if row.id in shown
        and source in row.listed
        and is_edit(row.listed[source], shown[row.id])
        and is_edit(row.headline, shown[row.id])
        and len(row.former_headlines) < MOST_KEPT
    }
    if not are_edits(len(edited), len(rows)):
        log.warning("listed_titles_changed", extra={"source": source, "titles": len(edited)})
        return ListedTitles(source, shown, {})
    return ListedTitles(source, shown, {article_id: text_in_source(first[article_id]) for article_id in edited})


async def store_titles(c: Connection, titles: ListedTitles, now: datetime) -> None:
    """Keeps the new titles; an edited article gets its title at once, and its page is wanted again."""
    if titles.edited:
        await lock_stories(c)
    for article_id, title in titles.shown.items():
        await listed_titles.put(c, article_id, titles.source, title)
        article = await articles.get(c, article_id) if article_id in titles.edited else None
        if article is not None and is_edit(article.headline, title):
            await _retitle(c, article, title, titles.edited[article_id], now)


async def _retitle(c: Connection, article: StoredArticle, title: str, text: FeedText, now: datetime) -> None:
    await articles.update(c, article.id, headline=title)
    if article.state == "read" or article.story is not None:
        kept = with_former(await articles.former_headlines(c, article.id), article.headline, now)
        await articles.update(c, article.id, former_headlines=kept)
    if article.state in ("read", "failed") and not article.corrected:
        await articles.update(c, article.id, state="headline", wants_page=True, tries=0, next_try_at=None)
        await feed_texts.put(c, article.id, text)
    elif article.state == "headline" and article.story is not None:
        await articles.update(c, article.id, next_try_at=None)
    if article.story is not None:
        await refresh_story(c, article.story, article.id, now)


async def refresh_story(c: Connection, story_id: int, article_id: int, now: datetime) -> None:
    """Shows the edited title on the story's cards; nobody is alerted."""
    story, covering = await written_story(c, story_id), await articles.of_story(c, story_id)
    reports = await reports_of(c, story_id)
    fields = story_fields(reports, leading_url(reports, covering, story.url))
    await stories.update(c, story.id, **fields, revision=story.revision + 1)
    views = await story_views.of_article(c, story.id, article_id)
    growth = Growth(article_id, parts=views.parts, teams=views.teams)
    await refresh_cards(c, await written_story(c, story.id), covering, growth, now)
