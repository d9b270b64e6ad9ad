"""Makes a spec of what a survey saw, and reads the site by it once, so that a person sees what the bot would read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from scrapers.article import Article, Headline, SourceState
from scrapers.errors import NotUnderstood, ScrapeError
from scrapers.outlet import Outlet, is_official_host
from scrapers.proposal.article_ids import derived_article_id, kept_params
from scrapers.proposal.page_trials import is_in_source, pages_seen
from scrapers.proposal.site_facts import (
    host_of,
    is_of_site,
    proposed_hosts,
    proposed_key,
    proposed_language,
    proposed_minutes,
    proposed_name,
    proposed_zone,
    title_end,
)
from scrapers.proposal.spec_text import SpecFacts, spec_text
from scrapers.proposal.survey import Survey, Surveyor
from scrapers.proposal.trials import Trial, best_trial, times_of
from scrapers.scraper import Scraper
from scrapers.spec import read_spec

USUAL_MINUTES = 15


@dataclass(frozen=True, slots=True)
class Proposal:
    """A spec for a site, and what the bot would read by it now."""

    key: str
    text: str
    """The spec file."""
    outlet: Outlet
    headlines: tuple[Headline, ...]
    """Newest first where they are dated, else as the source has them."""
    article: Article | None = None
    """One article, read whole; None where no page was read."""
    pages_note: str = ""
    """What is wrong with its pages; empty where they are read whole."""


def draft_outlet(address: str) -> Outlet:
    """Returns a stand-in for the outlet before anything of it is known; its dates without zone count as UTC."""
    return Outlet("proposal", "", address, "en", "UTC", 15, "media", (host_of(address),), ())


class Proposer:
    """Proposes the spec of a site from one address of it."""

    def __init__(self, scraper: Scraper, surveyor: Surveyor, now: datetime) -> None:
        self._scraper = scraper
        self._surveyor = surveyor
        self._now = now

    async def propose(self, address: str, key: str | None = None, name: str | None = None) -> Proposal:
        """Returns the spec that fits the site best.

        :raises ScrapeError: when the site cannot be read, with the reason; NotUnderstood when it announces nothing.
        """
        survey = await self._surveyor.survey(address)
        trial = best_trial(survey.trials, survey.site, survey.address, self._now)
        if trial is None:
            raise _nothing_found(survey)
        if trial.source.kind == "feed":
            survey.pages.append(await self._scraper.signs(draft_outlet(address), trial.source.url))
        facts = self._facts(survey, trial, name)
        key = key or proposed_key(host_of(survey.home))
        outlet = _outlet_of(key, facts)
        reading = await self._scraper.headlines(outlet, outlet.sources[0], SourceState())
        headlines = _newest_first(reading.headlines)
        times = times_of(headlines)
        facts = replace(facts, every_minutes=proposed_minutes(times), head=_head(address, facts, headlines, self._now))
        if not headlines:
            raise NotUnderstood(trial.source.url, "lists addresses, of which none can be told to be an article's")
        pages = await pages_seen(self._scraper, outlet, headlines)
        in_source = pages.article is not None and is_in_source(pages.article, headlines)
        facts = replace(facts, reads_pages=pages.are_readable, pages_note=pages.note, whole_text=in_source)
        return Proposal(key, spec_text(facts), _outlet_of(key, facts), headlines, pages.article, pages.note)

    def _facts(self, survey: Survey, trial: Trial, name: str | None) -> SpecFacts:
        own = trial.own(survey.site)
        addresses = list(dict.fromkeys(headline.url for headline in own))
        titles = [headline.title for headline in own if headline.title]
        article_id = self._article_id(survey, trial, addresses)
        host = host_of(survey.home)
        language = proposed_language(titles, next((page.language for page in survey.pages if page.language), ""))
        offsets = [offset for page in survey.pages for offset in page.offsets]
        zone, is_shown = proposed_zone(host, language, offsets, self._now)
        variants = [url for page in survey.pages for url in page.variants]
        return SpecFacts(
            name=name or proposed_name(*_names_and_titles(survey), host),
            home=survey.home,
            language=language,
            timezone=zone,
            every_minutes=USUAL_MINUTES,
            kind="official" if is_official_host(host) else "media",
            hosts=proposed_hosts(survey.home, [*addresses, *variants], survey.site),
            source_kind=trial.source.kind,
            source_url=trial.source.url,
            verified_on=self._now.date(),
            article_id=article_id,
            keep_params=kept_params(addresses, article_id),
            zone_note="" if is_shown else "a guess: of dates that name no zone",
            other_sources=tuple(_other_sources(survey, trial)),
        )

    def _article_id(self, survey: Survey, trial: Trial, addresses: Sequence[str]) -> str | None:
        if trial.source.kind == "listing" and survey.links is not None:
            return survey.links.article_id
        needs_id = trial.source.kind == "sitemap" and not any(headline.title for headline in trial.headlines)
        menu = [
            url for page in survey.pages for url, text in page.links if len(text) < 9 and is_of_site(url, survey.site)
        ]
        return derived_article_id(addresses, [url for url in menu if url not in addresses], slug_alone=needs_id)


def _outlet_of(key: str, facts: SpecFacts) -> Outlet:
    return read_spec(f"{key}.toml", spec_text(facts).encode())


def _newest_first(headlines: Sequence[Headline]) -> tuple[Headline, ...]:
    """Returns the headlines by their times; those without one follow as the source has them."""
    never = datetime.min.replace(tzinfo=UTC)
    return tuple(sorted(headlines, key=lambda headline: headline.published_at or never, reverse=True))


def _names_and_titles(survey: Survey) -> tuple[list[str], list[str]]:
    """Returns the names that the site's pages give it, and titles of pages and feeds that may hold its name."""
    pages = [page for page in survey.pages if page.kind == "page"]
    names = [page.name for page in pages if page.name]
    feeds = [page.name for page in survey.pages if page.kind != "page"]
    fronts = [title_end(page.title) if page.is_article else page.title for page in pages]
    declared = [title for page in pages for _, title in page.feeds]
    return names, [title for title in (*feeds, *fronts, *declared) if title]


def _head(address: str, facts: SpecFacts, headlines: Sequence[Headline], now: datetime) -> tuple[str, ...]:
    times = times_of(headlines)
    newest = f"the newest of {times[0].astimezone(ZoneInfo(facts.timezone)):%Y-%m-%d}" if times else "none with a date"
    seen = f"its {facts.source_kind} showed {len(headlines)} articles, {newest}"
    return (f"Proposed from {address} on {now:%Y-%m-%d}: {seen}.",)


def _other_sources(survey: Survey, chosen: Trial) -> list[tuple[str, str, str]]:
    """Sources that the spec could also name."""
    tried = [
        (trial.source.kind, trial.source.url, f"also seen, with {len(trial.own(survey.site))} articles:")
        for trial in survey.trials
        if trial is not chosen and trial.own(survey.site)
    ]
    return [*tried, *(("feed", url, "also declared, not read:") for url in survey.untried[:8])]


def _nothing_found(survey: Survey) -> ScrapeError:
    """Returns the error that says what was tried."""
    if survey.refusal is not None:
        return survey.refusal
    declared = {address for page in survey.pages for address, _ in page.feeds}
    tried = [f"{trial.source.url} {trial.problem}" for trial in survey.trials if trial.source.url in declared]
    stale = [trial.source.url for trial in survey.trials if trial.headlines]
    if stale:
        return NotUnderstood(survey.address, f"its sources list articles of other sites only ({stale[0]})")
    if any(page.has_script_links for page in survey.pages):
        problem = (
            "its articles' links are scripts, and it names no feed and no sitemap: a spec with address can read it"
        )
        return NotUnderstood(survey.address, problem)
    named = f"its feed {tried[0]}" if tried else "it names no feed and no sitemap"
    return NotUnderstood(survey.address, f"{named}, and its links are no list of articles")
