"""Looks at a site with few requests: the address given, its feeds, its sitemaps, its front page, its links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from scrapers.article import SourceState
from scrapers.errors import FetchRateLimited, ScrapeError, TooBig
from scrapers.formats.dates import likely_zone
from scrapers.formats.results import SiteSigns
from scrapers.http.robots import RobotsMemory, origin_of
from scrapers.outlet import Outlet, Source
from scrapers.proposal.article_links import ArticleLinks, article_links
from scrapers.proposal.candidates import (
    MAX_FEEDS,
    MAX_SITEMAPS,
    declared_feeds,
    lasting_news,
    sitemaps_of_robots,
    usual_feeds,
)
from scrapers.proposal.page_trials import is_closed
from scrapers.proposal.site_facts import host_of, site_of
from scrapers.proposal.trials import Trial, is_fresh, is_usable
from scrapers.scraper import Scraper

ANY_ADDRESS = "(.+)"


class Survey:
    """What was seen of one site."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.site = site_of(host_of(address))
        self.home = origin_of(address) + "/"
        self.pages: list[SiteSigns] = []
        """The pages and feeds that were looked at, the given one first."""
        self.trials: list[Trial] = []
        self.links: ArticleLinks | None = None
        """The articles among the links of the page that became a listing."""
        self.untried: list[str] = []
        """Declared feeds that were not read."""
        self.refusal: ScrapeError | None = None
        """The reason why the given page itself could not be read."""

    def usable(self, now: datetime) -> list[Trial]:
        """The sources that announce articles of the site and are not stale."""
        return [trial for trial in self.trials if is_usable(trial, self.site) and is_fresh(trial, self.site, now)]

    def has_good(self, now: datetime) -> bool:
        """Returns whether one of them has headlines; a sitemap of addresses alone is worth a look for better."""
        return any(headline.title for trial in self.usable(now) for headline in trial.headlines)


class Surveyor:
    """Looks at one site. Sources are tried kind by kind, and none further once one of a kind is good."""

    def __init__(self, scraper: Scraper, robots: RobotsMemory, draft: Outlet, now: datetime) -> None:
        self._scraper = scraper
        self._robots = robots
        self._draft = draft
        self._now = now

    async def survey(self, address: str) -> Survey:
        """Returns what the site shows.

        :raises ScrapeError: when the address cannot be asked at all: a private one, no answer, no such page.
        """
        survey = Survey(address)
        await self._look_at_address(survey)
        for attempt in (self._try_feeds, self._try_sitemaps, self._try_home, self._try_usual_feeds):
            if survey.has_good(self._now):
                break
            await attempt(survey)
        if not survey.usable(self._now):
            await self._try_listings(survey)
        if survey.pages and all(page.kind in ("sitemap", "index") for page in survey.pages):
            await self._look_at_home(survey)  # a sitemap has no name
        return survey

    async def _look_at_address(self, survey: Survey) -> None:
        try:
            signs = await self._scraper.signs(self._draft, survey.address)
        except ScrapeError as error:
            if not _may_go_on(error):
                raise
            survey.refusal = error
            return
        survey.pages.append(signs)
        self._draft = replace(self._draft, timezone=likely_zone(signs.url, signs.name + signs.title))
        if signs.kind == "page":
            survey.site, survey.home = site_of(host_of(signs.url)), origin_of(signs.url) + "/"
        elif signs.kind == "index":
            await self._try_index(survey, signs)
        else:
            await self._try(survey, Source(signs.kind, survey.address))
            _adopt_site_of_entries(survey, signs)

    async def _try_feeds(self, survey: Survey) -> None:
        for page in [page for page in survey.pages if page.kind == "page"][-1:]:
            feeds = declared_feeds(page.feeds, page.url)
            survey.untried = feeds[MAX_FEEDS:]
            for address in feeds[:MAX_FEEDS]:
                if await self._is_page(address):
                    await self._try_feeds_of_list(survey, address)
                else:
                    await self._try(survey, Source("feed", address))

    async def _is_page(self, address: str) -> bool:
        try:
            return (await self._scraper.signs(self._draft, address)).kind == "page"
        except FetchRateLimited:
            raise
        except ScrapeError:
            return False  # the trial says why

    async def _try_feeds_of_list(self, survey: Survey, address: str) -> None:
        """Tries the feeds that a page lists, as many sites have one, unless one of the site's is good already."""
        if survey.usable(self._now):
            return
        listed = await self._scraper.signs(self._draft, address)
        known = {trial.source.url for trial in survey.trials}
        feeds = [feed for feed in declared_feeds(listed.feeds, address) if feed not in known]
        for feed in feeds[:MAX_FEEDS]:
            await self._try(survey, Source("feed", feed))

    async def _try_sitemaps(self, survey: Survey) -> None:
        record = await self._robots.get(origin_of(survey.home))
        text = (record.text if record is not None else None) or ""
        for address in sitemaps_of_robots(text, urljoin(survey.home, "/robots.txt"))[:MAX_SITEMAPS]:
            if survey.usable(self._now):
                return
            try:
                signs = await self._scraper.signs(self._draft, address)
            except FetchRateLimited:
                raise
            except ScrapeError as error:
                survey.trials.append(Trial(Source("sitemap", address), problem=error.problem))
                continue
            if signs.kind == "index":
                await self._try_index(survey, signs)
            else:
                await self._try(survey, Source(signs.kind if signs.kind != "page" else "sitemap", address))

    async def _try_index(self, survey: Survey, index: SiteSigns) -> None:
        """Tries the sitemap of an index that says news and no day, else the index, of which the newest are read."""
        of_news = lasting_news([address for address, _ in index.feeds])
        await self._try(survey, Source("sitemap", of_news or index.url))

    async def _try_home(self, survey: Survey) -> None:
        """Looks at the front page where another page was given, and tries the feeds that it declares."""
        if urlsplit(survey.address).path not in ("", "/") and await self._look_at_home(survey):
            await self._try_feeds(survey)

    async def _look_at_home(self, survey: Survey) -> bool:
        """Looks at the front page, if it was not seen yet; returns whether it was read now."""
        if any(page.url == survey.home for page in survey.pages):
            return False
        try:
            survey.pages.append(await self._scraper.signs(self._draft, survey.home))
        except FetchRateLimited:
            raise
        except ScrapeError:
            return False
        return True

    async def _try_usual_feeds(self, survey: Survey) -> None:
        """Tries the usual addresses where the site declares no feed."""
        if any(page.feeds for page in survey.pages):
            return
        for address in usual_feeds(survey.home):
            if not survey.has_good(self._now):
                await self._try(survey, Source("feed", address))

    async def _try_listings(self, survey: Survey) -> None:
        """Takes a page whose links are articles for a listing: the given one, or the front page of an article."""
        pages = [page for page in survey.pages if page.kind == "page"]
        example = next((page.url for page in pages if page.is_article), None)
        for page in sorted(pages, key=lambda page: page.is_article):
            links = article_links(page.links, survey.site, example)
            if links is not None:
                survey.links = links
                await self._try(survey, Source("listing", page.url), article_id=links.article_id)
                return

    async def _try(self, survey: Survey, source: Source, article_id: str | None = None) -> None:
        """Reads a source as the bot would; of a sitemap every address, because the article's id is not known yet."""
        article_id = article_id or (ANY_ADDRESS if source.kind == "sitemap" else None)
        try:
            reading = await self._scraper.headlines(replace(self._draft, article_id=article_id), source, SourceState())
        except FetchRateLimited:
            raise
        except ScrapeError as error:
            survey.trials.append(Trial(source, problem=error.problem))
        else:
            problem = "" if reading.headlines else "holds no entry"
            survey.trials.append(Trial(source, reading.headlines, problem))


def _may_go_on(error: ScrapeError) -> bool:
    """Returns whether other addresses of the site are worth a try after this error at the given one."""
    return is_closed(error) or isinstance(error, TooBig)


def _adopt_site_of_entries(survey: Survey, signs: SiteSigns) -> None:
    """A feed may stand on another host than the site: the site is that of its entries."""
    entries: Sequence[str] = [headline.url for trial in survey.trials for headline in trial.headlines]
    hosts = Counter(host_of(url) for url in entries)
    if not hosts:
        return
    host, _ = hosts.most_common(1)[0]
    first = next(url for url in entries if host_of(url) == host)
    survey.site = site_of(host)
    is_own_home = signs.home and site_of(host_of(signs.home)) == survey.site
    survey.home = (origin_of(signs.home) if is_own_home else origin_of(first)) + "/"
