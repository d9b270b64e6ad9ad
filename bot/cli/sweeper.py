"""Reads outlets once for ``pactbot sweep``: each outlet's sources, then the pages worth reading.

New is what an outlet dates within the last day, or does not date: nothing is remembered between two calls. The pages of
at most MAX_PAGES articles of each outlet are read, first those whose headline mentions something; the others are judged
by headline and summary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.cli.match import answer_match, in_english
from bot.cli.progress_bar import ProgressBar
from bot.intake.source_texts import text_in_source, with_source_text
from bot.matching.scan import Scanner
from bot.model import FROM_SOURCE
from scrapers.article import Article, Headline, SourceState
from scrapers.errors import ScrapeError
from scrapers.outlet import Outlet
from scrapers.scraper import Scraper

NEW_WITHIN = timedelta(hours=24)
MAX_PAGES = 20


@dataclass(frozen=True, slots=True)
class SweptArticle:
    """An article that a sweep found, and what it mentions."""

    outlet: Outlet
    headline: Headline
    title: str
    published_at: datetime | None
    page_read: bool
    """Whether its page was read; else its headline and the text in its source alone were."""
    answer: Mapping[str, Any]
    """What ``pactbot match`` answers for it."""

    @property
    def has_mentions(self) -> bool:
        """Whether it mentions anything that is followed."""
        return any(not mention["passing"] for mention in self.answer["mentions"])


@dataclass
class SweptOutlet:
    """The result of one outlet."""

    outlet: Outlet
    articles: list[SweptArticle] = field(default_factory=list)
    older: int = 0
    """How many articles were older than NEW_WITHIN."""
    source_errors: list[ScrapeError] = field(default_factory=list)
    page_errors: list[ScrapeError] = field(default_factory=list)
    publishers: dict[str, Outlet] = field(default_factory=dict)
    """The outlets of the articles that an aggregator lists, by key."""
    pages: int = 0
    """How many pages were asked for."""

    @property
    def failed(self) -> bool:
        """Whether a source failed, or every page that was asked for."""
        return bool(self.source_errors) or bool(self.page_errors and len(self.page_errors) == self.pages)


class Sweeper:
    """Reads outlets with one scraper and one scanner, as of one instant."""

    def __init__(self, scraper: Scraper, scanner: Scanner, progress: ProgressBar, now: datetime) -> None:
        self._scraper = scraper
        self._scanner = scanner
        self._progress = progress
        self._now = now

    async def sweep(self, outlet: Outlet) -> SweptOutlet:
        """Reads every source of an outlet, then the pages worth reading."""
        swept = SweptOutlet(outlet)
        headlines = await self._headlines(swept)
        new, swept.older = split_by_age(headlines, self._now)
        articles = [self._judged(swept.publishers.get(headline.outlet, outlet), headline, None) for headline in new]
        chosen = worth_reading(articles) if outlet.reads_pages else []
        self._progress.add_steps(len(chosen))
        for index in chosen:
            headline = articles[index].headline
            article = await self._article(swept, headline)
            if article is not None:
                articles[index] = self._judged(outlet, headline, article)
        swept.articles = [article for article in articles if is_new(article.published_at, self._now)]
        swept.older += len(articles) - len(swept.articles)  # a list without dates: the pages dated them
        return swept

    async def _headlines(self, swept: SweptOutlet) -> list[Headline]:
        by_identity: dict[str, Headline] = {}
        for source in swept.outlet.sources:
            try:
                reading = await self._scraper.headlines(swept.outlet, source, SourceState())
            except ScrapeError as error:
                swept.source_errors.append(error)
            else:
                swept.publishers |= reading.outlets
                for headline in reading.headlines:
                    by_identity.setdefault(headline.identities[0], headline)
            self._progress.step(swept.outlet.key)
        return list(by_identity.values())

    async def _article(self, swept: SweptOutlet, headline: Headline) -> Article | None:
        swept.pages += 1
        try:
            return await self._scraper.read(swept.outlet, headline)
        except ScrapeError as error:
            swept.page_errors.append(error)
            return None
        finally:
            self._progress.step(swept.outlet.key)

    def _judged(self, outlet: Outlet, headline: Headline, article: Article | None) -> SweptArticle:
        """Scans an article's page where that was read, else its headline and the text in its source."""
        source_text = text_in_source(headline)
        page = with_source_text(article, source_text) if article is not None else None
        page_read = page is not None and bool(page.paragraphs) and page.text_from != FROM_SOURCE
        text = page.text if page is not None else source_text.text
        believed = article is not None and (article.suspect is None or not headline.title)
        title = article.title if article is not None and believed else headline.title
        published_at = article.published_at if article else headline.published_at
        day = published_at.astimezone(ZoneInfo(outlet.timezone)).date().isoformat() if published_at else None
        line = {
            "id": headline.canonical_url,
            "headline": title,
            "text": text,
            "lang": article.language if article else headline.language,
            "url": headline.url,
            "date": day,
            "outlet": outlet.key,
        }
        answer = answer_match(line, self._scanner, in_english, lambda key: outlet.kind if key == outlet.key else None)
        return SweptArticle(outlet, headline, title, published_at, page_read, answer)


def is_new(published_at: datetime | None, now: datetime) -> bool:
    """Whether an article is of the last day, or undated."""
    return published_at is None or now - published_at <= NEW_WITHIN


def split_by_age(headlines: Sequence[Headline], now: datetime) -> tuple[list[Headline], int]:
    """Returns the new headlines, newest first and the undated last, and how many older ones there are."""
    new = [headline for headline in headlines if is_new(headline.published_at, now)]
    oldest = datetime.min.replace(tzinfo=UTC)
    newest_first = sorted(new, key=lambda headline: headline.published_at or oldest, reverse=True)
    return newest_first, len(headlines) - len(new)


def worth_reading(articles: Sequence[SweptArticle]) -> list[int]:
    """Returns the indexes of the articles whose pages are read: first those with mentions, then the newest."""
    order = sorted(range(len(articles)), key=lambda index: (not articles[index].has_mentions, index))
    return order[:MAX_PAGES]
