"""Reads one or two articles of a proposed outlet, and says how its pages can be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scrapers.article import Article, Headline
from scrapers.errors import BadStatus, FetchRateLimited, ScrapeError
from scrapers.http.robots import FORBIDDEN
from scrapers.outlet import Outlet
from scrapers.scraper import Scraper

PAGES_TRIED = 2
LEAST_SHARE = 0.9
"""A source's text with this share of its page's characters is the whole article."""
CLOSED_STATUSES = frozenset({401, 402, 403, 405, 406, 451})
"""A host that answers so refuses the page to us; another status may pass."""
_NO_TEXT = "no text was found in its pages"


@dataclass(frozen=True, slots=True)
class PagesSeen:
    """What was seen of an outlet's pages."""

    article: Article | None = None
    """One of them, if possible one that was read whole."""
    are_readable: bool = True
    note: str = ""
    """What is wrong with them; empty where they are read whole."""


async def pages_seen(scraper: Scraper, outlet: Outlet, headlines: Sequence[Headline]) -> PagesSeen:
    """Reads the first pages; one that is whole ends the search, and so does a refusal."""
    seen = PagesSeen(note="none could be tried")
    for headline in headlines[:PAGES_TRIED]:
        try:
            article = await scraper.read(outlet, headline)
        except FetchRateLimited as error:
            return replace(seen, note=f"they could not all be tried: {error.problem}")
        except ScrapeError as error:
            if is_closed(error):
                return PagesSeen(are_readable=False, note=error.problem)
            seen = replace(seen, note=f"one could not be read: {error.problem}")
            continue
        if is_whole(article):
            return PagesSeen(article)
        seen = PagesSeen(seen.article or article, note=note_on(article))
    return replace(seen, are_readable=seen.article is None or bool(seen.article.paragraphs))


def is_whole(article: Article) -> bool:
    """Returns whether an article's text is all there, as far as its page shows."""
    return article.suspect is None and not article.partial


def is_in_source(article: Article, headlines: Sequence[Headline]) -> bool:
    """Returns whether the source gave the whole text that the article's page has."""
    texts = [headline.text for headline in headlines if headline.url == article.url]
    return is_whole(article) and any(_chars(text) >= LEAST_SHARE * _chars(article.paragraphs) for text in texts)


def _chars(paragraphs: Sequence[str]) -> int:
    return sum(map(len, paragraphs))


def is_closed(error: ScrapeError) -> bool:
    """Returns whether an outlet refuses its pages to us on purpose."""
    return error.problem == FORBIDDEN or (isinstance(error, BadStatus) and error.status in CLOSED_STATUSES)


def note_on(article: Article) -> str:
    """Returns what is wrong with the text of a page."""
    if not article.paragraphs:
        return _NO_TEXT
    if article.suspect == "short":
        return "a page gave hardly any text, which may be all of it"
    if article.suspect == "site_title":
        return "a page gave no headline of its own"
    return "a page was read in part only"
