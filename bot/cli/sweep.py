"""``sweep``: read the outlets once, now, side by side, and print what is new and what it mentions.

New is what an outlet dates within the last day, or does not date: nothing is remembered between two calls. Of each
outlet the pages of at most MAX_PAGES articles are read, those first whose headline names something; the others are
judged by headline and summary.
"""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.cli.feed_and_read import unknown_outlet
from bot.cli.from_settings import lexicon_of, outlets_of, say, scanner_of
from bot.cli.json_lines import write_line
from bot.cli.outlet_client import opened
from bot.cli.progress import Progress
from bot.cli.swept_article import SweptArticle, as_line, as_text, find_of
from bot.errors import CannotStart
from bot.matching.query.names import shown_names
from bot.matching.scan import Scanner
from scrapers.article import Article, Headline, SourceState
from scrapers.errors import ScrapeError, Unreachable
from scrapers.outlet import Outlet
from scrapers.scraper import Scraper
from settings.config import Settings, load

NEW_WITHIN = timedelta(hours=24)
MAX_PAGES = 20
MAX_SHOWN_CHARS = 100


@dataclass
class Swept:
    """What one outlet gave."""

    outlet: Outlet
    finds: list[SweptArticle] = field(default_factory=list)
    older: int = 0
    failures: list[ScrapeError] = field(default_factory=list)
    """Sources that could not be read."""
    unread: list[ScrapeError] = field(default_factory=list)
    """Pages that could not be read."""
    pages: int = 0

    @property
    def failed(self) -> bool:
        """Whether a source, or every page that was asked for, failed."""
        return bool(self.failures) or bool(self.unread and len(self.unread) == self.pages)


def run(options: Namespace) -> int:
    """Sweep and print; 1 when an outlet failed."""
    settings = load()
    outlets = chosen(outlets_of(settings), options.outlet)
    return asyncio.run(_sweep(settings, outlets, options.json))


def chosen(outlets: Mapping[str, Outlet], keys: Sequence[str]) -> dict[str, Outlet]:
    """The outlets of these keys, or all that are not switched off."""
    for key in keys:
        if key not in outlets:
            raise CannotStart(unknown_outlet("sweep", key, outlets), exit_code=2)
    return {key: outlets[key] for key in keys} or {key: one for key, one in outlets.items() if one.enabled}


async def _sweep(settings: Settings, outlets: Mapping[str, Outlet], as_json: bool) -> int:
    progress = Progress(sum(len(one.sources) for one in outlets.values()))
    scanner, done = scanner_of(lexicon_of(settings)), list[Swept]()
    printer = Printer(settings, scanner, as_json)
    async with opened(settings, outlets) as scraper:
        sweeper = Sweeper(scraper, scanner, progress, datetime.now(UTC))
        tasks = [asyncio.create_task(sweeper.sweep(outlet)) for outlet in outlets.values()]
        try:
            for task in asyncio.as_completed(tasks):
                swept = await task
                progress.clear()
                printer.show(swept)
                done.append(swept)
        finally:
            progress.clear()
            for one in tasks:
                one.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    sys.stderr.write(f"pactbot sweep: {summary(done)}\n")
    return int(any(swept.failed for swept in done))


class Sweeper:
    """Reads outlets with one scraper and one scanner, as of one instant."""

    def __init__(self, scraper: Scraper, scanner: Scanner, progress: Progress, now: datetime) -> None:
        self._scraper = scraper
        self._scanner = scanner
        self._progress = progress
        self._now = now

    async def sweep(self, outlet: Outlet) -> Swept:
        """Every source of an outlet, then the pages worth reading."""
        swept = Swept(outlet)
        found = await self._headlines(outlet, swept)
        fresh, swept.older = fresh_of(found, self._now)
        finds = [find_of(outlet, headline, None, self._scanner, say) for headline in fresh]
        wanted = worth_reading(finds)
        self._progress.more(len(wanted))
        for place in wanted:
            headline = finds[place].headline
            article = await self._article(outlet, headline, swept)
            if article is not None:
                finds[place] = find_of(outlet, headline, article, self._scanner, say)
        swept.finds = [find for find in finds if is_fresh(find.published_at, self._now)]
        swept.older += len(finds) - len(swept.finds)  # a list without dates: its pages told them
        return swept

    async def _headlines(self, outlet: Outlet, swept: Swept) -> list[Headline]:
        found: dict[str, Headline] = {}
        for source in outlet.sources:
            try:
                answer = await self._scraper.headlines(outlet, source, SourceState())
            except ScrapeError as error:
                swept.failures.append(error)
            else:
                for headline in answer.headlines:
                    found.setdefault(headline.identities[0], headline)
            self._progress.step(outlet.key)
        return list(found.values())

    async def _article(self, outlet: Outlet, headline: Headline, swept: Swept) -> Article | None:
        swept.pages += 1
        try:
            return await self._scraper.read(outlet, headline)
        except ScrapeError as error:
            swept.unread.append(error)
            return None
        finally:
            self._progress.step(outlet.key)


def is_fresh(published_at: datetime | None, now: datetime) -> bool:
    """Whether it is of the last day, or undated."""
    return published_at is None or now - published_at <= NEW_WITHIN


def fresh_of(found: Sequence[Headline], now: datetime) -> tuple[list[Headline], int]:
    """What is new, newest first and the undated at the end, and how many older ones there are."""
    fresh = [one for one in found if is_fresh(one.published_at, now)]
    oldest = datetime.min.replace(tzinfo=UTC)
    return sorted(fresh, key=lambda one: one.published_at or oldest, reverse=True), len(found) - len(fresh)


def worth_reading(finds: Sequence[SweptArticle]) -> list[int]:
    """Whose pages are read: first what names something in headline or summary, then the newest."""
    order = sorted(range(len(finds)), key=lambda place: (not finds[place].names_something, place))
    return order[:MAX_PAGES]


def summary(done: Sequence[Swept]) -> str:
    """What was done, in a line."""
    finds = [find for swept in done for find in swept.finds]
    naming = sum(1 for find in finds if find.names_something)
    by_headline = sum(1 for find in finds if not find.whole)
    failed = sum(1 for swept in done if swept.failed)
    parts = [
        f"{len(done)} outlets, {failed} of them failed",
        f"{len(finds)} articles of the last day, {naming} with mentions",
        f"{by_headline} judged by their headline alone",
        f"{sum(swept.older for swept in done)} older left out",
    ]
    if done and all(_unreached(swept) for swept in done):
        parts.append("no host answered: is this machine connected?")
    return "; ".join(parts)


def _unreached(swept: Swept) -> bool:
    return bool(swept.failures) and all(isinstance(error, Unreachable) for error in swept.failures)


class Printer:
    """Prints what an outlet gave: articles on standard output, complaints on standard error."""

    def __init__(self, settings: Settings, scanner: Scanner, as_json: bool) -> None:
        self._as_json = as_json
        self._zone = ZoneInfo(settings.timezone)
        self._language = settings.language
        self._names = shown_names(scanner.lexicon)

    def show(self, swept: Swept) -> None:
        """One outlet, as soon as it is through."""
        for find in swept.finds:
            if self._as_json:
                write_line(as_line(find))
            else:
                sys.stdout.write(as_text(find, self._zone, self._language, self._names))
        sys.stdout.flush()
        sys.stderr.writelines(f"{line}\n" for line in complaints(swept))


def complaints(swept: Swept) -> Iterator[str]:
    """What could not be read: a line for the outlet's sources, and one for its pages."""
    key = swept.outlet.key
    if swept.failures:
        yield f"{key}: {'; '.join(_reasons(swept.failures))}"
    if swept.unread:
        pages = f"{len(swept.unread)} of {swept.pages} pages could not be read"
        yield f"{key}: {pages}: {'; '.join(_reasons(swept.unread))}"


def _reasons(errors: Sequence[ScrapeError]) -> Iterator[str]:
    """Each reason once, with the first address it was told of."""
    for problem in dict.fromkeys(error.problem for error in errors):
        urls = [error.url for error in errors if error.problem == problem]
        more = f" and {len(urls) - 1} more" if len(urls) > 1 else ""
        shown = urls[0] if len(urls[0]) <= MAX_SHOWN_CHARS else f"{urls[0][:MAX_SHOWN_CHARS]}…"
        yield " ".join(f"{problem} ({shown}{more})".split())
