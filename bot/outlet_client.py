"""Reads outlets outside of the schedule with the bot's own scraper; hosts' turns are kept in memory for one call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

from bot.proposed_outlet import ProposedOutlet
from scrapers.catalogue import pause_at
from scrapers.errors import Unreachable
from scrapers.http.fetch import TurnEnd
from scrapers.http.robots import MemoryRobots
from scrapers.http.user_agent import user_agent
from scrapers.outlet import Outlet
from scrapers.proposal.once_client import OnceClient
from scrapers.proposal.proposer import Proposer, draft_outlet
from scrapers.proposal.survey import Surveyor
from scrapers.scraper import Scraper, open_scraper
from settings.config import Settings

PROPOSAL_SECONDS = 240.0
"""A site is asked sixteen times at most, with the host's pause between two requests."""


@asynccontextmanager
async def open_outlet_client(settings: Settings, outlets: Mapping[str, Outlet]) -> AsyncIterator[Scraper]:
    """Opens a scraper for these outlets; its connections and its parser's process are closed with the block."""
    turns = MemoryHostTurns(settings.host_pause_seconds, outlets)
    scraper = open_scraper(
        outlets, turns, trusted=settings.trusted_addresses, on_crawl_delay=turns.lengthen,
        agent=user_agent(settings.contact, settings.user_agent), keys=settings.outlet_keys(),
    )  # fmt: skip
    try:
        yield scraper
    finally:
        await scraper.close()


@asynccontextmanager
async def open_proposer(
    settings: Settings, address: str, now: datetime, on_request: Callable[[str], None]
) -> AsyncIterator[Proposer]:
    """Opens a proposer for one site, which is asked for each address once."""
    turns, robots = MemoryHostTurns(settings.host_pause_seconds), MemoryRobots()
    agent = user_agent(settings.contact, settings.user_agent)
    client = OnceClient(turns, trusted=settings.trusted_addresses, agent=agent, on_request=on_request)
    scraper = open_scraper({}, turns, robots_memory=robots, on_crawl_delay=turns.lengthen, client=client)
    try:
        yield Proposer(scraper, Surveyor(scraper, robots, draft_outlet(address), now), now)
    finally:
        await scraper.close()


async def propose_outlet(settings: Settings, address: str, now: datetime) -> ProposedOutlet:
    """Proposes a spec for a site; raises ScrapeError, also where the site takes too long."""
    try:
        async with (
            asyncio.timeout(PROPOSAL_SECONDS),
            open_proposer(settings, address, now, lambda _url: None) as proposer,
        ):
            proposal = await proposer.propose(address)
    except TimeoutError:
        raise Unreachable(address, f"did not answer within {PROPOSAL_SECONDS:.0f} seconds") from None
    titles = tuple(headline.title for headline in proposal.headlines if headline.title)
    return ProposedOutlet(proposal.key, proposal.text, proposal.outlet, titles, proposal.article is not None)


class MemoryHostTurns:
    """Spaces the requests to each host by the host pause, as the bot does, in memory."""

    def __init__(self, pause_seconds: float, outlets: Mapping[str, Outlet] | None = None) -> None:
        self._pause_seconds = pause_seconds
        self._outlets = outlets or {}
        self._crawl_delay_seconds: dict[str, float] = {}
        self._ended_at: dict[str, float] = {}
        self._held: dict[str, asyncio.Lock] = {}

    async def __call__(self, host: str) -> TurnEnd:
        """Waits until this host may be asked, and takes the turn; the pause begins when the turn is ended."""
        lock = self._held.setdefault(host, asyncio.Lock())
        await lock.acquire()
        if host in self._ended_at:
            own_seconds = max(self._crawl_delay_seconds.get(host, 0.0), pause_at(self._outlets, host))
            await asyncio.sleep(self._ended_at[host] + max(self._pause_seconds, own_seconds) - _monotonic())

        async def end() -> None:
            self._ended_at[host] = _monotonic()
            lock.release()

        return end

    async def lengthen(self, host: str, seconds: float) -> None:
        """Keeps the requests to a host at least this far apart, because its robots.txt asks for it."""
        self._crawl_delay_seconds[host] = seconds


def _monotonic() -> float:
    return asyncio.get_running_loop().time()
