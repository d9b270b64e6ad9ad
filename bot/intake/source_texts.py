"""Decides which text of an article is read: its page's, or the one that its source gives with the headline. Pure.

The source's text is read where it is longer than the page's, and where there is no page that can be believed. It is
kept only until the page is decided (``bot.store.feed_texts``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from bot.model import FROM_SOURCE, StoredArticle
from bot.store.feed_texts import FeedText
from scrapers.article import Article, Headline
from scrapers.plain_text import content_hash


def text_in_source(headline: Headline) -> FeedText:
    """Returns the longer of the text and the summary that a source gives; a summary is never the whole article."""
    text = "\n".join(headline.text)
    if _letters(headline.summary) > _letters(text):
        return FeedText(headline.summary)
    return FeedText(text, bool(text) and headline.text_is_whole)


class SourceTexts(Mapping[str, FeedText]):
    """The texts that a source gives with its headlines, by their addresses; each is made when it is asked for.

    Most are not: a baseline's are never read.
    """

    def __init__(self, headlines: Iterable[Headline]) -> None:
        self._headline_at = {headline.url: headline for headline in headlines}

    def __getitem__(self, url: str) -> FeedText:
        return text_in_source(self._headline_at[url])

    def __iter__(self) -> Iterator[str]:
        return iter(self._headline_at)

    def __len__(self) -> int:
        return len(self._headline_at)


def with_source_text(page: Article, source_text: FeedText) -> Article:
    """Returns the page as it is read: with its source's text where that is longer, without any text of a suspect page.

    A source that gives whole articles makes up for a page that is suspect, or only partly read.
    """
    own_text = "" if page.suspect else page.text
    if _letters(source_text.text) <= _letters(own_text):
        return replace(page, paragraphs=()) if page.suspect else page
    paragraphs = tuple(source_text.text.split("\n"))
    if not source_text.whole:
        return replace(page, paragraphs=paragraphs, text_from=FROM_SOURCE)
    whole_hash = content_hash(page.title, paragraphs)
    return replace(
        page, paragraphs=paragraphs, text_from=FROM_SOURCE, suspect=None, partial=False, content_hash=whole_hash
    )


def page_in_source(article: StoredArticle, identities: tuple[str, ...], source_text: FeedText) -> Article:
    """Returns an article that its source gives whole, as if its page had been read."""
    paragraphs = tuple(source_text.text.split("\n"))
    return Article(
        outlet=article.outlet,
        url=article.url,
        canonical_url=article.canonical_url,
        identities=identities,
        title=article.headline,
        paragraphs=paragraphs,
        published_at=article.published_at,
        byline=None,
        language=article.language,
        content_hash=content_hash(article.headline, paragraphs),
        text_from=FROM_SOURCE,
    )


def _letters(text: str) -> int:
    """Returns the number of characters without blanks: the same text in fewer lines is not longer."""
    return len("".join(text.split()))
